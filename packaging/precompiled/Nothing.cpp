// SPDX-License-Identifier: GPL-3.0-or-later
// Nothing: the libraries of precompiled headers need a source.
