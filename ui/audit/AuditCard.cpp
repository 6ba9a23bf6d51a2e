// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/AuditCard.h"

#include "ui/audit/AuditText.h"
#include "ui/style/Paint.h"
#include "ui/widgets/Badge.h"
#include "ui/widgets/IconButton.h"
#include "ui/widgets/Label.h"
#include "ui/words/CallerText.h"
#include "ui/words/DisplayText.h"
#include "ui/words/RuleText.h"
#include "ui/words/TimeText.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kNameWidth = 84;

} // namespace

AuditCard::AuditCard(Clock clock, QWidget *parent)
    : Pane(parent)
    , m_clock(std::move(clock))
{
    setAccessibleName(tr("Row of the audit log"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(1, 0, 0, 0); // the hairline's
}

void AuditCard::paintEvent(QPaintEvent *event)
{
    Pane::paintEvent(event);
    QPainter painter(this);
    paint::hairline(&painter, QPointF(0, 0), QPointF(0, height()), tokensOf(palette()).line);
}

void AuditCard::row(const QString &name, const QString &value, bool mono)
{
    if (value.isEmpty())
        return;
    const int at = m_grid->rowCount();
    auto *label = new Label(name, TextStyle::Quiet, Ink::Quiet);
    label->setMinimumWidth(kNameWidth);
    auto *text = new Label(value, mono ? TextStyle::MonoQuiet : TextStyle::Body);
    text->wrapping();
    text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_grid->addWidget(label, at, 0, Qt::AlignTop);
    m_grid->addWidget(text, at, 1);
}

void AuditCard::setEvent(const AuditEvent &event)
{
    m_sequence = event.sequence;
    if (m_body)
        m_body->deleteLater();
    m_body = new QWidget;
    auto *column = new QVBoxLayout(m_body);
    column->setContentsMargins(space::l, space::m, space::l, space::l);
    column->setSpacing(space::m);

    auto *head = new QHBoxLayout;
    auto *title = new Label(displayText(event.action, 40), TextStyle::Section);
    head->addWidget(title);
    head->addSpacing(space::xs);
    head->addWidget(new Badge(AuditText::symbol(event.outcome), AuditText::word(event.outcome), AuditText::ink(event.outcome)));
    head->addStretch();
    auto *close = new IconButton(Symbol::Close, tr("Close"));
    connect(close, &IconButton::clicked, this, &AuditCard::closed);
    head->addWidget(close);
    column->addLayout(head);
    if (const QString meaning = AuditText::meaning(event.action); !meaning.isEmpty())
        column->addWidget((new Label(meaning, TextStyle::Body, Ink::Quiet))->wrapping());

    m_grid = new QGridLayout;
    m_grid->setHorizontalSpacing(space::m);
    m_grid->setVerticalSpacing(space::s);
    m_grid->setColumnStretch(1, 1);
    const TimeText time(m_clock());
    row(tr("Time"), time.day(event.time) + u' ' + time.clock(event.time));
    row(tr("Entry"), displayText(event.subject, 300));
    row(tr("Actor"), displayText(event.actor, 100), true);
    row(tr("Because"), RuleText::sentence(event.why));
    column->addLayout(m_grid);

    if (!event.reason.isEmpty()) {
        column->addWidget(new Hairline);
        auto *said = new Label(tr("Reason, in the agent's own words"), TextStyle::Quiet, Ink::Quiet);
        column->addWidget(said);
        auto *reason = new Label(tr("“%1”").arg(displayText(event.reason, 300)), TextStyle::Body);
        reason->wrapping();
        column->addWidget(reason);
    }
    column->addWidget(new Hairline);
    m_grid = new QGridLayout;
    m_grid->setHorizontalSpacing(space::m);
    m_grid->setVerticalSpacing(space::s);
    m_grid->setColumnStretch(1, 1);
    if (event.actor != "app:owner"_L1) {
        row(tr("Program"), CallerText::program(event.caller));
        row(tr("Started by"), displayText(event.caller.parents, 200));
        row(tr("Folder"), event.caller.folder.isEmpty() ? QString() : CallerText::folder(event.caller.folder));
        row(tr("Says it is"), displayText(event.caller.client, 200));
        row(tr("Key"), displayText(event.keyId, 20), true);
        row(tr("Request"), displayText(event.requestId, 60), true);
    }
    if (event.durationMicroseconds > 0)
        row(tr("Took"), TimeText::duration(event.durationMicroseconds));
    row(tr("Row"), QString::number(event.sequence), true);
    column->addLayout(m_grid);

    auto *buttons = new QVBoxLayout;
    buttons->setSpacing(space::s);
    if (!event.entry.isNull()) {
        auto *sameEntry = new QPushButton(tr("Only this entry"));
        connect(sameEntry, &QPushButton::clicked, this, [this, event] { emit entryFilterRequested(event.entry, event.subject); });
        buttons->addWidget(sameEntry);
    }
    if (!event.keyId.isEmpty()) {
        auto *sameKey = new QPushButton(tr("Only this key"));
        connect(sameKey, &QPushButton::clicked, this, [this, event] { emit keyFilterRequested(event.keyId); });
        buttons->addWidget(sameKey);
    }
    column->addSpacing(space::xs);
    column->addLayout(buttons);
    column->addStretch();

    auto *scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(m_body);
    scroll->viewport()->setAutoFillBackground(false);
    m_body->setAutoFillBackground(false);
    m_body = scroll;
    layout()->addWidget(scroll);
}

} // namespace clavitor::ui
