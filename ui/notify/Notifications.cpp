// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/notify/Notifications.h"

#include "app/service/VaultClient.h"
#include "ui/approval/ApprovalText.h"
#include "ui/words/CallerText.h"
#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kBurstWindow = 60'000;
/// More matters than this at once are an attack; the oldest are forgotten.
constexpr int MostMatters = 200;

} // namespace

Notifications::Notifications(VaultClient *client, NotificationSink *sink, Clock clock, QObject *parent)
    : QObject(parent)
    , m_sink(sink)
    , m_clock(std::move(clock))
{
    connect(client, &VaultClient::lockedCall, this, &Notifications::lockedCall);
    connect(client, &VaultClient::trouble, this, &Notifications::trouble);
    connect(client, &VaultClient::keyAlert, this, &Notifications::keyAlert);
    connect(client, &VaultClient::entryRequested, this, &Notifications::entryRequested);
}

bool Notifications::mayTell(const QString &matter, int *held)
{
    const qint64 now = m_clock();
    const auto old = [now](qint64 moment) { return now - moment >= kBurstWindow || moment > now; };
    m_told.removeIf(old);
    if (m_matters.size() > MostMatters)
        m_matters.removeIf([&](auto it) { return old(it->toldAt); });
    if (m_matters.size() > MostMatters)
        m_matters.clear();

    Matter &about = m_matters[matter];
    if ((about.toldAt != 0 && !old(about.toldAt)) || m_told.size() >= PerMinute) {
        ++about.held;
        return false;
    }
    *held = std::exchange(about.held, 0);
    about.toldAt = now;
    m_told << now;
    return true;
}

void Notifications::lockedCall(const LockedCall &call)
{
    int held = 0;
    if (!mayTell(u"locked "_s + call.actor, &held))
        return;
    QString text = tr("The vault is locked. Unlock it to let the call through next time.");
    const QString from = CallerText::line(call.caller);
    if (!from.isEmpty())
        text = tr("From %1.").arg(from) + u'\n' + text;
    if (held > 0)
        text += u'\n' + (held == 1 ? tr("It asked once more before.") : tr("It asked %n more times before.", nullptr, held));
    m_sink->notify(NotificationSink::Tone::Asks, tr("%1 asked to %2").arg(CallerText::actor(call.actor), CallerText::verb(call.action)),
                   text);
}

void Notifications::trouble(const Error &error)
{
    int held = 0;
    if (!mayTell(u"trouble "_s + errorName(error.code), &held))
        return;
    const ErrorText text = ErrorText::of(error.code);
    m_sink->notify(NotificationSink::Tone::Trouble, text.title, text.body());
}

void Notifications::keyAlert(const KeyAlert &alert)
{
    int held = 0;
    const bool isOver = alert.kind == KeyAlert::Kind::LeaseOver;
    // Each lease ends once, so none of a key stands for another.
    const QString more = isOver ? u" %1/%2 %3"_s.arg(alert.reads).arg(alert.readsAllowed).arg(alert.time) : QString();
    if (!mayTell(u"key %1 %2"_s.arg(static_cast<int>(alert.kind)).arg(alert.keyId) + more, &held))
        return;
    m_sink->notify(isOver ? NotificationSink::Tone::Calm : NotificationSink::Tone::Trouble, ApprovalText::alert(alert), ApprovalText::alertDetail(alert));
}

void Notifications::entryRequested(const EntryRequest &request)
{
    int held = 0;
    if (!mayTell(u"request "_s + request.keyId, &held))
        return;
    QString text = tr("“%1”, in its own words.").arg(displayText(request.title, 80));
    if (!request.why.isEmpty())
        text += u' ' + tr("It says: “%1”").arg(displayText(request.why, 160));
    text += u'\n' + tr("Add or decline it under Keys.");
    if (held > 0)
        text += u'\n' + (held == 1 ? tr("It asked for one more before.") : tr("It asked for %n more before.", nullptr, held));
    m_sink->notify(NotificationSink::Tone::Asks, tr("%1 asks for a credential").arg(displayText(request.keyName, 64)), text);
}

void Notifications::bridgeRestarted()
{
    int held = 0;
    if (!mayTell(u"bridge restarted"_s, &held))
        return;
    m_sink->notify(NotificationSink::Tone::Calm, tr("The bridge was restarted"),
                   tr("It had stopped by itself. Nothing is lost; agents that were waiting call again."));
}

void Notifications::bridgeOff(const QString &reason)
{
    int held = 0;
    if (!mayTell(u"bridge off"_s, &held))
        return;
    m_sink->notify(NotificationSink::Tone::Trouble, tr("Agents cannot reach the vault"),
                   displayText(reason, 300) + u'\n' + tr("The vault itself works. See Connection."));
}

} // namespace clavitor::ui
