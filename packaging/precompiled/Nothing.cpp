// SPDX-License-Identifier: GPL-3.0-or-later
// Nothing: what is compiled for the tests' precompiled headers needs a source.
int main() {}
