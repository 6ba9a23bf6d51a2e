// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/DoctorSheet.h"

#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/Badge.h"
#include "ui/widgets/ButtonRow.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/Label.h"
#include "ui/words/ErrorText.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QGridLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace clavitor::ui {

namespace {

Badge *badgeOf(DoctorLine::State state)
{
    switch (state) {
    case DoctorLine::State::Ok:
        return new Badge(Symbol::Allowed, DoctorSheet::tr("Fine"), Ink::Allowed);
    case DoctorLine::State::Note:
        return new Badge(Symbol::Info, DoctorSheet::tr("Note"), Ink::Quiet);
    case DoctorLine::State::ToDo:
        break;
    }
    return new Badge(Symbol::Warning, DoctorSheet::tr("To do"), Ink::Asks);
}

} // namespace

DoctorSheet::DoctorSheet(Examiner *examiner, QWidget *parent)
    : QDialog(parent)
    , m_examiner(examiner)
    , m_verdict(new Label({}, TextStyle::Body, Ink::Quiet))
    , m_scroll(new QScrollArea)
    , m_copy(new QPushButton(tr("Copy as text")))
    , m_again(new QPushButton(tr("Look again")))
{
    setWindowTitle(tr("Doctor"));
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(true);
    resize(680, 620);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_copy->setIcon(icon(Symbol::Copy));
    m_copy->setAutoDefault(false);
    m_copy->setEnabled(false);
    m_again->setAutoDefault(false);
    auto *close = new QPushButton(tr("Close"));
    close->setDefault(true);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::m);
    column->addWidget(new Label(tr("What keeps agents from the vault"), TextStyle::Title));
    column->addWidget(m_verdict->wrapping());
    column->addWidget(m_scroll, 1);
    column->addLayout(new ButtonRow({m_again, close}, {m_copy}));
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_again, &QPushButton::clicked, this, &DoctorSheet::examine);
    connect(m_copy, &QPushButton::clicked, this, &DoctorSheet::copy);
    close->setFocus();
    examine();
}

void DoctorSheet::examine()
{
    m_again->setEnabled(false);
    m_verdict->setText(tr("Looking…"));
    m_examiner->examine({this, [this](const Result<Examination> &found) {
        m_again->setEnabled(true);
        if (found)
            showLines(DoctorText::lines(*found));
        else
            m_verdict->setText(ErrorText::of(found.error().code).sentence());
    }});
}

void DoctorSheet::showLines(const QList<DoctorLine> &lines)
{
    m_lines = lines;
    m_copy->setEnabled(true);
    m_verdict->setText(DoctorText::verdict(lines));
    auto *content = new QWidget;
    auto *grid = new QGridLayout(content);
    grid->setContentsMargins(0, 0, space::m, 0);
    grid->setHorizontalSpacing(space::m);
    grid->setVerticalSpacing(space::s);
    grid->setColumnStretch(1, 1);
    int row = 0;
    for (const DoctorLine &line : lines) {
        if (row > 0)
            grid->addWidget(new Hairline, row++, 0, 1, 2);
        auto *text = new QVBoxLayout;
        text->setSpacing(2);
        text->addWidget((new Label(line.subject, TextStyle::BodyStrong))->wrapping());
        text->addWidget((new Label(line.finding, TextStyle::Body, Ink::Quiet))->wrapping());
        if (!line.next.isEmpty())
            text->addWidget((new Label(line.next, TextStyle::Body))->wrapping());
        auto *badge = badgeOf(line.state);
        badge->setAccessibleName(tr("%1: %2").arg(line.subject, badge->word()));
        grid->addWidget(badge, row, 0, Qt::AlignTop | Qt::AlignLeft);
        grid->addLayout(text, row++, 1);
    }
    grid->setRowStretch(row, 1);
    m_scroll->setWidget(content);
}

void DoctorSheet::copy()
{
    QGuiApplication::clipboard()->setText(DoctorText::plain(m_lines));
    m_copy->setText(tr("Copied"));
    m_copy->setIcon(icon(Symbol::Check, Ink::Allowed));
}

} // namespace clavitor::ui
