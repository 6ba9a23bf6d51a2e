// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/KeyText.h"

#include "ui/entries/EntryText.h"
#include "ui/words/DisplayText.h"
#include "ui/words/TimeText.h"

#include <QRegularExpression>

#include <algorithm>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

KeyState KeyText::state(const Agent &agent, qint64 now)
{
    if (agent.isRevoked())
        return KeyState::Revoked;
    if (agent.isExpired(now))
        return KeyState::Expired;
    if (agent.needsToken)
        return KeyState::NeedsToken;
    if (agent.isFrozen())
        return KeyState::Frozen;
    if (agent.paused)
        return KeyState::Paused;
    return agent.restsUntil > now ? KeyState::Resting : KeyState::Active;
}

QString KeyText::word(KeyState state)
{
    switch (state) {
    case KeyState::Revoked:
        return tr("Revoked");
    case KeyState::Expired:
        return tr("Expired");
    case KeyState::NeedsToken:
        return tr("Needs a token");
    case KeyState::Frozen:
        return tr("Frozen");
    case KeyState::Paused:
        return tr("Paused");
    case KeyState::Resting:
        return tr("Resting");
    case KeyState::Active:
        break;
    }
    return tr("Active");
}

/// The rule that froze a key, as the keeper names it, in a sentence.
QString KeyText::frozenBecause(const QString &rule)
{
    if (rule == "read a decoy"_L1)
        return tr("It read a decoy.");
    static const QRegularExpression many(u"^(\\d+) credentials within an hour$"_s);
    if (const auto match = many.match(rule); match.hasMatch())
        return tr("It wanted %1 different credentials within an hour.").arg(match.captured(1));
    QString why = displayText(rule, 300);
    if (!why.isEmpty() && !why.endsWith(u'.'))
        why += u'.';
    return why.isEmpty() ? tr("The vault stopped it.") : why;
}

QString KeyText::stopped(const Agent &agent, qint64 now)
{
    const TimeText time(now);
    if (agent.isFrozen()) {
        return tr("Frozen %1. %2 Every call is refused until you release it; then it works as before.")
            .arg(time.past(agent.frozenAt), frozenBecause(agent.frozenWhy));
    }
    if (agent.restsUntil > now)
        return tr("Five of its questions were denied or got no answer, so it rests until %1 and its calls are refused. Released, it may ask again now.")
            .arg(time.shortClock(agent.restsUntil));
    return {};
}

QString KeyText::list(const QStringList &items, const QString &lastJoint)
{
    if (items.size() < 2)
        return items.join(QString());
    return items.first(items.size() - 1).join(tr(", ")) + lastJoint + items.last();
}

QString KeyText::scope(const Scope &scope)
{
    if (scope.everything)
        return tr("all entries");
    QStringList parts;
    if (!scope.tags.isEmpty()) {
        QStringList tags;
        for (const QString &tag : scope.tags)
            tags << displayText(tag, 40);
        parts << tr("entries tagged %1").arg(list(tags, tr(" or ")));
    }
    if (!scope.types.isEmpty()) {
        QStringList types;
        for (EntryType type : scope.types)
            types << inSentence(type);
        parts << tr("all %1").arg(list(types, tr(" and ")));
    }
    if (!scope.entries.isEmpty()) {
        const int count = static_cast<int>(scope.entries.size());
        parts << (count == 1 ? tr("1 chosen entry") : tr("%n chosen entries", nullptr, count));
    }
    return parts.isEmpty() ? tr("no entries") : list(parts, tr(" and "));
}

QString KeyText::actions(const QList<Action> &actions)
{
    QStringList words;
    for (Action action : allActions()) {
        if (!actions.contains(action))
            continue;
        switch (action) {
        case Action::List:
            words << tr("list");
            break;
        case Action::Search:
            words << tr("search");
            break;
        case Action::Read:
            words << tr("read values");
            break;
        case Action::Totp:
            words << tr("get codes");
            break;
        case Action::Use:
            words << tr("use values in commands");
            break;
        case Action::Generate:
            words << tr("generate passwords");
            break;
        }
    }
    return words.isEmpty() ? tr("nothing") : list(words, tr(" and "));
}

QString KeyText::word(Action action)
{
    switch (action) {
    case Action::List:
        return tr("List entries");
    case Action::Search:
        return tr("Search");
    case Action::Read:
        return tr("Read values");
    case Action::Totp:
        return tr("Get one-time codes");
    case Action::Use:
        return tr("Use in commands");
    case Action::Generate:
        break;
    }
    return tr("Generate passwords");
}

QString KeyText::explanation(Action action)
{
    switch (action) {
    case Action::List:
        return tr("Titles, addresses and tags, without values.");
    case Action::Search:
        return tr("Find entries by name; what it finds comes with its values.");
    case Action::Read:
        return tr("Shared values of one entry at a time. Personal ones never.");
    case Action::Totp:
        return tr("The current code, never the seed behind it.");
    case Action::Use:
        return tr("“clavitor run” starts a command with a value. You are asked for each command that gets what the key may not see.");
    case Action::Generate:
        break;
    }
    return tr("New random passwords; nothing in the vault is read.");
}

QString KeyText::expiry(const Agent &agent, qint64 now)
{
    if (agent.expiresAt == 0)
        return tr("never expires");
    const TimeText time(now);
    return agent.isExpired(now) ? tr("expired %1").arg(time.past(agent.expiresAt))
                                : tr("expires %1").arg(time.until(agent.expiresAt));
}

QString KeyText::inSentence(EntryType type)
{
    switch (type) {
    case EntryType::ApiKey:
    case EntryType::SshKey:
    case EntryType::Wifi:
        return EntryText::types(type);
    default:
        return EntryText::types(type).toLower();
    }
}

QString KeyText::counted(EntryType type, int count)
{
    if (count != 1)
        return tr("%1 %2").arg(count).arg(inSentence(type));
    switch (type) {
    case EntryType::Login:
        return tr("1 login");
    case EntryType::ApiKey:
        return tr("1 API key");
    case EntryType::Server:
        return tr("1 server");
    case EntryType::Database:
        return tr("1 database");
    case EntryType::SshKey:
        return tr("1 SSH key");
    case EntryType::Note:
        return tr("1 note");
    case EntryType::Card:
        return tr("1 card");
    case EntryType::BankAccount:
        return tr("1 bank account");
    case EntryType::Identity:
        return tr("1 identity");
    case EntryType::Passport:
        return tr("1 passport");
    case EntryType::License:
        return tr("1 licence");
    case EntryType::Wifi:
        return tr("1 Wi-Fi network");
    case EntryType::Other:
        break;
    }
    return tr("1 other entry");
}

bool KeyText::covers(const Scope &scope, const EntrySummary &entry)
{
    if (entry.trashed)
        return false;
    return scope.everything || scope.entries.contains(entry.id) || scope.types.contains(entry.type)
        || std::any_of(entry.tags.begin(), entry.tags.end(),
                       [&scope](const QString &tag) { return scope.tags.contains(tag); });
}

} // namespace clavitor::ui
