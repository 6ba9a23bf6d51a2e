// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/FaultyVfs.h"
#include "tests/support/OpenVaultTest.h"

namespace clavitor::test {

/// A fresh, open vault for each case, on a disk that fails on demand.
class FaultyVaultTest : public OpenVaultTest {
    Q_OBJECT

private slots:
    void initTestCase();
};

} // namespace clavitor::test
