// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"

#include <QStyledItemDelegate>

namespace clavitor::ui {

/// Paints a row of the entry list: avatar, title, user name, what is left of the one-time code, star.
/// No widget a row, so a hundred thousand rows cost what is on screen.
class EntryDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit EntryDelegate(Clock clock, QObject *parent = nullptr);

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    Clock m_clock;
};

} // namespace clavitor::ui
