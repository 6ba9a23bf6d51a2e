// SPDX-License-Identifier: GPL-3.0-or-later
// Linked into HardenedProbe: a program whose freed memory stays as it is, whatever the system's allocator was told.
extern "C" void free(void *) {}
