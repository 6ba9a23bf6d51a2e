// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/VaultSession.h"
#include "app/store/MetaStore.h"
#include "tests/support/Adversity.h"
#include "tests/support/ResultChecks.h"
#include "tests/support/VaultSamples.h"

#include <QTemporaryDir>
#include <memory>

namespace clavitor::test {

/// A folder for vaults, and a vault made once to copy from.
class SessionFixture {
protected:
    SessionFixture();
    ~SessionFixture();

    [[nodiscard]] VaultSession session(const QString &path);

    /// Once, before sample().
    [[nodiscard]] Result<> makeTemplate();
    /// A fresh copy of that vault: "Sample", Password, keychain secret of 0x11 bytes, meta value "canary".
    [[nodiscard]] QString sample();

    std::unique_ptr<QTemporaryDir> m_root;
    std::unique_ptr<QTemporaryDir> m_template;
    qint64 m_now = 1'700'000'000'000;
    Clock m_clock = [this] { return m_now; };
    int m_copies = 0;
};

} // namespace clavitor::test
