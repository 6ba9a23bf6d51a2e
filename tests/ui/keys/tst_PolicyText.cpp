// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/PolicyText.h"

#include <QDir>
#include <QTest>

using namespace clavitor;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

class tst_PolicyText : public QObject {
    Q_OBJECT
private slots:
    void saysAPolicyInOneSentence_data()
    {
        QTest::addColumn<KeyPolicy>("policy");
        QTest::addColumn<QString>("sentence");
        KeyPolicy policy;
        QTest::newRow("as a new key has it") << policy << u"asks once per entry · 3 a minute, 10 an hour"_s;
        policy.pin = {u"/usr/local/bin/codex"_s, QDir::homePath() + u"/src/shop"_s};
        QTest::newRow("pinned to both") << policy << u"asks once per entry · 3 a minute, 10 an hour · only codex in ~/src/shop"_s;
        policy.pin = {{}, u"/srv/shop"_s};
        QTest::newRow("pinned to a folder") << policy << u"asks once per entry · 3 a minute, 10 an hour · only in /srv/shop"_s;
        policy = policyOf(Preset::Trusted);
        policy.budget = {0, 0, 0};
        QTest::newRow("trusted without a budget") << policy << u"does not ask · no budget"_s;
        policy.budget = {0, 0, 12};
        QTest::newRow("freezes only") << policy << u"does not ask · frozen at 12"_s;
        QTest::newRow("use without seeing")
            << policyOf(Preset::UseWithoutSeeing) << u"does not ask · names and codes only · 3 a minute, 10 an hour"_s;
        policy = {};
        policy.codeNeedsTap = false;
        PolicyText::setDelivery(policy, KindGroup::Tokens, Delivery::UseOnly);
        PolicyText::setDelivery(policy, KindGroup::Notes, Delivery::Never);
        policy.entries.insert(EntryId{QUuid::createUuid()}, Delivery::Never);
        QTest::newRow("set by hand") << policy
            << u"asks once per entry · codes without a question of their own · tokens and private keys to use only · notes never · "
               "1 entry differs · 3 a minute, 10 an hour"_s;
        policy = {};
        policy.pin.program = u"/opt/a\nb\u202Ec"_s;
        QTest::newRow("odd characters of a path") << policy
            << u"asks once per entry · 3 a minute, 10 an hour · only a[U+000A]b[U+202E]c"_s;
    }
    void saysAPolicyInOneSentence()
    {
        QFETCH(KeyPolicy, policy);
        QFETCH(QString, sentence);
        QCOMPARE(PolicyText::summary(policy), sentence);
    }

    void putsEveryKindIntoOneGroup()
    {
        for (const FieldKind kind : allFieldKinds()) {
            const KindGroup group = groupOf(kind);
            QVERIFY(std::ranges::count(allKindGroups(), group) == 1);
            QVERIFY2((group == KindGroup::Open) == !isCredential(kind), "a secret is not open text");
        }
    }

    void readsBackWhatItSet()
    {
        for (const KindGroup group : allKindGroups())
            for (const Delivery delivery : PolicyText::choices(group)) {
                KeyPolicy policy;
                PolicyText::setDelivery(policy, group, delivery);
                QCOMPARE(PolicyText::deliveryOf(policy, group), std::optional(delivery));
                for (const KindGroup other : allKindGroups())
                    if (other != group)
                        QCOMPARE(PolicyText::deliveryOf(policy, other), std::optional(PolicyText::choices(other).first()));
            }
    }

    void knowsAPresetThatWasSetByHand()
    {
        KeyPolicy policy = policyOf(Preset::Trusted);
        for (const KindGroup group : allKindGroups())
            if (group != KindGroup::Codes && group != KindGroup::Open)
                PolicyText::setDelivery(policy, group, Delivery::UseOnly);
        QCOMPARE(presetOf(policy), Preset::UseWithoutSeeing);
        for (const KindGroup group : allKindGroups())
            PolicyText::setDelivery(policy, group, PolicyText::choices(group).first());
        QCOMPARE(presetOf(policy), Preset::Trusted);
    }

    void saysNothingOfAGroupWhoseKindsDiffer()
    {
        KeyPolicy policy;
        policy.kinds.insert(FieldKind::Token, Delivery::Never);
        QCOMPARE(PolicyText::deliveryOf(policy, KindGroup::Tokens), std::nullopt);
        QVERIFY(PolicyText::summary(policy).contains(u"some of tokens and private keys kept back"_s));
    }
};

QTEST_GUILESS_MAIN(tst_PolicyText)
#include "tst_PolicyText.moc"
