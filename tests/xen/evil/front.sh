# shellcheck shell=bash disable=SC2154,SC2016 # lib.sh has bed_run; guest_run expands in the guest
# SPDX-License-Identifier: GPL-2.0
#
# What the scenarios with a hostile front-end share; runs in dom0, after dom0/lib.sh. The guest is
# called g; its disk xvdb is the bystander, served by the same back-end driver through an honest
# front-end, and does verified I/O all the time. The back-end under test is ours if the pairings asked
# for have it at all; with the stock one a missed verdict is only shown.
#
# Acts are queued by `act` and `stage` and carried out by `judge`, all in one go in the guest.
# shellcheck source=tests/xen/evil/evil.sh
. /bed/payload/evil/evil.sh

peer=${PEER:-stock}
[[ -n ${PEER:-} || " ${pairings[*]} " != *'/ours '* ]] || peer=ours

# Loads the back-end under test.
evil_begin_front() {
	backend_use "$peer"
}

# evil_start_front VDEV...: starts the guest; its hostile front-end takes these disks when they come,
# an honest stock one all others.
evil_start_front() {
	local claim='' vdev

	for vdev in "$@"; do
		claim+=,$(vbd_number "$vdev")
	done
	guest_start g vcpus=2 wait=200
	guest_run g "insmod /bed/ko/evil/evil-blkfront.ko claim=${claim#,}"
	frontend_use g stock
}

# evil_bystander DEVICE: attaches the bystander's disk and lets it begin.
evil_bystander() {
	disk_attach g "$1" xvdb w
	guest_spawn g bystander 'evil-bystander /dev/xvdb /tmp/bystander'
	guest_run g 'n=0; until grep -q "^[1-9]" /tmp/bystander; do sleep 0.2; n=$((n + 1)); [ $n -lt 100 ] || exit 1; done' ||
		complain "the bystander does not get going"
}

acts=()
verdicts=()

# act VDEV ANSWERS AFTER ACTION...: one hostile act and its verdict, a test line. ANSWERS and AFTER are
# words of evil-blkfront's result (front/main.c has them), joined by |.
act() {
	acts+=("$(vbd_number "$1") ${*:4}")
	verdicts+=("$1 $2 $3")
}

# stage VDEV WORD...: a command that sets the stage; must leave a connection that works.
stage() {
	acts+=("$(vbd_number "$1") ${*:2}")
	verdicts+=("$1 - alive|reconnected")
}

# Holds line $1 of the results against verdict $2; says what is wrong.
act_check() {
	local line=$1 vdev answers after
	read -r vdev answers after <<<"$2"

	[ -n "$line" ] || complain "no result: the guest did not get that far"
	[ "$answers" = - ] || [[ "$line" =~ answer=($answers)( |$) ]] || complain "answer must be $answers"
	[[ "$line" =~ after=($after)( |$) ]] || complain "after must be $after"
	[[ "$line" != *stray=* || "$line" == *stray=0* ]] || complain "responses to nothing"
	[[ "$line" == *by=ok ]] || complain "the bystander's I/O failed"
}

# Log lines and closed devices of a whole group that took $1 seconds: one error line at least for each
# disconnection, not more than ten lines a second in all, and no splat.
group_check() {
	local id vdev closed errors lines

	id=$(guest_id g)
	evil_log_hurt
	for vdev in $(printf '%s\n' "${verdicts[@]}" | cut -d' ' -f1 | sort -u); do
		# A device that went with its state key has nobody left who could report.
		closed=$(grep "^evil-blkfront $(vbd_number "$vdev") .*answer=closed" "$bed_run/acts.out" |
			grep -vc after=dead || true)
		lines=$(evil_log | grep -c "vbd-$id-$(vbd_number "$vdev")" || true)
		# xenbus puts the error's number before the text; a connection is reported by its queues.
		errors=$(evil_log | grep "vbd-$id-$(vbd_number "$vdev"): [0-9]" | grep -vc ' queues of ' || true)
		echo "$vdev: $closed disconnections, $errors errors, $lines lines in $1 s"
		[ "$errors" -ge "$closed" ] || complain "not every disconnection has its line"
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
	guest_run g -t "${2:-300}" 'evil-acts /tmp/acts' >"$bed_run/acts.out" 2>&1 || true
	mapfile -t lines < <(grep '^evil-blkfront ' "$bed_run/acts.out")
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
	guest_run g 'evil-acts /tmp/acts' | grep 'answer=sent n=128'
	evil_log_begin
	xl destroy g
	domain_gone "$id" 30 || complain "domain $id is still there after 30 s"
	evil_log_hurt
	xl list | grep -F '(null)' && complain "a zombie domain is left"
	remove_null "${1#/dev/}" || complain "the back-end still holds the disk"
	rm -rf "$bed_run/guest/g"
}
