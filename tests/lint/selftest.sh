#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# selftest.sh: shows that rules.pl can tell good from bad. A small clean tree must pass every rule,
# though it mentions in comments what it must not do; with one violation planted, exactly the rule
# that forbids it must fail.
set -euo pipefail

here=$(realpath "$(dirname "$0")")
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
unset XSR_RESULTS
failed=0

# put FILE LINE...: a source with these lines after its SPDX line.
put() {
	local file=$tree/$1
	shift
	mkdir -p "${file%/*}"
	{
		echo '/* SPDX-License-Identifier: GPL-2.0 */'
		printf '%s\n' "$@"
	} >"$file"
}

clean() {
	rm -rf "${tree:?}"/*
	put ring/env.h '#ifdef __KERNEL__' '#include <linux/types.h>' '#else' '#include <stdint.h>' '#endif' \
		'#define __xsr_force __attribute__((force))'
	put ring/ring.h '#include "ring/env.h"' 'x = (u32 __xsr_force *)y;'
	put ring/slots.c '#include "ring/ring.h"' '/* no gnttab_map_refs() here,' ' * nor BUG_ON(x) */'
	put ring/linux/keys.c '#include <xen/xenbus.h>' '#include "ring/linux/compat/compat.h"' \
		'xenbus_read(t, dir, node, &len);' 'p = (void __shared __force *)page;'
	put ring/linux/device.c 'xenbus_switch_state(dev, state);'
	put ring/linux/compat/compat.h '#ifdef XSR_HAVE_A' '#include <linux/blkdev.h>' '#endif' \
		'(__force blk_features_t)1'
	put grant/refs.c '#include "ring/env.h"' 'BUILD_BUG_ON(1);'
	put grant/linux/map.c '#include "ring/linux/compat/compat.h"' '#include <xen/grant_table.h>' \
		'gnttab_map_refs(op, NULL, page, n);'
	put frontend/block/submit.c '#include <linux/blk-mq.h>' '#include "ring/blk_codec.h"' \
		'pr_warn("no WARN_ON here, xenbus_read_driver_state is fine");' 'a = "//"; // gnttab_x()'
	put backend/net/rx.c '#include "ring/net_codec.h"' '#include "backend/net/rx.h"'
	put tests/unit/test_slots.c '#include <stdlib.h>' '#include "ring/slots.h"'
	put tests/unit/test_vdev.c '#include "frontend/block/vdev.c"'
}

# The names of the rules that fail on the tree, in one line.
failing() {
	{ perl "$here/rules.pl" "$tree" || true; } | sed -n 's|^not ok - lint/||p' | tr '\n' ' '
}

# expect RULES WHAT: these rules and no other fail.
expect() {
	local got
	got=$(failing)
	if [ "$got" = "$1" ]; then
		echo "ok - $2"
	else
		echo "not ok - $2: failing rules were '$got', not '$1'"
		failed=1
	fi
}

# plant RULE WHAT FILE LINE: the clean tree with one more file must fail RULE alone.
plant() {
	clean
	put "$3" "$4"
	expect "$1 " "$1: $2"
}

clean
expect '' 'a clean tree passes'

plant arrows 'front includes back' frontend/block/a.c '#include "backend/block/b.h"'
plant arrows 'back includes front' backend/block/a.c '#include "frontend/block/b.h"'
plant arrows 'block includes net' frontend/block/a.c '#include "ring/net_codec.h"'
plant arrows 'net includes block' backend/net/a.c '#include "ring/keys_blk.h"'
plant arrows 'ring includes grant' ring/a.c '#include "grant/refs.h"'
plant arrows 'grant includes ring' grant/a.c '#include "ring/ring.h"'
plant arrows 'grant shell includes the ring shell' grant/linux/a.c '#include "ring/linux/pages.h"'
plant arrows 'pure includes a shell' ring/a.c '#include "ring/linux/pages.h"'
plant arrows 'a module includes a test' frontend/block/a.c '#include "tests/fakes/rng.h"'
plant arrows 'a tool includes a shell' xenstore-tools/a.c '#include "ring/linux/xbkeys.h"'
plant arrows 'a benchmark includes a driver' benchmarks/a.c '#include "frontend/block/vdev.c"'
plant arrows 'a unit test includes a header of a driver' tests/unit/a.c '#include "backend/block/vbd.h"'
plant arrows 'an include that climbs' grant/linux/a.c '#include "../refs.h"'
plant headers 'pure code includes linux/' ring/a.c '#include <linux/types.h>'
plant headers 'pure code includes libc' grant/a.h '#include <stdint.h>'
plant headers 'pure code asks for the kernel' ring/a.c '#ifdef __KERNEL__'
plant headers 'a tool includes xen/' xenstore-tools/a.c '#include <xen/io/blkif.h>'
plant versions 'a version' frontend/block/a.c '#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)'
plant versions 'a probe' grant/linux/a.c '#ifdef XSR_HAVE_RQ_LIST'
plant grants 'a driver calls gnttab' frontend/block/a.c 'gnttab_free_grant_reference(ref);'
plant grants 'the ring shell calls gnttab' ring/linux/a.c 'gnttab_map_refs(a, b, c, d);'
plant keys 'a driver reads a key' backend/block/a.c 'xenbus_scanf(t, d, "mode", "%s", m);'
plant keys 'a driver opens a transaction' backend/net/a.c 'xenbus_transaction_start(&t);'
plant shared 'a cast away in a driver' backend/block/a.c 'p = (u32 __force *)ring;'
plant shared 'a cast away in the codec' ring/a.c 'p = (u32 __xsr_force *)ring;'
plant state 'a driver moves itself' frontend/block/a.c 'xenbus_switch_state(dev, 4);'
plant state 'a driver closes itself by an error' backend/block/a.c 'xenbus_dev_fatal(dev, -1, "x");'
plant bugs 'a BUG_ON' frontend/block/a.c 'BUG_ON(x);'
plant bugs 'a WARN_ON_ONCE' ring/linux/a.c 'if (WARN_ON_ONCE(x))'
plant todo 'an open end' grant/linux/a.c "/* FIX""ME: later */"
plant paths 'a path of one machine' tests/unit/test_a.c 'open("/dev/null"); // see /wor''k/x'
plant paths 'a mirror' tests/xen/a.sh "mirror=http://deb.deb""ian.org/x"
clean
echo 'int x;' >"$tree/ring/a.c"
expect 'spdx ' 'spdx: a source without its line'

exit $failed
