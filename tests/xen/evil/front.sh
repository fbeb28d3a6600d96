# shellcheck shell=bash disable=SC2154,SC2016 # lib.sh has bed_run; guest_run expands in the guest
# SPDX-License-Identifier: GPL-2.0
#
# What the scenarios with a hostile front-end share, be it of a disk or of an interface; runs in dom0,
# after dom0/lib.sh. The guest is called g; its disk xvdb, or its interface 0, is the bystander, served
# by the same back-end driver through an honest front-end, and does verified I/O all the time. The back-end under test is ours if the pairings asked
# for have it at all; with the stock one a missed verdict is only shown.
#
# Acts are queued by `act` and `stage` and carried out by `judge`, all in one go in the guest.
# shellcheck source=tests/xen/evil/evil.sh
. /bed/payload/evil/evil.sh

peer=${PEER:-stock}
[[ -n ${PEER:-} || " ${pairings[*]} " != *'/ours '* ]] || peer=ours
case "$evil_kind" in
vbd) evil_module=evil-blkfront ;;
vif) evil_module=evil-netfront ;;
esac

# Loads the back-end under test, with what a scenario has set as evil_parameters.
evil_begin_front() {
	case "$evil_kind" in
	vbd) backend_use "$peer" "${evil_parameters[@]}" ;;
	vif) netback_use "$peer" "${evil_parameters[@]}" ;;
	esac
}
evil_parameters=()

# evil_start_front DEVICE...: starts the guest; its hostile front-end takes these when they come, an
# honest stock one all others.
evil_start_front() {
	local claim='' device

	for device in "$@"; do
		claim+=,$(evil_number "$device")
	done
	guest_start g vcpus=2 wait=200
	guest_run g "insmod /bed/ko/evil/$evil_module.ko claim=${claim#,}"
	case "$evil_kind" in
	vbd) frontend_use g stock ;;
	vif) netfront_use g stock ;;
	esac
}

# evil_bystander DEVICE, or evil_bystander BRIDGE SUBNET: attaches the bystander and lets it begin.
evil_bystander() {
	local what=/dev/xvdb

	if [ "$evil_kind" = vif ]; then
		net_add g 0 "$1" "$2" 2
		what=$(net_v4 "$2" 1)
	else
		disk_attach g "$1" xvdb w
	fi
	guest_spawn g bystander "evil-bystander $what /tmp/bystander"
	guest_run g 'n=0; until grep -q "^[1-9]" /tmp/bystander; do sleep 0.2; n=$((n + 1)); [ $n -lt 100 ] || exit 1; done' ||
		complain "the bystander does not get going"
}

acts=()
verdicts=()

# act DEVICE ANSWERS AFTER ACTION...: one hostile act and its verdict, a test line. ANSWERS and AFTER are
# words of the hostile front-end's result (common/front.h has them), joined by |.
act() {
	acts+=("$(evil_number "$1") ${*:4}")
	verdicts+=("$1 $2 $3")
}

# stage DEVICE WORD...: a command that sets the stage; must leave a connection that works.
stage() {
	acts+=("$(evil_number "$1") ${*:2}")
	verdicts+=("$1 - alive|reconnected")
}

# Holds line $1 of the results against verdict $2; says what is wrong.
act_check() {
	local line=$1 answers after
	read -r _ answers after <<<"$2"

	[ -n "$line" ] || complain "no result: the guest did not get that far"
	[ "$answers" = - ] || [[ "$line" =~ answer=($answers)( |$) ]] || complain "answer must be $answers"
	[[ "$line" =~ after=($after)( |$) ]] || complain "after must be $after"
	[[ "$line" != *stray=* || "$line" == *stray=0* ]] || complain "responses to nothing"
	[[ "$line" == *by=ok ]] || complain "the bystander's I/O failed"
}

# What a line that ends a connection must say beside the device, and how many of them there may be at
# most for each; set by a scenario for its next groups.
evil_reason=.
evil_most=1000

# Log lines and closed devices of a whole group that took $1 seconds: one error line at least for each
# disconnection, not more than ten lines a second in all, and no splat.
group_check() {
	local device name closed errors lines

	evil_log_hurt
	for device in $(printf '%s\n' "${verdicts[@]}" | cut -d' ' -f1 | sort -u); do
		name=$evil_kind-$(guest_id g)-$(evil_number "$device")
		# A device that went with its state key has nobody left who could report.
		closed=$(grep "^$evil_module $(evil_number "$device") .*answer=closed" "$bed_run/acts.out" |
			grep -vc after=dead || true)
		lines=$(evil_log | grep -c "$name" || true)
		# xenbus puts the error's number before the text; a connection is reported by its queues, and
		# the kernel's own mapping of a ring says a line of its own beside the driver's.
		errors=$(evil_log | grep "$name: [0-9]" | grep -v -e ' queues' -e 'mapping in shared page' |
			grep -Ec "$evil_reason" || true)
		echo "$device: $closed disconnections, $errors errors, $lines lines in $1 s"
		[ "$errors" -ge "$closed" ] || complain "not every disconnection has its line"
		[ "$errors" -le $((closed * evil_most)) ] || [ "$evil_most" = 1000 ] ||
			complain "more lines than disconnections"
		[ "$lines" -le $((10 * ($1 + 2))) ] || complain "too many lines"
	done
	evil_log
}

# judge TITLE [SECONDS]: carries out what was queued, one test line for each act and one for what the
# kernel of dom0 said.
judge() {
	local i line begin=$SECONDS lines=()

	note "$1"
	evil_log_begin
	printf '%s\n' "${acts[@]}" >"$bed_run/acts"
	evil_send g "$bed_run/acts" /tmp/acts
	guest_run g -t "${2:-300}" "evil-acts /tmp/acts $evil_module" >"$bed_run/acts.out" 2>&1 || true
	mapfile -t lines < <(grep "^$evil_module " "$bed_run/acts.out")
	for i in "${!acts[@]}"; do
		line=${lines[i]:-}
		if [[ "${verdicts[i]}" == *' - '* ]]; then
			act_check "$line" "${verdicts[i]}" || note "the stage is not set: $line"
			continue
		fi
		echo "$line" >"$bed_run/act.line"
		evil_act "$(cut -d' ' -f1 <<<"${verdicts[i]}") ${acts[i]#* }: $(cut -d' ' -f2 <<<"${verdicts[i]}")" \
			act_show "$line" "${verdicts[i]}"
	done
	evil_act "$1: what dom0's kernel said" group_check $((SECONDS - begin))
	acts=()
	verdicts=()
}

act_show() {
	echo "$1"
	act_check "$1" "$2"
}

# evil_send GUEST FILE TO: a small file into the guest.
evil_send() {
	guest_run "$1" "echo '$(gzip -c9 "$2" | base64 -w0)' | base64 -d | gunzip >$3"
}

# The same slot again, after its device is gone for the back-end.
evil_reattach() {
	disk_detach g "$1"
	xl block-attach g "phy:$2,$1,w"
}

# evil_detach_within VDEV SECONDS
evil_detach_within() {
	local begin=$SECONDS

	disk_detach g "$1"
	[ $((SECONDS - begin)) -le "$2" ] || complain "took $((SECONDS - begin)) s"
}

# evil_honest_again DEVICE VDEV: the hostile front-end has let go; does the slot serve an honest one?
evil_honest_again() {
	guest_run g 'echo 0 >/sys/module/evil_blkfront/parameters/claim'
	disk_attach g "$1" "$2" w
	guest_run g "
		head -c 65536 /dev/urandom >/tmp/again
		dd if=/tmp/again of=/dev/$2 bs=64k oflag=direct conv=notrunc 2>/dev/null
		dd if=/dev/$2 bs=64k count=1 iflag=direct 2>/dev/null | cmp - /tmp/again"
	disk_detach g "$2"
}

# evil_destroy_busy DEVICE VDEV: every slot of a ring under way on a slow disk, and the domain is
# destroyed: nothing may stay.
evil_destroy_busy() {
	local id

	id=$(guest_id g)
	guest_run g "echo $(vbd_number "$2") >/sys/module/evil_blkfront/parameters/claim"
	xl block-attach g "phy:$1,$2,w"
	printf '%s\n' "$(vbd_number "$2") shape 1 2" "$(vbd_number "$2") busy" >"$bed_run/acts"
	evil_send g "$bed_run/acts" /tmp/acts
	guest_run g "evil-acts /tmp/acts $evil_module" | grep 'answer=sent n=128'
	evil_log_begin
	xl destroy g
	domain_gone "$id" 30 || complain "domain $id is still there after 30 s"
	evil_log_hurt
	xl list | grep -F '(null)' && complain "a zombie domain is left"
	remove_null "${1#/dev/}" || complain "the back-end still holds the disk"
	rm -rf "$bed_run/guest/g"
}
