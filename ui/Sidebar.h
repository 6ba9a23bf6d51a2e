// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/Place.h"
#include "ui/style/Icons.h"

#include <QTimer>
#include <QWidget>

class QLineEdit;
class QListWidget;
class QListWidgetItem;

namespace clavitor::ui {

/// The left pane: search, the places entries are in with their counts, and the pages. GUI thread.
class Sidebar : public QWidget {
    Q_OBJECT
public:
    explicit Sidebar(QWidget *parent = nullptr);

    void setCounts(const EntryCounts &counts);
    void setKeyCount(int keys);
    /// What agents asked for and waits for the person, as a badge at Keys.
    void setRequestCount(int open);
    [[nodiscard]] const Place &place() const { return m_place; }
    /// Selects it without a signal when it is there already.
    void setPlace(const Place &place);
    void focusSearch();
    void clearSearch();
    [[nodiscard]] QString searchText() const;

signals:
    void placeChanged(const clavitor::ui::Place &place);
    /// While typing, a moment after the last key.
    void searchChanged(const QString &text);
    /// Down or Return in the search line.
    void leftSearch();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void fill(const EntryCounts &counts);
    QListWidgetItem *add(QListWidget *list, Symbol symbol, const QString &text, const Place &place, int count);
    void mark();
    void chosen(QListWidget *list);

    QLineEdit *m_search;
    QTimer m_typing;
    QListWidget *m_places;
    QListWidget *m_pages;
    QListWidgetItem *m_keys;
    Place m_place;
};

} // namespace clavitor::ui
