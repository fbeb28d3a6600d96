# shellcheck shell=bash disable=SC2154,SC2016 # lib.sh has bed_run; guest_run expands in the guest
# SPDX-License-Identifier: GPL-2.0
#
# What the scenarios with a hostile back-end share; runs in dom0, after dom0/lib.sh. The guest is
# called g and its disk xvdb is the bystander, served by an honest stock back-end to the same
# front-end driver; it must do verified I/O after every act. The
# front-end under test is ours if the pairings asked for have it at all; with the stock one a missed
# verdict is only shown.
#
# The hostile back-end's devices are made here, key by key as xl makes them, since a device without
# a disk behind it needs no hotplug script; that is also ten times as fast.
# shellcheck source=tests/xen/evil/evil.sh
. /bed/payload/evil/evil.sh

peer=${PEER:-stock}
[[ -n ${PEER:-} || " ${pairings[*]} " != *' ours/'* ]] || peer=ours
canary=0xc0ffee0ddba11ad5
evil_debug=/sys/kernel/debug/evil-blkback

# evil_begin_back VDEV...: loads the hostile back-end for these, then the honest one for the rest.
evil_begin_back() {
	local claim='' vdev

	! lsmod | grep -q '^evil_blkback' || rmmod evil-blkback
	for vdev in "$@"; do
		claim+=,$(vbd_number "$vdev")
	done
	insmod /bed/payload/ko/evil/evil-blkback.ko claim="${claim#,}"
	backend_use stock
}

# evil_start_back: the guest, with the front-end under test.
evil_start_back() {
	guest_start g vcpus=2 wait=200
	frontend_use g "$peer"
}

# back_run VDEV WORD...: one command; its line of result.
back_run() {
	local file

	file=$evil_debug/$(vbd_number "$1")/run
	echo "${*:2}" >"$file"
	cat "$file"
}

# evil_attach VDEV [TRUSTED]: makes the device; returns once the front-end has answered the offer.
evil_attach() {
	local front back id vbd

	id=$(guest_id g)
	vbd=$(vbd_number "$1")
	front=$(front_dir g "$1")
	back=$(back_dir g "$1")
	xenstore-write "$back/frontend" "$front" "$back/frontend-id" "$id" "$back/online" 1 \
		"$back/removable" 0 "$back/bootable" 1 "$back/dev" "$1" "$back/type" phy \
		"$back/mode" w "$back/device-type" disk \
		"$front/backend" "$back" "$front/backend-id" 0 "$front/virtual-device" "$vbd" \
		"$front/device-type" disk "$front/trusted" "${2:-1}" "$front/protocol" x86_64-abi
	xenstore-chmod -r "$back" n0 "r$id"
	xenstore-chmod -r "$front" "n$id" r0
	xenstore-write "$back/state" 1 "$front/state" 1
}

# evil_live VDEV: waits until both ends are Connected.
evil_live() {
	xs_wait "$(front_dir g "$1")/state" 4 20 || complain "the front-end did not connect to $1"
	guest_run g "n=0; until [ -b /dev/$1 ]; do sleep 0.1; n=\$((n + 1)); [ \$n -lt 100 ] || exit 1; done" ||
		complain "the guest has no /dev/$1"
}

# evil_detach VDEV: as xl does; the front-end has 10 s to say Closed, then the directories go, and
# 5 s later the guest's device must be gone.
evil_detach() {
	local front back status=0

	front=$(front_dir g "$1")
	back=$(back_dir g "$1")
	xenstore-exists "$back" || return 0
	xenstore-write "$back/online" 0 "$back/state" 5
	xs_wait "$front/state" 6 10 || complain "the front-end of $1 did not say Closed" || status=1
	xenstore-rm "$front"
	xenstore-rm "$back"
	guest_run g "
		n=0
		while [ -e /sys/bus/xen/devices/vbd-$(vbd_number "$1") ] || [ -b /dev/$1 ]; do
			sleep 0.1; n=\$((n + 1)); [ \$n -lt 50 ] || exit 1
		done" || complain "the guest still has $1" || status=1
	return $status
}

# guest_io VDEV read|write|sync [SECONDS]: one direct I/O; says io=ok, fail or hang, and how long.
guest_io() {
	local args

	case "$2" in
	read) args="if=/dev/$1 of=/dev/null bs=4k count=1 iflag=direct" ;;
	write) args="if=/dev/zero of=/dev/$1 bs=4k count=1 oflag=direct conv=notrunc" ;;
	sync) args="if=/dev/zero of=/dev/$1 bs=4k count=1 conv=notrunc,fsync" ;;
	esac
	guest_run g "
		now() { sed 's/ .*//; s/\\.//' /proc/uptime; }
		rm -f /tmp/io.rc; t0=\$(now)
		(dd $args 2>/tmp/io.err; echo \$? >/tmp/io.rc) &
		n=0
		until [ -e /tmp/io.rc ] || [ \$n -ge $((${3:-10} * 20)) ]; do sleep 0.05; n=\$((n + 1)); done
		ms=\$((\$(now) * 10 - t0 * 10))
		case \$(cat /tmp/io.rc 2>/dev/null) in
		0) echo io=ok ms=\$ms ;;
		'') echo io=hang ms=\$ms ;;
		*) echo io=fail ms=\$ms \$(cat /tmp/io.err) ;;
		esac"
}

evil_bystander() {
	guest_run g -t 40 '
		head -c 65536 /dev/urandom >/tmp/by
		timeout 30 dd if=/tmp/by of=/dev/xvdb bs=64k oflag=direct conv=notrunc 2>/dev/null &&
		timeout 30 dd if=/dev/xvdb bs=64k count=1 iflag=direct 2>/dev/null | cmp - /tmp/by' ||
		complain "the bystander's I/O failed"
}

# What the guest's kernel said since the last call, into $bed_run/guest-said.
guest_log_begin() {
	guest_run g 'echo "evil: act" >/dev/kmsg'
}

# guest_log_check VDEV LEFT: no splat in the guest, at most twenty lines about the device; with LEFT=left
# at least one.
guest_log_check() {
	local n said=$bed_run/guest-said

	guest_run g "dmesg | awk '/evil: act/ { n = 0 } { line[n++] = \$0 } END { for (i = 1; i < n; i++) print line[i] }'" >"$said"
	grep -E -A 12 -m 1 "$evil_splats" "$said" && complain "the guest's kernel is hurt"
	n=$(grep -c -e "vbd-$(vbd_number "$1")" "$said" || true)
	[ "$n" -le 20 ] || complain "$n lines about $1"
	[ "$2" != left ] || [ "$n" -gt 0 ] || complain "no line says why $1 was given up"
	grep -e "vbd-$(vbd_number "$1")" "$said" || true
}

# evil_fresh VDEV: a live device to work on; keeps the one that is there if it still serves.
evil_fresh() {
	if xenstore-exists "$(back_dir g "$1")" && guest_io "$1" read 5 | grep -q io=ok; then
		return 0
	fi
	evil_detach "$1" || true
	evil_attach "$1"
	evil_live "$1"
}

# judge_answer VDEV IO THEIRS read|write|sync ANSWER: see answer.
judge_answer() {
	local vdev=$1 wanted_io=$2 wanted=$3 what=$4 io line left=stays
	shift 4

	evil_fresh "$vdev"
	guest_log_begin
	back_run "$vdev" arm "$*" | grep answer=armed
	io=$(guest_io "$vdev" "$what")
	line=$(back_run "$vdev" report)
	echo "evil-blkback $vdev $*: $io ${line#*: }"
	evil_bystander
	[[ "$line" != *answer=left* ]] || left=left
	guest_log_check "$vdev" $left
	[[ "$line" =~ given=[1-9] ]] || complain "the answer was never given"
	[[ "$io" =~ io=($wanted_io)( |$) ]] || complain "io must be $wanted_io"
	[[ "$line" =~ answer=($wanted)( |$) ]] || complain "the front-end must be: $wanted"
	if [ $left = stays ]; then
		[[ "$(guest_io "$vdev" read)" == io=ok* ]] || complain "the next read fails"
	else
		[[ "$io" =~ ms=([0-9]{1,3}|[12][0-9]{3})( |$) ]] || complain "the I/O took too long to end"
		back_run "$vdev" release
		evil_detach "$vdev"
		evil_fresh "$vdev"
		[[ "$(guest_io "$vdev" read)" == io=ok* ]] || complain "the slot does not work again"
	fi
}

# answer VDEV IO THEIRS WHAT ANSWER: one bad answer to one I/O and its verdict, as a test line. IO is
# what the program that does the I/O sees (ok, fail), THEIRS what the front-end does (stays, left).
answer() {
	evil_act "$5 to a $4: io $2, front-end $3" judge_answer "$@"
}

# judge_key VDEV VERDICT KEY VALUE
judge_key() {
	local vdev=$1 verdict=$2 key=$3 value=$4 front came line

	front=$(front_dir g "$vdev")
	evil_detach "$vdev"
	echo clear >$evil_debug/all/run
	echo "preset $key $value" >$evil_debug/all/run
	guest_log_begin
	evil_attach "$vdev"
	if xs_wait "$front/state" '[456]' 15; then
		case "$(xenstore-read "$front/state")" in
		4) came=accepted ;;
		*) came=refused ;;
		esac
	else
		came=silence
	fi
	line="evil-blkback $vdev $key=$value: $came"
	echo "$line"
	[ $came != accepted ] || guest_run g "cat /sys/block/$vdev/size /sys/block/$vdev/queue/logical_block_size" || true
	evil_bystander
	guest_log_check "$vdev" "$([ $came != refused ] || echo left)"
	[[ $came =~ ^($verdict)$ ]] || complain "must be $verdict"
	if [ $came = refused ]; then
		guest_log_check "$vdev" left | grep -q -F -e "$key" || complain "no line names $key"
	elif [ $came = accepted ] && [ "$(guest_run g "cat /sys/block/$vdev/size")" -ge 8 ]; then
		[[ "$(guest_io "$vdev" read)" == io=ok* ]] || complain "a read fails"
	fi
	echo clear >$evil_debug/all/run
	evil_detach "$vdev"
}

# key VDEV VERDICT KEY VALUE: a back-end with this one key wrong is accepted or refused.
key() {
	evil_act "key $3=$4 is $2" judge_key "$@"
}

# judge_do VDEV ANSWER STATE ACT...
judge_do() {
	local vdev=$1 answers=$2 after=$3 line
	shift 3

	evil_fresh "$vdev"
	guest_log_begin
	line=$(back_run "$vdev" "$*")
	echo "$line"
	evil_bystander
	guest_log_check "$vdev" ''
	[[ "$line" =~ answer=($answers)( |$) ]] || complain "answer must be $answers"
	case "$after" in
	works) [[ "$(guest_io "$vdev" read)" == io=ok* ]] || complain "the next read fails" ;;
	esac
	evil_detach "$vdev"
	evil_fresh "$vdev"
	[[ "$(guest_io "$vdev" read)" == io=ok* ]] || complain "the slot does not work again"
}

# act VDEV ANSWERS AFTER ACT...: an act without a request; afterwards the device works, or may be in
# any state (any) but can be detached and attached again.
act() {
	evil_act "${*:4}: $2, then $3" judge_do "$@"
}

# A read gets no answer; it must end with an error once the disk is taken away.
evil_unanswered() {
	evil_fresh "$1"
	back_run "$1" arm nothing 1000
	guest_run g "rm -f /tmp/un.rc; (dd if=/dev/$1 of=/dev/null bs=4k count=1 iflag=direct; echo \$? >/tmp/un.rc) >/dev/null 2>&1 &"
	sleep 2
	guest_run g '! [ -e /tmp/un.rc ]' || complain "the read ended by itself"
	evil_detach "$1"
	guest_run g 'grep -qx 1 /tmp/un.rc' || complain "the read did not end with an error"
}

# The offer is made and then nothing follows.
evil_silent_start() {
	evil_detach "$1"
	evil_attach "$1"
	xs_wait "$(front_dir g "$1")/state" '[34]' 20
	back_run "$1" silent
	evil_detach "$1"
	evil_fresh "$1"
	[[ "$(guest_io "$1" read)" == io=ok* ]] || complain "the slot does not work again"
}

evil_silent_end() {
	evil_fresh "$1"
	back_run "$1" silent
	evil_detach "$1"
	evil_fresh "$1"
	[[ "$(guest_io "$1" read)" == io=ok* ]] || complain "the slot does not work again"
}

# evil_canary VDEV TRUSTED clean|spilled: what the back-end finds around the guest's I/O.
evil_canary() {
	local line

	evil_detach "$1"
	evil_attach "$1" "$2"
	evil_live "$1"
	back_run "$1" canary $canary >/dev/null
	guest_run g "evil-canary /dev/$1 200"
	line=$(back_run "$1" canary 0)
	echo "$line"
	evil_detach "$1"
	[[ "$line" == *answer=$3* ]] || complain "must be $3"
}
