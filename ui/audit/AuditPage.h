// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/base/Error.h"
#include "app/model/AuditEvent.h"

#include <QWidget>

#include <optional>

class QPushButton;
class QTabBar;

namespace clavitor {
class Settings;
struct KeptCheckpoints;
class VaultClient;
}

namespace clavitor::ui {

class AuditCard;
class AuditFilterBar;
class AuditModel;
class AuditTable;
class AuditTimeline;
class EmptyState;
class InlineMessage;
class Label;
class PersonalAccess;
class Toast;
class VerifyBar;

/// What agents and the person did with the vault: reads over time, every row, filters, the caller behind a row, export.
/// New rows come in live; while the reader is further down they wait behind a button. GUI thread.
class AuditPage : public QWidget {
    Q_OBJECT
public:
    /// `client` outlives the page.
    AuditPage(VaultClient *client, Clock clock, QWidget *parent = nullptr);

    /// Only the rows of one key, or about one entry.
    void showKey(const QString &keyId);
    void showEntry(EntryId entry, const QString &title);
    /// Shows the button that verifies the log, and where checkpoints are kept. Both outlive the page.
    void setVerification(PersonalAccess *personal, Settings *settings);
    /// Brings that row on show, or the one before where it is missing, in the middle of the log as it may be.
    void showRow(qint64 sequence);
    /// The window's Ctrl+F.
    void focusSearch();

signals:
    /// Show the page that sets agents up.
    void connectionRequested();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void loadForWhoLooks();
    void loadAgents();
    void filterChanged();
    void loadTimeline();
    void stretchChosen();
    void setSpan(int tab);
    void nameSpans(bool shortly);
    void openRow(const QModelIndex &index);
    void closeCard();
    void placeCard();
    void showWaiting(int count);
    void refreshEmpty();
    void exportRows();
    void verify();
    void verifyBeside(const KeptCheckpoints &kept);
    void selectWanted();
    void showTrouble();
    void say(const Error &error);

    VaultClient *m_client;
    Clock m_clock;
    AuditModel *m_model;
    AuditTimeline *m_timeline;
    AuditFilterBar *m_filters;
    AuditTable *m_table;
    AuditCard *m_card;
    Label *m_title;
    QTabBar *m_spans;
    QPushButton *m_waiting;
    QPushButton *m_export;
    QPushButton *m_verify;
    VerifyBar *m_verifyBar;
    PersonalAccess *m_personal = nullptr;
    Settings *m_settings = nullptr;
    qint64 m_wantedRow = 0;     ///< to be shown once its page is there
    EmptyState *m_empty;
    EmptyState *m_noMatch;
    InlineMessage *m_error;
    Toast *m_toast;
    QWidget *m_below;           ///< table, and the card over or beside it
    int m_timelineGeneration = 0;
    std::optional<Error> m_missingRows;
    std::optional<Error> m_missingKeys;
    std::optional<Error> m_missingTimeline;
    std::optional<Error> m_notExported;
    bool m_loaded = false; ///< since the unlock
};

} // namespace clavitor::ui
