# shellcheck shell=bash disable=SC2154 # bed_run comes from lib.sh
# SPDX-License-Identifier: GPL-2.0
#
# Networks: bridges of dom0, vifs attached and detached with unmodified xl, addresses, and traffic whose
# arrival is checked. Wherever WHERE, FROM or TO is asked for, the name of a guest or "dom0" will do.
#
# Addresses: network S is 10.0.S.0/24 and fd00:S::/64; dom0's bridge is host 1 in it, guests choose theirs.

# net_v4, net_v6 SUBNET HOST: the two addresses of a host.
net_v4() {
	echo "10.0.$1.$2"
}

net_v6() {
	echo "fd00:$1::$2"
}

# net_bridge NAME SUBNET [MTU]: a bridge of dom0's with addresses of its own. The hotplug script gives
# its MTU to vifs that join.
net_bridge() {
	ip link add name "$1" type bridge stp_state 0 forward_delay 0
	ip link set "$1" mtu "${3:-1500}" up
	net_addresses "$1" "$2" 1
}

# net_addresses INTERFACE SUBNET HOST: both addresses, at once usable.
net_addresses() {
	ip address add "$(net_v4 "$2" "$3")/24" dev "$1"
	ip address add "$(net_v6 "$2" "$3")/64" dev "$1" nodad
}

# The two xenstore directories of a guest's vif.
net_front_dir() {
	echo "/local/domain/$(guest_id "$1")/device/vif/$2"
}

net_back_dir() {
	echo "/local/domain/0/backend/vif/$(guest_id "$1")/$2"
}

# The interface in dom0 of a guest's vif.
net_back_name() {
	echo "vif$(guest_id "$1").$2"
}

# net_attach GUEST N BRIDGE [KEY=VALUE...]: xl network-attach, then waits until both ends say Connected.
# N is the number xl gives: the lowest that is free. Keys are those of a vif= line.
net_attach() {
	xl network-attach "$1" "bridge=$3" "${@:4}" || return
	net_ready "$1" "$2"
}

net_ready() {
	xs_wait "$(net_front_dir "$1" "$2")/state" 4 20 ||
		{ net_keys "$1" "$2"; complain "front-end of vif $2 not Connected after 20 s" || return; }
	xs_wait "$(net_back_dir "$1" "$2")/state" 4 20 ||
		{ net_keys "$1" "$2"; complain "back-end of vif $2 not Connected after 20 s" || return; }
}

# net_address GUEST N SUBNET HOST [MTU]: brings the guest's interface up with addresses, and waits until
# it carries.
net_address() {
	guest_run "$1" "
		vif=\$(vif $2)
		ip address add $(net_v4 "$3" "$4")/24 dev \$vif
		ip address add $(net_v6 "$3" "$4")/64 dev \$vif nodad
		ip link set \$vif mtu ${5:-1500} up
		n=0
		until [ \"\$(cat /sys/class/net/\$vif/carrier)\" = 1 ]; do
			sleep 0.1; n=\$((n + 1)); [ \$n -lt 100 ] || { echo \$vif carries nothing; exit 1; }
		done"
}

# net_add GUEST N BRIDGE SUBNET HOST [KEY=VALUE...]: all of it, with the MTU of the bridge.
net_add() {
	net_attach "$1" "$2" "$3" "${@:6}" || return
	net_address "$1" "$2" "$4" "$5" "$(cat "/sys/class/net/$3/mtu")"
}

# net_detach GUEST N: xl network-detach, then waits until both directories and dom0's interface are gone.
net_detach() {
	local front back name n

	front=$(net_front_dir "$1" "$2")
	back=$(net_back_dir "$1" "$2")
	name=$(net_back_name "$1" "$2")
	xl network-detach "$1" "$2" || return
	xs_wait "$back/state" '' 20 || complain "back-end directory of vif $2 still there after 20 s" || return
	xs_wait "$front/state" '' 20 || complain "front-end directory of vif $2 still there after 20 s" || return
	for ((n = 0; n < 50 * BED_SLOW; n++)); do
		[ -e "/sys/class/net/$name" ] || return 0
		sleep 0.1
	done
	complain "$name is still there"
}

# Everything both ends said about a vif.
net_keys() {
	xenstore-ls -f "$(net_back_dir "$1" "$2")" 2>/dev/null
	xenstore-ls -f "$(net_front_dir "$1" "$2")" 2>/dev/null
}

# Takes away every bridge and tap a scenario made, and what it left running in dom0.
net_reset() {
	local name pid

	while read -r pid; do
		kill -9 -- "-$pid" 2>/dev/null || true
	done < <(cat "$bed_run/spawned" 2>/dev/null)
	rm -f "$bed_run/spawned"
	for name in $(ip -o link show type bridge | cut -d: -f2) $(ip -o link show type tun | cut -d: -f2); do
		ip link delete "$name"
	done
	nft flush ruleset
	echo 0 >/proc/sys/net/ipv4/ip_forward
	echo 0 >/proc/sys/net/ipv6/conf/all/forwarding
}

# --- traffic ------------------------------------------------------------------------------------

# net_ping FROM ADDRESS [SIZE...]: two echoes of each payload size come back as sent; one echo by default.
net_ping() {
	local from=$1 address=$2
	shift 2

	guest_run "$from" -t 110 "
		for size in ${*:-56}; do
			ping -q -c 2 -i 0.01 -W 5 -p a55a0ff0 -s \$size $address >/tmp/ping 2>&1 &&
				! grep -q 'wrong data' /tmp/ping || { echo size \$size; cat /tmp/ping; exit 1; }
		done"
}

# net_file FROM TO ADDRESS MIB: that many random MiB go over TCP to TO's ADDRESS; both ends' sha256 agree.
net_file() {
	local from=$1 to=$2 address=$3 mib=$4 sent got

	guest_spawn "$to" receive 'stream receive 7000 20 >/tmp/got'
	sent=$(guest_run "$from" -t 110 "head -c $((mib << 20)) /dev/urandom >/tmp/sent &&
		stream send $address 7000 20 </tmp/sent && sha256sum </tmp/sent") ||
		complain "$from could not send: $sent" || return
	guest_join "$to" receive 20 || return
	got=$(guest_run "$to" 'sha256sum </tmp/got')
	guest_run "$from" 'rm -f /tmp/sent'
	guest_run "$to" 'rm -f /tmp/got'
	[ "$sent" = "$got" ] || complain "$from sent $sent, $to got $got"
}

# Waits until someone listens for TCP connections at a port.
net_listening() {
	guest_run "$1" "n=0
		until grep -q '$(printf ':%04X 0*:0000 0A' "$2")' /proc/net/tcp /proc/net/tcp6; do
			sleep 0.1; n=\$((n + 1)); [ \$n -lt 100 ] || exit 1
		done"
}

# net_iperf FROM TO ADDRESS FILE OPTION...: one iperf3 run, the client being FROM; its JSON goes to FILE.
net_iperf() {
	local from=$1 to=$2 address=$3 file=$4
	shift 4

	guest_spawn "$to" iperf 'iperf3 -s -1 -i 0'
	net_listening "$to" 5201 || complain "iperf3 does not listen" || return
	guest_run "$from" -t 60 "iperf3 -c $address -i 0 -J $*" >"$file" || { cat "$file"; return 1; }
	guest_join "$to" iperf 20 >/dev/null
}

# net_udp FROM TO ADDRESS: 64, 1472 and 8000 bytes go back and forth over UDP a few hundred times, and
# every answer is what was asked.
net_udp() {
	local size

	guest_spawn "$2" udp "sockperf server -i $3 -p 7001"
	for size in 64 1472 8000; do
		guest_run "$1" "sleep 0.5; sockperf ping-pong -i $3 -p 7001 -m $size -t 1 --data-integrity --pps 300"
	done
	guest_run "$2" "kill \$(pidof sockperf)"
}

# net_counters GUEST N: neither end counts an error or a drop, and both count traffic.
net_counters() {
	local wrong

	wrong=$({
		guest_run "$1" "cd /sys/class/net/\$(vif $2)/statistics && grep . *_errors *_dropped *x_packets"
		cd "/sys/class/net/$(net_back_name "$1" "$2")/statistics" && grep . ./*_errors ./*_dropped ./*x_packets
	} | grep -E '(errors|dropped):[1-9]|packets:0$') || return 0
	complain "counters: $wrong"
}
