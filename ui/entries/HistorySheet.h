// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/service/VaultClient.h"

#include <QDialog>

class QListWidget;
class QPushButton;
class QScrollArea;

namespace clavitor::ui {

class InlineMessage;
class PersonalAccess;
class Remask;
class SecretView;

/// The earlier states of an entry: look at one, show a value of it, bring it back as a new version. GUI thread.
class HistorySheet : public QDialog {
    Q_OBJECT
public:
    HistorySheet(VaultClient *client, PersonalAccess *personal, Clock clock, const EntrySummary &entry, QWidget *parent);

signals:
    void restored(const clavitor::EntrySummary &entry);

private:
    void fill(QList<EntryVersion> versions);
    void showVersion(int index);
    QWidget *fieldLine(const EntryVersion &version, const FieldOutline &field);
    void revealInto(SecretView *view, int version, int field);
    void restore();
    void showError(const Error &error);

    VaultClient *m_client;
    PersonalAccess *m_personal;
    Clock m_clock;
    EntrySummary m_entry;
    QList<EntryVersion> m_versions; ///< newest first
    QListWidget *m_list;
    QScrollArea *m_area;
    InlineMessage *m_error;
    QPushButton *m_restore;
    Remask *m_remask;
};

} // namespace clavitor::ui
