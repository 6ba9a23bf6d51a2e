// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/service/VaultClient.h"

#include <QDialog>

#include <optional>
#include <vector>

class QPushButton;
class QStackedWidget;
class QVBoxLayout;

namespace clavitor::ui {

class EmptyState;
class ImportPreview;
class InlineMessage;
class Label;
class PersonalAccess;

/// Import of another program's export: choose or drop a file, see what it holds, what becomes Personal and what is not
/// kept, tick what to take, write it in one step, and take that step back. GUI thread; the file is read on another.
class ImportDialog : public QDialog {
    Q_OBJECT
public:
    enum Page { Choose, Reading, Preview, Writing, TakingBack, Result, PageCount };

    /// `client` outlives the dialog.
    ImportDialog(VaultClient *client, Clock clock, QWidget *parent = nullptr);
    ~ImportDialog() override;

    /// As if it had been dropped.
    void openFile(const QString &path);
    [[nodiscard]] Page page() const;
    /// Not while entries are being written or taken back.
    void reject() override;

signals:
    void imported(int entries);

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    [[nodiscard]] bool isChangingTheVault() const { return page() == Writing || page() == TakingBack; }
    /// What to show again once the file has been read again.
    struct FailedWrite {
        std::vector<std::size_t> ticked;
        std::size_t entries;
        Error error;
    };
    [[nodiscard]] QWidget *choosePage();
    [[nodiscard]] QWidget *waitPage(const QString &words);
    [[nodiscard]] QWidget *resultPage();
    void chooseFile();
    void read(const QString &path);
    void take(clavitor::Result<ImportPlan> plan);
    void refreshCount();
    /// Writes, once Personal is open if only its values tell what the vault has already.
    void compareAndWrite();
    void write();
    void undo();
    void showError(const Error &error);
    void goTo(Page page);

    VaultClient *m_client;
    Clock m_clock;
    PersonalAccess *m_personal;
    ImportPlan m_plan;
    ImportOutcome m_outcome;
    QString m_path;
    std::optional<FailedWrite> m_failed;
    int m_reading = 0;          ///< an older file's answer is dropped
    QStackedWidget *m_pages;
    InlineMessage *m_error;
    ImportPreview *m_preview;
    EmptyState *m_result = nullptr;
    InlineMessage *m_deleteHint = nullptr;
    QPushButton *m_undo = nullptr;
    QPushButton *m_cancel;
    QPushButton *m_go;
};

} // namespace clavitor::ui
