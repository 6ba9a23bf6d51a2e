// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/DiffView.h"

#include "ui/style/Paint.h"
#include "ui/style/Tokens.h"
#include "ui/words/DisplayText.h"

#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <QTextBlock>
#include <QTextDocument>
#include <QTextLayout>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr qreal kWash = 0.14;

QString signOf(DiffLine::Kind kind)
{
    switch (kind) {
    case DiffLine::Kind::Added:
        return u"+ "_s;
    case DiffLine::Kind::Removed:
        return u"− "_s;
    case DiffLine::Kind::Same:
    case DiffLine::Kind::Place:
        break;
    }
    return u"  "_s;
}

} // namespace

DiffView::DiffView(QWidget *parent)
    : QPlainTextEdit(parent)
{
    setAccessibleName(tr("What changes in the file"));
    setReadOnly(true);
    setTabChangesFocus(true);
    setLineWrapMode(QPlainTextEdit::NoWrap);
    setFrameShape(QFrame::NoFrame);
    setFont(fontOf(TextStyle::MonoQuiet));
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    document()->setDocumentMargin(space::m);
    connect(horizontalScrollBar(), &QScrollBar::valueChanged, viewport(), qOverload<>(&QWidget::update));
}

void DiffView::setLines(const QList<DiffLine> &lines)
{
    QStringList text;
    m_kinds.clear();
    for (const DiffLine &line : lines) {
        // Between two places of one file a gap says as much as numbers do.
        if (line.kind == DiffLine::Kind::Place && m_kinds.isEmpty())
            continue;
        m_kinds.append(line.kind);
        QString shown = line.text;
        text.append(line.kind == DiffLine::Kind::Place ? u"  ⋯"_s : signOf(line.kind) + displayText(shown.replace(u'\t', u"    "_s)));
    }
    setPlainText(text.join(u'\n'));
}

void DiffView::paintEvent(QPaintEvent *event)
{
    {
        QPainter painter(viewport());
        const Tokens &tokens = tokensOf(palette());
        const QColor ground = tokens.dark ? tokens.ground : blend(tokens.ground, tokens.line, 0.35);
        paint::panel(&painter, viewport()->rect(), kControlRadius, ground, tokens.dark ? tokens.line : QColor());
        for (QTextBlock block = firstVisibleBlock(); block.isValid(); block = block.next()) {
            QRectF line = blockBoundingGeometry(block).translated(contentOffset());
            line.setHeight(block.layout()->boundingRect().height()); // of the last one the margin below is no part
            if (line.top() > viewport()->height())
                break;
            const DiffLine::Kind kind = m_kinds.value(block.blockNumber(), DiffLine::Kind::Same);
            if (kind == DiffLine::Kind::Added || kind == DiffLine::Kind::Removed)
                painter.fillRect(QRectF(1, line.top(), viewport()->width() - 2, line.height()),
                                 blend(ground, tokens.ink(kind == DiffLine::Kind::Added ? Ink::Allowed : Ink::Denied), kWash));
        }
    }
    QPlainTextEdit::paintEvent(event);
}

void DiffView::keyPressEvent(QKeyEvent *event)
{
    // Escape belongs to the window it stands in.
    if (event->key() == Qt::Key_Escape)
        event->ignore();
    else
        QPlainTextEdit::keyPressEvent(event);
}

} // namespace clavitor::ui
