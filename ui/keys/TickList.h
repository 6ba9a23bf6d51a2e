// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>

class QLineEdit;
class QListView;
class QModelIndex;
class QSortFilterProxyModel;
class QStandardItemModel;

namespace clavitor::ui {

/// Things to choose some of, with a search that hides but never unticks. Space and Return tick, typing in the list searches,
/// Return in the search goes to the list: neither presses the main button of a dialog around it.
class TickList : public QWidget {
    Q_OBJECT
public:
    struct Item {
        QString key;            ///< given back by ticked()
        QString text;           ///< shown and searched; made honest by the caller
        QString detail;         ///< shown faintly behind it, searched too
        bool ticked = false;
    };

    TickList(const QString &searchHint, const QString &accessibleName, QWidget *parent = nullptr);

    void setItems(const QList<Item> &items);
    [[nodiscard]] QStringList ticked() const;
    [[nodiscard]] int tickedCount() const;
    [[nodiscard]] int count() const;
    /// These and no others.
    void setTicked(const QStringList &keys);
    /// All that the search leaves on show.
    void tickShown(bool ticked);

signals:
    void changed();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void turn(const QModelIndex &index);
    void enterView();

    QLineEdit *m_search;
    QListView *m_view;
    QStandardItemModel *m_model;
    QSortFilterProxyModel *m_shown;
    bool m_filling = false;
};

} // namespace clavitor::ui
