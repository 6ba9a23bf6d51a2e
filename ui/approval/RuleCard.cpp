// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/approval/RuleCard.h"

#include "app/service/VaultClient.h"
#include "ui/approval/ApprovalText.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/MarkedLabel.h"
#include "ui/words/ErrorText.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QScreen>
#include <QShowEvent>
#include <QVBoxLayout>

namespace clavitor::ui {

namespace {

constexpr int kRuleWidth = 400;

} // namespace

RuleCard::RuleCard(VaultClient *client, DeadTime::Steady steady, QWidget *parent)
    : RaisedDialog(parent, Qt::Dialog | Qt::CustomizeWindowHint | Qt::WindowTitleHint | Qt::WindowCloseButtonHint | Qt::WindowStaysOnTopHint)
    , m_client(client)
    , m_dead(new DeadTime(this, std::move(steady)))
{
    setWindowTitle(tr("A rule for next time – Clavitor"));
    setAttribute(Qt::WA_ShowWithoutActivating);
    m_text = (new Label({}, TextStyle::BodyStrong))->wrapping();
    m_trouble = (new MarkedLabel(Symbol::Denied, Ink::Denied))->wrapping();
    auto *note = (new Label(tr("You can end it later under Keys, Allowed."), TextStyle::Quiet, Ink::Quiet))->wrapping();
    m_allow = new QPushButton(tr("&Always allow"));
    m_later = new QPushButton(tr("&Not now"));
    setButtonRole(m_allow, ButtonRole::Ordinary);
    setButtonRole(m_later, ButtonRole::Ordinary);
    m_later->setDefault(true);
    auto *row = new QHBoxLayout;
    row->setSpacing(space::s);
    row->addStretch();
    row->addWidget(m_later);
    row->addWidget(m_allow);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::l, space::l, space::l, space::l);
    column->setSpacing(space::s);
    column->addWidget(m_text);
    column->addWidget(note);
    column->addWidget(m_trouble);
    column->addSpacing(space::xs);
    column->addLayout(row);
    setFixedWidth(kRuleWidth);
    m_patience.setSingleShot(true);
    m_patience.setInterval(Milliseconds);
    connect(&m_patience, &QTimer::timeout, this, &QDialog::hide);
    connect(m_dead, &DeadTime::moved, this, &RuleCard::refresh);
    connect(m_allow, &QPushButton::clicked, this, &RuleCard::allow);
    connect(m_later, &QPushButton::clicked, this, &QDialog::hide);
}

void RuleCard::suggest(const RuleSuggestion &suggestion)
{
    m_suggestion = suggestion;
    m_isSent = false;
    m_text->setText(breakable(ApprovalText::suggestion(suggestion)));
    m_trouble->hide();
    setAccessibleName(spoken(ApprovalText::suggestion(suggestion)));
    fit();
    m_dead->restart();
    m_patience.start();
    show();
}

void RuleCard::fit()
{
    layout()->activate();
    setFixedHeight(layout()->totalHeightForWidth(kRuleWidth));
}

void RuleCard::showEvent(QShowEvent *event)
{
    RaisedDialog::showEvent(event);
    m_dead->restart();
    // Out of the way, where the window system lets a window say so.
    if (const QScreen *where = screen(); where && !event->spontaneous())
        move(where->availableGeometry().bottomRight() - QPoint(width() + space::xl, height() + 2 * space::xxl));
}

void RuleCard::refresh()
{
    const bool answers = m_dead->isOver() && !m_isSent;
    const bool wakes = answers && !m_later->isEnabled();
    m_allow->setEnabled(answers);
    m_later->setEnabled(answers);
    if (wakes)
        m_later->setFocus(Qt::OtherFocusReason);
}

void RuleCard::allow()
{
    if (m_isSent || !m_dead->isOver())
        return;
    m_isSent = true;
    m_patience.stop();
    refresh();
    m_client->allowAlways(m_suggestion.keyId, m_suggestion.entry, m_suggestion.action, {this, [this](const Result<> &result) {
        if (result)
            return hide();
        m_isSent = false;
        m_trouble->setText(ErrorText::of(result.error().code).sentence());
        m_trouble->show();
        fit();
        m_patience.start();
        m_dead->restart();
    }});
}

} // namespace clavitor::ui
