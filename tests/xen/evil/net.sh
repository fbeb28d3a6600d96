# shellcheck shell=bash disable=SC2154,SC2016 # lib.sh has bed_run; guest_run expands in the guest
# SPDX-License-Identifier: GPL-2.0
#
# What the scenarios with hostile network peers need beside front.sh and back.sh. The hostile
# interface is number 1 of the guest g.
#
# Against a hostile front-end it is on the bridge xenbr2, where dom0 is 10.0.2.1 and knows by itself
# who 10.0.2.2 is, so that no packet is needed to find out.

evil_bridge_mac=02:00:00:00:00:01
evil_guest_mac=00:16:3e:00:00:02

evil_net_bridge() {
	net_bridge xenbr2 2
	ip link set xenbr2 address $evil_bridge_mac
	ip neighbour replace "$(net_v4 2 2)" lladdr $evil_guest_mac dev xenbr2 nud permanent
}

# Attaches the hostile interface, and tells its front-end whom to send to.
evil_net_attach() {
	local out

	xl network-attach g bridge=xenbr2 mac=$evil_guest_mac
	xs_wait "$(net_back_dir g 1)/state" 2 20 || complain "the back-end makes no offer"
	xs_wait "$(net_back_dir g 1)/hotplug-status" connected 20 || complain "no hotplug script has run"
	printf '1 wire %s %s %s\n' $evil_bridge_mac "$(net_v4 2 2)" "$(net_v4 2 1)" >"$bed_run/acts"
	evil_send g "$bed_run/acts" /tmp/acts
	out=$(guest_run g -t 120 'evil-acts /tmp/acts evil-netfront')
	echo "$out"
	[[ "$out" == *answer=wired* ]] || complain "the front-end does not know whom to send to"
}

evil_net_reattach() {
	net_detach g 1
	evil_net_attach
}

# evil_net_detach_within SECONDS
evil_net_detach_within() {
	local begin=$SECONDS

	net_detach g 1
	[ $((SECONDS - begin)) -le "$1" ] || complain "took $((SECONDS - begin)) s"
}

evil_net_honest() {
	guest_run g 'echo 0 >/sys/module/evil_netfront/parameters/claim'
	ip neighbour del "$(net_v4 2 2)" dev xenbr2
	net_add g 1 xenbr2 2 2
	net_ping g "$(net_v4 2 1)" 56 1400 8000
	net_detach g 1
}

# Dom0 sends to the hostile guest all the while.
evil_net_flood_begin() {
	rm -f "$bed_run/flood-least"
	cat >"$bed_run/flood.py" <<-END
		import socket
		import time

		s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 24)
		s.setblocking(False)
		least = 1 << 40
		while True:
		    try:
		        s.sendto(bytes(1400), ("$(net_v4 2 2)", 9))
		    except OSError:
		        time.sleep(0.001)
		    free = int(open("/proc/meminfo").read().split("MemAvailable:")[1].split()[0])
		    if free < least:
		        least = free
		        open("$bed_run/flood-least", "w").write(str(least))
	END
	awk '/^MemAvailable/ { print $2 }' /proc/meminfo >"$bed_run/flood-memory"
	evil_net_dropped >"$bed_run/flood-dropped"
	guest_spawn dom0 flood "timeout $((14 * BED_SLOW)) python3 $bed_run/flood.py"
}

# Packets to the hostile guest that its back-end has dropped so far.
evil_net_dropped() {
	cat "/sys/class/net/$(net_back_name g 1)/statistics/tx_dropped"
}

# At no time did the flood hold 24 MB: what the sender's own buffer may hold (up to what the kernel
# allows a socket), half a megabyte in the queue, and what else dom0 does meanwhile.
evil_net_flood_bounded() {
	local before least dropped

	guest_join dom0 flood $((30 * BED_SLOW)) || true
	before=$(cat "$bed_run/flood-memory")
	least=$(cat "$bed_run/flood-least")
	dropped=$(($(evil_net_dropped) - $(cat "$bed_run/flood-dropped")))
	echo "available $before kB before, $least kB at least; dropped $dropped"
	[ $((before - least)) -le 24576 ] || complain "$((before - least)) kB were held"
	[ "$dropped" -gt 0 ] || complain "nothing was dropped"
}

# --- against a hostile back-end, which is 10.0.3.1 by itself ----------------------------------------

# evil_net_live VIF: gives both ends their addresses.
evil_net_live() {
	back_run "$1" wire 02:00:00:00:00:03 "$(net_v4 3 1)" | grep -q answer=wired
	net_address g "$1" 3 2 9000
}

# Connections to which events come before the back-end is Connected, then and again.
evil_net_early() {
	local out

	evil_detach 1
	echo 'early 500' >"$evil_debug/all/run"
	for _ in 1 2 3; do
		evil_fresh 1
		evil_detach 1
	done
	echo 'early 0' >"$evil_debug/all/run"
	out=$(guest_io 1 by said)
	said_check 1 "$out" 0
	evil_fresh 1
}

# evil_net_control ANSWER left|stays: the guest asks for a hash. It gives up a back-end that answers what
# was not asked; else packets flow whatever it hears.
evil_net_control() {
	local out line

	evil_fresh 1
	rm -f "$bed_run/fresh-1"
	back_run 1 ctrl "$1" | grep -q answer=armed
	guest_run g 'ethtool -X $(vif 1) equal 1'
	sleep 2
	line=$(back_run 1 report)
	out=$(guest_io 1 ping by said)
	echo "$line"
	echo "$out"
	back_run 1 ctrl honest >/dev/null
	said_check 1 "$out" 1
	[[ "$line" =~ given=[1-9] ]] || complain "no control message came"
	[[ "$line" == *answer=$2* ]] || complain "the front-end must be: $2"
	grep -q '^said: .*\(hash settings\|control ring\)' <<<"$out" || complain "no line says so"
	[ "$2" = left ] || [[ "$out" == io=ok* ]] || complain "no packet gets through"
	evil_detach 1
}

# evil_net_unanswered ANSWER: what the guest sends gets no true answer.
evil_net_unanswered() {
	evil_fresh 1
	back_run 1 arm "$1" 100000
	guest_io 1 ping large by
	evil_detach 1
	evil_fresh 1
}

evil_net_silent_hold() {
	evil_fresh 1
	back_run 1 silent
	back_run 1 rx r:0:4000:h
	evil_detach 1
	evil_fresh 1
}
