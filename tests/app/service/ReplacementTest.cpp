// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/service/ReplacementTest.h"

namespace clavitor::test {

void ReplacementTest::fill()
{
    REQUIRE_OK(fillForReplacement(m_vault->open(), 24));
    REQUIRE_OK(m_vault->openPersonal());
}

QStringList ReplacementTest::everything()
{
    return everythingIn(m_vault->open(), vault().personalKeys());
}

QStringList ReplacementTest::files() const
{
    return QDir(m_vault->folder()).entryList(QDir::Files | QDir::Hidden, QDir::Name);
}

QString ReplacementTest::file(const char *name) const
{
    return m_vault->folder() + u'/' + QLatin1String(name);
}

void ReplacementTest::isAsItWas(const QStringList &before)
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

QString ReplacementTest::lastAction(int back)
{
    const auto page = m_vault->open().rows().page({}, 0, back + 1);
    return page && page->events.size() > back ? page->events[back].action + u' ' + wireName(page->events[back].outcome) : QString();
}

link::Status ReplacementTest::ask(const QByteArray &token)
{
    BridgeSide bridge;
    vault().attachBridge(bridge.keeperEnd, 1984);
    bridge.ask(1, token, link::SearchQuery{u"entry"_s});
    return QTest::qWaitFor([&] { return !bridge.answers.isEmpty(); }) ? bridge.answers.first().status : link::Status::Internal;
}

} // namespace clavitor::test

#include "moc_ReplacementTest.cpp"
