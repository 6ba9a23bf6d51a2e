// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/Entry.h"

#include <QAbstractListModel>
#include <QHash>

namespace clavitor::ui {

/// Summaries in the order they are given: titles and user names, never a secret. GUI thread.
class EntryListModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role {
        SubtitleRole = Qt::UserRole,
        SeedRole,               ///< QString: what the avatar's tint comes from
        HasTotpRole,            ///< bool
        TotpPeriodRole,         ///< int: seconds, 0 until known
        FavouriteRole,          ///< bool
        PersonalRole,           ///< bool: has a Personal field
    };

    explicit EntryListModel(QObject *parent = nullptr);

    /// Keeps rows that did not move, so selection and scroll position survive an edit, an insertion or a removal.
    void setEntries(QList<EntrySummary> entries);
    /// Known once somebody looked at the code.
    void setTotpPeriod(EntryId id, int seconds);

    [[nodiscard]] const EntrySummary &entry(int row) const { return m_entries.at(row); }
    [[nodiscard]] int rowOf(EntryId id) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;

private:
    QList<EntrySummary> m_entries;
    QHash<EntryId, int> m_periods;
};

} // namespace clavitor::ui
