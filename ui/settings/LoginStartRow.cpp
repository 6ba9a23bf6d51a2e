// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/LoginStartRow.h"

#include "app/base/LoginStart.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/IconButton.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/words/DisplayText.h"

#include <QVBoxLayout>

namespace clavitor::ui {

namespace {

constexpr int kLongestWhy = 600; // characters: a path may have most of them

} // namespace

LoginStartRow::LoginStartRow(const LoginStart *start, QWidget *parent)
    : QWidget(parent)
    , m_start(start)
    , m_switch(new Switch(tr("Start at login")))
    , m_error(new InlineMessage(InlineMessage::Kind::Error))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::s);
    auto *row = new QHBoxLayout;
    row->setSpacing(space::l);
    auto *left = new QVBoxLayout;
    left->setSpacing(2);
    left->addWidget((new Label(m_switch->accessibleName()))->wrapping());
    auto *words = new Label(tr("In the tray, without a window. The vault stays locked until you unlock it."), TextStyle::Quiet, Ink::Quiet);
    words->wrapping();
    left->addWidget(words);
    row->addLayout(left, 1);
    row->addWidget(m_switch, 0, Qt::AlignVCenter);
    column->addLayout(row);
    column->addWidget(m_error);
    m_switch->setToolTip(tr("Kept in %1, as the desktop has it for every program.").arg(displayText(m_start->path(), 200)));
    m_switch->setAccessibleDescription(words->text());
    m_error->setClosable(true);
    m_error->hide();
    connect(m_switch, &Switch::toggled, this, [this](bool on) {
        if (!m_taking)
            change(on);
    });
    take();
}

void LoginStartRow::take()
{
    m_taking = true;
    m_switch->setChecked(m_start->isOn());
    m_taking = false;
}

void LoginStartRow::change(bool on)
{
    const Result<> done = on ? m_start->turnOn() : m_start->turnOff();
    m_error->setVisible(!done);
    if (!done)
        m_error->setMessage(InlineMessage::Kind::Error, (on ? tr("Clavitor does not start at login.") : tr("Clavitor still starts at login."))
                                                            + u' ' + displayText(done.error().detail, kLongestWhy));
    take();
}

void LoginStartRow::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    take();
}

} // namespace clavitor::ui
