#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Emulation against paravirtualisation, in dom0: an HVM guest has a disk on an emulated IDE controller and an
# emulated e1000 card, both served by Debian's device model in dom0, and by turns the devices of a pair of
# drivers. The same jobs run over each, in one boot. The emulated devices are given to the device model
# itself, so that the toolstack makes no paravirtual twin of them; they go by the pairing "emulated".
#
# Results as those of ../dom0.sh. Environment: BED_PAIRINGS; BENCH_TURNS, BENCH_RUNS, BENCH_SECONDS, BENCH_ONLY.
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh
# shellcheck source=tests/xen/dom0/measure.sh
. /bed/payload/dom0/measure.sh

mapfile -t jobs < <(measure_wanted randread-4k-qd1 randread-4k-qd32 randwrite-4k-qd32 read-128k \
	tcp-out-1 tcp-in-1 udp-out-64 ping-pong)
# Beside a disk of the same kind for the pairs.
emulated_disk=nullb9
emulated_card=emulated0

# What the guest has from its device model.
start() {
	make_null $emulated_disk 1024
	modprobe tun
	guest_start g type=hvm wait=400 extra=xen_emul_unplug=unnecessary more="
		vga = \"none\"
		vnc = 0
		device_model_args_hvm = [ \"-drive\", \"file=/dev/$emulated_disk,if=ide,format=raw,cache=writeback\",
			\"-netdev\", \"tap,id=card,ifname=$emulated_card,script=no,downscript=no\",
			\"-device\", \"e1000,netdev=card,mac=00:16:3e:00:00:99,romfile=\" ]"
	# shellcheck disable=SC2016 # the guest's variable
	guest_run g 'modprobe -a ata_piix sd_mod e1000
		n=0
		until [ -b /dev/sda ]; do
			sleep 0.1; n=$((n + 1)); [ $n -lt 200 ] || { echo no emulated disk; exit 1; }
		done'
}

# emulated_network up|down: its card is up only in its own turn, since both networks are one.
emulated_network() {
	local where
	where='/sys/bus/pci/drivers/e1000/*/net'

	case "$1" in
	up)
		ip link set $emulated_card master xenbr1 up
		guest_run g "
			card=\$(ls $where)
			ip address add $(net_v4 1 2)/24 dev \$card
			ip link set \$card up"
		net_ping g "$(net_v4 1 1)" 56 ;;
	down)
		guest_run g "
			card=\$(ls $where)
			ip address flush dev \$card
			ip link set \$card down"
		ip link set $emulated_card nomaster down ;;
	esac
}

# turn PAIRING NUMBER: attaches what is measured, measures it and takes it away again.
turn() {
	local measure_disk=$measure_disk

	note "$1: turn $2 of $BENCH_TURNS"
	if [ "$1" = emulated ]; then
		measure_disk=/dev/sda
		emulated_network up
	else
		measure_attach "$1" g
	fi
	measure_turn "$1" "$2" "${jobs[*]/%/@hvm}" g
	if [ "$1" = emulated ]; then
		emulated_network down
	else
		measure_detach g
	fi
}

mkdir -p "$results"
measure_keeping=
start
measure_start g
for ((number = 1; number <= BENCH_TURNS; number++)); do
	for pairing in emulated "${pairings[@]}"; do
		turn "$pairing" "$number"
	done
done
guest_stop g
bed_reset
xl info xen_version >"$results/xen_version"
python3 /bed/payload/bench/figures.py "$results"
