# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# The host's half of the test bed, a library: boots real Xen with a Debian dom0 under QEMU's software
# emulation, has dom0 run scripts, and watches everything the three kernels print. Callers: check.sh,
# scenario.sh (one scenario, as TAP) and demo.sh.
#
# A run lives in build/xen/run-STAMP-PID/ ($bed_dir), which is kept: console.log (Xen and dom0),
# share/ (seen by dom0 as /bed): steps, guests/*.log, cmd/N and out/N.*, payload/. Each boot within a
# run is boot-N/. Success is never assumed: dom0 must say "ready", a script must leave its exit status,
# and a time-out ends each wait. Only the QEMU started here is ever ended, by its number.

bed_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bed_top=$(cd "$bed_here/../.." && pwd)
# shellcheck source=tests/xen/splats.sh
. "$bed_here/splats.sh"

# Every pairing of front-end and back-end driver.
# shellcheck disable=SC2034 # for the scripts that include this one
bed_pairings='stock/stock stock/ours ours/stock ours/ours'

# Seconds a boot may take. It takes 20 where two cores are ours alone; every other time-out is meant
# for such a machine and is multiplied by how much slower the boot was (bed_slow).
bed_boot_timeout=${BED_BOOT_TIMEOUT:-300}
bed_boot_normal=20

# bed_built blk|net "PAIRING...": those pairings, less the network ones that need a module which is not
# built yet; says on standard error which those are. A missing block module is an error later on.
bed_built() {
	local pairing ko

	ko=${BED_KO:-$bed_top/build/ko/$("$bed_here/images.sh" kver)}
	for pairing in $2; do
		if [ "$1" = net ] && ! bed_has "$ko/xen-netfront.ko" "${pairing%/*}"; then
			echo "# $pairing left out: xen-netfront.ko is not built" >&2
		elif [ "$1" = net ] && ! bed_has "$ko/xen-netback.ko" "${pairing#*/}"; then
			echo "# $pairing left out: xen-netback.ko is not built" >&2
		else
			echo "$pairing"
		fi
	done | tr '\n' ' '
}

bed_has() {
	[ "$2" != ours ] || [ -e "$1" ]
}

bed_say() {
	printf '# [%4d s] %s\n' $((SECONDS - ${bed_since:-0})) "$*"
}

bed_die() {
	echo "bed: $*" >&2
	exit 1
}

# bed_new: makes the directory of a run; its name is then in $bed_dir. Exported for scenario.sh.
bed_new() {
	bed_dir=$bed_top/build/xen/run-$(date +%Y%m%d-%H%M%S)-$$
	mkdir -p "$bed_dir"
	ln -sfn "${bed_dir##*/}" "$bed_top/build/xen/last-run"
	echo 0 >"$bed_dir/boots"
	export bed_dir
}

# When a process began, which together with its number names it for good; fails when it has ended.
bed_birth() {
	local stat

	stat=$(cat "/proc/$1/stat" 2>/dev/null) || return
	[[ $stat != *') Z '* ]] && cut -d' ' -f20 <<<"${stat##*) }"
}

# The process number of this run's QEMU, when it lives.
bed_pid() {
	local pid birth

	read -r pid birth 2>/dev/null <"$bed_dir/qemu.pid" || return
	[ "$(bed_birth "$pid")" = "$birth" ] || return
	echo "$pid"
}

# bed_stop: ends this run's QEMU, if any.
bed_stop() {
	local pid n

	pid=$(bed_pid) || return 0
	kill "$pid" 2>/dev/null || true
	for ((n = 0; n < 50; n++)); do
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.1
	done
	kill -9 "$pid" 2>/dev/null || true
	rm -f "$bed_dir/qemu.pid"
}

# The payload: all that may change between two runs. Modules of ours come along when they are built
# for the kernel of the images; a scenario that needs missing ones says so.
# bed_make_payload DIRECTORY
bed_make_payload() {
	local payload=$1 ko=${BED_KO:-$bed_top/build/ko/$bed_kver} guest file

	mkdir -p "$payload/ko" "$payload/bin"
	cp -r "$bed_here"/{dom0,guest,scenarios,selftest} "$payload/"
	cp -r "$bed_top"/benchmarks/{fio,net} "$payload/"
	mkdir -p "$payload/bench"
	cp -r "$bed_top"/benchmarks/{*.py,dom0.sh,work,emulated} "$payload/bench/"
	for file in xsr xen-{blk,net}{front,back}; do
		[ ! -e "$ko/$file.ko" ] || cp "$ko/$file.ko" "$payload/ko/"
	done
	[ ! -d "$ko/evil" ] || cp -r "$ko/evil" "$payload/ko/"
	# Nine tenths of a module are for debuggers; guests hold them in memory twice while they boot.
	find "$payload/ko" -name '*.ko' -exec strip --strip-debug {} +
	[ ! -d "$bed_here/evil" ] || install -D -t "$payload/evil" "$bed_here"/evil/*.sh
	[ ! -e "$bed_top/build/bin/xsr" ] || cp "$bed_top/build/bin/xsr" "$payload/bin/"
	for file in agent kpeek stream datagram; do
		gcc -O1 -Wall -Wextra -Werror -static -I"$bed_here" -o "$payload/guest/bin/$file" \
			"$bed_here/guest/$file.c"
	done
	gcc -O1 -Wall -Wextra -Werror -D_GNU_SOURCE -static -I"$bed_here" -o "$payload/bin/xs" \
		"$bed_here/dom0/xs.c"
	gcc -O1 -Wall -Wextra -Werror -static -o "$payload/bin/mark" "$bed_top/benchmarks/work/mark.c"
	# The demo needs no clang; ./check has it.
	! command -v clang >/dev/null ||
		clang -target bpf -O2 -Wall -Wextra -Werror -I/usr/include/x86_64-linux-gnu \
			-c -o "$payload/guest/bin/xdp.o" "$bed_here/guest/xdp.c"
	for file in canary bystander; do
		gcc -O1 -Wall -Wextra -Werror -static -o "$payload/guest/bin/evil-$file" \
			"$bed_here/evil/$file.c"
	done
	for file in acts io; do
		cp "$bed_here/evil/$file" "$payload/guest/bin/evil-$file"
	done
	guest=$payload/guest-root
	mkdir -p "$guest/bed"
	cp "$bed_here/guest/init" "$guest/init"
	cp -r "$payload/guest/bin" "$payload/ko" "$payload/fio" "$guest/bed/"
	(cd "$guest" && find . | LC_ALL=C sort | cpio --quiet -o -H newc --owner 0:0) \
		>"$payload/guest.cpio"
	rm -rf "$guest"
}

# In the process that is to become QEMU: waits until its number is on file, where bed_stop finds it. An
# interrupt just before that would leave a QEMU behind that nobody knows. Fails when who wanted it is gone.
bed_is_known() {
	local pid

	while kill -0 $$ 2>/dev/null; do
		if read -r pid _ 2>/dev/null <"$bed_dir/qemu.pid" && [ "$pid" = "$BASHPID" ]; then
			return 0
		fi
		sleep 0.05
	done
	return 1
}

# QEMU, Xen's and dom0's command lines; run in the directory of the images, so that no path with a
# comma or a space can confuse the -initrd option. SMAP and SMEP must be off, hence these models.
#
# BED_COUNT=1 is the deterministic mode: one CPU, and a virtual nanosecond is an instruction of whatever
# runs on it, Xen, dom0 or guest. About ten times slower; waits cost no time. BED_MONITOR=SOCKET is QEMU's
# monitor, whose "info registers" says where the CPU is: a profile of all three. BED_PLUGIN=FILE,ARGUMENT... is
# a plugin of QEMU's.
bed_qemu() {
	local share=$1 console=$2 cpu xen_extra='' cpus=${BED_CPUS:-2}
	local mode=(-accel 'tcg,thread=multi,tb-size=512')

	if [ -n "${BED_COUNT:-}" ]; then
		cpus=1
		mode=(-accel 'tcg,thread=single,tb-size=512' -icount 'shift=0,sleep=off')
	fi

	case "${BED_CPU:-pv}" in
	pv) cpu=Westmere ;;
	svm)	cpu=EPYC,+svm,+npt,-smap,-smep,-monitor,-rdtscp
		xen_extra='cpuidle=0 tsc=unstable' ;;
	*) bed_die "BED_CPU must be pv or svm, not '$BED_CPU'" ;;
	esac
	exec qemu-system-x86_64 -name splitring-bed "${mode[@]}" -cpu "$cpu" \
		-smp "$cpus" -m 3072 -display none -no-reboot -nodefaults -serial "file:$console" \
		-kernel xen -append "console=com1 com1=115200,8n1 dom0_mem=1024M,max:1024M \
dom0_max_vcpus=$cpus loglvl=all guest_loglvl=all conring_size=1M noreboot spec-ctrl=no xpti=no pv-l1tf=no $xen_extra" \
		-initrd "vmlinuz console=hvc0 earlyprintk=xen ignore_loglevel printk.devkmsg=on \
mitigations=off net.ifnames=0${BED_COUNT:+ bed.counted},dom0.initrd" \
		-drive file=dom0.img,if=none,id=d0,format=raw,cache=unsafe,snapshot=on \
		-device virtio-blk-pci,drive=d0,disable-legacy=on,disable-modern=off \
		-fsdev "local,id=bed,path=$share,security_model=none" \
		-device virtio-9p-pci,fsdev=bed,mount_tag=bed,disable-legacy=on,disable-modern=off \
		${BED_MONITOR:+-monitor "unix:$BED_MONITOR,server,nowait"} \
		${BED_PLUGIN:+-plugin "$BED_PLUGIN"}
}

# What scenarios of this run counted (dom0/tap.sh), added up, as a table; nothing if none did.
bed_counted() {
	[ -s "$bed_dir/counted" ] || return 0
	awk -F'|' '
		!($1 in times) { order[++n] = $1 }
		{ times[$1] += $2; wrong[$1] += $3 }
		END {
			printf "\n%-44s %7s %12s\n", "under verified I/O", "times", "miscompares"
			for (i = 1; i <= n; i++)
				printf "%-44s %7d %12d\n", order[i], times[order[i]], wrong[order[i]]
		}' "$bed_dir/counted"
}

# What was done again after the emulated machine had failed, if anything: guests that did not come up
# (dom0/guest.sh), scenarios with SVM (scenario.sh).
bed_again() {
	local late

	for late in "$bed_dir"/boot-*/share/guests/*.late; do
		[ -e "$late" ] && echo "a guest slept and was made again: ${late#"$bed_top"/}"
	done
	[ ! -e "$bed_dir/again" ] || cat "$bed_dir/again"
}

# bed_boot: starts the bed and waits until dom0 says it is ready.
bed_boot() {
	local images boot steps line start=$SECONDS

	"$bed_here/images.sh" build
	images=$("$bed_here/images.sh" dir)
	bed_kver=$(cat "$images/kver")
	boot=$(($(cat "$bed_dir/boots") + 1))
	echo $boot >"$bed_dir/boots"
	boot=$bed_dir/boot-$boot
	mkdir -p "$boot"/share/{guests,cmd,out,payload}
	ln -sfn "${boot##*/}" "$bed_dir/boot"
	steps=$boot/share/steps
	: >"$steps"
	: >"$boot/console.log"
	echo 0 >"$boot/commands"
	echo "${BED_CPU:-pv}" >"$boot/cpu"
	bed_make_payload "$boot/share/payload"

	# The shared lock keeps images.sh from removing the set while QEMU runs from it.
	# shellcheck disable=SC2094 # the directory is locked, not written
	(bed_is_known && cd "$images" && flock -s 8 && TMPDIR=$boot bed_qemu "$boot/share" "$boot/console.log") \
		8<"$images" >"$boot/qemu.log" 2>&1 </dev/null &
	echo $! "$(bed_birth $!)" >"$bed_dir/qemu.pid"
	exec 7<"$steps"
	while :; do
		while read -r -u 7 line; do
			bed_say "boot: $line (${BED_CPU:-pv}, after $((SECONDS - start)) s)"
			case "$line" in
			ready)
				exec 7<&-
				echo $(((SECONDS - start) / bed_boot_normal + 1)) >"$boot/slow"
				return 0 ;;
			failed*) bed_boot_failed "$line"; return 1 ;;
			esac
		done
		if grep -aqs '^(XEN) Panic on CPU' "$boot/console.log"; then
			bed_boot_failed "Xen panicked"
			return 1
		fi
		if ! bed_pid >/dev/null; then
			bed_boot_failed "QEMU has ended: $(tail -n 3 "$boot/qemu.log")"
			return 1
		fi
		if [ $((SECONDS - start)) -gt "$bed_boot_timeout" ]; then
			bed_boot_failed "not ready after $bed_boot_timeout s"
			return 1
		fi
		sleep 0.2
	done
}

bed_boot_failed() {
	exec 7<&-
	echo "# boot failed: $1"
	bed_last_lines
	bed_stop
}

# Boots unless a usable bed is up.
bed_need() {
	[ ! -e "$bed_dir/broken" ] || bed_stop
	if bed_pid >/dev/null; then
		[ "$(cat "$bed_dir/boot/cpu")" != "${BED_CPU:-pv}" ] || return 0
		bed_stop
	fi
	rm -f "$bed_dir/broken"
	bed_boot || bed_boot_again
}

# Xen tests its timer within a few hundredths of a second, in which a busy host may give an emulated
# CPU no tick at all. That one panic, before any kernel of ours runs, is worth a second try.
bed_boot_again() {
	grep -aqs "IO-APIC + timer doesn't work" "$bed_dir/boot/console.log" || return 1
	bed_say "boot: the emulated timer stood still, trying once more"
	bed_boot
}

# How many times slower than normal this boot was, at least 1.
bed_slow() {
	cat "$bed_dir/boot/slow"
}

# What the machine lost to other processes: CPU time that they had while no CPU was idle, ms, added to bed_lost
# since the last call (the first only begins). The emulated CPUs wait for each other in loops, and one that has to
# wait for a real one keeps the others waiting: with a third process on two CPUs all goes fifteen times slower.
# Counted time stands still meanwhile, and loses nothing.
bed_lose() {
	local user nice sys idle iowait irq softirq steal stat fields others

	[ -z "${BED_COUNT:-}" ] || return 0
	read -r _ user nice sys idle iowait irq softirq steal _ </proc/stat
	stat=$(cat "/proc/$(bed_pid)/stat" 2>/dev/null) || return 0
	read -ra fields <<<"${stat##*) }"
	others=$((user + nice + sys + irq + softirq + steal - fields[11] - fields[12] - idle - iowait))
	if [ -n "${bed_others:-}" ] && [ $others -gt "$bed_others" ]; then
		bed_lost=$((bed_lost + (others - bed_others) * 1000 / $(getconf CLK_TCK)))
	fi
	bed_others=$others
}

# The last lines of every log of this boot, as TAP comments.
bed_last_lines() {
	local log

	for log in "$bed_dir"/boot/console.log "$bed_dir"/boot/share/guests/*.log; do
		[ -s "$log" ] || continue
		echo "# last lines of ${log#"$bed_top"/}:"
		tail -n 25 "$log" | tr -d '\r' | sed 's/^/#   /'
	done
}

# bed_run SECONDS FILE [NAME=VALUE...]: has dom0 run the script FILE (a path below the payload) and passes
# its standard output on as it comes; then dom0 is put back into its first state (dom0/lib.sh). Returns
# the script's status; 124 on time-out, 125 when the bed dies. After either the bed counts as broken and
# the next bed_need boots a new one.
bed_run() {
	local seconds script=$2 boot=$bed_dir/boot n out start=$SECONDS looked=
	local bed_lost=0 bed_others=
	seconds=$(($1 * $(bed_slow)))
	shift 2
	n=$(($(cat "$boot/commands") + 1))
	echo $n >"$boot/commands"
	out=$boot/share/out/$n
	: >"$out.out"
	{
		printf 'export %q\n' "$@"
		cat <<-EOF
			export BED_SLOW=$(bed_slow)
			echo "bed: begin $n" >/dev/kmsg
			bash /bed/payload/$script
			status=\$?
			bash /bed/payload/dom0/lib.sh >&2 || exit 126
			echo "bed: end $n" >/dev/kmsg
			exit \$status
		EOF
	} >"$boot/share/cmd/$n.tmp"
	mv "$boot/share/cmd/$n.tmp" "$boot/share/cmd/$n"
	exec 7<"$out.out"
	while :; do
		bed_pass_on
		if [ -e "$out.rc" ]; then
			bed_pass_on
			exec 7<&-
			return "$(cat "$out.rc")"
		fi
		if ! bed_pid >/dev/null; then
			bed_broken "the bed died"
			return 125
		fi
		if [ "$looked" != $SECONDS ]; then
			looked=$SECONDS
			bed_lose
			echo $bed_lost >"$boot/lost"
			mv "$boot/lost" "$boot/share/lost"
		fi
		if [ $((SECONDS - start - bed_lost / 1000)) -gt "$seconds" ]; then
			bed_broken "no end after $seconds s, not counting $((bed_lost / 1000)) s lost to other processes"
			return 124
		fi
		sleep 0.2
	done
}

# bed_run_told ...: as bed_run, the times that dom0 notes being replaced by those since our run began.
bed_run_told() {
	local out pid status=0

	exec {out}> >(bed_progress)
	pid=$!
	bed_run "$@" >&"$out" || status=$?
	exec {out}>&-
	wait "$pid"
	return $status
}

bed_progress() {
	local line

	while IFS= read -r line; do
		if [[ $line =~ ^'# ['[0-9]+' s] '(.*) ]]; then
			bed_say "${BASH_REMATCH[1]}"
		else
			printf '%s\n' "$line"
		fi
	done
}

# The logs of the three kinds of kernel in this boot.
bed_logs() {
	printf '%s\n' "$bed_dir"/boot/console.log "$bed_dir"/boot/share/guests/*.log | grep -v '[*]'
}

# Remembers how long each log is; bed_splats looks at what comes after.
bed_mark() {
	bed_logs | xargs -d '\n' stat -c '%s %n' >"$bed_dir/boot/mark"
}

# bed_splats [MAY_PRINT]: prints what the kernels should not have said since bed_mark, as TAP comments;
# succeeds when there is nothing. Waits first until dom0's console has caught up with the last command.
bed_splats() {
	local n log from status=0

	for ((n = 0; n < 50; n++)); do
		grep -aqs "bed: end $(cat "$bed_dir/boot/commands")\b" "$bed_dir/boot/console.log" && break
		bed_pid >/dev/null || break
		sleep 0.2
	done
	while read -r log; do
		from=$(awk -v name="$log" '{ n = $1; sub(/^[0-9]+ /, "") } $0 == name { print n }' \
			"$bed_dir/boot/mark")
		splat_scan "$log" "${from:-0}" "${1:-}" >"$bed_dir/boot/splats" && continue
		status=1
		echo "# ${log#"$bed_top"/} says:"
		head -n 20 "$bed_dir/boot/splats" | sed 's/^/#   /'
		echo "# and from its first line on:"
		tail -c "+$((${from:-0} + 1))" "$log" | tr -d '\r' |
			grep -a -F -m 1 -A 40 -- "$(head -n 1 "$bed_dir/boot/splats")" | sed 's/^/#   /'
	done < <(bed_logs)
	return $status
}

# Copies what has newly come on descriptor 7, whole lines only.
bed_pass_on() {
	local part

	while IFS= read -r -u 7 part; do
		printf '%s\n' "${bed_partial:-}$part"
		bed_partial=
	done
	bed_partial=${bed_partial:-}$part
}

bed_broken() {
	exec 7<&-
	: >"$bed_dir/broken"
	echo "# $1"
}
