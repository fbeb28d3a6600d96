// SPDX-License-Identifier: GPL-2.0
/*
 * The table of keys_stack.h: name, type, default, limits, meaning. Data only.
 */
#include "ring/state.h"
#include "xenstore-tools/keys_stack.h"
#include "xenstore-tools/path.h"

#define TEXT(key_name, meaning)                                         \
	{                                                               \
		.name = key_name, .type = XSR_KEY_TEXT, .help = meaning \
	}

#define DOMID(key_name, meaning)                                                    \
	{                                                                           \
		.name = key_name, .type = XSR_KEY_UINT, .max = XSR_DOMID_LIMIT - 1, \
		.required = true, .help = meaning                                   \
	}

const struct xsr_key xsr_stack_keys[XSR_SK_COUNT] = {
	[XSR_SK_STATE] = { .name = "state",
			   .type = XSR_KEY_UINT,
			   .max = XSR_ST_COUNT - 1,
			   .required = true,
			   .help = "state of this end" },
	[XSR_SK_BACKEND] = { .name = "backend",
			     .type = XSR_KEY_TEXT,
			     .required = true,
			     .help = "directory of the back-end" },
	[XSR_SK_BACKEND_ID] = DOMID("backend-id", "domain of the back-end"),
	[XSR_SK_PROTOCOL] = TEXT("protocol", "layout of ring entries"),
	[XSR_SK_TRUSTED] = { .name = "trusted",
			     .type = XSR_KEY_BOOL,
			     .def = 1,
			     .max = UINT_MAX,
			     .help = "may the front-end share its own pages with the back-end" },
	[XSR_SK_LARGE_SECTORS] = { .name = "feature-large-sector-size",
				   .type = XSR_KEY_BOOL,
				   .max = UINT_MAX,
				   .help = "deprecated: counts in sectors, not in 512 bytes" },
	[XSR_SK_FRONTEND] = { .name = "frontend",
			      .type = XSR_KEY_TEXT,
			      .required = true,
			      .help = "directory of the front-end" },
	[XSR_SK_FRONTEND_ID] = DOMID("frontend-id", "domain of the front-end"),
	[XSR_SK_ONLINE] = { .name = "online",
			    .type = XSR_KEY_BOOL,
			    .max = UINT_MAX,
			    .help = "0 once the toolstack wants the device gone" },
	[XSR_SK_HOTPLUG_STATUS] = TEXT("hotplug-status", "result of the hotplug script"),
	[XSR_SK_HOTPLUG_ERROR] = TEXT("hotplug-error", "why the hotplug script failed"),
	[XSR_SK_TYPE] = TEXT("type", "sort of back-end the toolstack chose"),
	[XSR_SK_MODE] = TEXT("mode", "r or w"),
	[XSR_SK_PARAMS] = TEXT("params", "what the toolstack asked to be attached"),
	[XSR_SK_PHYS_DEV] = TEXT("physical-device", "device number, major:minor in hex"),
	[XSR_SK_PHYS_PATH] = TEXT("physical-device-path", "device or file in use"),
	[XSR_SK_DISCARD_ENABLE] = { .name = "discard-enable",
				    .type = XSR_KEY_BOOL,
				    .def = 1,
				    .max = UINT_MAX,
				    .help = "does the toolstack allow discard" },
	[XSR_SK_BRIDGE] = TEXT("bridge", "bridge the interface joins"),
	[XSR_SK_SCRIPT] = TEXT("script", "hotplug script"),
	[XSR_SK_RATE] = TEXT("rate", "limit on the guest's sending, bytes,microseconds"),
	[XSR_SK_MAC] = TEXT("mac", "address of the front-end"),
	[XSR_SK_MTU] = { .name = "mtu",
			 .type = XSR_KEY_UINT,
			 .def = 1500,
			 .min = 68,
			 .max = 65535,
			 .help = "largest packet, bytes" },
	[XSR_SK_HANDLE] = { .name = "handle",
			    .type = XSR_KEY_UINT,
			    .max = UINT32_MAX,
			    .help = "number of the interface" },
};
