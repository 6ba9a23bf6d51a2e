// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/Policy.h"

#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kNow = 1'772'965'394'000;

Agent agentWith(QList<Action> actions)
{
    Agent agent;
    agent.keyId = u"Ab12Cd34"_s;
    agent.name = u"codex-agent"_s;
    agent.actions = std::move(actions);
    agent.expiresAt = kNow + 1;
    return agent;
}

} // namespace

Q_DECLARE_METATYPE(clavitor::Agent)

class tst_Policy : public QObject {
    Q_OBJECT
private slots:
    void decidesByTheStateOfTheKeyBeforeItsActions_data()
    {
        QTest::addColumn<Agent>("agent");
        QTest::addColumn<link::Status>("status");
        QTest::addColumn<QString>("why");
        const QList<Action> reading{Action::Read};
        Agent agent = agentWith(reading);
        QTest::newRow("alive") << agent << link::Status::Ok << QString();
        agent.expiresAt = 0;
        QTest::newRow("never expires") << agent << link::Status::Ok << QString();
        agent = agentWith(reading);
        agent.expiresAt = kNow;
        QTest::newRow("expires this very moment") << agent << link::Status::Unauthorized << u"key expired"_s;
        agent.expiresAt = kNow - 1;
        QTest::newRow("expired") << agent << link::Status::Unauthorized << u"key expired"_s;
        agent = agentWith(reading);
        agent.paused = true;
        QTest::newRow("paused") << agent << link::Status::KeyPaused << u"key paused"_s;
        agent.revokedAt = 1;
        QTest::newRow("revoked wins over paused") << agent << link::Status::Unauthorized << u"key revoked"_s;
        agent = agentWith(reading);
        agent.revokedAt = kNow + 10;
        QTest::newRow("revoked later than now, by a clock set back") << agent << link::Status::Unauthorized << u"key revoked"_s;
        QTest::newRow("without any action") << agentWith({}) << link::Status::ActionNotAllowed << u"action not allowed for this key"_s;
        QTest::newRow("with other actions only") << agentWith({Action::List, Action::Search, Action::Totp, Action::Generate})
                                                 << link::Status::ActionNotAllowed << u"action not allowed for this key"_s;
    }
    void decidesByTheStateOfTheKeyBeforeItsActions()
    {
        QFETCH(Agent, agent);
        QFETCH(link::Status, status);
        QFETCH(QString, why);
        const Decision decision = decide(agent, Action::Read, kNow);
        QCOMPARE(decision.status, status);
        QCOMPARE(decision.allowed, status == link::Status::Ok);
        QCOMPARE(decision.why, why);
    }

    void allowsEachActionOnlyWhenItIsListed()
    {
        for (Action allowed : allActions())
            for (Action asked : allActions())
                QCOMPARE(decide(agentWith({allowed}), asked, kNow).allowed, allowed == asked);
    }

    void aKeyWithoutActionsIsStillAlive() { QVERIFY(decideAlive(agentWith({}), kNow).allowed); }

    void findsEntriesInScopeByNameTagTypeOrAll_data()
    {
        QTest::addColumn<int>("rule");
        QTest::addColumn<bool>("trashed");
        QTest::addColumn<bool>("inScope");
        QTest::newRow("empty scope") << 0 << false << false;
        QTest::newRow("everything") << 1 << false << true;
        QTest::newRow("everything, but in the trash") << 1 << true << false;
        QTest::newRow("named") << 2 << false << true;
        QTest::newRow("named, but in the trash") << 2 << true << false;
        QTest::newRow("by tag") << 3 << false << true;
        QTest::newRow("by another tag") << 4 << false << false;
        QTest::newRow("by a tag in other letters") << 5 << false << false;
        QTest::newRow("by type") << 6 << false << true;
        QTest::newRow("by another type") << 7 << false << false;
        QTest::newRow("another entry named") << 8 << false << false;
        QTest::newRow("by tag, but in the trash") << 3 << true << false;
    }
    void findsEntriesInScopeByNameTagTypeOrAll()
    {
        QFETCH(int, rule);
        QFETCH(bool, trashed);
        QFETCH(bool, inScope);
        EntrySummary entry;
        entry.id = EntryId{newUuid(kNow)};
        entry.type = EntryType::Login;
        entry.tags = {u"dev"_s, u"work"_s};
        entry.trashed = trashed;
        Scope scope;
        scope.everything = rule == 1;
        if (rule == 2)
            scope.entries = {entry.id};
        if (rule == 8)
            scope.entries = {EntryId{newUuid(kNow)}};
        if (rule >= 3 && rule <= 5)
            scope.tags = {rule == 3 ? u"dev"_s : rule == 4 ? u"home"_s : u"DEV"_s};
        if (rule == 6 || rule == 7)
            scope.types = {rule == 6 ? EntryType::Login : EntryType::Server};
        QCOMPARE(isInScope(scope, entry), inScope);
    }

    /// The whole table: every kind, both tiers, every rule, with and without the right to codes.
    void noSettingGivesAPersonalField()
    {
        for (FieldKind kind : allFieldKinds()) {
            for (Delivery rule : {Delivery::Show, Delivery::UseOnly, Delivery::CodeOnly, Delivery::Never}) {
                Agent agent = agentWith({Action::Read, Action::Totp});
                agent.policy.kinds.insert(kind, rule);
                QCOMPARE(deliveryOf(agent, {}, {1, u"x"_s, kind, Tier::Personal}), Delivery::Never);
                agent.policy.entries.insert({}, rule);
                QCOMPARE(deliveryOf(agent, {}, {1, u"x"_s, kind, Tier::Personal}), Delivery::Never);
            }
        }
    }

    void whatIsGivenFitsTheKind()
    {
        const Agent withCodes = agentWith({Action::Read, Action::Totp});
        const Agent withoutCodes = agentWith({Action::Read});
        for (FieldKind kind : allFieldKinds()) {
            for (const Agent *agent : {&withCodes, &withoutCodes}) {
                const Delivery shared = deliveryOf(*agent, {}, {1, u"x"_s, kind, Tier::Shared});
                if (kind == FieldKind::Totp)
                    QCOMPARE(shared, agent == &withCodes ? Delivery::CodeOnly : Delivery::Never);
                else if (kind == FieldKind::Passkey)
                    QCOMPARE(shared, Delivery::Never);
                else
                    QCOMPARE(shared, Delivery::Show);
            }
        }
    }

    void kindsThatTheContractCallsPersonalStartAsPersonal()
    {
        for (FieldKind kind : {FieldKind::CardNumber, FieldKind::CardVerification, FieldKind::CardExpiry, FieldKind::CardPin,
                               FieldKind::PassportNumber, FieldKind::IdentityNumber, FieldKind::LicenseNumber,
                               FieldKind::SocialSecurityNumber, FieldKind::TaxNumber, FieldKind::BankAccountNumber,
                               FieldKind::RoutingNumber, FieldKind::RecoveryCodes, FieldKind::SeedPhrase})
            QCOMPARE(defaultTier(kind), Tier::Personal);
        for (FieldKind kind : {FieldKind::Password, FieldKind::Totp, FieldKind::Token, FieldKind::PrivateKey, FieldKind::Username})
            QCOMPARE(defaultTier(kind), Tier::Shared);
    }
};

QTEST_APPLESS_MAIN(tst_Policy)
#include "tst_Policy.moc"
