# shellcheck shell=bash disable=SC2154 # ko comes from lib.sh
# SPDX-License-Identifier: GPL-2.0
#
# Timed jobs over a pairing, for the demo and the bench: puts both pairs of drivers in place, attaches
# disks and a vif to each guest that takes part, and runs the jobs of benchmarks/fio/ and benchmarks/net/.
# What a tool prints goes to a file in /bed/results, PAIRING.JOB.REPEAT.GUEST.TOOL, its exit status to the
# same with .status; benchmarks/figures.py reads nothing else. Nothing here judges a result.
#
# Each guest has xvdc, the fastest disk there is, and vif 0 on the bridge xenbr1, where dom0 is host 1 and guest N is host 1 + N; the
# first guest also has xvdb, a memory-backed disk that keeps what is written, for the jobs that say so.
# A job's name may end in @SETTING, which says under what it ran and chooses no other job.

results=/bed/results
# Drivers are loaded with this many queues at most, when it is set.
measure_queues=
# Whether the first guest has xvdb too: "" or anything.
measure_keeping=1
# For experiments: parameters of our front-end and back-end of disks.
read -ra measure_front <<<"${BENCH_FRONT:-}"
read -ra measure_back <<<"${BENCH_BACK:-}"
# For experiments: a line of the guests' configuration.
# shellcheck disable=SC2034 # who starts the guests reads it
measure_more=${BENCH_TSC:+tsc_mode = \"$BENCH_TSC\"}
# So much of a job's time may other processes of the computer have taken, in per cent of one CPU.
measure_lost_most=10
# The disk of jobs that keep nothing, as the guest calls it.
measure_disk=/dev/xvdc

# measure_wanted JOB...: those that BENCH_ONLY does not leave out, one a line.
measure_wanted() {
	local job

	for job in "$@"; do
		[ -z "${BENCH_ONLY:-}" ] || [[ " $BENCH_ONLY " == *" ${job%%@*} "* ]] || continue
		echo "$job"
	done
}

# measure_turn PAIRING NUMBER "JOB..." GUEST...: BENCH_RUNS times each job of a turn, for BENCH_SECONDS.
measure_turn() {
	local job run

	for ((run = 1; run <= BENCH_RUNS; run++)); do
		for job in $3; do
			measure "$1" "$job" $((($2 - 1) * BENCH_RUNS + run)) "$BENCH_SECONDS" "${@:4}"
		done
	done
}

# measure_start GUEST...: disks, bridge and what answers in dom0; once, after the guests have started.
measure_start() {
	local n guest

	mkdir -p $results
	make_null nullb1 128 memory_backed=1 cache_size=1 discard=1
	net_bridge xenbr1 1
	for ((n = 1; n <= $#; n++)); do
		guest=${!n}
		make_null "nullb$((n + 1))" 1024
		echo "$n" >"$bed_run/guest/$guest/number"
		measure_serve dom0 "$guest"
	done
	[ $# = 1 ] || measure_serve "$2" "$1"
}

# The place of a guest on the network; the port at which it is served.
measure_host() {
	echo $((1 + $(cat "$bed_run/guest/$1/number")))
}

measure_port() {
	echo $((5200 + $(measure_host "$1")))
}

# measure_serve WHERE GUEST: answers that guest's jobs there, until the run ends.
measure_serve() {
	local port

	port=$(measure_port "$2")
	guest_spawn "$1" "iperf3-$port" "iperf3 -s -i 0 -p $port"
	guest_spawn "$1" "sockperf-$port" "sockperf server -i 0.0.0.0 -p $((port + 1000))"
	guest_spawn "$1" "sockperf-tcp-$port" "sockperf server -i 0.0.0.0 -p $((port + 1000)) --tcp"
	net_listening "$1" "$port"
	net_listening "$1" $((port + 1000))
}

# measure_attach PAIRING GUEST...: its drivers in dom0 and in the guests, then all devices.
measure_attach() {
	local pairing=$1 guest options=() front=() back=()
	shift

	[ -z "$measure_queues" ] || options=("max_queues=$measure_queues")
	pairing_present "$pairing" blk
	pairing_present "$pairing" net
	[ "${pairing%/*}" = stock ] || front=("${measure_front[@]}")
	[ "${pairing#*/}" = stock ] || back=("${measure_back[@]}")
	backend_use "${pairing#*/}" "${options[@]}" "${back[@]}"
	netback_use "${pairing#*/}" "${options[@]}"
	for guest in "$@"; do
		frontend_use "$guest" "${pairing%/*}" "${options[@]}" "${front[@]}"
		netfront_use "$guest" "${pairing%/*}" "${options[@]}"
		! measure_keeps "$guest" || disk_attach "$guest" /dev/nullb1 xvdb
		disk_attach "$guest" "/dev/nullb$(measure_host "$guest")" xvdc
		net_add "$guest" 0 xenbr1 1 "$(measure_host "$guest")"
	done
}

# Does this guest get xvdb?
measure_keeps() {
	[ -n "$measure_keeping" ] && [ "$(cat "$bed_run/guest/$1/number")" = 1 ]
}

measure_detach() {
	local guest

	for guest in "$@"; do
		! measure_keeps "$guest" || disk_detach "$guest" xvdb
		disk_detach "$guest" xvdc
		net_detach "$guest" 0
	done
}

# record PAIRING JOB REPEAT GUEST.TOOL COMMAND...: keeps output and exit status of a command.
record() {
	local file status=0

	file=$results/${1/\//-}.$2.$3.$4
	"${@:5}" >"$file" || status=$?
	echo "$status" >"$file.status"
	[ $status = 0 ] || note "$1: $2 failed with status $status"
}

# What other processes have taken so far, ms (bed_lose in bed.sh).
measure_lost() {
	cat /bed/lost
}

measure_ms() {
	local us=${EPOCHREALTIME/./}

	echo $((us / 1000))
}

# measure PAIRING JOB REPEAT SECONDS GUEST...: one job, of fio or of the network, in all guests at once. When the
# computer had much else to do meanwhile, the figures tell of that: it is done again, twice at most.
measure() {
	local n lost start ms

	note "$1: $2"
	for n in again again 'no more'; do
		lost=$(measure_lost)
		start=$(measure_ms)
		measure_once "$@"
		lost=$(($(measure_lost) - lost))
		ms=$(($(measure_ms) - start))
		[ $((lost * 100)) -gt $((ms * measure_lost_most)) ] || return 0
		note "$1: $2: others had a CPU for $lost of $ms ms; $n"
		echo "$1 $2 $n" >>$results/lost
	done
}

measure_once() {
	local guest pids=()

	for guest in "${@:5}"; do
		if [ -e "/bed/payload/fio/${2%%@*}.fio" ]; then
			measure_fio "$1" "$2" "$3" "$4" "$guest" &
		else
			measure_net "$1" "$2" "$3" "$4" "$guest" &
		fi
		pids+=($!)
	done
	wait "${pids[@]}"
}

measure_fio() {
	local job=${2%%@*} disk=$measure_disk

	! grep -q '^; disk: keeps' "/bed/payload/fio/$job.fio" || disk=/dev/xvdb
	record "$1" "$2" "$3" "$5.fio" guest_run "$5" -t $(($4 + 60)) \
		"DISK=$disk SECONDS_EACH=$4 fio --output-format=json /bed/fio/$job.fio"
}

measure_net() {
	local tool from to options offloads=on address port command

	# shellcheck source=/dev/null # a job file
	. "/bed/payload/net/${2%%@*}.job"
	address=$(net_v4 1 1)
	[ "$to" != other ] || address=$(net_v4 1 3)
	port=$(measure_port "$5")
	case "$tool" in
	iperf3) command="iperf3 -J -i 0 -c $address -p $port -t $4 $options" ;;
	sockperf) command="sockperf ping-pong -i $address -p $((port + 1000)) -t $4 $options" ;;
	esac
	[ "$from" != dom0 ] || command+=' -R'
	[ "$offloads" = on ] || measure_offloads "$5" off
	record "$1" "$2" "$3" "$5.$tool" guest_run "$5" -t $(($4 + 60)) "$command"
	[ "$offloads" = on ] || measure_offloads "$5" on
}

# measure_offloads GUEST on|off: at both ends of its vif. Not checksums: stock's front-end has no switch for those of
# what it sends, so that with them only one of the pairs would do without.
measure_offloads() {
	local want="sg $2 tso $2 gso $2 gro $2"

	guest_run "$1" "ethtool -K \$(vif 0) $want" >/dev/null
	# shellcheck disable=SC2086 # words
	ethtool -K "$(net_back_name "$1" 0)" $want >/dev/null
}
