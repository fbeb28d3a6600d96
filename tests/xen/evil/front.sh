# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the scenarios with a hostile front-end share; runs in dom0, after dom0/lib.sh. The guest is
# called g; its disk xvdb is the bystander, served by the same back-end driver through an honest
# front-end, and must do verified I/O after every act. PEER (ours, stock) is the back-end under
# test; with stock a missed verdict is only shown.
# shellcheck source=tests/xen/evil/evil.sh
. /bed/payload/evil/evil.sh

peer=${PEER:-ours}

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

# The line of result of one command of the hostile front-end.
evil_front_run() {
	local file

	file=/sys/kernel/debug/evil-blkfront/$(vbd_number "$1")/run
	guest_run g -t 120 "echo '$2' >$file && cat $file"
}

# stage VDEV WORD...: a command that sets the stage; must leave a connection that works.
stage() {
	local line

	line=$(evil_front_run "$1" "${*:2}") || line="no answer: $line"
	[[ $line == *' after=alive'* || $line == *' after=reconnected'* ]] ||
		note "cannot set the stage on $1: $line"
}

# Verified I/O on the bystander.
evil_bystander() {
	guest_run g -t 40 '
		head -c 65536 /dev/urandom >/tmp/by
		timeout 30 dd if=/tmp/by of=/dev/xvdb bs=64k oflag=direct conv=notrunc 2>/dev/null &&
		timeout 30 dd if=/dev/xvdb bs=64k count=1 iflag=direct 2>/dev/null | cmp - /tmp/by' ||
		complain "the bystander's I/O failed"
}

# evil_judge VDEV ANSWERS AFTER LINE...: does it, and holds it against the verdict.
evil_judge() {
	local vdev=$1 answers=$2 after=$3 line
	shift 3

	evil_log_begin
	line=$(evil_front_run "$vdev" "$*") || complain "no result: $line"
	echo "$line"
	evil_bystander
	evil_log_check "vbd-$(guest_id g)-$(vbd_number "$vdev")" "$line"
	[[ "$line" =~ answer=($answers)( |$) ]] || complain "answer must be $answers"
	[[ "$line" =~ after=($after)( |$) ]] || complain "after must be $after"
	[[ "$line" =~ stray=0 ]] || complain "responses to nothing"
}

# act VDEV ANSWERS AFTER ACTION...: one hostile act and its verdict, as a test line. ANSWERS and
# AFTER are words of evil-blkfront's result, joined by |.
act() {
	evil_act "$1 ${*:4}: $2, then $3" evil_judge "$@"
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

# The hostile front-end lets go of all its disks; each slot then serves an honest one.
evil_honest_again() {
	local n=2 vdev

	guest_run g 'echo 0 >/sys/module/evil_blkfront/parameters/claim'
	for vdev in "$@"; do
		disk_attach g "/dev/nullb$n" "$vdev" w
		guest_run g "
			head -c 65536 /dev/urandom >/tmp/again
			dd if=/tmp/again of=/dev/$vdev bs=64k oflag=direct conv=notrunc 2>/dev/null
			dd if=/dev/$vdev bs=64k count=1 iflag=direct 2>/dev/null | cmp - /tmp/again"
		disk_detach g "$vdev"
		n=$((n + 2))
	done
}

# Every slot of a ring under way on a slow disk, and the domain is destroyed: nothing may stay.
evil_destroy_busy() {
	local id

	id=$(guest_id g)
	guest_run g "echo $(vbd_number xvdf) >/sys/module/evil_blkfront/parameters/claim"
	xl block-attach g phy:/dev/nullb5,xvdf,w
	evil_front_run xvdf busy | grep 'answer=sent n=32'
	evil_log_begin
	xl destroy g
	domain_gone "$id" 20 || complain "domain $id is still there after 20 s"
	evil_log_check "vbd-$id-" ''
	xl list | grep -F '(null)' && complain "a zombie domain is left"
	remove_null nullb5 || complain "the back-end still holds the disk"
	rm -rf "$bed_run/guest/g"
}
