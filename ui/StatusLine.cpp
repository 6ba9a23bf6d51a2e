// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/StatusLine.h"

#include "ui/ClipboardGuard.h"
#include "ui/keys/LeaseText.h"
#include "ui/settings/WayText.h"
#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/MarkedLabel.h"
#include "ui/words/DistrustText.h"
#include "ui/words/TimeText.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kDayMilliseconds = 24 * 60 * 60 * 1000;

QPushButton *footButton(Symbol symbol, const QString &words)
{
    auto *button = new QPushButton(icon(symbol), words);
    button->setFont(fontOf(TextStyle::Quiet));
    button->setIconSize({16, 16});
    button->setFixedHeight(28);
    button->setFocusPolicy(Qt::TabFocus);
    setButtonRole(button, ButtonRole::Flat);
    return button;
}

} // namespace

StatusLine::StatusLine(VaultClient *client, ClipboardGuard *clipboard, Clock clock, QWidget *parent)
    : QWidget(parent)
    , m_client(client)
    , m_clipboard(clipboard)
    , m_clock(std::move(clock))
    , m_text(new ElidedLabel({}, TextStyle::Quiet, Ink::Quiet))
    , m_copied(new MarkedLabel(Symbol::Timer, Ink::Asks))
{
    setFixedHeight(36);
    m_oneWay = footButton(Symbol::Warning, tr("Only one way in"));
    m_lock = footButton(Symbol::Lock, tr("Lock  Ctrl+L"));
    m_keep = footButton(Symbol::Moon, tr("Lock, keep the lease"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(space::l + 14, 0, space::s, 0);
    row->setSpacing(space::l);
    row->addWidget(m_text, 1);
    row->addWidget(m_copied);
    row->addWidget(m_oneWay);
    row->addWidget(m_keep);
    row->addWidget(m_lock);
    connect(m_oneWay, &QPushButton::clicked, this, &StatusLine::waysRequested);
    connect(m_lock, &QPushButton::clicked, this, &StatusLine::lockRequested);
    connect(m_keep, &QPushButton::clicked, this, &StatusLine::lockKeepingRequested);
    connect(m_clipboard, &ClipboardGuard::changed, this, &StatusLine::refresh);
    connect(m_client, &VaultClient::factsChanged, this, [this](const VaultFacts &facts) {
        if (facts.state != LockState::Unlocked)
            m_agents.clear();
        refresh();
    });
    connect(m_client, &VaultClient::auditAppended, this, [this](const QList<AuditEvent> &events) {
        startDay();
        for (const AuditEvent &event : events)
            if (event.isByAgent() && event.outcome == Outcome::Allowed)
                m_agents.insert(event.keyId);
        refresh();
    });
    startDay();
    refresh();
}

void StatusLine::startDay()
{
    const QDate today = QDateTime::fromMSecsSinceEpoch(m_clock()).date();
    if (today != m_day)
        m_agents.clear();
    m_day = today;
}

void StatusLine::setAgents(const QList<Agent> &agents)
{
    startDay();
    const qint64 midnight = TimeText(m_clock()).startOfDay(m_clock());
    for (const Agent &agent : agents)
        if (agent.lastUsedAt >= midnight && agent.lastUsedAt < midnight + kDayMilliseconds)
            m_agents.insert(agent.keyId);
    refresh();
}

void StatusLine::setBridgeState(const BridgeState &state)
{
    m_bridge = state;
    refresh();
}

void StatusLine::setWarnsOfOneWay(bool warns)
{
    m_warnsOfOneWay = warns;
    refresh();
}

QString StatusLine::text() const
{
    return m_text->text();
}

void StatusLine::refresh()
{
    QStringList parts;
    const bool open = m_client->isUnlocked();
    const QString kept = LeaseText::locked(m_client->facts(), m_clock());
    parts.append(open ? tr("Unlocked") : kept.isEmpty() ? tr("Locked") : kept);
    const auto uncompared = open ? m_client->facts().uncompared : std::nullopt;
    if (uncompared)
        parts.append(DistrustText::uncompared(*uncompared));
    m_text->setToolTip(uncompared ? DistrustText::uncomparedMeans(*uncompared) : QString());
    setAccessibleDescription(m_text->toolTip());
    switch (m_bridge.kind) {
    case BridgeState::Kind::Serving:
        parts.append(tr("bridge on localhost:%1").arg(m_bridge.port));
        break;
    case BridgeState::Kind::Starting:
        parts.append(tr("bridge starting"));
        break;
    case BridgeState::Kind::Off:
        parts.append(tr("bridge off"));
        break;
    case BridgeState::Kind::Failed:
        parts.append(tr("bridge off: %1").arg(m_bridge.reason));
        break;
    }
    if (open && !m_agents.isEmpty())
        parts.append(m_agents.size() == 1 ? tr("1 agent today") : tr("%n agents today", nullptr, static_cast<int>(m_agents.size())));
    m_text->setText(parts.join(u" · "_s));
    m_text->setInk(m_bridge.kind == BridgeState::Kind::Failed ? Ink::Denied : Ink::Quiet);
    setAccessibleName(m_text->text());
    const int left = m_clipboard->secondsLeft();
    m_copied->setVisible(left > 0);
    m_copied->setText(tr("%1 on the clipboard for %n s", nullptr, left).arg(m_clipboard->what()));
    const QString one = m_warnsOfOneWay && open ? WayText::singlePoint(m_client->facts().ways) : QString();
    m_oneWay->setVisible(!one.isEmpty());
    m_oneWay->setText(m_client->facts().hasKeychainSlot ? tr("Only one way into Personal") : tr("Only one way in"));
    m_oneWay->setToolTip(one);
    m_oneWay->setAccessibleDescription(one);
    m_lock->setVisible(open);
    const QList<LeaseStanding> leases = LeaseText::inForce(m_client->facts().leases, m_clock());
    m_keep->setVisible(open && !leases.isEmpty());
    m_keep->setToolTip(LeaseText::lockKeeping(leases, m_clock()));
    m_keep->setAccessibleName(m_keep->toolTip());
    update();
}

void StatusLine::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tokens &tokens = tokensOf(palette());
    painter.fillRect(rect(), tokens.ground);
    painter.fillRect(0, 0, width(), 1, tokens.line);
    const bool open = m_client->isUnlocked();
    const QPointF centre(space::l + 3, height() / 2.0 + 0.5);
    const QColor colour = m_bridge.kind == BridgeState::Kind::Failed ? tokens.denied : open ? tokens.allowed : tokens.faint;
    painter.setPen(open ? QPen(Qt::NoPen) : QPen(colour, 1.5));
    painter.setBrush(open ? QBrush(colour) : QBrush(Qt::NoBrush));
    painter.drawEllipse(centre, open ? 4.0 : 3.5, open ? 4.0 : 3.5);
}

} // namespace clavitor::ui
