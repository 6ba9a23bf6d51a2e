// SPDX-License-Identifier: GPL-3.0-or-later
// The editor of a credential that an agent asked for.
#include "ui/entries/EntryEditor.h"

#include "app/link/Messages.h"
#include "ui/entries/FieldEditor.h"
#include "ui/entries/RequestedEntry.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/words/DisplayText.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QVBoxLayout>

namespace clavitor::ui {

void EntryEditor::startFrom(const EntryRequest &request)
{
    const EntrySummary wanted = entryFor(request);
    const QString who = displayText(request.keyName, 64);
    m_isRequested = true;
    setWindowTitle(tr("Entry for %1").arg(who));
    m_title->setText(wanted.title);
    m_title->setCursorPosition(0);
    if (!wanted.fields.isEmpty()) {
        for (FieldEditor *field : std::exchange(m_fields, {})) {
            field->hide();
            field->deleteLater();
        }
        for (const FieldOutline &field : wanted.fields)
            addField({}, field);
        arrangeFields();
    }
    QString words = request.fields.isEmpty() ? tr("The title is in the words of %1.").arg(who)
                                             : tr("The title and the names of the fields are in the words of %1.").arg(who);
    if (!request.why.isEmpty())
        words += u' ' + tr("It says: “%1”").arg(displayText(request.why, link::MaxReason));
    words += u'\n' + tr("Check that this is what you mean, and type the values yourself.");
    auto *banner = new InlineMessage(InlineMessage::Kind::Note, words);
    m_top->insertWidget(0, banner);
    m_letIn = new QCheckBox(tr("Let %1 see it").arg(who));
    m_letIn->setToolTip(tr("Adds this entry to what the key may see. Its other rules stay, so it may still ask you."));
    m_letIn->setChecked(true);
    m_foot->insertWidget(0, m_letIn);
    if (!m_fields.isEmpty())
        m_fields.first()->setFocus();
}

bool EntryEditor::letsIn() const
{
    return m_letIn && m_letIn->isChecked();
}

} // namespace clavitor::ui
