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
    [[nodiscard]] VaultSession session(const QString &path) { return VaultSession(VaultFolder(path), m_clock, crypto::systemRandom(), quickCost()); }

    /// Once, before sample().
    [[nodiscard]] Result<> makeTemplate()
    {
        using namespace Qt::StringLiterals;
        m_template = std::make_unique<QTemporaryDir>();
        auto vault = session(m_template->path());
        if (auto made = vault.create(u"Sample"_s, secretText(Password)); !made)
            return made;
        if (auto added = vault.addKeychainSlot(secretBytes(0x11)); !added)
            return added;
        return MetaStore(vault.database()).setValue("canary"_L1, "sings");
    }
    /// A fresh copy of that vault: "Sample", Password, keychain secret of 0x11 bytes, meta value "canary".
    [[nodiscard]] QString sample()
    {
        const QString path = m_root->filePath(QStringLiteral("vault-%1").arg(++m_copies));
        return copyFolder(m_template->path(), path) ? path : QString();
    }

    std::unique_ptr<QTemporaryDir> m_root;
    std::unique_ptr<QTemporaryDir> m_template;
    qint64 m_now = 1'700'000'000'000;
    Clock m_clock = [this] { return m_now; };
    int m_copies = 0;
};

} // namespace clavitor::test
