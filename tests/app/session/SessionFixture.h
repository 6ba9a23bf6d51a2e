// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/VaultSession.h"
#include "app/store/MetaStore.h"
#include "tests/support/Adversity.h"
#include "tests/support/ResultChecks.h"
#include "tests/support/VaultSamples.h"

#include <QObject>
#include <QTemporaryDir>

#include <memory>

namespace clavitor::test {

/// A folder for vaults, fresh for each case, and a vault made once to copy from.
class SessionFixture : public QObject {
    Q_OBJECT

protected:
    SessionFixture();
    ~SessionFixture() override;

    [[nodiscard]] VaultSession session(const QString &path);

    /// A fresh copy of the vault: "Sample", Password, keychain secret of 0x11 bytes, meta value "canary".
    [[nodiscard]] QString sample();

    std::unique_ptr<QTemporaryDir> m_root;
    std::unique_ptr<QTemporaryDir> m_template;
    qint64 m_now = 1'700'000'000'000;
    Clock m_clock = [this] { return m_now; };
    int m_copies = 0;

private slots:
    void initTestCase();
    void init();

private:
    [[nodiscard]] Result<> makeTemplate();
};

} // namespace clavitor::test
