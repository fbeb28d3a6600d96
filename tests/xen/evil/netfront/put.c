// SPDX-License-Identifier: GPL-2.0
/*
 * Any entries on the ring to the back-end, written as text: put ENTRY..., all published at once.
 *
 *	s:OFFSET:SIZE[:FLAGS[:PAGE]]	a slot. FLAGS are letters: m more, x extra info follows, c blank
 *					checksum, v validated; - for none. PAGE is what it refers to:
 *					own (an honest page, the next one), unused, huge, other, revoked,
 *					ring
 *	x:TYPE:FLAGS[:SIZE[:KIND]]	an extra info; SIZE and KIND as of large segments
 *
 * An entry with *N behind it is put N times. The bytes are the start of an echo request.
 */
#include <xen/page.h>

#include "tests/xen/evil/netfront/netfront.h"

static char *field(char **word)
{
	char *f = strsep(word, ":");

	return f && *f ? f : NULL;
}

static u32 field_number(char **word)
{
	char *f = field(word);
	u32 n = 0;

	if (f && kstrtou32(f, 0, &n))
		n = 0;
	return n;
}

static u16 read_flags(const char *letters)
{
	u16 flags = 0;

	for (; letters && *letters; letters++)
		switch (*letters) {
		case 'm':
			flags |= XSR_NET_TO_BACK_MORE;
			break;
		case 'x':
			flags |= XSR_NET_TO_BACK_EXTRA;
			break;
		case 'c':
			flags |= XSR_NET_TO_BACK_CSUM_BLANK;
			break;
		case 'v':
			flags |= XSR_NET_TO_BACK_VALIDATED;
			break;
		default:
			break;
		}
	return flags;
}

static u32 read_page(struct nf *n, const char *page, u32 own)
{
	if (!page || !strcmp(page, "own"))
		return n->data[own % NF_DATA_PAGES].gref;
	if (!strcmp(page, "unused"))
		return 4000; /* in the table, and nobody has come so far */
	if (!strcmp(page, "huge"))
		return 0x7fffffff;
	if (!strcmp(page, "ring"))
		return n->queue[0].tx.page.gref;
	return n->odd.gref; /* revoked, or another domain's */
}

static void put_slot(struct nf *n, char *word, u32 nr)
{
	struct nf_queue *q = &n->queue[0];
	u32 offset = field_number(&word), size = field_number(&word);
	u16 flags = read_flags(field(&word));
	char *page = field(&word);

	if (offset < PAGE_SIZE)
		memcpy(n->data[nr % NF_DATA_PAGES].va + offset, n->frame,
		       min_t(u32, n->len, PAGE_SIZE - offset));
	nf_put_slot(q, read_page(n, page, nr), offset, size, flags);
}

static void put_extra(struct nf *n, char *word)
{
	union xsr_net_to_back_entry entry = {};

	entry.extra.type = field_number(&word);
	entry.extra.flags = field_number(&word);
	entry.extra.gso.size = field_number(&word);
	entry.extra.gso.type = field_number(&word);
	xsr_ring_put(&n->queue[0].tx.ring, &entry, sizeof(entry));
}

static void put_word(struct nf *n, const char *word, u32 *nr)
{
	const char *star = strchr(word, '*');
	u32 times = 1, len = star ? star - word : strlen(word);
	char entry[48];

	if (star && kstrtou32(star + 1, 0, &times))
		times = 1;
	while (times-- && xsr_ring_room(&n->queue[0].tx.ring)) {
		strscpy(entry, word, min_t(u32, len + 1, sizeof(entry)));
		if (!strncmp(entry, "s:", 2))
			put_slot(n, entry + 2, (*nr)++);
		else if (!strncmp(entry, "x:", 2))
			put_extra(n, entry + 2);
	}
}

static void act_put(struct nf *n, char *rest)
{
	bool other = strstr(rest, "other"), revoked = other || strstr(rest, "revoked");
	struct xenbus_device *xdev = n->e.xdev;
	const char *word, *answer;
	u32 nr = 0;

	if (revoked)
		evil_page_revoke(&n->odd);
	if (other)
		gnttab_grant_foreign_access_ref(n->odd.gref, xdev->otherend_id + 77,
						virt_to_gfn(n->odd.va), 1);
	nf_make_echo(n, 98);
	while ((word = evil_word(&rest)))
		put_word(n, word, &nr);
	answer = nf_flush(n, &n->queue[0]);
	if (other)
		evil_page_revoke(&n->odd);
	if (revoked)
		evil_page_regrant(xdev, &n->odd, false);
	evil_say(&n->e.command, "answer=%s okay=%u error=%u dropped=%u null=%u odd=%u", answer,
		 n->sum.okay, n->sum.error, n->sum.dropped, n->sum.null, n->sum.odd);
}

/* An echo of SIZE bytes, in slots of the sizes that follow: echo SIZE [SLOT...]. */
static void act_echo(struct nf *n, char *rest)
{
	u32 len = clamp_t(u32, evil_number(&rest, 98), ETH_HLEN, EVIL_FRAME_MAX), nr = 0;
	u16 size[XSR_NET_PKT_SLOTS];
	const char *answer;

	while (nr < ARRAY_SIZE(size) - 1 && *skip_spaces(rest))
		size[nr++] = evil_number(&rest, 0);
	nf_make_echo(n, len);
	nf_put_frame(&n->queue[0], size, nr + 1, false);
	answer = nf_flush(n, &n->queue[0]);
	if (!strcmp(answer, "okay"))
		answer = nf_wait_reply(n, NF_ECHO_MS) ? "replied" : "lost";
	evil_say(&n->e.command, "answer=%s okay=%u error=%u", answer, n->sum.okay, n->sum.error);
}

/* Dummies that list @rest addresses of multicast, each its own. */
static void act_mcast(struct nf *n, char *rest)
{
	struct xsr_net_extra add = { .type = XSR_NET_EXTRA_MCAST_ADD };
	union xsr_net_to_back_entry entry = {};
	u32 many = evil_number(&rest, 65), i;
	const char *answer = "none";

	for (i = 0; i < many; i++) {
		add.mcast[0] = 0x33;
		add.mcast[4] = i >> 8;
		add.mcast[5] = i;
		entry.extra = add;
		nf_put_slot(&n->queue[0], 0, 0, 0, XSR_NET_TO_BACK_EXTRA);
		xsr_ring_put(&n->queue[0].tx.ring, &entry, sizeof(entry));
		answer = nf_flush(n, &n->queue[0]);
		if (nf_busy(n))
			break;
	}
	evil_say(&n->e.command, "answer=%s put=%u okay=%u error=%u", answer, i, n->sum.okay,
		 n->sum.error);
}

const struct nf_action nf_put_actions[] = {
	{ "put", act_put },
	{ "echo", act_echo },
	{ "mcast", act_mcast },
	{ NULL },
};
