// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/SecretArea.h"

#include "ui/style/Tokens.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMimeData>

namespace clavitor::ui {

namespace {

bool takesTextOut(const QKeyEvent *key)
{
    return key->matches(QKeySequence::Copy) || key->matches(QKeySequence::Cut);
}

} // namespace

SecretArea::SecretArea(const QString &accessibleName, QWidget *parent)
    : QPlainTextEdit(parent)
{
    setAccessibleName(accessibleName);
    setTabChangesFocus(true);
    setFont(fontOf(TextStyle::Mono));
    setUndoRedoEnabled(false);
    setInputMethodHints(Qt::ImhHiddenText | Qt::ImhNoPredictiveText | Qt::ImhSensitiveData);
}

bool SecretArea::event(QEvent *event)
{
    // Taken here, so that no shortcut of the window acts on it either.
    if (event->type() == QEvent::ShortcutOverride && takesTextOut(static_cast<QKeyEvent *>(event))) {
        event->accept();
        return true;
    }
    return QPlainTextEdit::event(event);
}

void SecretArea::keyPressEvent(QKeyEvent *event)
{
    if (takesTextOut(event))
        event->accept();
    else
        QPlainTextEdit::keyPressEvent(event);
}

void SecretArea::contextMenuEvent(QContextMenuEvent *event)
{
    event->accept(); // Qt's menu copies past the clipboard guard
}

QMimeData *SecretArea::createMimeDataFromSelection() const
{
    return new QMimeData; // of a drag, and of X11's selection
}

} // namespace clavitor::ui
