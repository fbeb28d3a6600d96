# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What every scenario begins with: `. /bed/payload/dom0/lib.sh`. Brings in the rest of the library and
# puts the bed into the state every scenario may count on: no guest, no null_blk device, no bridge,
# no back-end module in dom0. Scenarios run in dom0, under bash; see scenarios/README.md.
set -euo pipefail
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C

# State of the library, one file per fact.
bed_run=/run/bed
# The pairings to run, FRONT/BACK.
# shellcheck disable=SC2034 # for scenarios
read -ra pairings <<<"${BED_PAIRINGS:?the host says which pairings to run}"
SECONDS=0

# shellcheck source=tests/xen/dom0/tap.sh
. /bed/payload/dom0/tap.sh
# shellcheck source=tests/xen/dom0/guest.sh
. /bed/payload/dom0/guest.sh
# shellcheck source=tests/xen/dom0/pair.sh
. /bed/payload/dom0/pair.sh
# shellcheck source=tests/xen/dom0/disk.sh
. /bed/payload/dom0/disk.sh
# shellcheck source=tests/xen/dom0/net.sh
. /bed/payload/dom0/net.sh
# shellcheck source=tests/xen/dom0/count.sh
. /bed/payload/dom0/count.sh
# shellcheck source=tests/xen/dom0/leak.sh
. /bed/payload/dom0/leak.sh

bed_reset() {
	local dir

	mkdir -p "$bed_run"
	# Programs start slowly from the shared directory.
	[ -x "$bed_run/xs" ] || cp /bed/payload/bin/xs "$bed_run/"
	guest_stop_all
	backend_use none
	netback_use none
	net_reset
	for dir in /sys/kernel/config/nullb/*/; do
		[ ! -d "$dir" ] || rmdir "$dir"
	done
}

bed_reset
