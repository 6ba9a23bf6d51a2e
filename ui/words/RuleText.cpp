// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/words/RuleText.h"

#include "app/model/RefusalReasons.h"
#include "ui/words/DisplayText.h"

#include <QRegularExpression>

#include <array>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

struct Known {
    QLatin1StringView rule;
    const char *sentence;
};

constexpr std::array kKnown{
    Known{"out of scope"_L1, QT_TRANSLATE_NOOP("RuleText", "Outside what this key may see.")},
    Known{"in the trash"_L1, QT_TRANSLATE_NOOP("RuleText", "In the trash, out of reach of agents.")},
    Known{"no such entry"_L1, QT_TRANSLATE_NOOP("RuleText", "There is no such entry.")},
    Known{"no one-time code"_L1, QT_TRANSLATE_NOOP("RuleText", "The entry has no one-time code.")},
    Known{"no codes of this entry for this key"_L1, QT_TRANSLATE_NOOP("RuleText", "This key gets no one-time codes of this entry.")},
    Known{"five requests declined, none taken for ten minutes"_L1,
          QT_TRANSLATE_NOOP("RuleText", "You declined five requests of this key, so it could ask for nothing more for ten minutes.")},
    Known{"action not allowed for this key"_L1, QT_TRANSLATE_NOOP("RuleText", "This key may not do that.")},
    Known{reason::NoToken, QT_TRANSLATE_NOOP("RuleText", "The call came without a usable token.")},
    Known{reason::TokenReplaced,
          QT_TRANSLATE_NOOP("RuleText", "Its token went with the vault's former keys. Replace it under Keys.")},
    Known{reason::KeyRevoked, QT_TRANSLATE_NOOP("RuleText", "The key is revoked.")},
    Known{reason::KeyExpired, QT_TRANSLATE_NOOP("RuleText", "The key has expired.")},
    Known{reason::KeyFrozen, QT_TRANSLATE_NOOP("RuleText", "The key is frozen until you release it.")},
    Known{reason::KeyPaused, QT_TRANSLATE_NOOP("RuleText", "You paused this key.")},
    Known{reason::Resting, QT_TRANSLATE_NOOP("RuleText", "The key rests for a while: five of its questions were denied or got no answer.")},
    Known{reason::AllKeysPaused, QT_TRANSLATE_NOOP("RuleText", "You paused all keys.")},
    Known{"asks the first time"_L1, QT_TRANSLATE_NOOP("RuleText", "You are asked the first time.")},
    Known{"asks for each command"_L1, QT_TRANSLATE_NOOP("RuleText", "You are asked for each command.")},
    Known{reason::NoFieldForCommands, QT_TRANSLATE_NOOP("RuleText", "It has no field that this key may use.")},
    Known{"it has a code already"_L1,
          QT_TRANSLATE_NOOP("RuleText", "It has just had a code, so you are asked before it gets the password as well.")},
    Known{"it has the password already"_L1,
          QT_TRANSLATE_NOOP("RuleText", "It has read the password, so you are asked before it gets the code as well.")},
    Known{"the person is asked"_L1, QT_TRANSLATE_NOOP("RuleText", "You are asked.")},
    Known{"the person said no"_L1, QT_TRANSLATE_NOOP("RuleText", "You said no.")},
    Known{"nobody answered"_L1, QT_TRANSLATE_NOOP("RuleText", "You were asked and did not answer in time.")},
    Known{"three questions of this key wait for the person already"_L1,
          QT_TRANSLATE_NOOP("RuleText", "Three questions of this key wait for you already.")},
    Known{"read a decoy"_L1, QT_TRANSLATE_NOOP("RuleText", "A decoy: a key that reads it is frozen.")},
    Known{reason::OtherProgram, QT_TRANSLATE_NOOP("RuleText", "The key works from one program only, and this was another.")},
    Known{reason::UnknownProgram,
          QT_TRANSLATE_NOOP("RuleText", "The key works from one program only, and which one called could not be told.")},
    Known{reason::OtherFolder, QT_TRANSLATE_NOOP("RuleText", "The key works in one folder only, and this was another.")},
    Known{reason::UnknownFolder,
          QT_TRANSLATE_NOOP("RuleText", "The key works in one folder only, and the caller's could not be told.")},
};

} // namespace

QString RuleText::sentence(const QString &rule)
{
    for (const Known &known : kKnown)
        if (rule == known.rule)
            return tr(known.sentence);
    static const QRegularExpression over(u"^over (\\d+) credentials (a minute|an hour)$"_s);
    if (const auto match = over.match(rule); match.hasMatch())
        return match.captured(2) == "a minute"_L1
            ? tr("It had %1 credentials within a minute, so you are asked before the next one.").arg(match.captured(1))
            : tr("It had %1 credentials within an hour, so you are asked before the next one.").arg(match.captured(1));
    static const QRegularExpression within(u"^(\\d+) credentials within an hour$"_s);
    if (const auto match = within.match(rule); match.hasMatch())
        return tr("This would be credential %1 within an hour, which freezes the key.").arg(match.captured(1));
    return displayText(rule, 300);
}

} // namespace clavitor::ui
