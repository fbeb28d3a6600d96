#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# rules.pl [ROOT]: the rules of the house, each a few patterns over the lines of the tree in ROOT
# (default: this repository). Prints one TAP line a rule, with the offending lines under a broken
# one; status 1 if any is broken. Comments in C files do not count, except for `todo` and `paths`.
# selftest.sh shows that each rule can fail. Needs nothing that perl-base does not have.
use strict;
use warnings;
use Cwd qw(realpath);
use File::Basename;

my $root = realpath($ARGV[0] // dirname(__FILE__) . "/../..");
chdir $root or die "rules.pl: $root: $!\n";

my $layers = qr{^(?:ring|grant|frontend|backend)/};
my $shells = qr{^(?:(?:ring|grant)/linux|frontend|backend)/};
my $pure = qr{^(?:ring|grant)/(?!linux/)};
my $users = qr{^(?:xenstore-tools|benchmarks|tests/(?:unit|peer|fuzz|fakes|tools))/};
my $inc = qr{^\s*#\s*include\s*};

# Each rule: its name, what it demands, and checks. A check is the files it looks at, what a line
# must not match, and (if there are any) files or lines that may.
my @rules = (
	[ arrows => "includes go down only: no front-back, block-net or ring-grant edge, nothing up",
		[ qr{^frontend/}, qr{$inc"backend/} ],
		[ qr{^backend/}, qr{$inc"frontend/} ],
		[ qr{^(?:front|back)end/block/}, qr{$inc"(?:(?:front|back)end/net/|ring/(?:net_|keys_net))} ],
		[ qr{^(?:front|back)end/net/}, qr{$inc"(?:(?:front|back)end/block/|ring/(?:blk_|keys_blk))} ],
		[ qr{^ring/}, qr{$inc"(?:grant|frontend|backend)/} ],
		[ qr{^grant/(?!linux/)}, qr{$inc"(?:ring/(?!env\.h")|frontend/|backend/)} ],
		[ qr{^grant/linux/}, qr{$inc"(?:ring/(?!env\.h"|linux/compat/)|frontend/|backend/)} ],
		[ $pure, qr{$inc"(?:ring|grant)/linux/} ],
		[ $layers, qr{$inc"(?:tests|benchmarks|xenstore-tools|\.\.)/} ],
		# A unit test may take in a .c file of a driver that happens to be pure: if it were not, the
		# test would not compile.
		[ $users, qr{$inc"(?:ring|grant)/linux/} ],
		[ $users, qr{$inc"(?:frontend|backend)/}, qr{^tests/unit/} ],
		[ qr{^tests/unit/}, qr{$inc"(?:frontend|backend)/(?!(?:block|net)/\w+\.c")} ],
	],
	[ headers => "system headers only in the shells, and in ring/env.h for the pure code",
		[ $pure, qr{$inc<|\b__KERNEL__\b}, qr{^ring/env\.h$} ],
		# The bench compares us with the macros of Xen's public header.
		[ $users, qr{$inc<(?:linux|xen|asm|asm-generic|net|uapi|trace|crypto)/}, qr{^benchmarks/ring/xen\.c$} ],
	],
	[ versions => "kernel versions and probes only in ring/linux/compat/",
		[ $layers, qr{\b(?:LINUX_VERSION_CODE|KERNEL_VERSION|RHEL_RELEASE_CODE|XSR_HAVE_\w+)\b|linux/version\.h|xsr_probed\.h},
			qr{^ring/linux/compat/} ],
	],
	# ring/ may not use grant/, and xenbus_teardown_ring() frees pages that the peer still maps; so
	# the pages of a ring itself, granted once a connection, are the one exception.
	[ grants => "gnttab_ calls only in grant/linux/, and in ring/linux/pages.c for a ring's own pages",
		[ $layers, qr{\bgnttab_[a-z]\w*}, qr{^(?:grant/linux/|ring/linux/pages\.c$)} ],
	],
	[ keys => "xenbus reads and writes of keys only in ring/linux/",
		[ $layers, qr{\bxenbus_(?:read|read_unsigned|write|printf|scanf|gather|rm|mkdir|directory|exists|transaction_start|transaction_end)\b},
			qr{^ring/linux/} ],
	],
	# Into the address space may go who made the pages (__shared __force); out of it the ring alone.
	[ shared => "__shared is cast away only in ring/ring.h and ring/ring_attach.c",
		[ $layers, qr{\b__xsr_force\b|(?<!__shared )\b__force\b},
			qr{^ring/(?:env\.h|ring\.h|ring_attach\.c|linux/compat/.*)$} ],
	],
	[ state => "only the step function in ring/linux/device.c moves a device",
		[ $layers, qr{\b(?:xenbus_switch_state|xenbus_frontend_closed|xenbus_dev_fatal)\b},
			qr{^ring/linux/device\.c$} ],
	],
	[ bugs => "no BUG or WARN: the peer must not be able to reach one",
		[ $layers, qr{\b(?:(?:VM_)?BUG(?:_ON)?|(?:VM_)?WARN(?:_ON|_ONCE|_ON_ONCE|_TAINT)?|panic)\s*\(} ],
	],
	# These two name what they look for in pieces, so as not to find themselves.
	[ todo => "no open ends: do it, or say in the README that it is not done",
		[ qr{}, qr{\b(?:TO[D]O|FIX[M]E|XX[X])\b} ],
	],
	[ paths => "no path or package mirror of one machine",
		[ qr{}, qr{(?<![\w.~"'])/(?:wor[k]|hom[e])/|(?:deb|ftp|snapshot|archive)\.deb[i]an\.org} ],
	],
);
my %sees_comments = (todo => 1, paths => 1);

sub slurp {
	my ($file) = @_;
	open my $in, "<", $file or die "rules.pl: $file: $!\n";
	local $/;
	return scalar <$in> // "";
}

# Blanks comments and keeps the lines' numbers; a quote inside a string starts no comment.
sub without_comments {
	my ($text) = @_;
	$text =~ s{("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|(/\*.*?\*/|//[^\n]*)}
		  { defined $1 ? $1 : $2 =~ s/[^\n]+//gr }gsex;
	return $text;
}

# The files of the tree by name, without products, pictures, tables of numbers and fuzz seeds.
sub tree {
	my ($dir, @found) = @_;
	opendir my $list, $dir eq "" ? "." : $dir or die "rules.pl: $dir: $!\n";
	for my $name (sort readdir $list) {
		my $file = $dir eq "" ? $name : "$dir/$name";
		next if $name =~ m{^\.\.?$} || $file =~ m{^(?:build|\.git|LICENSE|tests/fuzz/corpus)$};
		next if -l $file || $name =~ m{\.(?:png|svg|pdf|csv)$};
		push @found, -d $file ? tree($file) : $file;
	}
	return @found;
}

my (%raw, %code);
for my $file (tree("")) {
	$raw{$file} = slurp($file);
	$code{$file} = $file =~ m{\.[ch]$} ? without_comments($raw{$file}) : $raw{$file};
}

my $broken = 0;

sub report {
	my ($name, $why, @found) = @_;
	my $line = (@found ? "not ok" : "ok") . " - lint/$name\n";
	print $line;
	if ($ENV{XSR_RESULTS}) {
		open my $out, ">>", $ENV{XSR_RESULTS} or die "rules.pl: $ENV{XSR_RESULTS}: $!\n";
		print $out $line;
	}
	return unless @found;
	$broken = 1;
	print "# $why\n", map { "#   $_\n" } @found;
}

sub offences {
	my ($text, $files, $bad, $except) = @_;
	my @found;
	for my $file (sort grep { $_ =~ $files } keys %$text) {
		next if $except && $file =~ $except;
		next unless $files eq qr{} || $file =~ m{\.[ch]$};
		my $number = 0;
		for my $line (split /\n/, $text->{$file}) {
			$number++;
			push @found, "$file:$number: $line" if $line =~ $bad;
		}
	}
	return @found;
}

for my $rule (@rules) {
	my ($name, $why, @checks) = @$rule;
	my $text = $sees_comments{$name} ? \%raw : \%code;
	report($name, $why, map { offences($text, @$_) } @checks);
}

# A source is what a compiler, make or an interpreter reads.
my @bare = grep {
	($_ =~ m{\.(?:[ch]|sh|py|pl|mk)$|(?:^|/)(?:Makefile|Kbuild)$} || $raw{$_} =~ m{\A#!})
	    && $raw{$_} !~ m{\A(?:.*\n){0,3}.*SPDX-License-Identifier: GPL-2\.0}
} sort keys %raw;
report("spdx", "a source has its SPDX line at the top", @bare);

exit $broken;
