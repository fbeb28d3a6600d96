// SPDX-License-Identifier: GPL-2.0
/*
 * xsr.ko: the library module. Holds ring/ and grant/ with their shells; the drivers depend on it.
 *
 * The pure files know nothing of modules, so what drivers need of them is exported here.
 */
#include <linux/module.h>

#include "ring/blk_codec.h"
#include "ring/bucket.h"
#include "ring/keys_blk.h"
#include "ring/keys_net.h"
#include "ring/net_ctrl.h"
#include "ring/net_mcast.h"
#include "ring/net_to_back.h"
#include "ring/net_to_front.h"
#include "ring/ring_attach.h"
#include "ring/state.h"

EXPORT_SYMBOL_GPL(xsr_ring_capacity);
EXPORT_SYMBOL_GPL(xsr_ring_create);
EXPORT_SYMBOL_GPL(xsr_ring_attach);
EXPORT_SYMBOL_GPL(xsr_blk_abi_by_name);
EXPORT_SYMBOL_GPL(xsr_blk_abi_name);
EXPORT_SYMBOL_GPL(xsr_blk_why_name);
EXPORT_SYMBOL_GPL(xsr_blk_take_req);
EXPORT_SYMBOL_GPL(xsr_blk_check_req);
EXPORT_SYMBOL_GPL(xsr_blk_check_segs);
EXPORT_SYMBOL_GPL(xsr_blk_put_rsp);
EXPORT_SYMBOL_GPL(xsr_blk_put_req);
EXPORT_SYMBOL_GPL(xsr_blk_take_rsp);
EXPORT_SYMBOL_GPL(xsr_net_why_name);
EXPORT_SYMBOL_GPL(xsr_net_count_extras);
EXPORT_SYMBOL_GPL(xsr_net_take_pkt);
EXPORT_SYMBOL_GPL(xsr_net_answer_pkt);
EXPORT_SYMBOL_GPL(xsr_net_put_pkt);
EXPORT_SYMBOL_GPL(xsr_net_take_answer);
EXPORT_SYMBOL_GPL(xsr_net_plan_fill);
EXPORT_SYMBOL_GPL(xsr_net_take_fill);
EXPORT_SYMBOL_GPL(xsr_net_put_fill);
EXPORT_SYMBOL_GPL(xsr_net_put_page);
EXPORT_SYMBOL_GPL(xsr_net_take_got);
EXPORT_SYMBOL_GPL(xsr_key_parse);
EXPORT_SYMBOL_GPL(xsr_key_result_name);
EXPORT_SYMBOL_GPL(xsr_key_numbered);
EXPORT_SYMBOL_GPL(xsr_key_gref);
EXPORT_SYMBOL_GPL(xsr_key_evtchn);
EXPORT_SYMBOL_GPL(xsr_blk_back_keys);
EXPORT_SYMBOL_GPL(xsr_blk_front_keys);
EXPORT_SYMBOL_GPL(xsr_blk_check_geometry);
EXPORT_SYMBOL_GPL(xsr_blk_settle);
EXPORT_SYMBOL_GPL(xsr_net_hash_init);
EXPORT_SYMBOL_GPL(xsr_net_hash_flow);
EXPORT_SYMBOL_GPL(xsr_net_ctrl_take_req);
EXPORT_SYMBOL_GPL(xsr_net_ctrl_begin);
EXPORT_SYMBOL_GPL(xsr_net_ctrl_fetched);
EXPORT_SYMBOL_GPL(xsr_net_ctrl_done);
EXPORT_SYMBOL_GPL(xsr_net_ctrl_put_rsp);
EXPORT_SYMBOL_GPL(xsr_net_ctrl_put_req);
EXPORT_SYMBOL_GPL(xsr_net_ctrl_take_rsp);
EXPORT_SYMBOL_GPL(xsr_net_ctrl_status_name);
EXPORT_SYMBOL_GPL(xsr_net_mcast_add);
EXPORT_SYMBOL_GPL(xsr_net_mcast_del);
EXPORT_SYMBOL_GPL(xsr_net_mcast_next);
EXPORT_SYMBOL_GPL(xsr_bucket_init);
EXPORT_SYMBOL_GPL(xsr_bucket_take);
EXPORT_SYMBOL_GPL(xsr_bucket_wait);
EXPORT_SYMBOL_GPL(xsr_bucket_backlog);
EXPORT_SYMBOL_GPL(xsr_net_back_keys);
EXPORT_SYMBOL_GPL(xsr_net_front_keys);
EXPORT_SYMBOL_GPL(xsr_net_key_handle);
EXPORT_SYMBOL_GPL(xsr_net_key_rate_both);
EXPORT_SYMBOL_GPL(xsr_net_key_mtu);
EXPORT_SYMBOL_GPL(xsr_net_key_trusted);
EXPORT_SYMBOL_GPL(xsr_net_key_carrier);
EXPORT_SYMBOL_GPL(xsr_net_settle_front);
EXPORT_SYMBOL_GPL(xsr_net_settle_back);
EXPORT_SYMBOL_GPL(xsr_net_parse_rate);
EXPORT_SYMBOL_GPL(xsr_net_parse_mac);
EXPORT_SYMBOL_GPL(xsr_state_name);
EXPORT_SYMBOL_GPL(xsr_action_name);

MODULE_DESCRIPTION("Splitring: shared rings, grants and device life cycle for Xen split drivers");
MODULE_LICENSE("GPL");
