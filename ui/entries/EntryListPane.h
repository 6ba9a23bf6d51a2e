// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/service/VaultClient.h"

#include <QTimer>
#include <QWidget>

#include <optional>

class QAction;
class QListView;
class QMenu;
class QPushButton;
class QStackedWidget;

namespace clavitor::ui {

class EmptyState;
class EntryListModel;
class IconButton;
class InlineMessage;
class Label;

/// The middle pane: heading with a count, the rows of one query, or what to do when there are none. GUI thread.
///
/// Asks the vault without waiting; an answer to an older question than the last one asked is dropped.
class EntryListPane : public QWidget {
    Q_OBJECT
public:
    EntryListPane(VaultClient *client, Clock clock, QWidget *parent = nullptr);

    /// Another place of the sidebar. The search text is part of the query.
    void setQuery(const EntryQuery &query, const QString &heading);
    [[nodiscard]] const EntryQuery &query() const { return m_query; }
    void refresh();
    /// Forgets every row at once: the vault was locked.
    void clear();

    [[nodiscard]] QList<EntryId> selection() const;
    [[nodiscard]] std::optional<EntrySummary> current() const;
    /// Selects it as soon as it is in the list.
    void select(EntryId id);
    /// The code's period of an entry, learned by whoever showed the code.
    void setTotpPeriod(EntryId id, int seconds);
    void focusList();
    /// Entries of the query; -1 until the first answer.
    [[nodiscard]] int count() const { return m_count; }

signals:
    /// One entry to show, none, or several.
    void selectionChanged();
    /// Return or a double click.
    void activated();
    void newRequested(clavitor::EntryType type);
    void importRequested();
    void clearSearchRequested();
    void editRequested();
    void duplicateRequested();
    void favouriteRequested();
    void trashRequested();
    void restoreRequested();
    void deleteRequested();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void selectRow(int row);
    void take(QList<EntrySummary> entries);
    void showEmptyState();
    void showMenu(const QPoint &where);
    void learnPeriods();
    QMenu *newMenu();

    VaultClient *m_client;
    EntryQuery m_query;
    EntryListModel *m_model;
    Label *m_heading;
    Label *m_countLabel;
    IconButton *m_new;
    QStackedWidget *m_stack;
    QListView *m_view;
    EmptyState *m_noEntries;
    EmptyState *m_noMatch;
    EmptyState *m_noneHere;
    InlineMessage *m_error;
    QTimer m_tick;              ///< with each second of the clock
    QTimer m_learn;
    QSet<EntryId> m_asked;
    quint64 m_question = 0;
    int m_count = -1;
    EntryId m_wanted;
    bool m_samePlace = false;   ///< the answer belongs to the query that is on show
};

} // namespace clavitor::ui
