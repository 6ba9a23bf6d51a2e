// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/PolicyText.h"

#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;

class tst_StoredPolicy : public QObject {
    Q_OBJECT
private slots:
    void everyPolicyComesBackAsItWasWritten()
    {
        for (const Preset preset : {Preset::AskFirst, Preset::Trusted, Preset::UseWithoutSeeing}) {
            KeyPolicy policy = policyOf(preset);
            policy.entries.insert(EntryId{QUuid::createUuid()}, Delivery::UseOnly);
            policy.entries.insert(EntryId{QUuid::createUuid()}, Delivery::Never);
            policy.budget = {0, 17, 1000};
            policy.pin = {u"/opt/\"odd\" name/codex"_s, u"/home/me/ümläut"_s};
            const auto back = policyFromText(policyText(policy).toUtf8());
            QVERIFY(back);
            QCOMPARE(*back, policy);
            QCOMPARE(presetOf(*back), preset);
        }
    }

    void guessesNoHalfUnderstoodPolicy_data()
    {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::newRow("another word for asking") << "first-time"_ba << "sometimes"_ba;
        QTest::newRow("a member less") << R"("code_needs_tap":true,)"_ba << ""_ba;
        QTest::newRow("a member more") << R"({"asking")"_ba << R"({"also":1,"asking")"_ba;
        QTest::newRow("a flag that is a text") << R"("code_needs_tap":true)"_ba << R"("code_needs_tap":"true")"_ba;
        QTest::newRow("two limits") << "[3,10,30]"_ba << "[3,10]"_ba;
        QTest::newRow("a negative limit") << "[3,10,30]"_ba << "[3,-1,30]"_ba;
        QTest::newRow("an unknown kind") << R"("kinds":{)"_ba << R"("kinds":{"fingerprint":"show",)"_ba;
        QTest::newRow("an unknown delivery") << R"("token":"use-only")"_ba << R"("token":"maybe")"_ba;
        QTest::newRow("no object") << "{"_ba << "["_ba;
    }
    void guessesNoHalfUnderstoodPolicy()
    {
        KeyPolicy policy;
        policy.kinds = {{FieldKind::Password, Delivery::UseOnly}, {FieldKind::Token, Delivery::UseOnly}};
        const QByteArray good = policyText(policy).toUtf8();
        QVERIFY(policyFromText(good));
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QVERIFY(good.contains(from));
        QByteArray bad = good;
        bad.replace(from, to);
        QVERIFY(!policyFromText(bad));
    }

    void presetsGiveWhatTheyPromise()
    {
        const KeyPolicy unseen = policyOf(Preset::UseWithoutSeeing);
        for (const FieldKind kind : allFieldKinds()) {
            const Delivery delivery = unseen.deliveryOf({}, kind);
            if (isCredential(kind))
                QVERIFY2(delivery != Delivery::Show, wireName(kind).data());
            QVERIFY(policyOf(Preset::Trusted).deliveryOf({}, kind) == fitting(Delivery::Show, kind));
        }
        QCOMPARE(unseen.deliveryOf({}, FieldKind::Totp), Delivery::CodeOnly);
        QCOMPARE(policyOf(Preset::AskFirst), KeyPolicy{});
    }

    void whatDoesNotFitAKindGivesLessAndNeverMore()
    {
        for (const FieldKind kind : allFieldKinds()) {
            QCOMPARE(fitting(Delivery::Never, kind), Delivery::Never);
            QVERIFY(fitting(Delivery::UseOnly, kind) == Delivery::UseOnly || kind == FieldKind::Passkey);
            if (kind != FieldKind::Totp)
                QCOMPARE(fitting(Delivery::CodeOnly, kind), Delivery::Never);
        }
        QCOMPARE(fitting(Delivery::Show, FieldKind::Totp), Delivery::CodeOnly);
        QCOMPARE(fitting(Delivery::Show, FieldKind::Passkey), Delivery::Never);
    }
};

QTEST_APPLESS_MAIN(tst_StoredPolicy)
#include "tst_StoredPolicy.moc"
