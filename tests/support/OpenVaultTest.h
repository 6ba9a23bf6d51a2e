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
    OpenVaultTest();
    ~OpenVaultTest() override;
    [[nodiscard]] Vault &vault() { return m_vault->vault(); }

    std::unique_ptr<TemporaryVault> m_vault;

private slots:
    void initTestCase();
    void init();
    void cleanup();
};

} // namespace clavitor::test
