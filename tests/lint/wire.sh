#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# wire.sh: does docs/wire-blk.md say what the code does? Its tables between "<!-- from the code: WHAT -->"
# and "<!-- end -->" must be what wire_blk prints; each number of ring/blk_wire.h must be among them;
# and each key that the drivers read or write by a literal name must be on the page.
# With -i the tables are put into the page.
set -euo pipefail

cd "$(dirname "$0")/../.."
page=docs/wire-blk.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

bad() {
	echo "$page: $*"
	failed=1
}

gcc -std=gnu11 -Wall -Wextra -Werror -I. -o "$work/wire_blk" tests/lint/wire_blk.c ring/keys_blk.c ring/keys.c

# The page with the tables as they must be.
awk -v tool="$work/wire_blk" '
	/^<!-- from the code: / {
		print
		print ""
		command = tool " " $5
		while ((command | getline line) > 0)
			print line
		if (close(command) != 0)
			exit 1
		print ""
		skip = 1
		next
	}
	/^<!-- end -->/ { skip = 0 }
	!skip' $page >"$work/page"
if [ "${1:-}" = -i ]; then
	cp "$work/page" $page
elif ! diff -u $page "$work/page"; then
	bad "tables are not what the code says (tests/lint/wire.sh -i puts them right)"
fi
for what in back front numbers; do
	grep -q "^<!-- from the code: $what -->" $page || bad "no table '$what'"
done

# Every number of the wire, less those that are made of others and those about the layout.
# shellcheck disable=SC2013 # words
for name in $(sed -n 's/^#define \(XSR_BLK_[A-Z_]*\) .*/\1/p' ring/blk_wire.h); do
	[ "$name" = XSR_BLK_SECTOR_SHIFT ] || grep -q "\`$name\`" $page || bad "$name is missing"
done

# Keys that are not in the tables: the toolstack's and the bus's.
for key in $(cat ring/linux/{device,xbkeys,channel}.c {frontend,backend}/block/*.c ring/keys_blk.h |
	tr -d '\n' | grep -oE '(xsr_key_(read|read_text|read_dev|put|drop)|xenbus_[a-z_]*)\([^;{}"]*"[a-z]+(-[a-z]+)*"|\.name = "[a-z]+(-[a-z]+)*",[[:space:]]*\.type = |XSR_BLK_KEY_[A-Z_]*[[:space:]]+"[a-z-]+"' |
	grep -oE '"[a-z-]+"' | tr -d '"' | sort -u); do
	grep -qE "\`${key%-}[-N/]*\`" $page || bad "key '$key' is missing"
done
exit $failed
