// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/TrayIcon.h"

#include "ui/approval/ApprovalText.h"
#include "ui/keys/LeaseText.h"
#include "ui/style/Icons.h"
#include "ui/words/CallerText.h"
#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"
#include "ui/words/TimeText.h"

#include <algorithm>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kActiveFor = 60'000;
constexpr qint64 kConnectedFor = 5 * 60'000;

QLatin1StringView fileOf(TrayState state)
{
    switch (state) {
    case TrayState::Locked:
        return "locked"_L1;
    case TrayState::Leased:
        return "leased"_L1;
    case TrayState::Open:
        return "open"_L1;
    case TrayState::Active:
        return "active"_L1;
    case TrayState::Off:
        return "off"_L1;
    case TrayState::Attention:
        return "attention"_L1;
    }
    return "locked"_L1;
}

} // namespace

TrayState trayState(const VaultFacts &facts, const BridgeState &bridge, bool attention, qint64 sinceAgentMs)
{
    if (attention)
        return TrayState::Attention;
    if (bridge.kind == BridgeState::Kind::Failed || bridge.kind == BridgeState::Kind::Off)
        return TrayState::Off;
    if (facts.state != LockState::Unlocked)
        return facts.keepsLeases() ? TrayState::Leased : TrayState::Locked;
    return sinceAgentMs >= 0 && sinceAgentMs < kActiveFor ? TrayState::Active : TrayState::Open;
}

QIcon trayIcon(TrayState state, bool darkPanel)
{
    const Tokens &tokens = darkPanel ? darkTokens() : lightTokens();
    const QString path = ":/clavitor/icons/tray/"_L1 + fileOf(state) + ".svg"_L1;
    QIcon icon;
    for (int size : {16, 18, 20, 22, 24, 32, 44, 48, 64})
        icon.addPixmap(tintedSvg(path, size, tokens.text));
    return icon;
}

TrayIcon::TrayIcon(VaultClient *client, Clock clock, QObject *parent)
    : QObject(parent)
    , m_client(client)
    , m_clock(std::move(clock))
{
    build();
    m_icon.setContextMenu(&m_menu);
    m_tick.setInterval(10'000);
    connect(&m_tick, &QTimer::timeout, this, &TrayIcon::refresh);
    m_tick.start();
    connect(&m_menu, &QMenu::aboutToShow, this, &TrayIcon::refresh);
    connect(&m_icon, &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
        if (reason == QSystemTrayIcon::Trigger || reason == QSystemTrayIcon::DoubleClick)
            open();
    });
    connect(&m_icon, &QSystemTrayIcon::messageClicked, this, &TrayIcon::open);
    connect(m_client, &VaultClient::factsChanged, this, [this](const VaultFacts &facts) {
        if (facts.state == LockState::Unlocked) {
            m_attention = false;
        } else {
            m_lastReads.clear();
        }
        refresh();
    });
    connect(m_client, &VaultClient::auditAppended, this, &TrayIcon::take);
    connect(m_client, &VaultClient::lockedCall, this, [this] { setAttention(true); });
    connect(m_client, &VaultClient::keyAlert, this, [this](const KeyAlert &alert) {
        if (alert.kind == KeyAlert::Kind::LeaseOver)
            return; // nothing is to be done about it
        m_alert = ApprovalText::alert(alert);
        refresh();
    });
    refresh();
    // Qt draws the first picture before the tray has told its size; a second one is sharp.
    draw();
    connect(&m_scheme, &SystemScheme::changed, this, &TrayIcon::draw);
}

void TrayIcon::build()
{
    m_stateLine = m_menu.addAction(QString());
    m_connected = m_menu.addAction(QString());
    m_stateLine->setEnabled(false);
    connect(m_stateLine, &QAction::triggered, this, [this] {
        if (!m_question.isEmpty())
            emit questionRequested();
        else if (!m_alert.isEmpty())
            emit alertRequested();
    });
    m_connected->setEnabled(false);
    m_menu.addSeparator();
    for (QAction *&read : m_reads) {
        read = m_menu.addAction(QString());
        read->setEnabled(false);
        read->setVisible(false);
    }
    m_menu.addSeparator();
    m_search = m_menu.addAction(icon(Symbol::Search), tr("Quick &search"));
    connect(m_search, &QAction::triggered, this, &TrayIcon::searchRequested);
    connect(m_menu.addAction(icon(Symbol::Generate), tr("&Generate a password")), &QAction::triggered, this,
            &TrayIcon::generatorRequested);
    m_keep = m_menu.addAction(QString());
    connect(m_keep, &QAction::triggered, this, [this] {
        if (m_client->isUnlocked())
            emit lockKeepingRequested();
        else
            emit stopLeasesRequested();
    });
    m_lock = m_menu.addAction(QString());
    connect(m_lock, &QAction::triggered, this, [this] {
        if (m_client->isUnlocked())
            emit lockRequested();
        else
            emit unlockRequested();
    });
    m_pause = m_menu.addAction(icon(Symbol::Pause), tr("&Pause all agents"));
    m_pause->setCheckable(true);
    connect(m_pause, &QAction::triggered, this, &TrayIcon::pauseRequested);
    m_menu.addSeparator();
    connect(m_menu.addAction(icon(Symbol::Window), tr("&Open Clavitor")), &QAction::triggered, this, &TrayIcon::openRequested);
    connect(m_menu.addAction(icon(Symbol::Quit), tr("&Quit")), &QAction::triggered, this, &TrayIcon::quitRequested);
}

void TrayIcon::setBridgeState(const BridgeState &state)
{
    m_bridge = state;
    refresh();
}

void TrayIcon::setAttention(bool attention)
{
    m_attention = attention;
    refresh();
}

void TrayIcon::setQuestion(const QString &line)
{
    m_question = line;
    refresh();
}

void TrayIcon::alertSeen()
{
    m_alert.clear();
    refresh();
}

void TrayIcon::open()
{
    if (!m_question.isEmpty())
        emit questionRequested();
    else if (!m_alert.isEmpty())
        emit alertRequested();
    else
        emit openRequested();
}

void TrayIcon::pauseFailed(bool paused, const Error &error)
{
    m_pause->setChecked(paused);
    const ErrorText text = ErrorText::of(error.code);
    notify(Tone::Trouble, paused ? tr("The agents are still paused") : tr("The agents were not paused"), text.sentence());
}

void TrayIcon::draw()
{
    m_icon.setIcon(trayIcon(m_state, m_scheme.hasDarkPanel()));
}

void TrayIcon::take(const QList<AuditEvent> &events)
{
    for (const AuditEvent &event : events) {
        if (!event.isByAgent())
            continue;
        m_agents.insert(event.actor, event.time);
        if (event.isGiven()) {
            m_lastReads.prepend(event);
            if (m_lastReads.size() > static_cast<qsizetype>(m_reads.size()))
                m_lastReads.removeLast();
        }
    }
    refresh();
}

QString TrayIcon::stateLine() const
{
    if (!m_question.isEmpty())
        return m_question;
    if (!m_alert.isEmpty())
        return m_alert;
    if (const QString kept = LeaseText::locked(m_client->facts(), m_clock()); !kept.isEmpty())
        return m_bridge.kind == BridgeState::Kind::Serving ? kept : tr("%1 · bridge off").arg(kept);
    QString text = m_client->isUnlocked() ? tr("Unlocked") : m_client->facts().state == LockState::NoVault ? tr("No vault yet") : tr("Locked");
    switch (m_bridge.kind) {
    case BridgeState::Kind::Serving:
        return tr("%1 · localhost:%2").arg(text).arg(m_bridge.port);
    case BridgeState::Kind::Starting:
        return tr("%1 · bridge starting").arg(text);
    case BridgeState::Kind::Off:
    case BridgeState::Kind::Failed:
        return tr("%1 · bridge off").arg(text);
    }
    return text;
}

QString TrayIcon::connectedLine() const
{
    QStringList names;
    const qint64 now = m_clock();
    for (auto agent = m_agents.cbegin(); agent != m_agents.cend(); ++agent)
        if (now - agent.value() < kConnectedFor)
            names.append(CallerText::actor(agent.key()));
    names.removeDuplicates();
    names.sort();
    return names.isEmpty() ? tr("No agent connected") : tr("Connected: %1").arg(names.join(u", "_s));
}

void TrayIcon::refresh()
{
    qint64 last = -1;
    for (qint64 time : std::as_const(m_agents))
        last = std::max(last, time);
    const bool needsPerson = m_attention || !m_question.isEmpty() || !m_alert.isEmpty();
    const TrayState state = trayState(m_client->facts(), m_bridge, needsPerson, last < 0 ? -1 : m_clock() - last);
    if (state != m_state) {
        m_state = state;
        draw();
    }
    const auto words = [](const QString &text) { return QString(text).replace(u'&', "&&"_L1); };
    m_stateLine->setText(words(stateLine()));
    m_stateLine->setEnabled(!m_question.isEmpty() || !m_alert.isEmpty());
    m_stateLine->setIcon(m_stateLine->isEnabled() ? icon(Symbol::Asks, Ink::Asks) : QIcon());
    m_connected->setText(words(connectedLine()));
    const TimeText time(m_clock());
    for (std::size_t i = 0; i < m_reads.size(); ++i) {
        const bool there = static_cast<qsizetype>(i) < m_lastReads.size();
        m_reads.at(i)->setVisible(there);
        if (!there) {
            m_reads.at(i)->setText({}); // not to stay in memory behind a lock
            continue;
        }
        const AuditEvent &event = m_lastReads.at(static_cast<qsizetype>(i));
        m_reads.at(i)->setText(words(tr("%1 %2 · %3 · %4")
                                         .arg(event.action, displayText(event.subject, 30), CallerText::actor(event.actor),
                                              time.shortClock(event.time))));
    }
    const bool open = m_client->isUnlocked();
    m_search->setEnabled(open);
    const QList<LeaseStanding> leases = LeaseText::inForce(m_client->facts().leases, m_clock());
    const bool keeps = m_client->facts().keepsLeases();
    m_keep->setVisible(!leases.isEmpty() && (open || keeps));
    m_keep->setText(open ? QString(u'&' + words(LeaseText::lockKeeping(leases, m_clock()))) : tr("S&top the lease now"));
    m_keep->setIcon(icon(open ? Symbol::Moon : Symbol::Lock));
    m_lock->setText(!open ? tr("Un&lock…") : leases.isEmpty() ? tr("&Lock") : tr("Lock &now"));
    m_lock->setIcon(icon(open ? Symbol::Lock : Symbol::Unlock));
    m_pause->setChecked(m_client->facts().agentsPaused);
    m_pause->setEnabled(m_client->facts().state != LockState::NoVault);
    m_lock->setEnabled(m_client->facts().state != LockState::NoVault);
    m_icon.setToolTip(tr("Clavitor – %1").arg(stateLine()));
}

void TrayIcon::notify(Tone tone, const QString &title, const QString &text)
{
    const QSystemTrayIcon::MessageIcon mark = tone == Tone::Trouble ? QSystemTrayIcon::Critical
        : tone == Tone::Asks                                         ? QSystemTrayIcon::Warning
                                                                     : QSystemTrayIcon::Information;
    // Qt hands the text to the desktop as it is, and some desktops read tags in it.
    const auto untagged = [](QString words) { return words.replace(u'<', u'‹'); };
    m_lastNotice = untagged(title);
    m_icon.showMessage(m_lastNotice, untagged(text), mark, 10'000);
}

} // namespace clavitor::ui
