// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/connect/KeychainWay.h"
#include "app/connect/SetupPlan.h"
#include "app/service/VaultClient.h"
#include "ui/connection/ThisComputer.h"

#include <QDialog>
#include <QPointer>
#include <QTimer>

#include <functional>
#include <optional>

class QComboBox;
class QLineEdit;
class QPushButton;
class QRadioButton;
class QStackedWidget;

namespace clavitor::ui {

class Badge;
class ClipboardGuard;
class CodeBlock;
class DiffView;
class InlineMessage;
class Label;
class PresetChoice;

/// Sets one client up in three steps: which key, the change of its file, and done, waiting for the first call. GUI thread.
///
/// The token is made for the change on screen, and the vault knows nothing of it before Apply, or before the lines are copied:
/// leaving the sheet, or a lock, before that costs nobody a token. Then the vault takes it and the file is written at once. A
/// key that is there is asked about first. When the file cannot be written after all, or the change is taken back, a key made
/// here is revoked again, and the new token of one that was there is shown to the person. Apply counts only with the change on
/// screen for so long that it can have been read: "Show the change", "Apply" and "Done" are the same button, and a second press was meant for the one before.
class SetUpSheet : public QDialog {
    Q_OBJECT
public:
    enum Step { Key, Change, Done };

    /// `vault`, `clipboard` and what `computer` points to outlive the sheet.
    SetUpSheet(VaultClient *vault, ClipboardGuard *clipboard, Clock clock, ThisComputer computer, InstalledClient client, quint16 port,
               QWidget *parent = nullptr);
    ~SetUpSheet() override;

    [[nodiscard]] Step step() const;
    void done(int result) override;

protected:
    /// A Return that is held down presses nothing.
    bool eventFilter(QObject *watched, QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

signals:
    /// The client's file is another now: set up, or taken back.
    void fileChanged();

private:
    enum class Origin { FromFile, FromKeychain, MadeHere, Replaced };

    [[nodiscard]] QWidget *keyPage();
    [[nodiscard]] QWidget *changePage();
    [[nodiscard]] QWidget *donePage();
    void addTokenChoices(QWidget *page);
    void takeAgents(const QList<Agent> &agents);
    /// The key the client has is offered and, where it can be used, chosen.
    void offerOwnKey();
    void takeOwnToken();
    void takeFromFile(crypto::SecretText token);
    void takeFromKeychain();

    [[nodiscard]] KeychainWay keychainWay() const;
    void takeVersion(const QString &version);
    void lookForKeychain();
    /// Chooses a place for the token, unless the person has.
    void suggestPlace();
    /// What the place chosen for the token means.
    void tellPlace();

    void refresh();
    void next();
    void chooseKey();
    void askToReplace();
    /// A token that no vault knows yet.
    void mint(Origin origin);
    /// The vault takes the token, unless it has it, and `then` comes at once behind it.
    void putIntoVault(std::function<void()> then);
    /// The vault took the token and the file did not: nobody has it but this sheet.
    void giveBack();
    void plan();
    void showPlan(Result<SetupPlan> plan);
    void apply();
    /// The file is not what the change on screen was made of.
    void planAnew();
    /// Into the keychain, then goes on; where it is not taken, the sheet says why.
    void keepToken(std::function<void()> then);
    void keepToken(bool wasThere, std::function<void()> then);
    /// The token, where the keychain takes it not.
    void putIntoFile();
    void write();
    void undo();
    void deleteOldToken();
    /// What is to be done now, and where the file as it was is.
    void tellDone();
    void takeCalls(const QList<AuditEvent> &events);
    void copyLines();
    void handLinesOver();
    void fail(const QString &sentence);
    void setBusy(bool busy);
    /// What is on screen was not there a moment ago: the main button waits until it can have been read.
    void startReading();
    void endReading();
    [[nodiscard]] AgentDraft draft() const;
    [[nodiscard]] Wiring wiring() const;
    /// What becomes of a token that stands nowhere: its key is revoked, or it is shown over `over`.
    void leaveToken(QWidget *over);
    void forgetKept();

    VaultClient *m_vault;
    ClipboardGuard *m_clipboard;
    Clock m_clock;
    ThisComputer m_computer;
    InstalledClient m_to;
    quint16 m_port;
    ClientSetting m_present;            ///< what the file said when the sheet was opened, without its token
    QList<Agent> m_agents;
    crypto::SecretText m_token;
    QString m_keyId;                ///< of the token
    QString m_replacedId;           ///< of the key as it is, with Origin::Replaced
    QString m_replacedName;
    Origin m_origin = Origin::FromFile;
    std::optional<Agent> m_agent;   ///< made here, or given the new token, once it is
    bool m_isHanded = false;        ///< the file or the person has the token
    bool m_isShown = false;         ///< the person saw the new token, as the file could not take it
    bool m_isKept = false;          ///< its token lies in the keychain, put there by this sheet
    KeychainWay m_way = KeychainWay::None;  ///< as the change on screen was planned, whatever became known since
    std::optional<SetupPlan> m_plan;
    crypto::SecretText m_paste;         ///< the lines on screen, whole, where the file is left alone
    std::optional<AppliedChange> m_change;
    bool m_isChangedMeanwhile = false;  ///< the file, after its change was shown
    bool m_busy = false;
    bool m_hasChosenPlace = false;  ///< the person, for the token
    bool m_hasChosenKey = false;
    bool m_hasKeychain = true;      ///< until it says otherwise
    QTimer m_reading;
    QPointer<QWidget> m_focusMeanwhile;

    QStackedWidget *m_pages;
    InlineMessage *m_error;
    QRadioButton *m_newKey = nullptr;
    QWidget *m_newKeyChoices = nullptr;
    QLineEdit *m_name = nullptr;
    PresetChoice *m_preset = nullptr;
    QRadioButton *m_oldKey = nullptr;
    QComboBox *m_keys = nullptr;
    QRadioButton *m_ownKey = nullptr;       ///< the one it has already
    QRadioButton *m_inKeychain = nullptr;
    QRadioButton *m_inFile = nullptr;
    Label *m_placeWords = nullptr;
    Label *m_path = nullptr;
    Label *m_changeWords = nullptr;
    DiffView *m_diff = nullptr;
    CodeBlock *m_lines = nullptr;
    QPushButton *m_copyLines = nullptr;
    InlineMessage *m_readByOthers = nullptr;
    Label *m_doneWords = nullptr;
    InlineMessage *m_oldToken = nullptr;    ///< in the backup
    Badge *m_call = nullptr;
    Label *m_callWords = nullptr;
    QPushButton *m_undo;
    QPushButton *m_cancel;
    QPushButton *m_next;
};

} // namespace clavitor::ui
