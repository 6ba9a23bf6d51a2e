// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/AuditText.h"

#include "ui/words/DisplayText.h"

namespace clavitor::ui {

using namespace Qt::StringLiterals;

QString AuditText::word(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Allowed:
        return tr("Allowed");
    case Outcome::Denied:
        return tr("Denied");
    case Outcome::Pending:
        return tr("Asks");
    case Outcome::Locked:
        return tr("Locked");
    case Outcome::Error:
        break;
    }
    return tr("Failed");
}

Symbol AuditText::symbol(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Allowed:
        return Symbol::Allowed;
    case Outcome::Denied:
        return Symbol::Denied;
    case Outcome::Pending:
        return Symbol::Asks;
    case Outcome::Locked:
        return Symbol::Lock;
    case Outcome::Error:
        break;
    }
    return Symbol::Warning;
}

Ink AuditText::ink(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Allowed:
        return Ink::Allowed;
    case Outcome::Pending:
    case Outcome::Locked:
        return Ink::Asks;
    case Outcome::Denied:
    case Outcome::Error:
        break;
    }
    return Ink::Denied;
}

QStringList AuditText::filterActions()
{
    return {u"read"_s,   u"totp"_s,   u"use"_s,    u"search"_s, u"list"_s,   u"generate"_s, u"reveal"_s,     u"copy"_s,       u"unlock"_s,
            u"lock"_s,   u"personal.open"_s,      u"password.change"_s, u"keys.replace"_s, u"slot.add"_s,    u"slot.remove"_s, u"create"_s, u"update"_s, u"delete"_s, u"import"_s,   u"approve"_s,    u"deny"_s,
            u"request"_s,    u"request.fulfil"_s, u"request.decline"_s, u"grant.make"_s,  u"grant.end"_s,
            u"bridge.blocked"_s,
            u"key.create"_s, u"key.pause"_s,      u"key.release"_s,     u"key.rotate"_s,  u"key.revoke"_s,
            u"log.file"_s,   u"clock.back"_s};
}

QString AuditText::meaning(const QString &action)
{
    struct Known {
        QLatin1StringView action;
        const char *words;
    };
    static constexpr Known known[]{
        {"slot.add"_L1, QT_TRANSLATE_NOOP("AuditText", "You added a way to unlock the vault.")},
        {"slot.remove"_L1, QT_TRANSLATE_NOOP("AuditText", "You removed a way to unlock the vault.")},
        {"password.change"_L1, QT_TRANSLATE_NOOP("AuditText", "You set a new master password.")},
        {"keys.replace"_L1, QT_TRANSLATE_NOOP("AuditText", "You replaced all keys of the vault. The tokens of before ended with them.")},
        {"personal.open"_L1, QT_TRANSLATE_NOOP("AuditText", "You opened Personal, for a minute at most.")},
        {"use"_L1, QT_TRANSLATE_NOOP("AuditText", "A value went into a command. What the command was stands under the reason; who asked did not see the value.")},
        {"approve"_L1, QT_TRANSLATE_NOOP("AuditText", "You allowed what a key asked for.")},
        {"deny"_L1, QT_TRANSLATE_NOOP("AuditText", "You denied what a key asked for.")},
        {"request"_L1, QT_TRANSLATE_NOOP("AuditText", "An agent asked for a credential that is not in the vault.")},
        {"request.fulfil"_L1, QT_TRANSLATE_NOOP("AuditText", "You added what an agent asked for.")},
        {"request.decline"_L1, QT_TRANSLATE_NOOP("AuditText", "You declined to add what an agent asked for.")},
        {"grant.make"_L1, QT_TRANSLATE_NOOP("AuditText", "You allowed a key something beforehand.")},
        {"grant.end"_L1, QT_TRANSLATE_NOOP("AuditText", "You ended what a key was allowed beforehand.")},
        {"bridge.blocked"_L1,
         QT_TRANSLATE_NOOP("AuditText", "Something else had the port for agents. Agents that called meanwhile may have given it their tokens.")},
        {"key.create"_L1, QT_TRANSLATE_NOOP("AuditText", "You made a key.")},
        {"key.pause"_L1, QT_TRANSLATE_NOOP("AuditText", "You paused a key, or all of them.")},
        {"key.resume"_L1, QT_TRANSLATE_NOOP("AuditText", "You let a paused key work again, or all of them.")},
        {"key.release"_L1, QT_TRANSLATE_NOOP("AuditText", "You let a key work again that the vault had stopped.")},
        {"key.rotate"_L1, QT_TRANSLATE_NOOP("AuditText", "You replaced the token of a key.")},
        {"vault.trust"_L1, QT_TRANSLATE_NOOP("AuditText", "You took a vault as it was that had been changed outside Clavitor, or an older copy of it.")},
        {"key.revoke"_L1, QT_TRANSLATE_NOOP("AuditText", "You revoked a key.")},
        {"log.file"_L1, QT_TRANSLATE_NOOP("AuditText", "You chose the file outside that the log's checkpoints are added to, or gave it up.")},
        {"clock.back"_L1, QT_TRANSLATE_NOOP("AuditText", "The computer's clock was set back, so later rows may have earlier times. Rows stand in the order they were written.")},
    };
    for (const Known &one : known)
        if (action == one.action)
            return tr(one.words);
    return {};
}

QString AuditText::sentence(const AuditEvent &event, const QString &clock)
{
    return tr("%1 %2 %3 by %4, %5")
        .arg(clock, event.action, escapedText(event.subject), escapedText(event.actor), word(event.outcome).toLower());
}

} // namespace clavitor::ui
