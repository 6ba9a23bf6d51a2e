// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/RecoverySheet.h"
#include "tests/support/Adversity.h"
#include "tests/support/BridgeSide.h"
#include "tests/support/OpenVaultTest.h"
#include "tests/support/ReplacementSamples.h"
#include "tests/support/ResultChecks.h"
#include "tests/support/ScriptedMirror.h"
#include "tests/support/VaultSamples.h"

#include <QSignalSpy>

namespace clavitor::test {

using namespace Qt::StringLiterals;

/// A vault with something of everything, before and after all of its keys are replaced.
class ReplacementTest : public OpenVaultTest {
    Q_OBJECT

protected:
    /// With everything of a vault in it.
    void fill()
    {
        REQUIRE_OK(fillForReplacement(m_vault->open(), 24));
        REQUIRE_OK(m_vault->openPersonal());
    }
    [[nodiscard]] QStringList everything() { return everythingIn(m_vault->open(), vault().personalKeys()); }
    [[nodiscard]] QStringList files() const { return QDir(m_vault->folder()).entryList(QDir::Files | QDir::Hidden, QDir::Name); }
    [[nodiscard]] QString file(const char *name) const { return m_vault->folder() + u'/' + QLatin1String(name); }
    /// As it was, and able to be written and locked and opened.
    void isAsItWas(const QStringList &before)
    {
        if (!vault().open())
            REQUIRE_OK(m_vault->unlock());
        REQUIRE_OK(m_vault->openPersonal());
        QCOMPARE(everything(), before);
        REQUIRE_OK(m_vault->open().save(draft(u"written.example"_s, {})));
        REQUIRE_OK(vault().lock());
        QCOMPARE(files(), (QStringList{u"lock"_s, u"vault.db"_s, u"vault.keys"_s, u"vault.keys.copy"_s}));
        m_vault->restart();
        REQUIRE_OK(m_vault->unlock());
        QCOMPARE(vault().initialFacts().distrust.has_value(), false);
    }
    [[nodiscard]] QString lastAction(int back = 0)
    {
        const auto page = m_vault->open().rows().page({}, 0, back + 1);
        return page && page->events.size() > back ? page->events[back].action + u' ' + wireName(page->events[back].outcome) : QString();
    }
    [[nodiscard]] link::Status ask(const QByteArray &token)
    {
        BridgeSide bridge;
        vault().attachBridge(bridge.keeperEnd, 1984);
        bridge.ask(1, token, link::SearchQuery{u"entry"_s});
        return QTest::qWaitFor([&] { return !bridge.answers.isEmpty(); }) ? bridge.answers.first().status : link::Status::Internal;
    }
};

} // namespace clavitor::test
