# shellcheck shell=bash disable=SC2154 # bed_run comes from lib.sh
# SPDX-License-Identifier: GPL-2.0
#
# Networks: bridges of dom0, vifs attached and detached with unmodified xl, addresses, and traffic whose
# arrival is checked. Wherever FROM or TO is asked for, the name of a guest, dom0 or world will do.
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

# net_world: a network namespace of dom0 called world, behind a pair of interfaces that does no offload at
# all, as the plainest network card: "uplink" in dom0 and "card" in the namespace. What passes between them
# is what would be on a wire, checksums included.
net_world() {
	ip netns add world
	ip link add uplink type veth peer name card netns world
	ip link set uplink up
	ip -n world link set lo up
	ip -n world link set card up
	ethtool -K uplink tx off gso off gro off tso off sg off >/dev/null
	ip netns exec world ethtool -K card tx off gso off gro off tso off sg off >/dev/null
}

# net_route WHERE TO_SUBNET VIA_SUBNET VIA_HOST: both kinds of route to a subnet.
net_route() {
	guest_run "$1" "ip route replace $(net_v4 "$2" 0)/24 via $(net_v4 "$3" "$4") &&
		ip route replace $(net_v6 "$2" 0)/64 via $(net_v6 "$3" "$4")"
}

# net_router WHERE INTERFACE: forwards everything, and what leaves by the interface leaves as its own.
net_router() {
	guest_run "$1" "modprobe -a nf_tables nft_chain_nat nft_masq
		echo 1 >/proc/sys/net/ipv4/ip_forward
		echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
		for family in ip ip6; do
			nft add table \$family nat &&
			nft add chain \$family nat post '{ type nat hook postrouting priority 100; }' &&
			nft add rule \$family nat post oifname $2 masquerade || exit
		done"
}

# net_capture FILE COMMAND...: records what arrives at or leaves the world's card while the command runs.
net_capture() {
	local pid status=0 file=$1
	shift

	ip netns exec world tcpdump -q -Z root -U -i card -B 16384 -w "$file" 2>"$file.log" &
	pid=$!
	until grep -q 'listening on' "$file.log"; do
		kill -0 $pid || { cat "$file.log"; return 1; }
		sleep 0.1
	done
	"$@" || status=$?
	sleep 1
	kill $pid
	wait $pid || true
	return $status
}

# net_checksums FILE LEAST: every packet in a capture has right checksums, and there are LEAST of each of
# TCP and UDP whose checksum could be looked at.
net_checksums() {
	local wrong tcp udp

	tcpdump -r "$1" -nn -vv 2>/dev/null >"$1.text"
	wrong=$(grep -c -E 'incorrect|bad .*cksum|wrong .*cksum' "$1.text" || true)
	tcp=$(grep -c -E 'cksum 0x[0-9a-f]+ \(correct\)' "$1.text" || true)
	udp=$(grep -c -E 'udp sum ok' "$1.text" || true)
	echo "$tcp TCP and $udp UDP checksums right, $wrong wrong"
	grep -m 5 -E 'incorrect|bad .*cksum|wrong .*cksum' "$1.text" || true
	[ "$wrong" = 0 ] && [ "$tcp" -ge "$2" ] && [ "$udp" -ge "$2" ]
}

# Takes away every interface a scenario made, and what it left running in dom0.
net_reset() {
	local name pid

	while read -r pid; do
		kill -9 -- "-$pid" 2>/dev/null || true
	done < <(cat "$bed_run/spawned" 2>/dev/null)
	rm -f "$bed_run/spawned"
	[ ! -e /run/netns/world ] || ip netns delete world
	for name in $(ip -o link show type bridge | cut -d: -f2) uplink; do
		[ ! -e "/sys/class/net/$name" ] || ip link delete "$name"
	done
	nft flush ruleset
	echo 0 >/proc/sys/net/ipv4/ip_forward
	echo 0 >/proc/sys/net/ipv6/conf/all/forwarding
}

# --- traffic ------------------------------------------------------------------------------------

# net_ping FROM ADDRESS [SIZE...]: two echoes of each payload size come back as sent; of 56 bytes by default.
# With -q ping would not compare what came.
net_ping() {
	local from=$1 address=$2
	shift 2

	guest_run "$from" -t 110 "
		for size in ${*:-56}; do
			ping -c 2 -i 0.01 -W 5 -p a55a0ff0 -s \$size $address >/tmp/ping 2>&1 &&
				! grep -q 'wrong data' /tmp/ping || { echo size \$size; cat /tmp/ping; exit 1; }
		done"
}

# net_file FROM TO ADDRESS MIB: that many random MiB go over TCP to TO's ADDRESS; both ends' sha256 agree.
net_file() {
	local from=$1 to=$2 address=$3 mib=$4 seconds=$((20 * BED_SLOW)) sent got

	sent=$(guest_run "$from" -t 60 "head -c $((mib << 20)) /dev/urandom >/tmp/sent; sha256sum </tmp/sent")
	guest_spawn "$to" receive "stream receive 7000 $seconds >/tmp/got"
	guest_run "$from" -t 110 "stream send $address 7000 $seconds </tmp/sent" || return
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

# net_udp FROM TO ADDRESS: 64, 1472 and 8000 bytes go back and forth over UDP a few hundred times, nearly all
# are answered, and every answer is what was asked.
net_udp() {
	local size said

	guest_spawn "$2" udp "sockperf server -i $3 -p 7001"
	for size in 64 1472 8000; do
		said=$(guest_run "$1" "sleep 0.5
			sockperf ping-pong -i $3 -p 7001 -m $size -t 1 --data-integrity --pps 300") ||
			{ echo "$said"; return 1; }
		# It ends well, too, when nothing comes back.
		awk -F'[=;]' '/\[Total Run\]/ { sent = $6; got = $8 } END { exit got < 10 || got < sent * 0.9 }' \
			<<<"$said" || complain "$size bytes: $said" || return
	done
	guest_run "$2" "kill \$(pidof sockperf)"
}

# net_exchange ONE OTHER "ADDRESS..." "ADDRESS..." [KIB [SIZE...]]: for each address of ONE (first list)
# and of OTHER (second list) a file of random KIB over TCP both ways and datagrams of the sizes there and
# back, all at once; everything arrives as it was sent.
net_exchange() {
	local one=$1 other=$2 seconds=$((20 * BED_SLOW)) kib=${5:-1024} sizes="${*:6}" mine theirs

	sizes=${sizes:-64 1472 8000}
	guest_spawn "$other" exchange "exchange answer $kib $seconds \"$sizes\" $3"
	mine=$(guest_run "$one" -t 60 "exchange ask $kib $seconds \"$sizes\" $4") ||
		{ echo "$one: $mine"; guest_join "$other" exchange 30; return 1; }
	theirs=$(guest_join "$other" exchange 30) || { echo "$other: $theirs"; return 1; }
	[ "$(net_sent "$mine") $(net_got "$mine")" = "$(net_got "$theirs") $(net_sent "$theirs")" ] ||
		complain "$one has $mine, $other has $theirs"
}

# What a half of the exchange sent, and what it got if that was the same from all addresses.
net_sent() {
	head -n 1 <<<"$1"
}

net_got() {
	tail -n +2 <<<"$1" | uniq
}

# Both addresses of a host, for net_exchange.
net_both() {
	echo "$(net_v4 "$1" "$2") $(net_v6 "$1" "$2")"
}

# net_counters PAIRING GUEST N: neither end counts an error, none of ours a drop, and both count traffic.
# Stock drops a packet now and then for which it has no room.
net_counters() {
	local front back

	front=$(guest_run "$2" "cd /sys/class/net/\$(vif $3)/statistics && grep . *_errors *_dropped *x_packets") ||
		complain "counters of the guest's end cannot be read: $front" || return
	back=$(cd "/sys/class/net/$(net_back_name "$2" "$3")/statistics" && grep . ./*_errors ./*_dropped ./*x_packets) ||
		complain "counters of dom0's end cannot be read: $back" || return
	net_counters_right "${1%/*}" "$front" && net_counters_right "${1#*/}" "$back"
}

# net_counters_right stock|ours COUNTERS: those of one end, "NAME:VALUE" a line. One that is missing would
# otherwise be as good as one that is zero.
net_counters_right() {
	local name wrong=errors

	for name in {rx,tx}_{errors,dropped,packets}; do
		[[ $'\n'$2 =~ $'\n'(\./)?$name:[0-9] ]] || complain "no counter $name in: $2" || return
	done
	[ "$1" = stock ] || wrong='errors|dropped'
	wrong=$(grep -E "($wrong):[1-9]|packets:0\$" <<<"$2") || return 0
	complain "counters: $wrong"
}
