// SPDX-License-Identifier: GPL-3.0-or-later
// How the editor is left: by a person who is asked first, or by a lock that must not ask.
#include "ui/entries/EntryEditor.h"

#include "app/base/SecretString.h"
#include "ui/entries/FieldEditor.h"
#include "ui/widgets/InlineMessage.h"

#include <QCloseEvent>
#include <QLineEdit>
#include <QPushButton>

#include <utility>

namespace clavitor::ui {

namespace {

crypto::SecretText takeOut(QLineEdit *line)
{
    QString text = line->text();
    line->setText({}); // also forgets the undo history
    return takeSecret(std::move(text));
}

void putBack(QLineEdit *line, const crypto::SecretText &secret)
{
    QString text = revealToQString(secret);
    line->setText(text);
    text.clear();
}

} // namespace

void EntryEditor::reject()
{
    if (m_discarding || !isDirty()) {
        QDialog::reject();
        return;
    }
    if (m_asking) { // a second Esc keeps editing
        m_asking = false;
        m_message->hide();
        return;
    }
    m_asking = true;
    m_message->setMessage(InlineMessage::Kind::Warning, tr("You have unsaved changes."));
    QPushButton *discard = m_message->setAction(tr("Discard changes"));
    discard->setAutoDefault(false);
    disconnect(discard, nullptr, this, nullptr);
    connect(discard, &QPushButton::clicked, this, [this] {
        m_discarding = true;
        QDialog::reject();
    });
    m_message->show();
    discard->setFocus();
}

void EntryEditor::closeEvent(QCloseEvent *event)
{
    if (m_discarding || !isDirty()) {
        QDialog::closeEvent(event);
        return;
    }
    event->ignore();
    if (!m_asking)
        reject();
}

void EntryEditor::stow()
{
    if (m_isStowed)
        return;
    m_isStowed = true;
    hide();
    m_stowed.clear();
    m_stowed.push_back(takeOut(m_title));
    for (QLineEdit *line : std::as_const(m_urls))
        m_stowed.push_back(takeOut(line));
    for (FieldEditor *field : std::as_const(m_fields))
        field->stow();
}

void EntryEditor::resume()
{
    if (!std::exchange(m_isStowed, false))
        return;
    const auto stowed = std::exchange(m_stowed, {});
    putBack(m_title, stowed.front());
    for (qsizetype i = 0; i < m_urls.size(); ++i)
        putBack(m_urls.at(i), stowed.at(static_cast<std::size_t>(i) + 1));
    for (FieldEditor *field : std::as_const(m_fields))
        field->resume();
    if (m_start == Start::Edit)
        loadOpenValues();
    open();
}

} // namespace clavitor::ui
