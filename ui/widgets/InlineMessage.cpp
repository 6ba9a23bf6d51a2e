// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/InlineMessage.h"

#include "ui/style/Paint.h"
#include "ui/widgets/GrowDialog.h"
#include "ui/widgets/IconButton.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>

namespace clavitor::ui {

namespace {

struct Face {
    Symbol symbol;
    Ink ink;
};

Face faceOf(InlineMessage::Kind kind)
{
    switch (kind) {
    case InlineMessage::Kind::Note:
        return {Symbol::Info, Ink::Accent};
    case InlineMessage::Kind::Good:
        return {Symbol::Allowed, Ink::Allowed};
    case InlineMessage::Kind::Warning:
        return {Symbol::Warning, Ink::Asks};
    case InlineMessage::Kind::Error:
        return {Symbol::Denied, Ink::Denied};
    case InlineMessage::Kind::Personal:
        return {Symbol::Personal, Ink::Personal};
    }
    return {Symbol::Info, Ink::Accent};
}

constexpr int kIcon = 18;
constexpr int kNarrowMessage = 480;

} // namespace

InlineMessage::InlineMessage(Kind kind, const QString &text, QWidget *parent)
    : QWidget(parent)
    , m_kind(kind)
    , m_text(new Label(text))
    , m_action(new QPushButton)
{
    m_text->wrapping();
    m_action->setAutoDefault(false);
    auto *close = new IconButton(Symbol::Close, tr("Close this message"));
    close->setFixedSize(28, 28);
    m_close = close;
    m_row = new QBoxLayout(QBoxLayout::LeftToRight);
    m_row->setSpacing(space::s);
    m_row->addWidget(m_text, 1);
    m_row->addWidget(m_action);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(space::m + kIcon + space::s, space::s, space::s, space::s);
    row->addLayout(m_row, 1);
    row->addWidget(m_close, 0, Qt::AlignTop);
    setMinimumHeight(44);
    m_action->hide();
    m_close->hide();
    connect(close, &IconButton::clicked, this, [this] {
        hide();
        emit closed();
    });
    setMessage(kind, text);
}

void InlineMessage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    growDialog(this);
}

void InlineMessage::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    // Beside its button the text would be a column of single words.
    const bool isNarrow = width() < kNarrowMessage && !m_action->isHidden();
    m_row->setDirection(isNarrow ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    m_row->setAlignment(m_action, isNarrow ? Qt::AlignLeft : Qt::Alignment());
}

void InlineMessage::setMessage(Kind kind, const QString &text)
{
    m_kind = kind;
    m_text->setText(text);
    setAccessibleName(text);
    updateGeometry();
    update();
    if (!text.isEmpty() && isVisible()) {
        growDialog(this);
        QAccessibleEvent event(this, QAccessible::Alert);
        QAccessible::updateAccessibility(&event);
    }
}

QPushButton *InlineMessage::setAction(const QString &verb)
{
    m_action->setText(verb);
    m_action->setVisible(!verb.isEmpty());
    return m_action;
}

void InlineMessage::setClosable(bool closable)
{
    m_close->setVisible(closable);
}

void InlineMessage::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &tokens = tokensOf(palette());
    const Face face = faceOf(m_kind);
    QColor wash = tokens.ink(face.ink);
    wash.setAlphaF(tokens.dark ? 0.14F : 0.08F);
    paint::panel(&painter, rect(), kControlRadius, wash, {});
    const qreal top = m_text->geometry().height() > 32 ? m_text->geometry().top() + 1.0 : (height() - kIcon) / 2.0;
    paintSymbol(&painter, QRectF(space::m, top, kIcon, kIcon), face.symbol, tokens.ink(face.ink));
}

} // namespace clavitor::ui
