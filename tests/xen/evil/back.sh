# shellcheck shell=bash disable=SC2154,SC2016 # lib.sh has bed_run; guest_run expands in the guest
# SPDX-License-Identifier: GPL-2.0
#
# What the scenarios with a hostile back-end share, be it of a disk or of an interface; runs in dom0,
# after dom0/lib.sh. The guest is called g; its disk xvdb, or its interface 0, is the bystander, served
# by an honest stock back-end to the same front-end driver; it does verified I/O all the time. The front-end under test is ours if the
# pairings asked for have it at all; with the stock one a missed verdict is only shown.
#
# The hostile back-end's devices are made here, key by key as xl makes them, since a device without
# a disk behind it needs no hotplug script; that is also ten times as fast.
# shellcheck source=tests/xen/evil/evil.sh
. /bed/payload/evil/evil.sh

peer=${PEER:-stock}
[[ -n ${PEER:-} || " ${pairings[*]} " != *' ours/'* ]] || peer=ours
canary=0xc0ffee0ddba11ad5
# The hostile module, and the honest use that a device is put to (see the file io).
case "$evil_kind" in
vbd)
	evil_module=evil-blkback
	evil_use='read'
	;;
vif)
	evil_module=evil-netback
	evil_use='ping'
	;;
esac
evil_debug=/sys/kernel/debug/$evil_module

# evil_begin_back VDEV...: loads the hostile back-end for these, then the honest one for the rest.
evil_begin_back() {
	local claim='' vdev

	for vdev in "$@"; do
		claim+=,$(evil_number "$vdev")
	done
	insmod "/bed/payload/ko/evil/$evil_module.ko" claim="${claim#,}"
	trap evil_end_back EXIT
	case "$evil_kind" in
	vbd) backend_use stock ;;
	vif) netback_use stock ;;
	esac
}

# The next scenario finds no hostile module.
evil_end_back() {
	guest_stop_all
	rmmod "$evil_module"
}

# evil_start_back DEVICE, or evil_start_back BRIDGE SUBNET: the guest, with the front-end under test, and
# the bystander.
evil_start_back() {
	local what=/dev/xvdb

	guest_start g vcpus=2 wait=200
	if [ "$evil_kind" = vif ]; then
		netfront_use g "$peer"
		net_add g 0 "$1" "$2" 2
		what=$(net_v4 "$2" 1)
	else
		frontend_use g "$peer"
		disk_attach g "$1" xvdb w
	fi
	guest_spawn g bystander "evil-bystander $what /tmp/bystander"
	guest_run g 'n=0; until grep -q "^[1-9]" /tmp/bystander; do sleep 0.2; n=$((n + 1)); [ $n -lt 100 ] || exit 1; done' ||
		complain "the bystander does not get going"
}

# back_run VDEV WORD...: one command of the hostile back-end; its line of result.
back_run() {
	local file

	file=$evil_debug/$(evil_number "$1")/run
	echo "${*:2}" >"$file"
	cat "$file"
}

# guest_io VDEV WORD...: see the file io.
guest_io() {
	guest_run g "evil-io $evil_kind $1 $(evil_number "$1") $((10 * BED_SLOW)) ${*:2}"
}

# evil_attach VDEV [TRUSTED]: makes the device.
evil_attach() {
	local front back id number

	id=$(guest_id g)
	number=$(evil_number "$1")
	front=$(evil_front_dir "$1")
	back=$(evil_back_dir "$1")
	xenstore-write "$back/frontend" "$front" "$back/frontend-id" "$id" "$back/online" 1 \
		"$front/backend" "$back" "$front/backend-id" 0 "$front/trusted" "${2:-1}"
	case "$evil_kind" in
	vbd) xenstore-write "$back/removable" 0 "$back/bootable" 1 "$back/dev" "$1" \
		"$back/type" phy "$back/mode" w "$back/device-type" disk \
		"$front/virtual-device" "$number" "$front/device-type" disk \
		"$front/protocol" x86_64-abi ;;
	vif) xenstore-write "$back/handle" "$number" "$back/mac" "$evil_guest_mac" \
		"$front/handle" "$number" "$front/mac" "$evil_guest_mac" ;;
	esac
	xenstore-chmod -r "$back" n0 "r$id"
	xenstore-chmod -r "$front" "n$id" r0
	xenstore-write "$back/state" 1 "$front/state" 1
}

# evil_live VDEV: waits until both ends are Connected.
evil_live() {
	xs_wait "$(evil_front_dir "$1")/state" 4 20 || complain "the front-end did not connect to $1"
	[[ "$(guest_io "$1" node)" == *node=ok* ]] || complain "the guest has no $1"
}

# evil_detach VDEV: as xl does; the front-end has 10 s to say Closed, then the directories go, and
# 10 s later the guest's device must be gone.
evil_detach() {
	local front back status=0

	rm -f "$bed_run/fresh-$1"
	front=$(evil_front_dir "$1")
	back=$(evil_back_dir "$1")
	xenstore-exists "$back" || return 0
	xenstore-write "$back/online" 0 "$back/state" 5
	xs_wait "$front/state" 6 10 || complain "the front-end of $1 did not say Closed" || status=1
	xenstore-rm "$front"
	xenstore-rm "$back"
	[[ "$(guest_io "$1" gone)" == *gone=ok* ]] || complain "the guest still has $1" || status=1
	return $status
}

# evil_fresh VDEV: a live device to work on; keeps the one that is there if it is known to serve.
evil_fresh() {
	local out

	[ ! -e "$bed_run/fresh-$1" ] || return 0
	evil_detach "$1"
	evil_attach "$1"
	evil_live "$1"
	[ "$evil_kind" != vif ] || evil_net_live "$1"
	out=$(guest_io "$1" "$evil_use" said)
	[[ "$out" == io=ok* ]] || complain "a fresh $1 does not work: $out"
	: >"$bed_run/fresh-$1"
}

# Most lines about the device that an act may cause; a scenario sets it for acts that take long.
evil_lines=20

# said_check VDEV OUTPUT LEAST: nothing bad, and from LEAST to as many lines about the device in what
# the guest's kernel said.
said_check() {
	local n

	! grep -v 'g\.e\..*still in use' <<<"$2" | grep -E -A 12 -m 1 "^said: .*($evil_splats)" || complain "the guest's kernel is hurt"
	n=$(grep -c "^said: .*$evil_kind-$(evil_number "$1")" <<<"$2" || true)
	[ "$n" -le "$evil_lines" ] || complain "$n lines about $1"
	[ "$n" -ge "$3" ] || complain "no line says why $1 was given up"
	grep -q '^by=ok' <<<"$2" || complain "the bystander's I/O failed: $(grep '^by=' <<<"$2")"
}

# judge_answer VDEV IO THEIRS WHAT ANSWER: see answer.
judge_answer() {
	local vdev=$1 wanted_io=$2 wanted=$3 what=$4 answer=$5 out line ios

	evil_fresh "$vdev"
	rm -f "$bed_run/fresh-$vdev"
	back_run "$vdev" arm "$answer" | grep -q answer=armed
	out=$(guest_io "$vdev" "$what" by "$evil_use" said)
	line=$(back_run "$vdev" report)
	mapfile -t ios < <(grep '^io=' <<<"$out")
	echo "$evil_module $vdev $answer: ${ios[0]:-} then ${ios[1]:-} ${line#*: }"
	back_run "$vdev" release >/dev/null
	grep "^said: .*$evil_kind-" <<<"$out" || true
	said_check "$vdev" "$out" "$([[ $line != *answer=left* ]] && echo 0 || echo 1)"
	[[ "$line" =~ given=[1-9] ]] || complain "the answer was never given"
	[[ "${ios[0]:-}" =~ io=($wanted_io)( |$) ]] || complain "io must be $wanted_io"
	[[ "$line" =~ answer=($wanted)( |$) ]] || complain "the front-end must be: $wanted"
	if [[ $line == *answer=stays* ]]; then
		[[ "${ios[1]:-}" == io=ok* ]] || complain "the next use fails"
		: >"$bed_run/fresh-$vdev"
	else
		# Packets are lost, not refused: whoever sends them sees nothing of it.
		[[ "${ios[0]}" =~ ms=([0-9]+) ]]
		[ "$evil_kind" = vif ] || [ "${BASH_REMATCH[1]}" -le $((1000 * (BED_SLOW + 1))) ] ||
			complain "the I/O took too long to end"
		evil_fresh "$vdev"
	fi
}

# answer VDEV IO THEIRS WHAT ANSWER: one bad answer (back/answers.c has them) to one I/O and its
# verdict, as a test line. IO is what the program that does the I/O sees (ok, fail), THEIRS what the
# front-end does (stays, left). A device that was left is made anew, and must work.
answer() {
	evil_act "$5 to a $4: io $2, front-end $3" judge_answer "$@"
}

# judge_key VDEV VERDICT KEY VALUE
judge_key() {
	local vdev=$1 verdict=$2 key=$3 value=$4 front came=silence out=''

	front=$(evil_front_dir "$vdev")
	evil_detach "$vdev"
	echo clear >"$evil_debug/all/run"
	echo "preset $key $value" >"$evil_debug/all/run"
	evil_attach "$vdev"
	if xs_wait "$front/state" '[456]' 15; then
		came=refused
		[ "$(xenstore-read "$front/state")" != 4 ] || came=accepted
	fi
	echo clear >"$evil_debug/all/run"
	echo "$evil_module $vdev $key=$value: $came"
	out=$(guest_io "$vdev" by said)
	grep "^said: .*$evil_kind-" <<<"$out" || true
	said_check "$vdev" "$out" "$([ $came != refused ] && echo 0 || echo 1)"
	[[ $came =~ ^($verdict)$ ]] || complain "must be $verdict"
	[ $came != refused ] || grep -q "^said: .*$evil_kind-.*$key" <<<"$out" || complain "no line names $key"
	evil_detach "$vdev"
}

# key VDEV VERDICT KEY VALUE: a back-end with this one key wrong is accepted or refused.
key() {
	evil_act "key $3=$4 is $2" judge_key "$@"
}

# judge_do VDEV ANSWERS AFTER ACT...
judge_do() {
	local vdev=$1 answers=$2 after=$3 line out
	shift 3

	evil_fresh "$vdev"
	rm -f "$bed_run/fresh-$vdev"
	line=$(back_run "$vdev" "$*")
	echo "$line"
	out=$(guest_io "$vdev" by "$evil_use" said)
	back_run "$vdev" release >/dev/null
	grep -e "^io=" -e "^said: .*$evil_kind-" <<<"$out" || true
	said_check "$vdev" "$out" 0
	[[ "$line" =~ answer=($answers)( |$) ]] || complain "answer must be $answers"
	if [ "$after" = works ]; then
		grep -q '^io=ok' <<<"$out" || complain "the next use fails"
		: >"$bed_run/fresh-$vdev"
	else
		evil_fresh "$vdev"
	fi
}

# act VDEV ANSWERS AFTER ACT...: an act without a request (back/acts.c); afterwards the device works,
# or (any) is in whatever state, but can be detached, attached again, and then works.
act() {
	evil_act "${*:4}: $2, then $3" judge_do "$@"
}

# The back-end says that it has no flush any more: with require_flush that flush and the next one fail,
# and all else goes on.
evil_require_flush() {
	local out ios switch=/sys/module/xen_blkfront/parameters/require_flush

	evil_detach "$1"
	evil_fresh "$1"
	rm -f "$bed_run/fresh-$1"
	guest_run g "echo 1 >$switch"
	back_run "$1" arm flush-unsupported
	out=$(guest_io "$1" sync sync read by said)
	guest_run g "echo 0 >$switch"
	echo "$out"
	said_check "$1" "$out" 1
	mapfile -t ios < <(grep -o '^io=[a-z]*' <<<"$out")
	[ "${ios[*]}" = 'io=fail io=fail io=ok' ] || complain "two flushes must fail, and a read work"
	grep -q '^said: .*no longer does flush (required: fails)' <<<"$out" || complain "no line says so"
	evil_detach "$1"
}

# A back-end that has barriers and no flushes, and takes large requests.
evil_barrier_only() {
	evil_detach "$1"
	printf 'preset feature-flush-cache 0\npreset feature-barrier 1\n' |
		while read -r line; do echo "$line" >"$evil_debug/all/run"; done
	evil_attach "$1"
	evil_live "$1"
	echo clear >"$evil_debug/all/run"
	guest_run g "dd if=/dev/zero of=/dev/$1 bs=512k count=2 oflag=direct conv=notrunc,fsync"
	said_check "$1" "$(guest_io "$1" by said)" 0
	evil_detach "$1"
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
	echo clear >"$evil_debug/all/run"
	evil_attach "$1"
	xs_wait "$(evil_front_dir "$1")/state" '[34]' 20
	back_run "$1" silent
	evil_detach "$1"
	evil_fresh "$1"
}

evil_silent_end() {
	evil_fresh "$1"
	back_run "$1" silent
	evil_detach "$1"
	evil_fresh "$1"
}

# The back-end's directory goes while the disk is in use.
evil_vanish() {
	local front back

	evil_fresh "$1"
	rm -f "$bed_run/fresh-$1"
	front=$(evil_front_dir "$1")
	back=$(evil_back_dir "$1")
	xenstore-rm "$back"
	guest_io "$1" by said | grep '^by=ok'
	xenstore-rm "$front"
	[[ "$(guest_io "$1" gone)" == *gone=ok* ]] || complain "the guest still has $1"
	evil_fresh "$1"
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
