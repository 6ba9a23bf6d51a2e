// SPDX-License-Identifier: GPL-3.0-or-later
// The editors of the entries' page: for a new entry, for what an agent asked for, for one that is there.
#include "ui/entries/EntriesPage.h"

#include "ui/entries/EntryListPane.h"
#include "ui/widgets/Toast.h"
#include "ui/words/DisplayText.h"

namespace clavitor::ui {

void EntriesPage::makeNew(EntryType type)
{
    EntrySummary entry;
    entry.type = type;
    if (!m_place.tag.isEmpty())
        entry.tags = {m_place.tag};
    openEditor(EntryEditor::Start::New, entry);
}

void EntriesPage::makeRequested(const EntryRequest &request)
{
    auto *editor = new EntryEditor(EntryEditor::Start::New, m_doors, m_clock, {}, m_knownTags, this);
    editor->startFrom(request);
    const QString who = displayText(request.keyName, 64);
    connect(editor, &EntryEditor::saved, this, [this, editor, request, who](const EntrySummary &stored) {
        m_list->select(stored.id);
        m_list->refresh();
        const bool letIn = editor->letsIn();
        m_doors.client->fulfilRequest(request.id, stored.id, letIn, {this, [this, letIn, who](const Result<> &result) {
            if (!result)
                emit failed(result.error());
            else
                m_toast->say(letIn ? tr("Saved, and %1 may see it.").arg(who) : tr("Saved. %1 is told that you added it.").arg(who));
        }});
    });
    editor->open();
}

void EntriesPage::editCurrent()
{
    if (const auto entry = m_list->current(); entry && !entry->trashed)
        openEditor(EntryEditor::Start::Edit, *entry);
}

void EntriesPage::duplicateCurrent()
{
    if (const auto entry = m_list->current(); entry && !entry->trashed)
        openEditor(EntryEditor::Start::Duplicate, *entry);
}

void EntriesPage::openEditor(EntryEditor::Start start, const EntrySummary &entry)
{
    auto *editor = new EntryEditor(start, m_doors, m_clock, entry, m_knownTags, this);
    connect(editor, &EntryEditor::saved, this, [this](const EntrySummary &stored) {
        m_list->select(stored.id);
        m_list->refresh();
    });
    editor->open();
}

} // namespace clavitor::ui
