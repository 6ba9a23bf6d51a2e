// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/connect/ClientSight.h"
#include "app/connect/SetupPlan.h"
#include "app/service/VaultClient.h"
#include "ui/connection/ThisComputer.h"

#include <QDialog>
#include <QTimer>

#include <optional>

class QCheckBox;
class QComboBox;
class QPushButton;

namespace clavitor::ui {

class DiffView;
class InlineMessage;
class Label;

/// Takes our server out of a client's file: shows the change, makes it, and revokes the key if that was ticked. GUI thread.
///
/// For a file that went on since it was set up, so that no backup can be put back, and for what projects have of their own; of several
/// files one at a time. It needs no open vault; the key does. Remove counts only with the change on screen for so long that it can have been read.
class RemoveSheet : public QDialog {
    Q_OBJECT
public:
    /// `vault` and what `computer` points to outlive the sheet.
    RemoveSheet(VaultClient *vault, Clock clock, ThisComputer computer, std::shared_ptr<const ClientSight> sight, QWidget *parent = nullptr);
    ~RemoveSheet() override;

    /// The file is without us.
    [[nodiscard]] bool isDone() const { return m_isDone; }

signals:
    /// The client's file is another now.
    void fileChanged();

private:
    void chooseFile(const QString &file);
    void askForKey();
    void plan();
    void showPlan(Result<SetupPlan> plan);
    /// For whom the server stands in the file, where that is not all.
    [[nodiscard]] QString tellWhose() const;
    void takeAgents(const QList<Agent> &agents);
    void refresh();
    void go();
    void remove();
    void revoke();
    void deleteBackupWithToken();
    void tellDone();
    void fail(const QString &sentence);

    VaultClient *m_vault;
    Clock m_clock;
    ThisComputer m_computer;
    std::shared_ptr<const ClientSight> m_sight;
    QString m_file;                     ///< the one that is shown
    QString m_keyId;                    ///< in it, as it was looked at; empty for none
    std::optional<SetupPlan> m_plan;
    std::optional<Agent> m_key;         ///< the one in the file, as far as the vault has it and it can still be revoked
    std::optional<AppliedChange> m_change;
    bool m_isDone = false;
    bool m_isRevoked = false;
    bool m_isChangedMeanwhile = false;
    QTimer m_reading;
    QComboBox *m_files;                 ///< where there are several
    Label *m_path;
    Label *m_words;
    DiffView *m_diff;
    QCheckBox *m_revoke;
    Label *m_keyWords;
    InlineMessage *m_oldToken;          ///< in the backup
    InlineMessage *m_error;
    QPushButton *m_cancel;
    QPushButton *m_go;
};

} // namespace clavitor::ui
