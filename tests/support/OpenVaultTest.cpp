// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/OpenVaultTest.h"

namespace clavitor::test {

OpenVaultTest::OpenVaultTest() = default;
OpenVaultTest::~OpenVaultTest() = default;

void OpenVaultTest::initTestCase()
{
    QVERIFY(crypto::initialise());
}

void OpenVaultTest::init()
{
    m_vault = std::make_unique<TemporaryVault>();
    QVERIFY(m_vault->create());
}

void OpenVaultTest::cleanup()
{
    m_vault.reset();
}

} // namespace clavitor::test

#include "moc_OpenVaultTest.cpp"
