#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A guest that is paused answers nothing. Its vif loses the carrier when it takes no packets, and gets it
# back with the guest; it goes within seconds when it is detached or unbound, and a front-end goes
# within seconds when no back-end is there. All the while ip-link answers within a second, and another
# guest's vif loses no packet.
#
# pair: net
# pairings: ours/ours
# long: yes
# plan: 4 + 12 * pairs
# seconds: 500 * pairs
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

# What a peer may keep a removal waiting is 5 s; programs under emulation take their time too.
within=$((5 + 2 * BED_SLOW))
stall=3

# takes_at_most SECONDS COMMAND...: it succeeds, and in that time.
takes_at_most() {
	local most=$1 begin took
	shift

	begin=$(date +%s%N)
	"$@"
	took=$((($(date +%s%N) - begin) / 1000000))
	note "$1 took $took ms"
	[ $took -le $((most * 1000)) ] || complain "$took ms, more than $most s"
}

# Waits SECONDS until a command succeeds.
until_true() {
	local n seconds=$1
	shift

	for ((n = 0; n < seconds * 5; n++)); do
		! "$@" || return 0
		sleep 0.2
	done
	complain "not within $seconds s: $*"
}

gone() {
	[ ! -e "$1" ]
}

carries() {
	[ "$(cat "/sys/class/net/$(net_back_name g 0)/carrier")" = "$1" ]
}

# Asks for all links twice a second, as anything does that takes the one lock of network configuration,
# and notes each answer that took more than a second; and pings the other guest.
watch_start() {
	local begin took

	rm -f "$bed_run"/watch*
	ping -n -i 0.5 -W 5 "$(net_v4 1 3)" >"$bed_run/watch.ping" 2>&1 &
	echo $! >"$bed_run/watch.pid"
	while [ ! -e "$bed_run/watch.stop" ]; do
		begin=$(date +%s%N)
		ip link set lo up
		ip link >/dev/null
		took=$((($(date +%s%N) - begin) / 1000000))
		echo $took >>"$bed_run/watch.ms"
		sleep 0.5
	done &
}

watch_links() {
	: >"$bed_run/watch.stop"
	sort -n "$bed_run/watch.ms" | tail -n 3
	[ "$(wc -l <"$bed_run/watch.ms")" -ge 20 ]
	[ "$(sort -n "$bed_run/watch.ms" | tail -n 1)" -le $((1000 * BED_SLOW)) ]
}

watch_echoes() {
	kill -INT "$(cat "$bed_run/watch.pid")"
	sleep 1
	tail -n 3 "$bed_run/watch.ping"
	grep -q ' 0% packet loss' "$bed_run/watch.ping"
}

attach() {
	pairing_present "$1" net
	netback_use "${1#*/}" rx_stall_timeout_msecs=$((stall * 1000)) rx_drain_timeout_msecs=1000
	netfront_use g "${1%/*}"
	netfront_use h "${1%/*}"
	net_add g 0 xenbr1 1 2
	net_add h 0 xenbr1 1 3
	net_ping dom0 "$(net_v4 1 2)" 56
}

# So many packets that the guest's buffers run out and others wait. Once no more can wait, ping would send
# the rest of them one a second.
flood() {
	timeout $((2 * BED_SLOW)) ping -q -n -l 400 -c 400 -W 1 -s 1000 "$(net_v4 1 2)" >/dev/null 2>&1 || true
}

# A flood needs somebody to send it to.
hold_neighbour() {
	ip neighbour replace "$(net_v4 1 2)" dev xenbr1 lladdr \
		"$(guest_run g "cat /sys/class/net/\$(vif 0)/address")" nud permanent
}

stalls() {
	hold_neighbour
	xl pause g
	flood
	until_true $(((stall + 3) * BED_SLOW)) carries 0
	[ "$(cat "/sys/class/net/$(net_back_name h 0)/carrier")" = 1 ]
}

recovers() {
	xl unpause g
	until_true $((5 * BED_SLOW)) carries 1
	net_ping g "$(net_v4 1 1)" 56 8000
	net_ping dom0 "$(net_v4 1 2)" 56 8000
}

offline() {
	[ "$(xenstore-read "$1/online" 2>/dev/null || echo 0)" = 0 ]
}

# From when the toolstack has asked for it: how long xl takes to get there is not the driver's.
detach() {
	local back name

	back=$(net_back_dir g 0)
	name=$(net_back_name g 0)
	xl network-detach g 0 &
	until_true $((10 * BED_SLOW)) offline "$back"
	takes_at_most $within until_true $((2 * within)) gone "/sys/class/net/$name"
	wait $!
}

# With packets that wait for it.
detach_silent() {
	hold_neighbour
	xl pause g
	flood
	detach
	[ -z "$(xenstore-list "$(net_back_dir g 0)" 2>/dev/null)" ]
}

attach_again() {
	xl unpause g
	until_true $((10 * BED_SLOW)) guest_run g "! ls /sys/bus/xen/devices | grep -q vif"
	net_add g 0 xenbr1 1 2
	hold_neighbour
	net_ping g "$(net_v4 1 1)" 56 8000
}

back_driver() {
	echo "vif-$(guest_id g)-0" >"/sys/bus/xen-backend/drivers/vif/$1"
}

unbind_silent() {
	xl pause g
	flood
	takes_at_most $((2 * BED_SLOW)) back_driver unbind
	[ ! -e "/sys/class/net/$(net_back_name g 0)" ]
}

# The toolstack does not run its script again, so an administrator does what it did.
bind_again() {
	xl unpause g
	back_driver bind
	until_true 5 test -e "/sys/class/net/$(net_back_name g 0)"
	ip link set "$(net_back_name g 0)" master xenbr1 up
	xenstore-write "$(net_back_dir g 0)/hotplug-status" connected
	net_ready g 0
	until_true $((5 * BED_SLOW)) carries 1
	net_ping g "$(net_v4 1 1)" 56 8000
	net_ping dom0 "$(net_v4 1 2)" 56 8000
}

# The front-end goes while nobody is there to let go of its pages, and ip-link answers there too.
front_goes() {
	back_driver unbind
	guest_run g "
		(for n in 1 2 3 4 5 6 7 8; do
			date +%s >>/tmp/links; ip link set lo up; ip link >/dev/null; sleep 0.5
		done) &
		begin=\$(date +%s)
		echo vif-0 >/sys/bus/xen/drivers/vif/unbind || exit
		took=\$((\$(date +%s) - begin))
		echo \"# unbinding took \$took s\"
		wait
		[ ! -d /sys/bus/xen/devices/vif-0/net ] && [ \$took -le $within ]"
	guest_run g "awk 'NR > 1 && \$1 - last > $((2 * BED_SLOW)) { print \"links stood for\", \$1 - last, \"s\"; bad = 1 }
		{ last = \$1 } END { exit bad || NR != 8 }' /tmp/links; bad=\$?; rm -f /tmp/links; exit \$bad"
}

# Both come back, whoever is first.
both_again() {
	back_driver bind
	ip link set "$(net_back_name g 0)" master xenbr1 up
	xenstore-write "$(net_back_dir g 0)/hotplug-status" connected
	guest_run g 'echo vif-0 >/sys/bus/xen/drivers/vif/bind'
	net_ready g 0
	net_address g 0 1 2
	net_ping g "$(net_v4 1 1)" 56 8000
}

detach_both() {
	net_detach g 0
	net_detach h 0
}

net_bridge xenbr1 1
try "a guest starts" guest_start g memory=256
try "another guest starts" guest_start h memory=256 vcpus=1
for pairing in "${pairings[@]}"; do
	try "$pairing: both have vifs" attach "$pairing"
	watch_start
	try "$pairing: the carrier goes when a guest takes no packets" stalls
	try "$pairing: and comes back with the guest" recovers
	try "$pairing: a silent guest's vif is detached within $within s" detach_silent
	grep '^# ' "$bed_run/last-output" || true
	try "$pairing: the guest gets another one" attach_again
	try "$pairing: a silent guest's vif is unbound at once" unbind_silent
	grep '^# ' "$bed_run/last-output" || true
	try "$pairing: bound again, the guest's connection is back" bind_again
	try "$pairing: a front-end without a back-end goes within $within s" front_goes
	grep '^# ' "$bed_run/last-output" || true
	try "$pairing: both are bound again" both_again
	try "$pairing: links could be looked at and changed all the while" watch_links
	try "$pairing: another guest's vif lost nothing" watch_echoes
	try "$pairing: both are detached" detach_both
done
try "a guest powers off" guest_stop g
try "the other one too" guest_stop h
