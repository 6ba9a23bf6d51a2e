// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/TemporaryVault.h"

#include <QObject>
#include <QTest>

#include <memory>

namespace clavitor::test {

/// A fresh, open vault for each case.
class OpenVaultTest : public QObject {
    Q_OBJECT

protected:
    [[nodiscard]] Vault &vault() { return m_vault->vault(); }

    std::unique_ptr<TemporaryVault> m_vault;

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init()
    {
        m_vault = std::make_unique<TemporaryVault>();
        QVERIFY(m_vault->create());
    }
    void cleanup() { m_vault.reset(); }
};

} // namespace clavitor::test
