#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# run_live.sh XSR XS_SERVER: the real xsr on the real libxenstore, against xs_server on a socket of
# its own. What it sees is host.nodes beside this script. Prints TAP; needs no Xen and no root.
set -euo pipefail

xsr=$1
server=$2
nodes=$(dirname "$0")/host.nodes
work=$(mktemp -d)
servers=()
count=0
failed=0

# shellcheck disable=SC2317 # the trap calls it
finish() {
	local pid
	for pid in "${servers[@]}"; do
		kill "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
	rm -rf "$work"
}
trap finish EXIT

# The tool takes its run directory, so its socket, from this.
export XENSTORED_RUNDIR=$work/none

# start NAME [OPTION...]: a server of its own; later runs talk to it.
start() {
	local name=$1 i
	shift
	mkdir "$work/$name"
	"$server" "$work/$name/socket" "$@" <"$nodes" >"$work/$name/server.out" 2>&1 &
	servers+=($!)
	XENSTORED_RUNDIR=$work/$name
	for ((i = 0; i < 100; i++)); do
		! grep -q ready "$work/$name/server.out" || return 0
		sleep 0.1
	done
	echo "Bail out! xs_server $name did not start: $(cat "$work/$name/server.out")"
	exit 1
}

# run_in DIR ARGUMENT...: leaves rc, out and err in DIR.
run_in() {
	local dir=$1 rc=0
	shift
	timeout 60 "$xsr" "$@" >"$dir/out" 2>"$dir/err" || rc=$?
	echo "$rc" >"$dir/rc"
}

run() {
	run_in "$work" "$@"
}

# check_in DIR WHAT RC TEXT: did the run exit with RC and print TEXT on either stream?
check_in() {
	local dir=$1 rc
	rc=$(cat "$dir/rc")
	count=$((count + 1))
	if [ "$rc" = "$3" ] && grep -qF -e "$4" "$dir/out" "$dir/err"; then
		echo "ok $count - $2"
		return
	fi
	failed=1
	echo "not ok $count - $2"
	echo "# wanted exit code $3 and \"$4\", got $rc and:"
	sed 's/^/# /' "$dir/out" "$dir/err"
}

check() {
	check_in "$work" "$@"
}

# This one takes as long as xsr waits for an answer, so it runs beside the others.
start hang --hang
run_in "$work/hang" list &
hanging=$!

XENSTORED_RUNDIR=$work/none
run list
check 'no xenstore: the socket is named' 1 "tried the socket $work/none/socket"
check 'no xenstore: a way out is named' 1 'Run xsr as root in a Xen domain'

start good
run list
check 'list: a vbd' 0 'persistent,indirect=256,flush,read-only  /dev/dm-1'
check 'list: a vif' 0 'vif3.0'
run list --type vif --json
check 'list --json: the type asked for' 0 '"type": "vif"'
run list --domain guest
check 'list --domain: by name' 0 'xvdb'
run list --domain 17
check 'list --domain: none of that number' 1 'no such domain: 17'
run show vbd guest xvdb
check 'show: a vbd is well' 0 'Problems: none'
run show vif 3 0
check 'show: a bad key is named, its bytes made harmless' 0 \
	'front-end key rx-ring-ref is malformed: "\x1b[31m769"'
run show /local/domain/0/backend/vbd/3/51728 --json
check 'show PATH --json' 0 '"multi-queue-num-queues"'
run show vbd 3 51729
check 'show: no such device' 1 'it has 51728 (xvdb)'
rc=0
"$xsr" list >/dev/full 2>"$work/err" || rc=$?
echo "$rc" >"$work/rc"
check 'output that cannot be written' 1 'cannot write the output'

start conflicts --conflict 3
run show vbd 3 xvdb
check 'a few conflicts are got over' 0 'Problems: none'
start restless --conflict 1000000
run show vbd 3 xvdb
check 'endless conflicts are told' 0 'values are not of one moment'
start none --no-transactions
run show vbd 3 xvdb
check 'no transactions are told' 0 'values are not of one moment'
start eof --eof-after 7
run list
check 'a daemon that dies' 1 'reading xenstore failed'

run
check 'no command' 2 'Usage: xsr COMMAND'
run frobnicate
check 'no such command' 2 'no such command: "frobnicate"'
run list --frobnicate
check 'no such option' 2 'xsr list'
run list vbd
check 'list takes no argument' 2 '"vbd" is not expected'
run list --type vfb
check 'list: no such type' 2 '"vfb" is no type of device'
run show vbd 3
check 'show: too few arguments' 2 'TYPE DOMAIN DEVICE'
run show vbd 3 xvda more
check 'show: too many arguments' 2 'too many arguments at "more"'
run show vfb 3 0
check 'show: no such type' 2 '"vfb" is no type of device'
run help nothing
check 'help: no such command' 2 'no such command: "nothing"'
run --help
check '--help' 0 'everything about one device'
run help
check 'help' 0 'everything about one device'
run help show
check 'help COMMAND' 0 'TYPE DOMAIN DEVICE'
run list --help
check 'COMMAND --help' 0 '--json'
run --version
check '--version' 0 'xsr (Splitring)'

wait "$hanging"
check_in "$work/hang" 'a daemon that never answers' 1 'xenstore does not answer'

echo "1..$count"
exit $failed
