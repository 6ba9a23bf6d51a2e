// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/AnswerSchemas.h"
#include "tests/doors/Doors.h"
#include "tests/support/GateTest.h"
#include "tests/support/SchemaCheck.h"

#include <QSet>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// What the gate really answers is what the schemas tell clients, which check it: every preset, delivery and kind of field.
class tst_AnswerSchemas : public GateTest {
    Q_OBJECT

    /// Nothing when the person is asked.
    std::optional<bridge::HttpResponse> run(DoorCall call)
    {
        std::optional<link::Answer> answer = settle(call.question);
        m_last = call.question;
        return answer ? std::optional(call.respond(*answer)) : std::nullopt;
    }

    /// By all doors; the answer as an object. Empty when it did not come out as it should.
    QJsonObject check(const QString &tool, const QJsonObject &arguments, const QByteArray &token, const QJsonObject &schema)
    {
        const auto rest = run(byRest(tool, arguments, token));
        if (!rest || rest->status != 200 || !conforms(bodyOf(*rest), schema)) {
            qWarning("REST: %d %s", rest ? rest->status : 0, rest ? rest->body.constData() : "");
            return {};
        }
        for (const Era era : {Era::Legacy, Era::Modern}) {
            const auto mcp = run(byTool(tool, arguments, token, era));
            const QJsonObject result = mcp ? bodyOf(*mcp).value("result"_L1).toObject() : QJsonObject();
            const QJsonObject structured = result.value("structuredContent"_L1).toObject();
            if (result.value("isError"_L1).toBool(true) || !conforms(structured, schema) || toolText(*mcp) != structured) {
                qWarning("MCP: %s", mcp ? mcp->body.constData() : "asked");
                return {};
            }
        }
        return bodyOf(*rest);
    }

    /// One with every kind of field, Shared and Personal, and a code whose source is none.
    EntryId everyKind()
    {
        EntryDraft made = draft(u"every kind"_s, {});
        for (const FieldKind kind : allFieldKinds()) {
            for (const Tier tier : {Tier::Shared, Tier::Personal}) {
                FieldDraft field;
                field.kind = kind;
                field.label = QString(wireName(kind)) + (tier == Tier::Shared ? u" shared"_s : u" personal"_s);
                field.tier = tier;
                field.value = crypto::SecretText::copyOf(kind == FieldKind::Totp ? kSeed : "value");
                made.fields.push_back(std::move(field));
            }
        }
        FieldDraft broken;
        broken.kind = FieldKind::Totp;
        broken.label = u"broken"_s;
        broken.tier = Tier::Shared;
        broken.value = crypto::SecretText::copyOf("no source");
        made.fields.push_back(std::move(broken));
        const auto saved = m_vault->open().save(std::move(made));
        return saved ? saved->id : EntryId{};
    }

    link::Question m_last;

private slots:
    void entriesConformWhateverThePolicy()
    {
        const EntryId entry = everyKind();
        QVERIFY(!entry.isNull());
        const QJsonObject schema = bridge::schemas::entry();
        QSet<QString> seen;
        int keys = 0;
        for (const Preset preset : {Preset::AskFirst, Preset::Trusted, Preset::UseWithoutSeeing}) {
            for (const std::optional<Delivery> delivery : std::initializer_list<std::optional<Delivery>>{
                     std::nullopt, Delivery::Show, Delivery::UseOnly, Delivery::CodeOnly, Delivery::Never}) {
                for (const bool codeNeedsTap : {true, false}) {
                    for (const bool hasTotp : {true, false}) {
                        KeyPolicy policy = policyOf(preset);
                        policy.codeNeedsTap = codeNeedsTap;
                        policy.budget = {0, 0, 0};
                        if (delivery) {
                            policy.entries.insert(entry, *delivery);
                            for (const FieldKind kind : allFieldKinds())
                                policy.kinds.insert(kind, *delivery);
                        }
                        QList<Action> actions = kAllActions;
                        if (!hasTotp)
                            actions.removeOne(Action::Totp);
                        const QByteArray token = keyWith(policy, u"key %1"_s.arg(++keys), actions);
                        QVERIFY(m_vault->open().allowAlways(m_keyId, entry, Action::Read));
                        m_vault->now += 61'000;
                        const QJsonObject read = check(u"get_entry"_s, {{"id"_L1, entry.toString()}, {"reason"_L1, "test"_L1}}, token, schema);
                        QVERIFY2(!read.isEmpty(), qPrintable(u"preset %1, delivery %2, tap %3, codes %4"_s.arg(int(preset))
                                                                 .arg(delivery ? QString(wireName(*delivery)) : u"of the preset"_s).arg(codeNeedsTap).arg(hasTotp)));
                        for (const QJsonValue &field : read["fields"_L1].toArray()) {
                            seen.insert(field["delivery"_L1].toString());
                            for (const QString &member : field.toObject().keys())
                                seen.insert(member);
                        }
                        QVERIFY(!check(u"search"_s, {{"query"_L1, "every"_L1}}, token, bridge::schemas::search()).isEmpty());
                        QVERIFY(!check(u"vault_status"_s, {}, token, bridge::schemas::status()).isEmpty());
                    }
                }
            }
        }
        // Nothing of this holds for want of a case.
        for (const QString &one : {u"use-only"_s, u"code-only"_s, u"never"_s, u"value"_s, u"code"_s, u"expires_in"_s, u"ref"_s, u"l2"_s})
            QVERIFY2(seen.contains(one), qPrintable(one));
    }

    void theOtherAnswersConform()
    {
        KeyPolicy policy = policyOf(Preset::Trusted);
        policy.codeNeedsTap = false;
        const QByteArray token = keyWith(policy);
        QVERIFY(!check(u"list_entries"_s, {}, token, bridge::schemas::list()).isEmpty());
        QVERIFY(!check(u"list_entries"_s, {{"type"_L1, "database"_L1}}, token, bridge::schemas::list()).isEmpty());
        QVERIFY(!check(u"get_totp"_s, {{"id"_L1, m_github.toString()}}, token, bridge::schemas::totp()).isEmpty());
        QVERIFY(!check(u"generate_password"_s, {{"length"_L1, 20}}, token, bridge::schemas::password()).isEmpty());
        QVERIFY(!check(u"generate_password"_s, {{"words"_L1, 6}}, token, bridge::schemas::password()).isEmpty());
        for (const Era era : {Era::Legacy, Era::Modern}) {
            const QString uri = u"clavitor://entries/"_s + m_github.toString();
            const auto read = run(byMcp(u"resources/read"_s, {{"uri"_L1, uri}}, uri, token, era));
            const QJsonObject content = bodyOf(*read)["result"_L1]["contents"_L1].toArray().first().toObject();
            QVERIFY(conforms(QJsonDocument::fromJson(content["text"_L1].toString().toUtf8()).object(), bridge::schemas::entry()));
        }
    }

    void whatWaitsAndWhatFailsConforms()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        const auto pending = [&](DoorCall call) {
            auto respond = call.respond;
            if (run(std::move(call)))
                return bridge::HttpResponse{};
            const QUuid what = waiting().isEmpty() ? QUuid() : waiting().first().id.value;
            auto transaction = AuditTransaction::begin(m_vault->open().database(), m_vault->open().audit());
            link::Answer answer = gate().conclude(m_last, 0, AccessGate::Conclusion::Pending, what);
            if (!transaction->commit())
                qFatal("not committed");
            return respond(answer);
        };
        const QJsonObject read{{"id"_L1, m_github.toString()}};
        const bridge::HttpResponse asked = pending(byRest(u"get_entry"_s, read, token));
        QCOMPARE(asked.status, 202);
        QVERIFY(conforms(bodyOf(asked), bridge::schemas::pending()));
        const QString id = bodyOf(asked)["approval"_L1]["id"_L1].toString();
        const QJsonObject told = jsonOf(ask(token, link::ApprovalQuery{id}));
        QVERIFY(conforms(told, bridge::schemas::approval()));
        const QJsonObject wanted{{"title"_L1, "Stripe"_L1}, {"why"_L1, "tests"_L1}, {"fields"_L1, QJsonArray{"API key"_L1}}};
        const bridge::HttpResponse requested = pending(byRest(u"request_entry"_s, wanted, token));
        QCOMPARE(requested.status, 202);
        QVERIFY(conforms(bodyOf(requested), bridge::schemas::pending()));

        const QJsonObject missing{{"id"_L1, EntryId{newUuid(1)}.toString()}};
        const auto byRestMissed = run(byRest(u"get_entry"_s, missing, token));
        QCOMPARE(byRestMissed->status, 404);
        QVERIFY(conforms(bodyOf(*byRestMissed), bridge::schemas::error()));
        const auto byMcpMissed = run(byTool(u"get_entry"_s, missing, token));
        QVERIFY(conforms(toolText(*byMcpMissed), bridge::schemas::error()));
        QCOMPARE(toolText(*byMcpMissed)["error"_L1]["code"_L1].toString(), u"not_found"_s);
    }

    /// From the eleventh refusal a minute on: a number that a tool's model can wait by, and an HTTP error where the key is none.
    void whoIsLimitedIsToldForHowLong()
    {
        const QByteArray token = keyWith(policyOf(Preset::Trusted));
        for (int i = 0; i < RefusalCount::perMinute; ++i)
            (void)ask(token, link::ListQuery{u"nonsense"_s, {}, {}, 50});
        m_vault->now += 18'000;
        const QJsonObject error = toolText(*run(byTool(u"list_entries"_s, {{"type"_L1, "nonsense"_L1}}, token)))["error"_L1].toObject();
        QCOMPARE(error["code"_L1].toString(), u"rate_limited"_s);
        QCOMPARE(error["retry_after"_L1].toInt(), 42);
        QVERIFY(error["hint"_L1].toString().contains("42 seconds"_L1));
        QVERIFY(conforms(QJsonObject{{"error"_L1, error}}, bridge::schemas::error()));

        for (int i = 0; i < RefusalCount::perMinute; ++i) {
            QCOMPARE(run(byTool(u"vault_status"_s, {}, "nonsense"))->status, 401);
            m_vault->now += 1'000;
        }
        for (const bridge::HttpResponse &limited : {*run(byTool(u"vault_status"_s, {}, "nonsense")), *run(byRest(u"vault_status"_s, {}, "nonsense")),
                                                    *run(byRest(u"search"_s, {{"limit"_L1, 0}}, "nonsense")),
                                                    *run(byMcp(u"tools/list"_s, {}, {}, "nonsense", Era::Legacy))}) {
            QCOMPARE(limited.status, 429);
            QCOMPARE(bridge::fieldValue(limited.fields, "Retry-After"), "50"_ba);
            QVERIFY(conforms(bodyOf(limited), bridge::schemas::error()));
        }
    }
};

QTEST_GUILESS_MAIN(tst_AnswerSchemas)
#include "tst_AnswerSchemas.moc"
