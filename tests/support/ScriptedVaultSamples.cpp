// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ScriptedVault.h"

#include "app/base/Id.h"


namespace clavitor::test {

using namespace Qt::StringLiterals;

namespace {

ScriptedVault *theVault = nullptr;
constexpr qint64 Minute = 60'000;
constexpr qint64 Hour = 60 * Minute;
constexpr qint64 Day = 24 * Hour;

} // namespace

ScriptedVault::ScriptedVault()
{
    Q_ASSERT(!theVault);
    theVault = this;
    if (!crypto::initialise())
        qFatal("libsodium did not start");
    facts = {LockState::Locked, u"8k3v0q7m2x5d"_s, u"work"_s, u"/home/octo/.local/share/clavitor/work"_s, true, false, {}};
    facts.ways = {UnlockWay{}, {{crypto::SlotKind::Keychain, 0}, {}, {}}};
}

ScriptedVault::~ScriptedVault()
{
    theVault = nullptr;
}

ScriptedVault &ScriptedVault::current()
{
    Q_ASSERT(theVault);
    return *theVault;
}

std::optional<Error> ScriptedVault::enter(const QString &function, const QString &about)
{
    calls << (about.isEmpty() ? function : function + u' ' + about);
    const auto it = failures.constFind(function);
    return it == failures.constEnd() ? std::nullopt : std::optional(*it);
}

void ScriptedVault::answer(const QString &function, std::function<void()> send)
{
    if (held.contains(function))
        m_waiting.push_back(std::move(send));
    else
        send();
}

void ScriptedVault::release()
{
    held.clear();
    for (const auto &send : std::exchange(m_waiting, {}))
        send();
}

EntrySummary ScriptedVault::entry(EntryType type, const QString &title, const QString &subtitle, const QStringList &urls,
                                  const QStringList &tags)
{
    EntrySummary entry;
    entry.id = EntryId{newUuid(1'773'000'000'000)};
    entry.type = type;
    entry.title = title;
    entry.subtitle = subtitle;
    entry.urls = urls;
    entry.tags = tags;
    entry.createdAt = 1'741'000'000'000;
    entry.updatedAt = 1'771'000'000'000;
    return entry;
}

void ScriptedVault::addRow(qint64 time, const QString &action, const QString &subject, const QString &actor, Outcome outcome)
{
    AuditEvent row;
    row.sequence = audit.isEmpty() ? 1 : audit.last().sequence + 1;
    row.time = time;
    row.action = action;
    row.subject = subject;
    row.actor = actor;
    row.outcome = outcome;
    row.why = outcome == Outcome::Denied ? u"out of scope"_s : u"within scope"_s;
    row.requestId = u"r-"_s + QString::number(row.sequence).rightJustified(6, u'0');
    row.durationMicroseconds = 420 + row.sequence % 900;
    if (actor.startsWith("mcp:codex"_L1)) {
        row.keyId = u"Kq7ZrT2k"_s;
        row.reason = u"deploy the staging stack"_s;
        row.caller = {u"/usr/local/bin/codex"_s, 48213, u"zsh ← kitty"_s, u"/home/octo/src/shop"_s, u"codex-mcp-client/0.169.0"_s};
    } else if (actor.endsWith("deploy-agent"_L1)) {
        row.keyId = u"Vb8sJ5mX"_s;
        row.caller = {u"/usr/bin/curl"_s, 51877, u"bash ← make"_s, u"/home/octo/src/infra"_s, u"curl/7.88.1"_s};
    }
    for (const EntrySummary &entry : std::as_const(entries))
        if (entry.title == subject)
            row.entry = entry.id;
    audit << row;
}

void ScriptedVault::fillWithSamples(qint64 now)
{
    const auto field = [](int number, const QString &label, FieldKind kind) {
        return FieldOutline{number, label, kind, defaultTier(kind)};
    };
    const auto add = [this](EntrySummary entry, QList<FieldOutline> fields) {
        entry.fields = std::move(fields);
        entries << entry;
    };
    const QList<FieldOutline> login{field(1, u"username"_s, FieldKind::Username), field(2, u"password"_s, FieldKind::Password)};
    QList<FieldOutline> github = login;
    github << field(3, u"one-time code"_s, FieldKind::Totp) << field(4, u"recovery codes"_s, FieldKind::RecoveryCodes);
    add(entry(EntryType::Login, u"github.com"_s, u"octo"_s, {u"https://github.com"_s}, {u"dev"_s, u"work"_s}), github);
    add(entry(EntryType::ApiKey, u"AWS production"_s, u"deploy"_s, {u"https://aws.example"_s}, {u"deploy"_s, u"work"_s}),
        {field(1, u"access key id"_s, FieldKind::Text), field(2, u"secret access key"_s, FieldKind::Token)});
    add(entry(EntryType::Database, u"Database staging"_s, u"shop_rw"_s, {}, {u"dev"_s, u"staging"_s}), login);
    add(entry(EntryType::Server, u"deploy.example.org"_s, u"deploy"_s, {}, {u"deploy"_s}), login);
    add(entry(EntryType::ApiKey, u"npm registry"_s, u"octo"_s, {u"https://registry.example"_s}, {u"dev"_s}), login);
    add(entry(EntryType::ApiKey, u"Payments test key"_s, {}, {u"https://payments.example"_s}, {u"staging"_s}), login);
    add(entry(EntryType::Login, u"Mail"_s, u"octo@example.com"_s, {u"https://mail.example"_s}, {u"private"_s}), login);
    add(entry(EntryType::Card, u"Credit card"_s, {}, {}, {u"private"_s}),
        {field(1, u"number"_s, FieldKind::CardNumber), field(2, u"CVV"_s, FieldKind::CardVerification)});
    add(entry(EntryType::Wifi, u"Office Wi-Fi"_s, u"office"_s, {}, {u"work"_s}), login);
    add(entry(EntryType::Passport, u"Passport"_s, {}, {}, {u"private"_s}), {field(1, u"number"_s, FieldKind::PassportNumber)});

    Agent codex{u"Kq7ZrT2k"_s, u"codex-agent"_s, u"The shop, on this laptop"_s, {}, {}, now - 7 * Day, now + 83 * Day, now - 4 * Minute, 0, false};
    codex.scope.tags = {u"dev"_s, u"staging"_s};
    codex.actions = {Action::List, Action::Search, Action::Read, Action::Totp};
    Agent deploy{u"Vb8sJ5mX"_s, u"deploy-agent"_s, {}, {}, {}, now - 40 * Day, now + 12 * Day, now - 26 * Hour, 0, true};
    deploy.scope.entries = {entries.at(1).id, entries.at(3).id};
    deploy.actions = {Action::Read};
    Agent old{u"c9PaUf3D"_s, u"summer-intern"_s, {}, {}, {}, now - 200 * Day, now - 20 * Day, now - 31 * Day, 0, false};
    old.scope.types = {EntryType::Server, EntryType::Database};
    old.actions = {Action::List, Action::Read};
    Agent revoked{u"oRi6WtBv"_s, u"laptop-2024"_s, {}, {}, {}, now - 400 * Day, now - 35 * Day, now - 90 * Day, now - 60 * Day, false};
    revoked.scope.everything = true;
    revoked.actions = {Action::List, Action::Search, Action::Read, Action::Totp, Action::Generate};
    agents = {codex, deploy, old, revoked};

    for (qint64 hour = 60; hour > 0; --hour) {
        const qint64 start = now - hour * Hour;
        const auto busy = (hour * 7919 + hour * hour * 31) % 11;
        if ((hour + 9) % 24 > 14)
            continue;
        for (qint64 i = 0; i < busy; ++i)
            addRow(start + i * 5 * Minute, i % 4 == 1 ? u"totp"_s : u"read"_s, i % 3 ? u"github.com"_s : u"Database staging"_s, u"mcp:codex-agent"_s);
        if (hour % 5 == 0)
            for (int i = 0; i < 3; ++i)
                addRow(start + 56 * Minute, u"read"_s, u"AWS production"_s, u"api:deploy-agent"_s);
    }
    addRow(now - 31 * Minute, u"unlock"_s, u"work"_s, u"app:owner"_s);
    addRow(now - 22 * Minute, u"search"_s, u"\"database\""_s, u"mcp:codex-agent"_s);
    addRow(now - 21 * Minute, u"read"_s, u"Database staging"_s, u"mcp:codex-agent"_s);
    addRow(now - 14 * Minute, u"read"_s, u"AWS production"_s, u"mcp:codex-agent"_s, Outcome::Denied);
    addRow(now - 9 * Minute, u"list"_s, u"12 entries"_s, u"api:deploy-agent"_s, Outcome::Locked);
    addRow(now - 6 * Minute, u"search"_s, u"\"github\""_s, u"api:codex-agent"_s);
    addRow(now - 4 * Minute - 5000, u"read"_s, u"github.com"_s, u"mcp:codex-agent"_s);
    addRow(now - 4 * Minute, u"totp"_s, u"github.com"_s, u"mcp:codex-agent"_s);
}

} // namespace clavitor::test
