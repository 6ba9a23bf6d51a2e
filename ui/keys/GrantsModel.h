// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/keys/GrantText.h"

#include <QAbstractTableModel>

namespace clavitor::ui {

/// What keys were allowed beforehand, and what is left of it. GUI thread.
class GrantsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Entries, KeyName, What, Left, ColumnCount };

    explicit GrantsModel(QObject *parent = nullptr);

    void setGrants(QList<Grant> grants, qint64 now);
    void setNames(QHash<QString, QString> keys);
    void setTitles(GrantText::Titles titles);
    /// Time went on: what is left is told anew; true when one has run out.
    bool tick(qint64 now);
    [[nodiscard]] const Grant *at(const QModelIndex &index) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void tellAll();

    QList<Grant> m_grants;
    QHash<QString, QString> m_keys;
    GrantText::Titles m_titles;
    qint64 m_now = 0;
};

} // namespace clavitor::ui
