# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Which kernel and hypervisor messages fail a scenario, and the scan for them. Callers: bed.sh.
# A pattern names a message no healthy driver causes; it must not match what a healthy boot prints
# (the scenario selftest-splat plants one, and every scenario's pass shows the second half).

splat_patterns=(
	# Linux
	'\bBUG\b' 'WARNING: ' 'Oops' 'general protection' '[Uu]nable to handle' 'invalid opcode' 'divide error'
	'Call Trace:' 'Kernel panic' 'blocked for more than [0-9]+ seconds' 'rcu.*stall' 'soft lockup'
	'hard LOCKUP' 'workqueue lockup' 'circular locking' 'recursive locking'
	'inconsistent lock state' 'suspicious RCU' 'scheduling while atomic'
	'sleeping function called' 'KASAN' 'KCSAN' 'UBSAN' 'KFENCE' 'kmemleak: [1-9]'
	'corruption' 'refcount_t:' 'Bad page' 'page allocation failure' 'Out of memory'
	'segfault at' 'nobody cared' 'double free' 'use-after-free' 'still in use'
	# Xen
	'Xen BUG' 'Xen WARN' 'FATAL' 'Panic on CPU' 'Assertion' 'domain_crash' 'crashed on cpu'
	'Bad grant reference' 'Bad grant handle' 'Bad handle' 'Bad flags' 'Triple fault'
)

# splat_scan FILE FROM_BYTE [MAY_PRINT]: prints the lines from that byte on that match a pattern, less
# those that match MAY_PRINT; succeeds when there is none.
splat_scan() {
	local pattern

	[ -r "$1" ] || { echo "cannot read $1"; return 1; }
	pattern=$(IFS='|'; echo "${splat_patterns[*]}")
	# Without MAY_PRINT only empty lines are excused, and none of those is left by then.
	! tail -c "+$(($2 + 1))" "$1" | tr -d '\r' | grep -a -E "$pattern" |
		grep -a -v -E "${3:-^\$}"
}
