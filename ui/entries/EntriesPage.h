// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/entries/EntryEditor.h"
#include "ui/entries/FieldRow.h"

#include <QPropertyAnimation>
#include <QWidget>

#include <functional>

class QPushButton;
class QStackedWidget;

namespace clavitor::ui {

class EmptyState;
class EntryDetail;
class EntryListPane;
class Toast;

/// List and detail of the entries, side by side; in a narrow window the detail slides over the list. GUI thread.
class EntriesPage : public QWidget {
    Q_OBJECT
public:
    EntriesPage(const FieldDoors &doors, Clock clock, Toast *toast, QWidget *parent = nullptr);

    void setPlace(const EntryQuery &query, const QString &heading);
    /// The search text over the place that is set. Empty shows the place again.
    void search(const QString &text);
    void setNarrow(bool narrow);
    /// Tags on offer in the editor.
    void setKnownTags(const QStringList &tags) { m_knownTags = tags; }
    /// Nothing of an entry stays on screen. An editor with something typed in it waits out of sight, see resume().
    void lock();
    /// Something was typed in an editor and is not saved, on screen or waiting.
    [[nodiscard]] EntryEditor *unsaved() const;
    void focusList();
    void makeNew(EntryType type);
    /// The editor for a credential an agent asked for; the agent is told once it is stored.
    void makeRequested(const EntryRequest &request);
    /// Selects this one, once the list holds it.
    void showEntry(EntryId entry);
    void editCurrent();
    void duplicateCurrent();
    void toggleFavourite();
    void copyUserName();
    void copyPassword();
    void copyCode();
    [[nodiscard]] EntryListPane *list() const { return m_list; }
    [[nodiscard]] EntryDetail *detail() const { return m_detail; }

signals:
    void importRequested();
    void clearSearchRequested();
    void failed(const clavitor::Error &error);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void showSelection();
    void slide(bool in);
    void place();
    void openEditor(EntryEditor::Start start, const EntrySummary &entry);
    void showHistory();
    void setDecoy(EntryId entry, bool decoy);
    /// What the vault answers to a change of many entries that goes on under these words: then `done`, or failed().
    [[nodiscard]] Reply<Result<>> afterWork(const QString &words, std::function<void()> done);
    void trash();
    void restore(const QList<EntryId> &ids, std::function<void()> done);
    void restoreSelection();
    void deleteForever();
    /// Editors that lock() kept, back on the screen of the vault they belong to.
    void resume();

    FieldDoors m_doors;
    Clock m_clock;
    Toast *m_toast;
    EntryListPane *m_list;
    QStackedWidget *m_right;    ///< detail, or what to say without one
    EntryDetail *m_detail;
    EmptyState *m_noSelection;
    EmptyState *m_several;
    QPushButton *m_severalGo;
    QPushButton *m_severalRestore;
    EntryQuery m_place;
    QString m_heading;
    QStringList m_knownTags;
    QString m_stowedFor;        ///< the vault whose editors wait
    bool m_narrow = false;
    bool m_over = false;        ///< narrow: the detail lies over the list
    QPropertyAnimation m_motion;
};

} // namespace clavitor::ui
