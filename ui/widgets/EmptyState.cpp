// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/EmptyState.h"

#include "ui/style/ThemeStyle.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace clavitor::ui {

EmptyState::EmptyState(Symbol symbol, const QString &title, const QString &text, QWidget *parent)
    : QWidget(parent)
    , m_icon(new Label({}))
    , m_title(new Label(title, TextStyle::Section))
    , m_text(new Label(text, TextStyle::Body, Ink::Quiet))
    , m_buttonRow(new QWidget)
    , m_buttons(new QHBoxLayout(m_buttonRow))
    , m_symbol(symbol)
{
    m_text->wrapping();
    m_title->wrapping();
    m_text->setMaximumWidth(360);
    m_text->setMinimumWidth(200);
    for (Label *label : {m_icon, m_title, m_text})
        label->setAlignment(Qt::AlignHCenter);
    m_buttons->setContentsMargins(0, space::s, 0, 0);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::xl);
    column->setSpacing(space::s);
    column->addStretch(2);
    column->addWidget(m_icon);
    column->addWidget(m_title);
    auto *centred = new QHBoxLayout;
    centred->addStretch();
    centred->addWidget(m_text, 10);
    centred->addStretch();
    column->addLayout(centred);
    column->addWidget(m_buttonRow, 0, Qt::AlignHCenter);
    column->addStretch(3);
    paintIcon();
}

void EmptyState::setWords(Symbol symbol, const QString &title, const QString &text)
{
    m_symbol = symbol;
    m_title->setText(title);
    m_text->setText(text);
    paintIcon();
}

QPushButton *EmptyState::addButton(const QString &verb)
{
    auto *button = new QPushButton(verb);
    if (m_buttons->isEmpty())
        setButtonRole(button, ButtonRole::Primary);
    m_buttons->addWidget(button);
    return button;
}

void EmptyState::setButtonsVisible(bool visible)
{
    m_buttonRow->setVisible(visible);
}

void EmptyState::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        paintIcon();
}

void EmptyState::paintIcon()
{
    m_icon->setPixmap(symbolPixmap(m_symbol, 40, devicePixelRatioF(), tokensOf(palette()).faint));
}

} // namespace clavitor::ui
