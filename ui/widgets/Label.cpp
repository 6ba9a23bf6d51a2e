// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Label.h"

#include <QEvent>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

namespace clavitor::ui {

Label::Label(const QString &text, TextStyle style, Ink ink, QWidget *parent)
    : QLabel(parent)
    , m_ink(ink)
{
    setTextFormat(Qt::PlainText);
    setFont(fontOf(style));
    setText(text);
    tint();
}

void Label::setInk(Ink ink)
{
    m_ink = ink;
    tint();
}

Label *Label::wrapping()
{
    setWordWrap(true);
    QSizePolicy policy = sizePolicy();
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    return this;
}

void Label::changeEvent(QEvent *event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::ParentChange)
        tint();
}

void Label::tint()
{
    const QColor colour = tokensOf(palette()).ink(m_ink);
    if (palette().color(QPalette::WindowText) == colour)
        return;
    QPalette own; // only this one role is ours; the rest keeps following the parent
    own.setColor(QPalette::WindowText, colour);
    setPalette(own);
}

ElidedLabel::ElidedLabel(const QString &text, TextStyle style, Ink ink, QWidget *parent)
    : Label(text, style, ink, parent)
{
}

void ElidedLabel::setElideMode(Qt::TextElideMode mode)
{
    m_mode = mode;
    update();
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 4, QLabel::minimumSizeHint().height()};
}

void ElidedLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setPen(palette().color(QPalette::WindowText));
    const QRect area = contentsRect();
    painter.drawText(area, static_cast<int>(alignment()) | Qt::TextSingleLine,
                     fontMetrics().elidedText(text(), m_mode, area.width()));
}

bool ElidedLabel::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip && toolTip().isEmpty()) {
        if (fontMetrics().horizontalAdvance(text()) > contentsRect().width())
            QToolTip::showText(static_cast<QHelpEvent *>(event)->globalPos(), text().toHtmlEscaped(), this);
        return true;
    }
    return Label::event(event);
}

} // namespace clavitor::ui
