# shellcheck shell=bash disable=SC2154 # bed_run comes from lib.sh
# SPDX-License-Identifier: GPL-2.0
#
# Counting hypercalls on the unmodified hypervisor: xentrace records every hypercall of every PV domain
# while a command runs, and hypercalls.py adds them up.

# hypercalls_during FILE COMMAND...: runs the command, writes lines "NAME COUNT" to FILE. The trace itself is
# written on a disk of dom0: xentrace writes from pages of Xen's, which 9p cannot.
hypercalls_during() {
	local file=$1 trace=/tmp/hypercalls.trace pid status=0
	shift

	rm -f $trace
	xentrace -D -S 512 -e 0x0020f000 $trace &
	pid=$!
	sleep 1
	"$@" || status=$?
	sleep 1
	kill -INT $pid
	wait $pid || true
	[ $status = 0 ] || return $status
	python3 /bed/payload/dom0/hypercalls.py $trace >"$file" || return
	rm -f $trace
}

# count_of FILE NAME: the count of one hypercall in a file of the above.
count_of() {
	awk -v name="$2" '$1 == name { n = $2 } END { print n + 0 }' "$1"
}
