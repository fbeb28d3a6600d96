# shellcheck shell=bash disable=SC2154 # bed_run comes from lib.sh
# SPDX-License-Identifier: GPL-2.0
#
# What the pair may leave behind, counted: grants, event channels, threads, pages, devices, keys. Take
# a snapshot, do and undo things, take another, compare. Each count comes from whoever owns the thing:
# the hypervisor for mapped grants and event channels, the two kernels for their grant references and
# pages. Scenarios call leak_snapshot and leak_compare.

# Grant-table entries of a domain that others have mapped now. The hypervisor prints its tables to its
# console; "xl dmesg -c" empties that ring first, so that what is read is what was asked for. Nothing
# else in the bed reads the ring: the host's log of the console keeps every line.
leak_mapped_grants() {
	local n

	xl dmesg -c >/dev/null
	xl debug-keys g
	for ((n = 0; n < 50; n++)); do
		xl dmesg >"$bed_run/grants"
		! grep -q 'gnttab_usage_print_all ] done' "$bed_run/grants" || break
		sleep 0.1
	done
	awk -v id="$1" '
		/gnttab_usage_print_all \] done/ { seen = 1 }
		/[ad]ctive --------/ { next }
		/grant-table for remote d/ { match($0, /remote d[0-9]+/)
			current = substr($0, RSTART + 8, RLENGTH - 8) }
		current == id && /\[0x[0-9a-f]+\]/ { n++ }
		END { if (!seen) { print "no grant tables in xl dmesg"; exit 1 } print n + 0 }' "$bed_run/grants"
}

# Prints how many grant references a kernel has handed out. Its table grows, a page of 512 entries of
# version 1 at a time, and never shrinks, so the number of free ones alone says nothing.
# shellcheck disable=SC2016 # expanded where it runs
leak_used_references='echo $(($(kpeek nr_grant_frames) * 512 - $(kpeek gnttab_free_count)))'

# Event channels of a domain that are not free.
leak_event_channels() {
	"$(echo /usr/lib/xen-[0-9]*/bin)/lsevtchn" "$1" | wc -l
}

# The names of kernel threads in a list of "PARENT NAME" lines, less the workers that come and go by
# themselves.
leak_threads() {
	awk '$1 == 2 && $2 !~ /^kworker/ { print $2 }' | sort | tr '\n' ','
}

# Megabytes that are free once caches are dropped.
leak_free_mib() {
	sync
	echo 3 >/proc/sys/vm/drop_caches
	awk '/^MemFree:/ { print int($2 / 1024) }' /proc/meminfo
}

# leak_snapshot FILE GUEST: writes "NAME VALUE" lines. Counts named *.mib may differ by a few (see
# leak_compare), all others must come back exactly.
leak_snapshot() {
	local file=$1 guest=$2 id

	id=$(guest_id "$guest")
	{
		echo "guest.grants-mapped-by-others $(leak_mapped_grants "$id")"
		echo "guest.grant-references-used $(guest_run "$guest" "$leak_used_references")"
		echo "guest.event-channels $(leak_event_channels "$id")"
		echo "guest.interrupts $(guest_run "$guest" 'grep -c xen-dyn /proc/interrupts; true')"
		echo "guest.threads $(guest_run "$guest" 'ps -o ppid,comm' | leak_threads)"
		echo "guest.free.mib $(guest_run "$guest" "sync; echo 3 >/proc/sys/vm/drop_caches
			awk '/^MemFree:/ { print int(\$2 / 1024) }' /proc/meminfo")"
		echo "guest.devices $(guest_run "$guest" 'ls /sys/bus/xen/devices | grep -cE "vbd|vif"; true')"
		echo "guest.interfaces $(guest_run "$guest" 'ls /sys/class/net' | tr '\n' ',')"
		echo "dom0.grants-mapped-by-others $(leak_mapped_grants 0)"
		echo "dom0.grant-references-used $(PATH=$PATH:/bed/payload/guest/bin eval "$leak_used_references")"
		echo "dom0.event-channels $(leak_event_channels 0)"
		echo "dom0.interrupts $(grep -c xen-dyn /proc/interrupts || true)"
		echo "dom0.threads $(ps -e -o ppid,comm | leak_threads)"
		echo "dom0.free.mib $(leak_free_mib)"
		echo "dom0.devices $(find /sys/bus/xen-backend/devices/ -name 'v[bi][df]-*' | wc -l)"
		echo "dom0.interfaces $(ip -o link | cut -d: -f2 | sort | tr '\n' ',')"
		echo "dom0.keys $(xenstore-ls /local/domain/0/backend | grep -cE 'vbd|vif' || true)"
		echo "dom0.holders $(leak_module_holders)"
	} >"$file"
}

# Other users of the block stack that a forgotten reference would keep.
leak_module_holders() {
	local m

	for m in null_blk brd loop; do
		[ ! -e "/sys/module/$m/refcnt" ] || echo "$m=$(cat "/sys/module/$m/refcnt")"
	done | tr '\n' ','
	echo .
}

# leak_compare BEFORE AFTER [MIB]: prints every count that differs; fails when there is one, or one that
# could not be taken. Free memory may fall by MIB (8): slabs and per-cpu lists keep some.
leak_compare() {
	awk -v slack="${3:-8}" '
		NF < 2 { print $1 ": not counted"; bad = 1 }
		NR == FNR { name = $1; $1 = ""; before[name] = $0; next }
		{ name = $1; $1 = ""; seen[name] = 1 }
		name ~ /\.mib$/ { if (before[name] - $0 > slack) {
			print name ":" before[name] " MiB before," $0 " MiB after"; bad = 1 } next }
		before[name] != $0 { print name ":" before[name] " before," $0 " after"; bad = 1 }
		END {
			for (name in before)
				if (!(name in seen)) { print name ": not counted after"; bad = 1 }
			exit bad
		}' "$1" "$2"
}

# leak_pools_watch GUEST: from now on its kernel notes what becomes of page pools.
leak_pools_watch() {
	guest_run "$1" "cd /sys/kernel/debug/tracing && : >trace &&
		echo 1 >events/page_pool/page_pool_release/enable"
}

# leak_pools GUEST: every pool that ended since got back all of its pages, and there was one. A pool that
# waits for pages is looked at by the kernel once a second.
leak_pools() {
	sleep 3
	guest_run "$1" "cat /sys/kernel/debug/tracing/trace" | awk '
		match($0, /page_pool=[^ ]+/) { pool = substr($0, RSTART, RLENGTH)
			match($0, /inflight=-?[0-9]+/); inflight[pool] = substr($0, RSTART + 9, RLENGTH - 9) }
		END {
			for (pool in inflight) {
				n++
				if (inflight[pool] != 0) { print pool " misses " inflight[pool] " pages"; bad = 1 }
			}
			print n + 0 " pools ended"
			exit bad || !n
		}'
}
