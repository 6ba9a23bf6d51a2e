// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/CodeBlock.h"

#include "ui/style/Paint.h"
#include "ui/style/Tokens.h"

#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <QTextDocument>

namespace clavitor::ui {

CodeBlock::CodeBlock(const QString &accessibleName, QWidget *parent)
    : QPlainTextEdit(parent)
{
    setAccessibleName(accessibleName);
    setReadOnly(true);
    setTabChangesFocus(true);
    setLineWrapMode(QPlainTextEdit::NoWrap);
    setFrameShape(QFrame::NoFrame);
    setFont(fontOf(TextStyle::MonoQuiet));
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    document()->setDocumentMargin(space::m);
    // The panel stands still while the code under it scrolls.
    connect(horizontalScrollBar(), &QScrollBar::valueChanged, viewport(), qOverload<>(&QWidget::update));
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void CodeBlock::setCode(const QString &code)
{
    setPlainText(code.endsWith(u'\n') ? code.chopped(1) : code);
    updateGeometry();
}

QSize CodeBlock::sizeHint() const
{
    const int lines = blockCount();
    const bool scrolls = horizontalScrollBar()->maximum() > 0;
    return {320, lines * fontMetrics().lineSpacing() + 2 * space::m + space::xs + (scrolls ? horizontalScrollBar()->sizeHint().height() : 0)};
}

QSize CodeBlock::minimumSizeHint() const
{
    return {160, sizeHint().height()};
}

void CodeBlock::paintEvent(QPaintEvent *event)
{
    {
        QPainter painter(viewport());
        const Tokens &tokens = tokensOf(palette());
        // On a card as on the ground: in the dark the hairline keeps the two apart.
        paint::panel(&painter, viewport()->rect(), kControlRadius, tokens.dark ? tokens.ground : blend(tokens.ground, tokens.line, 0.35),
                     tokens.dark ? tokens.line : QColor());
    }
    QPlainTextEdit::paintEvent(event);
}

void CodeBlock::keyPressEvent(QKeyEvent *event)
{
    // Escape belongs to the window it stands in.
    if (event->key() == Qt::Key_Escape)
        event->ignore();
    else
        QPlainTextEdit::keyPressEvent(event);
}

} // namespace clavitor::ui
