# shellcheck shell=bash disable=SC2154 # bed_run comes from lib.sh
# SPDX-License-Identifier: GPL-2.0
#
# Which driver serves: loads the stock module or ours on either end. A pairing is named FRONT/BACK, each
# "stock" or "ours"; no device of the kind may be attached when it changes.

# Our modules when this run has them; the list of pairings to run comes with the scenario.
ko=/bed/payload/ko

# backend_use, netback_use stock|ours|none [PARAMETER...]: takes whichever back-end is loaded out of dom0
# and puts the wanted one in. The same lines run in dom0 and in guests (guest/bin/use).
backend_use() {
	/bed/payload/guest/bin/use "$1" xen-blkback "$ko" "${@:2}"
}

netback_use() {
	/bed/payload/guest/bin/use "$1" xen-netback "$ko" "${@:2}"
}

# frontend_use, netfront_use GUEST stock|ours|none [PARAMETER...]: the same for the front-end of a guest.
frontend_use() {
	guest_run "$1" "use $2 xen-blkfront /bed/ko ${*:3}"
}

netfront_use() {
	guest_run "$1" "use $2 xen-netfront /bed/ko ${*:3}"
}

# pairing_present FRONT/BACK [blk|net]: fails with a clear message when the pairing needs modules this run
# does not have.
pairing_present() {
	local kind=${2:-blk}

	case "$1" in
	stock/stock|stock/ours|ours/stock|ours/ours) ;;
	*) complain "no such pairing: '$1' (front/back, each stock or ours)" || return ;;
	esac
	[ "${1%/*}" = stock ] || /bed/payload/guest/bin/use present "xen-${kind}front" "$ko" || return
	[ "${1#*/}" = stock ] || /bed/payload/guest/bin/use present "xen-${kind}back" "$ko"
}

# pairing_use GUEST FRONT/BACK: both ends of disks at once.
pairing_use() {
	pairing_present "$2"
	backend_use "${2#*/}"
	frontend_use "$1" "${2%/*}"
}

# net_pairing_use FRONT/BACK GUEST...: the back-end of vifs, and the front-end of each guest.
net_pairing_use() {
	local guest

	pairing_present "$1" net
	netback_use "${1#*/}"
	for guest in "${@:2}"; do
		netfront_use "$guest" "${1%/*}"
	done
}
