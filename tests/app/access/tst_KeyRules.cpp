// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/AccessGate.h"

#include "tests/support/GateTest.h"

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// What a key's policy makes of an entry: delivery, bait, and the place the key works in.
class tst_KeyRules : public GateTest {
    Q_OBJECT

private slots:
    void aKeyThatMayHaveBothIsNotAsked()
    {
        const QByteArray token = keyWith(policyOf(Preset::Trusted));
        const QJsonObject entry = jsonOf(ask(token, link::ReadQuery{m_github.toString()}));
        QVERIFY(fieldOfKind(entry, u"totp"_s).contains("code"_L1));
        QCOMPARE(ask(token, link::TotpQuery{m_github.toString()}).status, link::Status::Ok);
    }

    void useWithoutSeeingGivesReferencesAndCodesOnly()
    {
        const QByteArray token = keyWith(policyOf(Preset::UseWithoutSeeing));
        const link::Answer answer = ask(token, link::ReadQuery{m_github.toString()});
        QVERIFY(!answer.body.contains("canary"));
        const QJsonObject password = fieldOfKind(jsonOf(answer), u"password"_s);
        QCOMPARE(password["delivery"_L1].toString(), u"use-only"_s);
        QCOMPARE(password["ref"_L1].toString(), u"clavitor://github.com/password"_s);
        QVERIFY(!password.contains("value"_L1));
        QVERIFY(fieldOfKind(jsonOf(answer), u"totp"_s).contains("code"_L1));
        QVERIFY(!ask(token, link::SearchQuery{u"example"_s, 5}).body.contains("canary"));
    }

    void anOverrideOfAnEntryReplacesTheRuleOfItsKinds()
    {
        KeyPolicy policy = policyOf(Preset::UseWithoutSeeing);
        policy.entries.insert(m_staging, Delivery::Show);
        policy.entries.insert(m_github, Delivery::Never);
        const QByteArray token = keyWith(policy);
        QVERIFY(ask(token, link::ReadQuery{m_staging.toString()}).body.contains("staging-canary"));
        const QJsonObject github = jsonOf(ask(token, link::ReadQuery{m_github.toString()}));
        QCOMPARE(fieldOfKind(github, u"password"_s)["delivery"_L1].toString(), u"never"_s);
        QCOMPARE(fieldOfKind(github, u"totp"_s)["delivery"_L1].toString(), u"never"_s);
        QCOMPARE(fieldOfKind(github, u"username"_s)["value"_L1].toString(), u"octo"_s);
        QCOMPARE(ask(token, link::TotpQuery{m_github.toString()}).status, link::Status::ActionNotAllowed);
    }

    void aDecoyIsGivenLikeAnyEntryAndStopsTheKey()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        QVERIFY(m_vault->open().setDecoy(m_staging, true));
        QVERIFY(m_vault->open().catalog().find(m_staging)->decoy);
        QVERIFY(!ask(token, link::ListQuery{}).body.contains("decoy"));
        // To a key that asks first it looks like every other entry.
        QCOMPARE(jsonOf(ask(token, link::SearchQuery{u"staging"_s, 5}))["more"_L1].toArray().size(), 1);
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::Ok);

        const link::Answer taken = ask(token, link::ReadQuery{m_staging.toString()});
        QCOMPARE(taken.status, link::Status::Ok);
        QVERIFY(taken.body.contains("staging-canary"));
        QVERIFY(!taken.body.contains("decoy"));
        const AccessGate::News news = gate().takeNews();
        QCOMPARE(news.alerts.size(), 1);
        QCOMPARE(news.alerts.first().kind, KeyAlert::Kind::DecoyRead);
        QCOMPARE(news.alerts.first().subject, u"staging.example"_s);
        QVERIFY(news.agentsChanged);
        QCOMPARE(news.stopped, QStringList{m_keyId});
        const AuditEvent frozen = rows(1).first();
        QCOMPARE(frozen.action, u"key.freeze"_s);
        QCOMPARE(frozen.why, u"read a decoy: staging.example"_s);
        QCOMPARE(ask(token, link::ListQuery{}).status, link::Status::KeyFrozen);
        // An edit keeps it bait.
        EntryDraft edit = draft(u"staging.example"_s, {{"password", FieldKind::Password, "new"}}, {}, EntryType::Database);
        edit.id = m_staging;
        edit.baseVersion = m_vault->open().catalog().find(m_staging)->version;
        QVERIFY(m_vault->open().save(std::move(edit)));
        QVERIFY(m_vault->open().catalog().find(m_staging)->decoy);
    }

    void aSearchFindsBaitAsItFindsAnythingElse()
    {
        const QByteArray token = keyWith(policyOf(Preset::Trusted));
        QVERIFY(m_vault->open().setDecoy(m_staging, true));
        const QJsonObject found = jsonOf(ask(token, link::SearchQuery{u"example"_s, 5}));
        QCOMPARE(found["entries"_L1].toArray().size(), 1);
        QVERIFY(!found.contains("more"_L1));
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::KeyFrozen);
    }

    void aValueThatIsKeptBackIsNotFoundBySearching()
    {
        KeyPolicy policy = policyOf(Preset::Trusted);
        const QByteArray open = keyWith(policy, u"open"_s);
        policy.kinds.insert(FieldKind::Username, Delivery::Never);
        const QByteArray kept = keyWith(policy, u"kept"_s);
        for (const QString &part : {u"octo"_s, u"oc"_s}) {
            QCOMPARE(jsonOf(ask(open, link::SearchQuery{part, 5}))["total"_L1].toInt(), 1);
            QCOMPARE(jsonOf(ask(kept, link::SearchQuery{part, 5}))["total"_L1].toInt(), 0);
            QCOMPARE(jsonOf(ask(kept, link::CompleteQuery{part, false}))["total"_L1].toInt(), 0);
        }
        QCOMPARE(jsonOf(ask(kept, link::SearchQuery{u"github"_s, 5}))["total"_L1].toInt(), 1);
    }

    void aPinnedKeyIsRefusedElsewhereAndThePersonTold()
    {
        KeyPolicy policy = policyOf(Preset::Trusted);
        policy.pin = {u"/usr/bin/codex"_s, u"/home/me/src/shop"_s};
        const QByteArray token = keyWith(policy);
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::CallerRefused);
        QCOMPARE(rows(1).first().why, u"pinned to a program, and the caller is unknown"_s);
        m_vault->caller.programs = {u"/usr/bin/codex"_s, u"/usr/bin/zsh"_s};
        m_vault->caller.caller = {u"/usr/bin/codex"_s, 4711, u"zsh ← kitty"_s, u"/home/me/src/shop/api"_s, {}};
        QCOMPARE(ask(token, link::ReadQuery{m_github.toString()}).status, link::Status::Ok);
        const AuditEvent row = rows(1).first();
        QCOMPARE(row.caller.program, u"/usr/bin/codex"_s);
        QCOMPARE(row.caller.pid, 4711);
        QCOMPARE(row.caller.parents, u"zsh ← kitty"_s);
        QCOMPARE(row.caller.folder, u"/home/me/src/shop/api"_s);
        m_vault->caller.caller.folder = u"/tmp"_s;
        (void)gate().takeNews();
        QCOMPARE(ask(token, link::ReadQuery{m_github.toString()}).status, link::Status::CallerRefused);
        QCOMPARE(gate().takeNews().alerts.first().kind, KeyAlert::Kind::Elsewhere);
    }

    void aKeyPinnedToALinkFollowsItThroughAnUpdateAndALock()
    {
        QTemporaryDir folder;
        const QString home = QFileInfo(folder.path()).canonicalFilePath();
        const QString link = home + u"/claude"_s;
        const auto turnTo = [&](const QString &version) {
            QFile file(home + version);
            QFile::remove(link);
            return file.open(QIODevice::WriteOnly) && QFile::link(file.fileName(), link);
        };
        KeyPolicy policy = policyOf(Preset::Trusted);
        policy.pin = {link, {}};
        const QByteArray token = keyWith(policy);
        const auto answers = [&](const QString &version) {
            m_vault->caller.programs = {home + version, u"/usr/bin/zsh"_s};
            m_vault->caller.caller = {home + version, 4711, u"zsh"_s, u"/home/me"_s, {}};
            return ask(token, link::StatusQuery{}).status;
        };
        QVERIFY(turnTo(u"/1"_s));
        QCOMPARE(answers(u"/1"_s), link::Status::Ok);
        QCOMPARE(answers(u"/2"_s), link::Status::CallerRefused);
        // The session that was open goes on with the old file.
        QVERIFY(turnTo(u"/2"_s));
        QCOMPARE(answers(u"/2"_s), link::Status::Ok);
        QCOMPARE(answers(u"/1"_s), link::Status::Ok);
        QVERIFY(m_vault->vault().lock());
        QVERIFY(m_vault->unlock());
        (void)gate().takeNews();
        QCOMPARE(answers(u"/1"_s), link::Status::Ok);
        QVERIFY(gate().takeNews().alerts.isEmpty());
        QCOMPARE(answers(u"/3"_s), link::Status::CallerRefused);
        QCOMPARE(gate().takeNews().alerts.size(), 1);
    }

    void theDoctorThatTriesAPinnedKeyRaisesNoAlarm()
    {
        KeyPolicy policy = policyOf(Preset::Trusted);
        policy.pin = {u"/usr/bin/codex"_s, {}};
        const QByteArray token = keyWith(policy);
        m_vault->caller.programs = {u"/usr/bin/clavitor"_s, u"/usr/bin/zsh"_s};
        m_vault->caller.caller = {u"/usr/bin/clavitor"_s, 4711, u"zsh"_s, u"/home/me"_s, {}};
        m_vault->caller.isOwnProgram = true;
        (void)gate().takeNews();
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::CallerRefused);
        QVERIFY(gate().takeNews().alerts.isEmpty());
        // On record it is all the same.
        QCOMPARE(rows(1).first().outcome, Outcome::Denied);
        QCOMPARE(rows(1).first().why, u"pinned to another program"_s);
        QCOMPARE(rows(1).first().caller.program, u"/usr/bin/clavitor"_s);
        // Whoever runs another program of that path's name is another.
        m_vault->caller.isOwnProgram = false;
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::CallerRefused);
        QCOMPARE(gate().takeNews().alerts.size(), 1);
    }

    void completionGivesTitlesOrIdsWithinScope()
    {
        const QByteArray token = key(u"dev"_s, {false, {}, {u"dev"_s}, {}});
        const QJsonObject titles = jsonOf(ask(token, link::CompleteQuery{u"git"_s, false}));
        QCOMPARE(titles["values"_L1].toArray(), QJsonArray{u"github.com"_s});
        QCOMPARE(jsonOf(ask(token, link::CompleteQuery{u"github"_s, true}))["values"_L1].toArray(), QJsonArray{m_github.toString()});
        QCOMPARE(jsonOf(ask(token, link::CompleteQuery{u"staging"_s, false}))["total"_L1].toInt(), 0);
        const QByteArray reader = key(u"reader"_s, everything(), {Action::Read});
        QCOMPARE(ask(reader, link::CompleteQuery{u"git"_s, false}).status, link::Status::ActionNotAllowed);
    }

    void completionSaysThatThereIsMoreOnlyWhenThereIs()
    {
        const QByteArray token = key(u"codex-agent"_s, everything());
        for (int i = 0; i < 5; ++i)
            (void)another(u"repeated"_s);
        const QJsonObject repeated = jsonOf(ask(token, link::CompleteQuery{u"repeated"_s, false}));
        QCOMPARE(repeated["values"_L1].toArray(), QJsonArray{u"repeated"_s});
        QCOMPARE(repeated["total"_L1].toInt(), 1);
        QCOMPARE(repeated["hasMore"_L1].toBool(), false);
        QCOMPARE(jsonOf(ask(token, link::CompleteQuery{u"repeated"_s, true}))["total"_L1].toInt(), 5);
        for (int i = 0; i < 101; ++i)
            (void)another(u"many %1"_s.arg(i));
        const QJsonObject many = jsonOf(ask(token, link::CompleteQuery{u"many"_s, false}));
        QCOMPARE(many["values"_L1].toArray().size(), 100);
        QCOMPARE(many["total"_L1].toInt(), 101);
        QCOMPARE(many["hasMore"_L1].toBool(), true);
    }
};

QTEST_GUILESS_MAIN(tst_KeyRules)
#include "tst_KeyRules.moc"
