// SPDX-License-Identifier: GPL-2.0
/*
 * The debugfs file of one device of a hostile peer, and the reading of what is written to it; see
 * command.h. Included by one file of each module, so that neither needs a third one.
 */
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <xen/xenbus.h>

#include "tests/xen/evil/common/command.h"

#define EVIL_MAX_CLAIMS 16

static uint claim[EVIL_MAX_CLAIMS];
static uint nr_claims;
module_param_array(claim, uint, &nr_claims, 0644);
MODULE_PARM_DESC(claim, "numbers of the devices to take, as in the names of their directories");

void evil_say(struct evil_command *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	c->used += vscnprintf(c->result + c->used, sizeof(c->result) - c->used, fmt, ap);
	va_end(ap);
}

char *evil_word(char **rest)
{
	char *word;

	*rest = skip_spaces(*rest);
	word = strsep(rest, " ");
	if (!*rest)
		*rest = word + strlen(word);
	return *word ? word : NULL;
}

u64 evil_number(char **rest, u64 preset)
{
	char *word = evil_word(rest);
	s64 negative;
	u64 number;

	if (word && !kstrtou64(word, 0, &number))
		return number;
	if (word && !kstrtos64(word, 0, &negative))
		return negative;
	return preset;
}

/* xenstore takes up to 2048 bytes from a guest. */
#define EVIL_LONG 2000

static int evil_key_write_long(const char *dir, const char *key)
{
	char *junk = kmalloc(EVIL_LONG + 1, GFP_KERNEL);
	int err;

	if (!junk)
		return -ENOMEM;
	memset(junk, '7', EVIL_LONG);
	junk[EVIL_LONG] = '\0';
	err = xenbus_write(XBT_NIL, dir, key, junk);
	kfree(junk);
	return err;
}

int evil_key_write(const char *dir, const char *key, const char *value)
{
	if (!strcmp(value, "@absent")) {
		xenbus_rm(XBT_NIL, dir, key);
		return 0;
	}
	if (!strcmp(value, "@empty"))
		return xenbus_write(XBT_NIL, dir, key, "");
	if (!strcmp(value, "@long"))
		return evil_key_write_long(dir, key);
	if (!strcmp(value, "@binary"))
		return xenbus_write(XBT_NIL, dir, key, "\x01\xff\xfe\x80%s%n");
	return xenbus_write(XBT_NIL, dir, key, value);
}

bool evil_claims(const struct xenbus_device *xdev)
{
	u32 number, i;

	if (kstrtou32(kbasename(xdev->nodename), 10, &number))
		return false;
	for (i = 0; i < nr_claims; i++)
		if (number && claim[i] == number)
			return true;
	return false;
}

static ssize_t evil_command_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	struct evil_command *c = file->private_data;
	ssize_t ret;

	mutex_lock(&c->lock);
	ret = simple_read_from_buffer(to, count, pos, c->result, c->used);
	mutex_unlock(&c->lock);
	return ret;
}

static ssize_t evil_command_write(struct file *file, const char __user *from, size_t count,
				  loff_t *pos)
{
	struct evil_command *c = file->private_data;
	char line[EVIL_LINE_MAX];
	int err;

	if (count >= sizeof(line))
		return -EINVAL;
	if (copy_from_user(line, from, count))
		return -EFAULT;
	line[count] = '\0';
	strreplace(line, '\n', '\0');
	mutex_lock(&c->lock);
	c->used = 0;
	err = c->run(c->data, line);
	mutex_unlock(&c->lock);
	return err ? err : count;
}

static const struct file_operations evil_command_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = evil_command_read,
	.write = evil_command_write,
};

void evil_command_create(struct evil_command *c, struct dentry *parent, const char *name)
{
	mutex_init(&c->lock);
	c->dir = debugfs_create_dir(name, parent);
	debugfs_create_file("run", 0600, c->dir, c, &evil_command_fops);
}

void evil_command_destroy(struct evil_command *c)
{
	debugfs_remove(c->dir);
	c->dir = NULL;
}
