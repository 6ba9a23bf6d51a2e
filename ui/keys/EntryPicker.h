// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/Entry.h"

#include <QDialog>

class QPushButton;

namespace clavitor::ui {

class TickList;

/// Chooses some of many entries. Opened with open(); accepted() when there is a choice. GUI thread.
class EntryPicker : public QDialog {
    Q_OBJECT
public:
    EntryPicker(const QString &title, const QList<EntrySummary> &entries, QWidget *parent);

    [[nodiscard]] QList<EntryId> chosen() const;

private:
    TickList *m_list;
    QPushButton *m_go;
};

} // namespace clavitor::ui
