// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FaultyVaultTest.h"

namespace clavitor::test {

void FaultyVaultTest::initTestCase()
{
    QVERIFY(crypto::initialise());
    QVERIFY(FaultyVfs::installAsDefault());
}

} // namespace clavitor::test

#include "moc_FaultyVaultTest.cpp"
