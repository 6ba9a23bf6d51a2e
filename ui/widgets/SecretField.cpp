// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/SecretField.h"

#include "app/base/SecretString.h"
#include "app/link/Wipe.h"
#include "ui/style/Icons.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/MarkedLabel.h"

#include <QAction>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QDropEvent>
#include <QGuiApplication>
#include <QInputMethodEvent>
#include <QKeyEvent>
#include <QMetaMethod>
#include <QMimeData>
#include <QMouseEvent>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace clavitor::ui {

namespace {

/// Copies without sharing Qt's buffer, so that wiping the copy leaves the widget's text alone and the other way round.
QString deepCopy(const QString &text)
{
    return QString(text.constData(), text.size());
}

bool isLineEnd(QChar one)
{
    return one == u'\n' || one == u'\r' || one == QChar::LineSeparator || one == QChar::ParagraphSeparator || one == QChar(0x85);
}

bool isUnseen(QChar one)
{
    return isLineEnd(one) || one.category() == QChar::Other_Control;
}

void deleteSelected(QLineEdit &line)
{
    if (!line.isReadOnly())
        line.del();
}

/// What the keys do by which Qt also copies, those that select and those that delete a line, by the line's own functions; false
/// for other keys.
bool actOn(const QKeyEvent &key, QLineEdit &line)
{
    struct Copying {
        QKeySequence::StandardKey key;
        void (*act)(QLineEdit &);
    };
    static constexpr Copying all[]{
        {QKeySequence::SelectAll, [](QLineEdit &one) { one.selectAll(); }},
        {QKeySequence::SelectNextChar, [](QLineEdit &one) { one.cursorForward(true); }},
        {QKeySequence::SelectPreviousChar, [](QLineEdit &one) { one.cursorBackward(true); }},
        {QKeySequence::SelectNextWord, [](QLineEdit &one) { one.cursorWordForward(true); }},
        {QKeySequence::SelectPreviousWord, [](QLineEdit &one) { one.cursorWordBackward(true); }},
        {QKeySequence::SelectStartOfLine, [](QLineEdit &one) { one.home(true); }},
        {QKeySequence::SelectStartOfBlock, [](QLineEdit &one) { one.home(true); }},
        {QKeySequence::SelectStartOfDocument, [](QLineEdit &one) { one.home(true); }},
        {QKeySequence::SelectEndOfLine, [](QLineEdit &one) { one.end(true); }},
        {QKeySequence::SelectEndOfBlock, [](QLineEdit &one) { one.end(true); }},
        {QKeySequence::SelectEndOfDocument, [](QLineEdit &one) { one.end(true); }},
        {QKeySequence::DeleteEndOfLine, [](QLineEdit &one) { one.end(true); deleteSelected(one); }},
        {QKeySequence::DeleteCompleteLine, [](QLineEdit &one) { one.selectAll(); deleteSelected(one); }},
    };
    for (const Copying &one : all) {
        if (!key.matches(one.key))
            continue;
        one.act(line);
        return true;
    }
    return false;
}

} // namespace

SecretField::SecretField(const QString &accessibleName, QWidget *parent)
    : QWidget(parent)
    , m_line(new QLineEdit)
    , m_caps(new MarkedLabel(Symbol::Warning, Ink::Asks, tr("Caps Lock is on")))
{
    m_line->setAccessibleName(accessibleName);
    m_line->setInputMethodHints(Qt::ImhHiddenText | Qt::ImhNoPredictiveText | Qt::ImhSensitiveData | Qt::ImhNoAutoUppercase);
    m_line->setDragEnabled(false);
    m_line->installEventFilter(this);
    m_eye = m_line->addAction(icon(Symbol::Eye), QLineEdit::TrailingPosition);
    connect(m_eye, &QAction::triggered, this, [this] { setShown(!isShown()); });
    connect(m_line, &QLineEdit::textEdited, this, &SecretField::edited);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::xs);
    column->addWidget(m_line);
    column->addWidget(m_caps);
    m_caps->hide();
    setFocusProxy(m_line);
    setShown(false);
}

SecretField::~SecretField()
{
    wipe();
}

crypto::SecretText SecretField::takeSecret()
{
    QString text = m_line->text();
    m_line->setText({}); // also forgets the undo history; `text` is now the last reference
    return clavitor::takeSecret(std::move(text));
}

crypto::SecretText SecretField::copySecret() const
{
    return clavitor::takeSecret(deepCopy(m_line->text()));
}

void SecretField::setSecret(const crypto::SecretText &secret)
{
    wipe();
    QString text = revealToQString(secret);
    m_line->setText(text);
    text.clear();
    m_line->setCursorPosition(0);
}

bool SecretField::isEmpty() const
{
    return m_line->text().isEmpty();
}

void SecretField::wipe()
{
    QString text = m_line->text();
    m_line->setText({});
    link::wipe(text);
}

void SecretField::setPlaceholder(const QString &text)
{
    m_line->setPlaceholderText(text);
}

void SecretField::setShown(bool shown)
{
    m_line->setEchoMode(shown ? QLineEdit::Normal : QLineEdit::Password);
    m_eye->setIcon(icon(shown ? Symbol::EyeOff : Symbol::Eye));
    m_eye->setText(shown ? tr("Hide") : tr("Show"));
    m_eye->setToolTip(m_eye->text());
    emit shownChanged(shown);
}

bool SecretField::isShown() const
{
    return m_line->echoMode() == QLineEdit::Normal;
}

void SecretField::setEyeVisible(bool visible)
{
    m_eye->setVisible(visible);
}

void SecretField::setMonospace()
{
    m_line->setFont(fontOf(TextStyle::Mono));
}

void SecretField::setLineEnd(QChar instead)
{
    m_lineEnd = instead;
}

QString SecretField::cleaned(const QString &text) const
{
    QString clean;
    clean.reserve(text.size()); // grown, it would leave pieces of the secret behind
    bool isBetween = false;
    for (const QChar one : text) {
        if (isUnseen(one)) {
            isBetween = isBetween || isLineEnd(one);
            continue;
        }
        if (std::exchange(isBetween, false) && m_lineEnd && !clean.isEmpty())
            clean += *m_lineEnd;
        clean += one;
    }
    return clean;
}

void SecretField::insertCleaned(const QString &text)
{
    QString clean = cleaned(text);
    m_line->insert(clean);
    link::wipe(clean);
}

bool SecretField::takesIn(QEvent &event)
{
    const QClipboard *clipboard = QGuiApplication::clipboard();
    switch (event.type()) {
    case QEvent::KeyPress: {
        const auto &key = static_cast<const QKeyEvent &>(event);
        if (!key.matches(QKeySequence::Paste))
            return false;
        const bool isSelection = key.key() == Qt::Key_Insert && key.modifiers() == (Qt::ControlModifier | Qt::ShiftModifier);
        if (!m_line->isReadOnly())
            insertCleaned(clipboard->text(isSelection ? QClipboard::Selection : QClipboard::Clipboard));
        return true;
    }
    case QEvent::MouseButtonRelease:
        if (static_cast<const QMouseEvent &>(event).button() != Qt::MiddleButton || !clipboard->supportsSelection())
            return false;
        if (!m_line->isReadOnly()) {
            m_line->deselect();
            insertCleaned(clipboard->text(QClipboard::Selection));
        }
        return true;
    case QEvent::Drop: {
        auto &drop = static_cast<QDropEvent &>(event);
        if (m_line->isReadOnly() || !drop.mimeData()->hasText())
            return false;
        m_line->deselect();
        m_line->setCursorPosition(m_line->cursorPositionAt(drop.position().toPoint()));
        insertCleaned(drop.mimeData()->text());
        drop.acceptProposedAction();
        return true;
    }
    case QEvent::InputMethod: {
        const auto &input = static_cast<const QInputMethodEvent &>(event);
        if (std::ranges::none_of(input.commitString(), isUnseen))
            return false;
        QInputMethodEvent clean(input.preeditString(), input.attributes());
        clean.setCommitString(cleaned(input.commitString()), input.replacementStart(), input.replacementLength());
        QCoreApplication::sendEvent(m_line, &clean);
        return true;
    }
    default:
        return false;
    }
}

void SecretField::selectAll()
{
    m_line->selectAll();
}

void SecretField::setReadOnly(bool readOnly)
{
    m_line->setReadOnly(readOnly);
}

bool SecretField::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_line)
        return QWidget::eventFilter(watched, event);
    if (takesIn(*event))
        return true;
    switch (event->type()) {
    case QEvent::ContextMenu:
        // Qt's menu offers no copy while masked; shown, a copy would escape the clipboard guard.
        return true;
    case QEvent::MouseButtonRelease:
        // With the release Qt gives what is selected to X11's selection, where any program reads it and nothing clears it.
        if (isShown() && static_cast<QMouseEvent *>(event)->button() == Qt::LeftButton && m_line->hasSelectedText())
            return true;
        break;
    case QEvent::ShortcutOverride:
    case QEvent::KeyPress: {
        const auto *key = static_cast<QKeyEvent *>(event);
        const bool isReturn = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        if (event->type() == QEvent::KeyPress && isReturn && isSignalConnected(QMetaMethod::fromSignal(&SecretField::submitted))) {
            // Where it means something here, the dialog's default button must not take it as well.
            emit submitted();
            return true;
        }
        if (key->matches(QKeySequence::Copy) || key->matches(QKeySequence::Cut)) {
            event->accept();
            return true;
        }
        // With these, too, Qt gives the text to X11's selection or to the clipboard, and there it stays when the field is gone.
        if (event->type() == QEvent::KeyPress && isShown() && actOn(*key, *m_line))
            return true;
        // Cheap and good enough everywhere: an upper case letter without Shift means Caps Lock.
        const QString typed = key->text();
        if (event->type() == QEvent::KeyPress && typed.size() == 1 && typed.at(0).isLetter()) {
            const bool shift = key->modifiers().testFlag(Qt::ShiftModifier);
            noteCapsLock(typed.at(0).isUpper() ? !shift : shift && typed.at(0).isLower());
        } else if (event->type() == QEvent::KeyPress && key->key() == Qt::Key_CapsLock) {
            noteCapsLock(false);
        }
        break;
    }
    case QEvent::FocusOut:
        noteCapsLock(false);
        break;
    default:
        break;
    }
    return QWidget::eventFilter(watched, event);
}

void SecretField::noteCapsLock(bool on)
{
    m_caps->setVisible(on);
}

} // namespace clavitor::ui
