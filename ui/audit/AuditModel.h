// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/service/VaultTypes.h"
#include "app/model/AuditEvent.h"

#include <QAbstractTableModel>

namespace clavitor {
class VaultClient;
}

namespace clavitor::ui {

/// The audit log, newest first, with a heading row before each day. UI thread.
///
/// Holds only what was looked at: pages of PageSize rows, fetched as the reader nears the end, so the length of the log
/// does not matter. It offers no fetchMore(): a view asks for that by itself, also while nobody sees it. New rows are put on top as they are committed; while holding (the reader has scrolled down) they wait
/// and are only counted. Texts go through displayText().
class AuditModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Time, ActionName, EntryName, Actor, Decision, ColumnCount };
    enum Role {
        IsHeadingRole = Qt::UserRole,   ///< bool: a day, not a row of the log
        OutcomeRole,                    ///< int(Outcome)
        SequenceRole,                   ///< qint64, 0 for a heading
    };
    static constexpr int PageSize = 200;
    /// A window left open for weeks, or a busy agent: past MostRows the oldest are let go, to be fetched again when asked for.
    static constexpr int MostRows = 2000;

    /// `client` outlives the model.
    AuditModel(VaultClient *client, Clock clock, QObject *parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex &index) const override;

    /// Whether there are older rows to ask for, and none are on their way.
    [[nodiscard]] bool hasOlder() const { return m_more && !m_loading; }
    /// The next page, at the end; nothing without hasOlder().
    void fetchOlder();

    /// Null for a heading.
    [[nodiscard]] const AuditEvent *event(const QModelIndex &index) const;
    [[nodiscard]] QModelIndex indexOf(qint64 sequence) const;

    [[nodiscard]] const AuditFilter &filter() const { return m_filter; }
    /// Loads anew when the filter differs.
    void setFilter(const AuditFilter &filter);
    /// Forgets everything and loads the newest page.
    void reload();
    /// Forgets everything and loads the page in which that row is, or would be; what is newer waits for reload().
    void showFrom(qint64 sequence);
    [[nodiscard]] bool startsLater() const { return m_start != 0; }
    /// The row, or of those that are loaded the next older one.
    [[nodiscard]] QModelIndex nearest(qint64 sequence) const;
    void clear();

    /// While true, new rows wait.
    void setHolding(bool holding);
    [[nodiscard]] int waiting() const { return m_waitingCount; }
    [[nodiscard]] bool isLoading() const { return m_loading; }

signals:
    void waitingChanged(int count);
    /// A page arrived, or the list was emptied.
    void loaded();
    void failed(const clavitor::Error &error);

private:
    struct Row {
        AuditEvent event;       ///< of a heading only the time counts
        bool heading = false;
    };

    void load();
    void append(const AuditPage &page);
    void appended(const QList<AuditEvent> &events);
    void putOnTop(const QList<AuditEvent> &oldestFirst);
    void showWaiting();
    void trim();
    [[nodiscard]] QVariant cell(const AuditEvent &event, int column) const;

    VaultClient *m_client;
    Clock m_clock;
    AuditFilter m_filter;
    QList<Row> m_rows;
    QList<AuditEvent> m_waiting;    ///< oldest first
    int m_waitingCount = 0;
    qint64 m_newest = 0;            ///< highest sequence shown or waiting
    qint64 m_start = 0;             ///< the first page is of rows before this one; 0: of the newest
    int m_generation = 0;           ///< answers to an older one are dropped
    bool m_wanted = false;          ///< reload() was asked since clear()
    bool m_more = false;
    bool m_loading = false;
    bool m_holding = false;
};

} // namespace clavitor::ui
