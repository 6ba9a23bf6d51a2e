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

inline constexpr qsizetype pageSize = 4096;

/// A vault whose file, or what is remembered of it outside, is changed behind its back.
class TrustTest : public OpenVaultTest {
    Q_OBJECT

protected:
    [[nodiscard]] QString database() const { return m_vault->folder() + u"/vault.db"_s; }
    void lockAndClose() { QVERIFY(vault().lock()); }
    /// A revoked key in an older page, put back: until the vault says that keys are wrong.
    void resurrect()
    {
        m_token = makeKey(m_vault->open(), u"codex"_s);
        const auto saved = m_vault->open().save(draft(u"github.com"_s, {{"password", FieldKind::Password, "canary"}}));
        REQUIRE_OK(saved);
        m_entry = saved->id;
        QCOMPARE(askAgain(), link::Status::Ok);
        lockAndClose();
        const QByteArray before = contentOf(database());
        REQUIRE_OK(m_vault->unlock());
        const auto keys = m_vault->open().agents().list();
        REQUIRE_OK(keys);
        REQUIRE_OK(m_vault->open().revokeKey(keys->first().keyId));
        lockAndClose();
        const QByteArray after = contentOf(database());
        for (qsizetype at = 0; at + pageSize <= before.size(); at += pageSize) {
            if (before.mid(at, pageSize) == after.mid(at, pageSize))
                continue;
            QByteArray mixed = after;
            mixed.replace(at, pageSize, before.mid(at, pageSize));
            QVERIFY(overwrite(database(), mixed));
            m_vault->restart();
            listen();
            if (m_vault->unlock() && m_facts.distrust && m_facts.distrust->parts.contains(VaultPart::Keys)
                && !m_vault->open().agents().list()->first().isRevoked())
                return;
            (void)vault().lock();
        }
        QFAIL("no page brought the key back");
    }
    void watchWith(ScriptedMirror &mirror)
    {
        m_watch = std::make_unique<FreshnessWatch>(&vault(), mirror);
        QCoreApplication::processEvents(); // expectMirror() comes by post
    }
    [[nodiscard]] link::Status askAgain()
    {
        BridgeSide bridge;
        vault().attachBridge(bridge.keeperEnd, 1984);
        bridge.ask(++m_calls, m_token, link::ReadQuery{m_entry.toString()});
        return QTest::qWaitFor([&] { return !bridge.answers.isEmpty(); }) ? bridge.answers.first().status : link::Status::Internal;
    }

    VaultFacts m_facts;
    std::unique_ptr<FreshnessWatch> m_watch;
    QByteArray m_token;
    EntryId m_entry;
    quint64 m_calls = 0;

    void listen()
    {
        QObject::connect(&vault(), &Vault::factsChanged, this, [this](const VaultFacts &facts) { m_facts = facts; });
    }
};

} // namespace clavitor::test
