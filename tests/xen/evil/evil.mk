# SPDX-License-Identifier: GPL-2.0
#
# The hostile peers of the test bed, for the kernel the modules are built for. Included by the
# Makefile; its own mirror, so that no product of theirs meets one of the drivers'.

.PHONY: evil
evil: KMIRROR = $(B)/kbuild/$(KREL)-evil
evil: KOUT = $(B)/ko/$(KREL)/evil
evil:
	@[ -n "$(KREL)" ] || { echo "evil: no kernel headers in KDIR=$(KDIR)" >&2; exit 1; }
	@mkdir -p $(KMIRROR) $(KOUT)
	@exec 9>$(KMIRROR)/.lock; flock 9; \
	tests/build/mirror.sh $(KMIRROR) tests/xen/evil/Kbuild ring tests/xen/evil; \
	$(KMAKE) -j$(JOBS) modules 9>&-; \
	for ko in $(KMIRROR)/*.ko; do \
		cmp -s "$$ko" "$(KOUT)/$${ko##*/}" || cp "$$ko" $(KOUT)/; \
	done
