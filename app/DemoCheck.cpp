// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/DemoCheck.h"

#include "app/base/Clock.h"
#include "app/link/Wipe.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QRegularExpression>
#include <QTimer>

#include <cstdio>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr int kRequestTimeout = 15'000;
constexpr int kLockTimeout = 5'000;

QJsonObject fieldOfKind(const QJsonObject &entry, QLatin1StringView kind)
{
    const QJsonArray fields = entry["fields"_L1].toArray();
    for (const QJsonValue &field : fields)
        if (field["kind"_L1] == kind)
            return field.toObject();
    return {};
}

bool isCode(const QString &text)
{
    static const QRegularExpression sixDigits(u"^[0-9]{6}$"_s);
    return sixDigits.match(text).hasMatch();
}

/// curl's quoting inside a double-quoted value of a config file.
QByteArray quoted(QByteArray value)
{
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    return '"' + value + '"';
}

QJsonObject modernMeta()
{
    return {{u"io.modelcontextprotocol/protocolVersion"_s, u"2026-07-28"_s},
            {u"io.modelcontextprotocol/clientCapabilities"_s, QJsonObject{}}};
}

} // namespace

DemoCheck::Call DemoCheck::get(const QString &path)
{
    Call call;
    call.path = path;
    return call;
}

DemoCheck::DemoCheck(VaultClient &vault, DemoAddress address, crypto::SecretText token, crypto::SecretText password,
                     Tray tray, QObject *parent)
    : QObject(parent)
    , m_vault(vault)
    , m_address(std::move(address))
    , m_token(std::move(token))
    , m_password(std::move(password))
    , m_tray(std::move(tray))
    , m_out(stdout)
{
    addReadingSteps();
    addMcpSteps();
    addAuditSteps();
    addLockSteps();
}

void DemoCheck::start()
{
    next();
}

void DemoCheck::next()
{
    if (m_step == m_steps.size()) {
        finish();
        return;
    }
    // Through the event loop, so that a long chain of steps does not become a deep stack.
    QTimer::singleShot(0, this, m_steps[m_step++]);
}

void DemoCheck::finish()
{
    m_out << "\n" << m_held << " passed, " << m_failed << " failed\n";
    m_out.flush();
    emit finished(m_failed == 0 ? 0 : 1);
}

void DemoCheck::expect(bool held, const QString &sentence)
{
    m_out << (held ? "  ok    " : "  FAIL  ") << sentence << "\n";
    m_out.flush();
    ++(held ? m_held : m_failed);
}

void DemoCheck::printAnswer(const Call &call, const HttpAnswer &answer)
{
    m_out << "\n" << call.method << " " << call.path << "\n  " << answer.status << " " << QString::fromUtf8(answer.body) << "\n";
}

void DemoCheck::request(const Call &call, std::function<void(const HttpAnswer &)> judge)
{
    // The token goes to curl through its standard input: an argument would be readable by every program of the user.
    QByteArray config = "silent\nshow-error\nmax-time = 10\nwrite-out = \"\\n%{http_code}\"\n";
    config += "request = " + quoted(call.method.toUtf8()) + "\n";
    config += "url = " + quoted((m_address.baseUrl + call.path).toUtf8()) + "\n";
    if (call.authorised) {
        const auto token = m_token.view();
        config += "header = "
            + quoted("Authorization: Bearer " + QByteArray(token.data(), static_cast<qsizetype>(token.size()))) + "\n";
    }
    for (const QByteArray &header : call.headers)
        config += "header = " + quoted(header) + "\n";
    if (!call.body.isEmpty())
        config += "header = \"Content-Type: application/json\"\ndata-binary = " + quoted(call.body) + "\n";

    auto *curl = new QProcess(this);
    connect(curl, &QProcess::finished, this, [this, curl, call, judge](int exitCode, QProcess::ExitStatus) {
        curl->deleteLater();
        const QByteArray output = curl->readAllStandardOutput();
        const qsizetype newline = output.lastIndexOf('\n');
        HttpAnswer answer;
        answer.status = output.mid(newline + 1).toInt();
        answer.body = output.left(newline);
        answer.json = QJsonDocument::fromJson(answer.body).object();
        printAnswer(call, answer);
        if (exitCode != 0)
            expect(false, u"curl could talk to the bridge: "_s + QString::fromUtf8(curl->readAllStandardError()).trimmed());
        judge(answer);
        next();
    });
    connect(curl, &QProcess::errorOccurred, this, [this, curl](QProcess::ProcessError error) {
        if (error != QProcess::FailedToStart)
            return;
        curl->deleteLater();
        expect(false, u"curl is installed and starts."_s);
        next();
    });
    QTimer::singleShot(kRequestTimeout, curl, &QProcess::kill);
    curl->start(u"curl"_s, {u"--config"_s, u"-"_s});
    curl->write(config);
    curl->closeWriteChannel();
    link::wipe(config);
}

void DemoCheck::mcp(const QJsonObject &message, bool modern, std::function<void(const HttpAnswer &)> judge)
{
    Call call;
    call.method = u"POST"_s;
    call.path = u"/mcp"_s;
    call.headers = {"Accept: application/json, text/event-stream"};
    QJsonObject sent = message;
    if (modern) {
        QJsonObject params = sent["params"_L1].toObject();
        params["_meta"_L1] = modernMeta();
        sent["params"_L1] = params;
        call.headers += "MCP-Protocol-Version: 2026-07-28";
        call.headers += "Mcp-Method: " + sent["method"_L1].toString().toUtf8();
        if (params.contains("name"_L1))
            call.headers += "Mcp-Name: " + params["name"_L1].toString().toUtf8();
    }
    call.body = QJsonDocument(sent).toJson(QJsonDocument::Compact);
    request(call, std::move(judge));
}

void DemoCheck::addReadingSteps()
{
    m_steps.push_back([this] {
        request(get(u"/api/search?q=github"_s), [this](const HttpAnswer &answer) {
            const QJsonObject entry = answer.json["entries"_L1][0].toObject();
            m_entryId = entry["id"_L1].toString();
            expect(answer.status == 200 && entry["title"_L1] == "github.com"_L1, u"A search finds github.com."_s);
            expect(!fieldOfKind(entry, "username"_L1)["value"_L1].toString().isEmpty(), u"It brings the user name."_s);
            expect(!fieldOfKind(entry, "password"_L1)["value"_L1].toString().isEmpty(), u"It brings the password."_s);
            expect(entry["urls"_L1][0].toString().contains("github.com"_L1), u"It brings the URL."_s);
            expect(isCode(fieldOfKind(entry, "totp"_L1)["code"_L1].toString()), u"It brings a live one-time code."_s);
            const QJsonObject recovery = fieldOfKind(entry, "recovery_codes"_L1);
            expect(recovery["value"_L1] == "[REDACTED]"_L1 && recovery["l2"_L1] == true, u"Recovery codes are redacted."_s);
        });
    });
    for (const bool prefixed : {false, true}) {
        const QString prefix = prefixed ? u"/"_s + m_address.vaultId : QString();
        const QString where = prefixed ? u" (behind the vault's identifier)"_s : QString();
        m_steps.push_back([this, prefix, where] {
            request(get(prefix + u"/api/entries"_s), [this, where](const HttpAnswer &answer) {
                expect(answer.status == 200 && answer.json["total"_L1].toInt() > 0, u"Entries are listed"_s + where + u"."_s);
            });
        });
        m_steps.push_back([this, prefix, where] {
            request(get(prefix + u"/api/entries/"_s + m_entryId), [this, where](const HttpAnswer &answer) {
                expect(answer.status == 200 && answer.json["id"_L1] == m_entryId, u"One entry is read"_s + where + u"."_s);
            });
        });
        m_steps.push_back([this, prefix, where] {
            request(get(prefix + u"/api/ext/totp/"_s + m_entryId), [this, where](const HttpAnswer &answer) {
                expect(answer.status == 200 && isCode(answer.json["code"_L1].toString()), u"A code is given"_s + where + u"."_s);
            });
        });
        m_steps.push_back([this, prefix, where] {
            request(get(prefix + u"/api/generate?length=32"_s), [this, where](const HttpAnswer &answer) {
                expect(answer.status == 200 && answer.json["password"_L1].toString().size() == 32,
                       u"A password of 32 characters is generated"_s + where + u"."_s);
            });
        });
        m_steps.push_back([this, prefix, where] {
            request(get(prefix + u"/api/search?q=github"_s), [this, where](const HttpAnswer &answer) {
                expect(answer.status == 200, u"A search is answered"_s + where + u"."_s);
            });
        });
    }
}

void DemoCheck::addMcpSteps()
{
    m_steps.push_back([this] {
        const QJsonObject params{{u"protocolVersion"_s, u"2025-06-18"_s},
                                 {u"capabilities"_s, QJsonObject{}},
                                 {u"clientInfo"_s, QJsonObject{{u"name"_s, u"demo"_s}, {u"version"_s, u"1"_s}}}};
        mcp({{u"jsonrpc"_s, u"2.0"_s}, {u"id"_s, 1}, {u"method"_s, u"initialize"_s}, {u"params"_s, params}}, false,
            [this](const HttpAnswer &answer) {
                expect(answer.json["result"_L1]["protocolVersion"_L1] == "2025-06-18"_L1, u"MCP 2025-06-18 is spoken."_s);
            });
    });
    m_steps.push_back([this] {
        mcp({{u"jsonrpc"_s, u"2.0"_s}, {u"id"_s, 1}, {u"method"_s, u"server/discover"_s}}, true, [this](const HttpAnswer &answer) {
            expect(answer.json["result"_L1]["supportedVersions"_L1].toArray().contains(u"2026-07-28"_s),
                   u"MCP 2026-07-28 is spoken."_s);
        });
    });
    for (const bool modern : {false, true}) {
        const QString era = modern ? u" (2026-07-28)"_s : u" (2025-06-18)"_s;
        m_steps.push_back([this, modern, era] {
            mcp({{u"jsonrpc"_s, u"2.0"_s}, {u"id"_s, 2}, {u"method"_s, u"tools/list"_s}}, modern,
                [this, era](const HttpAnswer &answer) {
                    expect(answer.json["result"_L1]["tools"_L1].toArray().size() >= 6, u"MCP lists the tools"_s + era + u"."_s);
                });
        });
        for (const QString &tool : {u"get_entry"_s, u"get_totp"_s}) {
            m_steps.push_back([this, modern, era, tool] {
                const QJsonObject params{{u"name"_s, tool}, {u"arguments"_s, QJsonObject{{u"id"_s, m_entryId}}}};
                mcp({{u"jsonrpc"_s, u"2.0"_s}, {u"id"_s, 3}, {u"method"_s, u"tools/call"_s}, {u"params"_s, params}}, modern,
                    [this, era, tool](const HttpAnswer &answer) {
                        const QJsonValue result = answer.json["result"_L1]["structuredContent"_L1];
                        expect(result["id"_L1] == m_entryId, u"MCP tool %1 answers%2."_s.arg(tool, era));
                    });
            });
        }
    }
}

void DemoCheck::addAuditSteps()
{
    m_steps.push_back([this] {
        m_vault.auditPage({}, 0, 100, {this, [this](const Result<AuditPage> &page) {
            m_out << "\nAudit log, newest first\n  TIME                 ACTION    ENTRY            ACTOR\n";
            QStringList rows;
            bool newestFirst = true;
            qint64 previous = std::numeric_limits<qint64>::max();
            if (page) {
                for (const AuditEvent &event : page->events) {
                    newestFirst = newestFirst && event.sequence < previous;
                    previous = event.sequence;
                    rows.append(event.action + u' ' + event.subject + u' ' + event.actor);
                    m_out << "  " << toDateTime(event.time).toString(u"yyyy-MM-dd HH:mm:ss"_s) << "  "
                          << event.action.leftJustified(9) << ' ' << event.subject.leftJustified(16) << ' ' << event.actor << "\n";
                }
            }
            expect(newestFirst && !rows.isEmpty(), u"The audit log is there, newest first."_s);
            for (const QString &action : {u"read github.com mcp:"_s, u"totp github.com mcp:"_s, u"search \"github\" api:"_s})
                expect(rows.contains(action + m_address.keyName), u"It holds the row: "_s + action + m_address.keyName);
            next();
        }});
    });
}

void DemoCheck::addLockSteps()
{
    const auto waitForState = [this](LockState state, const QString &sentence) {
        auto *waiter = new QTimer(this);
        waiter->setInterval(20);
        connect(waiter, &QTimer::timeout, this, [this, waiter, state, sentence, waited = 0]() mutable {
            waited += waiter->interval();
            if (m_vault.facts().state != state && waited < kLockTimeout)
                return;
            waiter->deleteLater();
            waiter->stop();
            expect(m_vault.facts().state == state, sentence);
            next();
        });
        waiter->start();
    };
    m_steps.push_back([this, waitForState] {
        m_out << "\nLock from the tray\n";
        m_tray.lock();
        waitForState(LockState::Locked, u"The vault locks."_s);
    });
    m_steps.push_back([this] {
        request(get(u"/api/search?q=github"_s), [this](const HttpAnswer &answer) {
            expect(answer.status == 423, u"A locked vault answers 423."_s);
            const QString said = m_tray.notice();
            expect(said.contains(m_address.keyName), u"The tray says who asked: "_s + said);
        });
    });
    m_steps.push_back([this] {
        m_out << "\nUnlock with the master password\n";
        m_vault.unlock(m_password.clone(), {this, [this](const Result<> &result) {
            expect(result.has_value(), u"The vault unlocks."_s);
            next();
        }});
    });
    m_steps.push_back([this] {
        request(get(u"/api/search?q=github"_s), [this](const HttpAnswer &answer) {
            expect(answer.status == 200, u"The agent is served again."_s);
        });
    });
    m_steps.push_back([this] {
        m_out << "\nRevoke the key\n";
        m_vault.revokeKey(m_address.keyId, {this, [this](const Result<> &result) {
            expect(result.has_value(), u"The key is revoked."_s);
            next();
        }});
    });
    m_steps.push_back([this] {
        request(get(u"/api/search?q=github"_s), [this](const HttpAnswer &answer) {
            expect(answer.status == 401, u"Its next call is refused with 401."_s);
        });
    });
}

} // namespace clavitor
