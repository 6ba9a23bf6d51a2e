// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/approval/ApprovalText.h"

#include "app/link/Messages.h"
#include "app/model/Entry.h"
#include "ui/entries/EntryText.h"
#include "ui/words/CallerText.h"
#include "ui/words/NameText.h"

#include <QFileInfo>
#include <QLocale>
#include <QUrl>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kSentenceCells = 36;      ///< of what stands within a sentence
constexpr int kLabelsShown = 3;
// Whole, whatever becomes of a character: who chooses what is said would choose what is cut.
constexpr int kReasonCells = 10 * link::MaxReason;
constexpr int kPathCells = 72;
constexpr int kCommandCells = 10 * link::MaxCommand;
constexpr int kParentsCells = 120;

/// A path or what a program says of itself, whole as far as there is room.
QString shownPart(const QString &untrusted, int cells)
{
    return NameText::of(untrusted, cells).text;
}

/// With the word on its letters behind it, where there is no room for a badge.
QString shownName(const QString &untrusted, int cells = kSentenceCells)
{
    const NameText text = NameText::of(untrusted, cells);
    const QString word = NameText::word(text.letters);
    return word.isEmpty() ? text.text : u"%1 (%2)"_s.arg(text.text, word);
}

/// "Password" stands small in a sentence, "PIN" and "API key" as they are.
QString labelInSentence(const QString &label)
{
    if (label.size() > 1 && label.at(0).isUpper() && label.mid(1) == label.mid(1).toLower())
        return label.at(0).toLower() + label.mid(1);
    return label;
}

QString countShown(qint64 number)
{
    return QLocale().toString(number);
}

QString ordinal(int number)
{
    const int ten = number % 10;
    const bool isTeen = number % 100 / 10 == 1;
    return countShown(number) + (isTeen ? u"th"_s : ten == 1 ? u"st"_s : ten == 2 ? u"nd"_s : ten == 3 ? u"rd"_s : u"th"_s);
}

} // namespace

AllowChoices allowChoices(const ApprovalRequest &request)
{
    using enum ApprovalAnswer;
    // A command is allowed as it stands, and no longer than the vault is open.
    if (request.action == Action::Use)
        return {Once, {WhileUnlocked}};
    switch (request.because) {
    case AskedBecause::FirstTime:
        return {WhileUnlocked, {Once, OneHour, Always}};
    case AskedBecause::SecondFactor:
        return {Once, {WhileUnlocked, OneHour, Always}};
    case AskedBecause::MinuteBudget:
    case AskedBecause::HourBudget:
        return {Once, {WhileUnlocked, OneHour}};
    case AskedBecause::Command:
        break;
    }
    return {Once, {}};
}

QString spoken(QString text)
{
    return text.remove(QChar(0x2068)).remove(QChar(0x2069));
}

QString breakable(const QString &text)
{
    constexpr int kLongestRun = 16;
    QString broken;
    int run = 0;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text.at(i);
        const bool isWhole = !c.isLowSurrogate() && !c.isMark();
        run = c.isSpace() ? 0 : run + 1;
        if (run > kLongestRun && isWhole) {
            broken += QChar(0x200B);
            run = 1;
        }
        broken += c;
        // A path breaks best where it parts.
        if (c == u'/' && i > 0) {
            broken += QChar(0x200B);
            run = 0;
        }
    }
    return broken;
}

QString ApprovalText::headline(const ApprovalRequest &request)
{
    const QString key = shownName(request.keyName);
    if (request.action == Action::Totp)
        return tr("%1 wants the one-time code of").arg(key);
    if (request.action == Action::Use)
        return tr("%1 wants to run a command with the %2 of").arg(key, shownName(labelInSentence(request.fields.value(0)), 24));
    if (request.fields.isEmpty())
        return tr("%1 wants to read").arg(key);
    if (request.fields.size() == 1)
        return tr("%1 wants the %2 of").arg(key, shownName(labelInSentence(request.fields.first()), 24));
    return tr("%1 wants %2 secrets of").arg(key, countShown(request.fields.size()));
}

QString ApprovalText::sentence(const ApprovalRequest &request)
{
    return headline(request) + u' ' + shownName(request.title);
}

QString ApprovalText::line(const ApprovalRequest &request)
{
    return tr("%1 asks for %2").arg(shownName(request.keyName, 24), shownName(request.title, 32));
}

QString ApprovalText::entryLine(const ApprovalRequest &request)
{
    QStringList parts{EntryText::type(request.type)};
    for (const QString &url : request.urls)
        if (const QString host = QUrl(url).host(QUrl::FullyEncoded); !host.isEmpty()) {
            parts << shownName(host, 32);
            break;
        }
    if (request.action == Action::Read && request.fields.size() > 1) {
        QStringList labels;
        for (const QString &label : request.fields.first(qMin<qsizetype>(request.fields.size(), kLabelsShown)))
            labels << shownName(label, 18);
        const qsizetype more = request.fields.size() - labels.size();
        parts << (more > 0 ? tr("%1 and %2 more").arg(labels.join(u", "_s), countShown(more)) : labels.join(u", "_s));
    }
    return parts.join(u" · "_s);
}

QString ApprovalText::command(const ApprovalRequest &request)
{
    return request.action == Action::Use ? shownPart(request.command, kCommandCells) : QString();
}

QString ApprovalText::why(const ApprovalRequest &request)
{
    if (request.reason.trimmed().isEmpty())
        return tr("no reason given");
    // A sentence, not a name: its spaces and lines are of no account.
    return tr("“%1”").arg(shownPart(request.reason.simplified().normalized(QString::NormalizationForm_C), kReasonCells));
}

QString ApprovalText::who(const Caller &caller)
{
    if (caller.program.isEmpty())
        return tr("unknown: the system does not tell which program it is");
    const QString program = shownName(QFileInfo(caller.program).fileName(), 24);
    return caller.parents.isEmpty() ? program : tr("%1 ← %2").arg(program, shownPart(caller.parents, kParentsCells));
}

QString ApprovalText::program(const Caller &caller)
{
    QStringList parts;
    if (!caller.program.isEmpty())
        parts << shownPart(caller.program, kPathCells);
    if (!caller.client.isEmpty())
        parts << tr("calls itself “%1”").arg(shownPart(caller.client, 32));
    return parts.join(u" · "_s);
}

QString ApprovalText::where(const Caller &caller)
{
    return caller.folder.isEmpty() ? tr("unknown folder") : shownPart(CallerText::shortFolder(caller.folder), kPathCells);
}

QString ApprovalText::repository(const std::optional<GitWorkplace> &place)
{
    if (!place)
        return {};
    const QString repository = shownName(place->repository);
    if (!place->branch.isEmpty())
        return tr("repository %1, branch %2").arg(repository, shownName(place->branch));
    if (!place->commit.isEmpty())
        return tr("repository %1, at commit %2").arg(repository, place->commit);
    return tr("repository %1, branch unknown").arg(repository);
}

QString ApprovalText::because(const ApprovalRequest &request)
{
    switch (request.because) {
    case AskedBecause::FirstTime:
        // Also after a no, of which nothing is said here, and when a yes is over.
        return request.readsOfEntry == 0 ? tr("it has not had this entry yet") : tr("it had this entry before, and nothing you allowed covers this");
    case AskedBecause::SecondFactor:
        return tr("it already read the password, and would have both factors");
    case AskedBecause::MinuteBudget:
        return tr("would be its %1 credential within a minute").arg(ordinal(request.distinctInTime));
    case AskedBecause::HourBudget:
        return tr("would be its %1 credential within an hour").arg(ordinal(request.distinctInTime));
    case AskedBecause::Command:
        return tr("the command gets the value, the key does not see it");
    }
    return {};
}

QString ApprovalText::soFar(const ApprovalRequest &request)
{
    const QString entry = request.readsOfEntry == 0 ? tr("never read this entry")
        : request.readsOfEntry == 1                 ? tr("read this entry once")
                                                    : tr("read this entry %1 times").arg(countShown(request.readsOfEntry));
    const QString day = request.readsInDay == 1 ? tr("1 read in 24 hours") : tr("%1 reads in 24 hours").arg(countShown(request.readsInDay));
    return tr("%1 · %2").arg(entry, day);
}

QString ApprovalText::calls(const ApprovalRequest &request)
{
    if (request.calls < 2)
        return {};
    return tr("%1 wait for this answer; “once” allows each of them").arg(countShown(request.calls));
}

QString ApprovalText::ended(const ApprovalRequest &request, ApprovalEnd how)
{
    const QString key = shownName(request.keyName);
    switch (how) {
    case ApprovalEnd::AgentLeft:
        return tr("%1 does not wait any more. Nothing was given.").arg(key);
    case ApprovalEnd::TimedOut:
        return tr("Nobody answered %1 in time. It was denied.").arg(key);
    case ApprovalEnd::Answered:
    case ApprovalEnd::Locked:
        return {};
    }
    return {};
}

QString ApprovalText::tooLate(const ApprovalRequest &request)
{
    return tr("The question of %1 had already ended. Nothing was given.").arg(shownName(request.keyName));
}

QString ApprovalText::button(ApprovalAnswer answer, Action action)
{
    switch (answer) {
    case ApprovalAnswer::Once:
        return tr("&Allow once");
    case ApprovalAnswer::WhileUnlocked:
        return action == Action::Use ? tr("Allow this command while &unlocked") : tr("Allow while &unlocked");
    case ApprovalAnswer::OneHour:
        return tr("Allow for 1 &hour");
    case ApprovalAnswer::Always:
        return tr("Al&ways allow this entry");
    case ApprovalAnswer::Deny:
        return tr("&Deny");
    case ApprovalAnswer::DenyAndPause:
        return tr("Deny and &pause key");
    }
    return {};
}

QString ApprovalText::suggestion(const RuleSuggestion &suggestion)
{
    const QString entry = shownName(suggestion.title);
    const QString key = shownName(suggestion.keyName);
    if (suggestion.action == Action::Totp)
        return tr("You allowed this three times. Always allow codes of %1 for %2?").arg(entry, key);
    return tr("You allowed this three times. Always allow %1 for %2?").arg(entry, key);
}

QString ApprovalText::alert(const KeyAlert &alert)
{
    const QString key = shownName(alert.keyName);
    switch (alert.kind) {
    case KeyAlert::Kind::DecoyRead:
        return tr("%1 was stopped: it read a decoy").arg(key);
    case KeyAlert::Kind::TooMany:
        return tr("%1 was stopped: it took too many credentials").arg(key);
    case KeyAlert::Kind::Elsewhere:
        return tr("%1 was used somewhere else").arg(key);
    case KeyAlert::Kind::Resting:
        return tr("%1 rests: five of its questions were denied or got no answer").arg(key);
    case KeyAlert::Kind::LeaseOver:
        return tr("The lease of %1 is over").arg(key);
    }
    return {};
}

QString ApprovalText::alertDetail(const KeyAlert &alert)
{
    QStringList lines;
    switch (alert.kind) {
    case KeyAlert::Kind::DecoyRead:
        lines << tr("The decoy is %1. The key is frozen until you release it under Keys.").arg(shownName(alert.subject));
        break;
    case KeyAlert::Kind::TooMany:
        lines << tr("The key is frozen until you release it under Keys.");
        break;
    case KeyAlert::Kind::Elsewhere:
        lines << tr("The call was refused: the key is pinned to another program or folder.");
        break;
    case KeyAlert::Kind::Resting:
        lines << tr("Its calls are refused for a while. You can release it under Keys.");
        break;
    case KeyAlert::Kind::LeaseOver:
        lines << (alert.reads >= alert.readsAllowed ? tr("All of its %1 reads are used.").arg(countShown(alert.readsAllowed))
                  : alert.reads == 0                ? tr("Its time ended. Nothing of it was read.")
                                                    : tr("Its time ended. It used %1 of %2 reads.").arg(countShown(alert.reads), countShown(alert.readsAllowed)));
        break;
    }
    if (const QString from = CallerText::line(alert.caller); !from.isEmpty())
        lines << tr("From %1.").arg(from);
    return lines.join(u'\n');
}

} // namespace clavitor::ui
