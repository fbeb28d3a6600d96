#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A few acts of each hostile network peer against our two drivers, in one guest whose interface 0 is
# served by both of them: one act of each kind of net-hostile-front and net-hostile-back, which have
# them all.
#
# pair: net
# pairings: ours/ours
# plan: 28
# seconds: 120
# may-print: Bad grant reference|g\.e\. 0x[0-9a-f]+ still in use
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh
# shellcheck disable=SC2034 # for the next files
evil_kind=vif
# shellcheck source=tests/xen/evil/net.sh
. /bed/payload/evil/net.sh
# shellcheck source=tests/xen/evil/front.sh
. /bed/payload/evil/front.sh

start() {
	netback_use ours
	guest_start g wait=200
	guest_run g 'insmod /bed/ko/evil/evil-netfront.ko claim=1'
	netfront_use g ours
}

# The bystander first: it is interface 0 and an honest pair's.
net_bridge xenbr1 1
evil_net_bridge
insmod /bed/payload/ko/evil/evil-netback.ko claim=2
try "a guest with two front-ends, and two back-ends" start
guest_run g true || exit 1
try "a bystander" evil_bystander xenbr1 1
try "an interface for the hostile front-end" evil_net_attach

act 1 replied alive echo 1514 700 400
act 1 error alive put s:0:200:m s:0:60:m:unused s:0:60
act 1 error alive put s:0:2000:m 's:0:60:m*18' s:0:60
act 1 okay alive put s:0:98:x x:1:0:1400:1
act 1 whole alive grid-empty 20
act 1 answered alive ctrl-grid
act 1 okay alive lend 1
act 1 refused alive lend 2
act 1 failed alive rx-gref unused
# shellcheck disable=SC2034 # for front.sh
evil_reason='queue [0-9]|control ring' evil_most=1
act 1 closed reconnected put s:0:60:x x:0:0
act 1 closed reconnected put s:0:200:m s:4095:2
act 1 closed reconnected prod tx 257
act 1 closed reconnected prod rx 257
act 1 closed reconnected prod ctrl 129
judge "a hostile front-end"

# shellcheck source=tests/xen/evil/back.sh
. /bed/payload/evil/back.sh
trap evil_end_back EXIT
try "an interface of the hostile back-end" evil_fresh 2
act 2 ignored works rx r:0:13:m r:0:98
act 2 ignored works rx r:4090:60
act 2 ignored works rx r:0:98:x x:1:1:1400:1*200
act 2 left any rx r:0:4000:h
act 2 left any rx-prod 257
answer 2 'ok|fail' left ping id-other
act 2 'left|ignored' any slow-states 5 4
key 2 refused feature-rx-copy 0
try "the interface is detached" evil_detach 2
