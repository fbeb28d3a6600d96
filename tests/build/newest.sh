#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# newest.sh: the sources are written to the newest kernel's API, so on 7.3 every compat probe must
# find its API, save the two that ask for something that is gone there. A probe that fails for
# another reason (a typing error in it, say) would switch on a shim where none belongs. And 6.1 must
# lack some, or the probes cannot say no.
set -euo pipefail

cd "$(dirname "$0")/../.."

# answers VERSION: what the strict build against the headers of VERSION found.
answers() {
	local files=(build/kbuild/"$1".*-strict/include/xsr_probed.h)
	[ -e "${files[0]}" ] || {
		echo "no build against $1" >&2
		exit 1
	}
	cat "${files[-1]}"
}

wrong=$(answers 7.3 | grep '^/\* no XSR_HAVE' | grep -vE 'XSR_HAVE_(SHOULD_MERGE|IMPORT_NS_TOKEN) ' || true)
if [ -n "$wrong" ]; then
	echo "on 7.3 these probes fail:"
	echo "$wrong"
	exit 1
fi
answers 6.1 | grep -q '^/\* no XSR_HAVE_QUEUE_LIMITS_FEATURES ' || {
	echo "on 6.1 the probes find what is not there"
	exit 1
}
