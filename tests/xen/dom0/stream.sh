# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# TCP connections that last while something else happens, and whose content is compared at the end. For
# scenarios that include it; FROM and TO are the name of a guest or dom0, as in net.sh.

# Longest that either end of a stream waits without progress, in seconds.
stream_patience=$((240 * ${BED_SLOW:-1}))

# stream_start TAG FROM TO ADDRESS PORT PAUSE COUNT: sends COUNT blocks (guest/bin/blocks), or with 0 as
# many as there is time for until stream_end, one every PAUSE seconds. TAG is part of file names.
stream_start() {
	guest_run "$2" "rm -f /tmp/$1.stop /tmp/$1.sum /tmp/$1.pipe; mkfifo /tmp/$1.pipe; echo 0 >/tmp/$1.blocks"
	guest_spawn "$3" "$1-to" "{ stream receive $5 $stream_patience || echo broken; } | sha256sum"
	guest_spawn "$2" "$1-from" "sha256sum </tmp/$1.pipe >/tmp/$1.sum &
		blocks $1 $6 $7 | tee /tmp/$1.pipe | stream send $4 $5 $stream_patience || exit
		wait"
}

# stream_count TAG FROM: blocks that have been sent. The file is empty for a moment while it is written.
stream_count() {
	guest_run "$2" "for try in 1 2 3 4 5 6 7 8 9; do
			read -r n </tmp/$1.blocks && echo \$n && exit
			sleep 0.1
		done; exit 1"
}

# stream_moves TAG FROM SECONDS: more blocks are sent within that time.
stream_moves() {
	local n before now

	before=$(stream_count "$1" "$2")
	for ((n = 0; n < $3 * BED_SLOW; n++)); do
		now=$(stream_count "$1" "$2") || return
		[ "$now" -le "$((before + 2))" ] || return 0
		sleep 1
	done
	complain "stream $1 stands at block $before"
}

# stream_runs TAG FROM: it has not ended by itself.
stream_runs() {
	guest_run "$2" "[ ! -e /tmp/$1-from.rc ] || { echo stream $1 has ended; cat /tmp/$1-from.out; exit 1; }"
}

# stream_end TAG FROM TO SECONDS: stops it (one of a given COUNT: lets it finish). Both ends must have
# ended well, with the same sum.
stream_end() {
	local sent got

	guest_join "$2" "$1-from" "$4" || {
		echo "$2 could not send; $3 says: $(guest_run "$3" "cat /tmp/$1-to.rc /tmp/$1-to.out" 2>&1)"
		return 1
	}
	got=$(guest_join "$3" "$1-to" "$4") || { echo "$got"; return 1; }
	sent=$(guest_run "$2" "cat /tmp/$1.sum; rm -f /tmp/$1.*")
	[ "$sent" = "$got" ] || complain "$2 sent $sent, $3 got $got"
}

# stream_stop TAG FROM TO SECONDS: the same for one that goes on until it is stopped.
stream_stop() {
	guest_run "$2" ": >/tmp/$1.stop"
	stream_end "$@"
}
