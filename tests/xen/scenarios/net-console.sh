#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The guest's kernel messages go out by its vif (netconsole), from whatever context the kernel prints in:
# they arrive in dom0, also while the vif is busy, and nothing locks up, also when the vif goes away
# meanwhile. The same for dom0's messages, to the guest.
#
# pair: net
# pairings: ours/ours
# plan: 2 + 7 * pairs
# seconds: 60 + 60 * pairs
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

module=/lib/modules/$(uname -r)/kernel/drivers/net/netconsole.ko
heard=/tmp/netconsole.heard

# The module comes by the vif, too.
load() {
	guest_spawn g module 'stream receive 7000 20 >/tmp/netconsole.ko'
	guest_run dom0 "stream send $(net_v4 1 2) 7000 20 <$module"
	guest_join g module 20
	# What programs write there is rationed otherwise.
	guest_run g "echo on >/proc/sys/kernel/printk_devkmsg; modprobe configfs; insmod /tmp/netconsole.ko \
		netconsole=6665@$(net_v4 1 2)/\$(vif 0),6666@$(net_v4 1 1)/$(cat /sys/class/net/xenbr1/address)"
}

listen() {
	cat >/tmp/listen.py <<-END
		import os, socket
		open("/tmp/listen.pid", "w").write(str(os.getpid()))
		s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
		s.bind(("$(net_v4 1 1)", 6666))
		with open("$heard", "ab", buffering=0) as f:
		    while True:
		        f.write(s.recv(65536))
	END
	: >$heard
	guest_spawn dom0 listen 'exec python3 /tmp/listen.py'
	sleep 1
}

attach() {
	net_pairing_use "$1" g
	net_add g 0 xenbr1 1 2
	listen
	load
}

# say N TAG: the guest's kernel says N lines, as fast as it can.
say() {
	guest_run g "n=0; while [ \$n -lt $1 ]; do echo '<1>$2 line' \$n >/dev/kmsg; n=\$((n + 1)); done"
}

# arrived N TAG: at least so many of them have arrived; UDP may lose some.
arrived() {
	local n

	for ((n = 0; n < 50; n++)); do
		[ "$(grep -c -a "$2 line" $heard)" -lt "$1" ] || return 0
		sleep 0.2
	done
	complain "only $(grep -c -a "$2 line" $heard) of $2 have arrived"
}

quiet() {
	say 20 quiet
	arrived 20 quiet
}

# Messages while the rings are full both ways.
busy() {
	guest_spawn dom0 traffic "exchange answer 8192 60 64 $(net_both 1 2)"
	guest_spawn g traffic "exchange ask 8192 60 64 $(net_both 1 1)"
	say 400 busy
	guest_join dom0 traffic 60
	guest_join g traffic 60
	arrived 300 busy
}

# Many lines in one go, from the kernel itself: the state of its memory.
bursts() {
	guest_run g 'echo 1 >/proc/sys/kernel/sysrq; for n in 1 2 3 4 5 6; do echo m >/proc/sysrq-trigger; done'
	say 20 after
	arrived 20 after
	[ "$(grep -c -a 'Mem-Info' $heard)" -ge 4 ] || complain "what the kernel said of itself is missing"
}

# How many datagrams have come to a port of the guest's where nobody listens.
unheard() {
	guest_run g "grep '^Udp: [0-9]' /proc/net/snmp" | cut -d' ' -f3
}

# The other way round: dom0's messages go to the guest by the bridge, while the vif is busy.
other_way() {
	local n before after status=0

	before=$(unheard)
	guest_spawn g traffic "exchange answer 4096 60 64 $(net_both 1 1)"
	modprobe netconsole "netconsole=6665@$(net_v4 1 1)/xenbr1,6667@$(net_v4 1 2)/$(xenstore-read "$(net_front_dir g 0)/mac")"
	for ((n = 0; n < 300; n++)); do
		echo "<1>bed: line $n to the guest" >/dev/kmsg
	done &
	guest_run dom0 "exchange ask 4096 60 64 $(net_both 1 2)" || status=1
	wait
	rmmod netconsole
	guest_join g traffic 60
	after=$(unheard)
	echo "$((after - before)) lines arrived"
	[ $status = 0 ] && [ $((after - before)) -ge 250 ]
}

# Messages all the while that the link goes down and up, and then away.
goes_away() {
	guest_spawn g endless "while [ ! -e /tmp/enough ]; do echo \"<1>endless line\" >/dev/kmsg; done"
	guest_run g "for n in 1 2 3; do ip link set \$(vif 0) down; sleep 0.2; ip link set \$(vif 0) up; sleep 0.3; done"
	arrived 50 endless
	net_detach g 0
	guest_run g 'touch /tmp/enough'
	guest_join g endless 20
	guest_run g 'rm /tmp/enough; rmmod netconsole'
	kill "$(cat /tmp/listen.pid)"
}

again() {
	net_add g 0 xenbr1 1 2
	net_ping g "$(net_v4 1 1)"
	net_detach g 0
}

net_bridge xenbr1 1
try "a guest starts" guest_start g
for pairing in "${pairings[@]}"; do
	try "$pairing: attaches, netconsole loads" attach "$pairing"
	try "$pairing: messages arrive" quiet
	try "$pairing: messages arrive while the vif is busy, and so does what it carries" busy
	try "$pairing: bursts of messages arrive" bursts
	try "$pairing: dom0's messages arrive in the guest" other_way
	try "$pairing: the vif goes down, up and away while the kernel talks" goes_away
	try "$pairing: it attaches again and works" again
done
try "the guest powers off" guest_stop g
