// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/KeyReport.h"

#include <QAbstractTableModel>
#include <QList>

namespace clavitor::ui {

/// The credentials a key has had, oldest first, each with a tick "dealt with". No values. GUI thread.
class SeenModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Credential, FirstSeen, LastSeen, Times, Changed, ColumnCount };

    explicit SeenModel(QObject *parent = nullptr);

    void setCredentials(QList<SeenCredential> credentials, qint64 now);
    [[nodiscard]] const QList<SeenCredential> &credentials() const { return m_credentials; }
    /// Null for no such row.
    [[nodiscard]] const SeenCredential *at(const QModelIndex &index) const;
    /// Without ticked() again: what came of asking the vault.
    void setTicked(EntryId entry, bool ticked);
    [[nodiscard]] int dealtWith() const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex &index) const override;

signals:
    /// The person ticked one or took the tick away.
    void ticked(clavitor::EntryId entry, bool ticked);

private:
    QList<SeenCredential> m_credentials;
    qint64 m_now = 0;
};

} // namespace clavitor::ui
