#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A back-end that offers what makes no sense, against our front-end: each line is a device with one key
# wrong, which must be refused with one line that names the key, or accepted and used within our own
# limits. How it is judged is in hostile-back.sh and evil/back.sh.
#
# plan: 57
# seconds: 900
# long: yes
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh
# shellcheck source=tests/xen/evil/back.sh
. /bed/payload/evil/back.sh

evil_begin_back xvdf
make_null nullb1 64 memory_backed=1
try "a guest, and a bystander" evil_start_back /dev/nullb1
guest_run g true || exit 1
try "an honest disk of the hostile back-end" evil_fresh xvdf

# key VDEV VERDICT KEY VALUE: see back.sh.

for n in 0 3 256 513 131072 4294967296 18446744073709551615 -1 0x200 512x @empty @long @binary; do
	key xvdf refused sector-size "$n"
done
key xvdf accepted sector-size 4096
# More than a page of this kernel: whether that works is the kernel's business, but it must live.
for n in 8192 65536; do
	key xvdf 'accepted|refused' sector-size "$n"
done
for n in 18014398509481984 9223372036854775808 18446744073709551615 99999999999999999999 -1 8x \
	@absent @empty @long; do
	key xvdf refused sectors "$n"
done
key xvdf 'accepted|refused' sectors 0
for n in 3 256 513 -1; do
	key xvdf refused physical-sector-size "$n"
done
key xvdf 'accepted|refused' physical-sector-size 2147483648
for n in 4294967295 4294967296 -1; do
	key xvdf refused discard-granularity "$n"
	key xvdf refused discard-alignment "$n"
done
for n in 40 4294967295; do
	key xvdf accepted max-ring-page-order "$n"
done
for n in 0 1000000000 4294967295; do
	key xvdf accepted multi-queue-max-queues "$n"
done
for n in 0 1 11 4294967295; do
	key xvdf accepted feature-max-indirect-segments "$n"
done
for n in max-ring-page-order multi-queue-max-queues feature-max-indirect-segments \
	feature-persistent feature-flush-cache; do
	key xvdf 'accepted|refused' "$n" @long
done
key xvdf 'accepted|refused' info 4294967295

try "barriers instead of flushes, beside large requests" evil_barrier_only xvdf

try "the last disk is detached" evil_detach xvdf
try "the guest powers off" guest_stop g
