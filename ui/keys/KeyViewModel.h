// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/KeyReport.h"

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

namespace clavitor::ui {

/// The vault through the eyes of a key, a row an entry. Words are made for the rows on show only. GUI thread.
class KeyViewModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { EntryName, Listed, Read, Code, Use, Why, ColumnCount };

    explicit KeyViewModel(QObject *parent = nullptr);

    void setView(KeyView view);
    [[nodiscard]] const KeyView &view() const { return m_view; }
    /// Null for no such row.
    [[nodiscard]] const EntryView *at(const QModelIndex &index) const;
    /// The entry stands in what the key may list now.
    [[nodiscard]] bool isListed(const EntryView &entry) const;
    /// The key may put values into commands at all.
    [[nodiscard]] bool hasUses() const { return m_view.agent.actions.contains(Action::Use); }
    /// Why it is not simply given, in sentences; empty when it is.
    [[nodiscard]] static QString why(const EntryView &entry);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    KeyView m_view;
};

/// Some rows of a KeyViewModel: by words of the title or user name, and by what the key gets.
class KeyViewFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    enum class Show { All, CanRead, NamesOnly, Asks, Refused, CannotSee };

    explicit KeyViewFilter(KeyViewModel *source, QObject *parent = nullptr);

    void setText(const QString &text);
    void setShow(Show show);
    [[nodiscard]] static bool belongs(const EntryView &entry, Show show);

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    KeyViewModel *m_source;
    QString m_text;
    Show m_show = Show::All;
};

} // namespace clavitor::ui
