// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/FreshnessWatch.h"
#include "tests/support/BridgeSide.h"
#include "tests/support/OpenVaultTest.h"
#include "tests/support/ResultChecks.h"
#include "tests/support/ScriptedMirror.h"
#include "tests/support/VaultSamples.h"

#include <QElapsedTimer>
#include <QSignalSpy>

namespace clavitor::test {

using namespace Qt::StringLiterals;

/// A vault whose file, or what is remembered of it outside, is changed behind its back.
class TrustTest : public OpenVaultTest {
    Q_OBJECT

protected:
    TrustTest();
    ~TrustTest() override;

    [[nodiscard]] QString database() const { return m_vault->folder() + u"/vault.db"_s; }
    void lockAndClose();
    /// A revoked key in an older page, put back: until the vault says that keys are wrong.
    void resurrect();
    /// The vault's file is `after` with the page of `before` at `at`, not opened yet; false when that page is the same in both.
    [[nodiscard]] bool restartWithPage(qsizetype at, const QByteArray &before, const QByteArray &after);
    void watchWith(ScriptedMirror &mirror);
    [[nodiscard]] link::Status askAgain();

    VaultFacts m_facts;
    std::unique_ptr<FreshnessWatch> m_watch;
    QByteArray m_token;
    EntryId m_entry;
    quint64 m_calls = 0;

    void listen();
};

} // namespace clavitor::test
