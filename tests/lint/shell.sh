#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# shell.sh: shellcheck over every shell script of the tree: what ends in .sh, and what has no
# ending and starts with a shell's name.
set -euo pipefail

cd "$(dirname "$0")/../.."
prune=(-path ./build -prune -o -path ./.git -prune -o)
{
	find . "${prune[@]}" -type f -name '*.sh' -print0
	find . "${prune[@]}" -type f ! -name '*.*' -print0 |
		xargs -0 -r grep -lZE '^#!.*\b(ba|da|)sh\b' || true
	printf '%s\0' ./.ci/run
} | sort -zu | xargs -0 -r shellcheck -x
