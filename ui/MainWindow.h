// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/base/Settings.h"
#include "app/service/BridgeProcess.h"
#include "app/service/VaultClient.h"
#include "ui/KeyboardSheet.h"
#include "ui/Place.h"

#include <QMainWindow>
#include <QPointer>

#include <functional>

class QDialog;
class QStackedWidget;

namespace clavitor::ui {

class ClipboardGuard;
class DistrustNotice;
class EntriesPage;
class InlineMessage;
class PersonalAccess;
class Sidebar;
class StatusLine;
class Toast;

/// The window: sidebar, entries and pages while unlocked, the lock screen while not. GUI thread.
///
/// The pages are made outside and handed over, so that the window knows nothing of what is in them. Every shortcut is
/// the window's, so that no two answer to the same keys.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    /// All outlive the window.
    struct Parts {
        VaultClient *client;
        ClipboardGuard *clipboard;
        PersonalAccess *personal;
        Settings *settings;
        Clock clock;
    };
    /// Owned by the window from here on. `lockScreen` fills the locked window and takes the focus.
    struct Pages {
        QWidget *keys;
        QWidget *audit;
        QWidget *connection;
        QWidget *settings;
        QWidget *lockScreen;
        std::function<void()> newKey{};         ///< Ctrl+N on the keys' page
        std::function<void()> searchAudit{};    ///< Ctrl+F on the audit page
    };

    MainWindow(const Parts &parts, const Pages &pages, QWidget *parent = nullptr);
    ~MainWindow() override;

    void setBridgeState(const BridgeState &state);
    /// The desktop shows no tray icon: says so in the window, and closing it asks for quitRequested() instead of hiding.
    void setTrayMissing(bool missing);
    /// Off for a vault that nobody can lose.
    void setWarnsOfOneWay(bool warns);
    /// Stays on top of the page until closed or replaced; the vault could not write, the tray is missing.
    void showMessage(const QString &text, bool isTrouble);
    void showError(const Error &error);
    /// Shows and raises the window, from wherever it is.
    void present();
    void setPlace(const Place &place);
    /// Brings an entry on show, among all of them.
    void showEntry(EntryId entry);
    [[nodiscard]] const Place &place() const;
    void focusSearch();
    void openGenerator();
    /// Asks quitRequested(), after the person if an entry is being typed.
    void requestQuit();
    [[nodiscard]] EntriesPage *entries() const { return m_entries; }
    [[nodiscard]] Sidebar *sidebar() const { return m_sidebar; }
    [[nodiscard]] StatusLine *statusLine() const { return m_status; }

signals:
    void importRequested();
    void quitRequested();
    /// The person wants to see what agents asked for.
    void requestsRequested();
    /// The window went out of sight; the program stays in the tray.
    void hiddenToTray();

protected:
    void resizeEvent(QResizeEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void takeFacts(const VaultFacts &facts);
    void lockKeepingLeases();
    void askCounts();
    void askRequests();
    void showPlace(const Place &place);
    void addShortcuts();
    enum class When { Always, Unlocked, OnEntries };
    void addShortcut(const QString &what, const QList<QKeySequence> &keys, std::function<void()> run, When when = When::Unlocked);
    [[nodiscard]] static QString heading(const Place &place);

    Parts m_parts;
    QStackedWidget *m_root;     ///< lock screen, or the open vault
    QWidget *m_open;
    Sidebar *m_sidebar;
    QStackedWidget *m_pages;
    EntriesPage *m_entries;
    Pages m_given;
    StatusLine *m_status;
    DistrustNotice *m_distrust;
    InlineMessage *m_message;
    Toast *m_toast;
    QList<KeyboardSheet::Line> m_keys;
    LockState m_state = LockState::NoVault;
    bool m_trayMissing = false;
    QPointer<QDialog> m_quitAsk;
};

} // namespace clavitor::ui
