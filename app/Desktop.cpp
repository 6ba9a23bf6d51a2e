// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/Desktop.h"

#include "app/Keeper.h"
#include "app/base/Settings.h"
#include "app/connect/TokenItem.h"
#include "app/hardware/HardwareThread.h"
#include "app/service/LockChoice.h"
#include "ui/ClipboardGuard.h"
#include "ui/LockKey.h"
#include "ui/MainWindow.h"
#include "ui/PersonalAccess.h"
#include "ui/Place.h"
#include "ui/SessionWatch.h"
#include "ui/TrayIcon.h"
#include "ui/approval/ApprovalPresenter.h"
#include "ui/approval/FullScreen.h"
#include "ui/audit/AuditPage.h"
#include "ui/connection/ConnectionPage.h"
#include "ui/entries/EntriesPage.h"
#include "ui/hardware/HardwareDialogs.h"
#include "ui/import/ImportDialog.h"
#include "ui/keys/AgentsPage.h"
#include "ui/keys/LeaseText.h"
#include "ui/notify/DesktopNotice.h"
#include "ui/notify/Notifications.h"
#include "ui/settings/SettingsPage.h"
#include "ui/settings/UnlockWaysCard.h"
#include "ui/settings/WayText.h"
#include "ui/setup/SetupWizard.h"
#include "ui/words/ErrorText.h"
#include "ui/setup/UnlockDialog.h"
#include "ui/setup/UnlockPanel.h"
#include "ui/style/Theme.h"
#include "ui/style/ThemeStyle.h"
#include "ui/words/StoppedText.h"

#include <QApplication>
#include <QClipboard>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// A tray host may start after us at login; how often one is looked for, in milliseconds.
constexpr int kTrayLook = 2'000;
constexpr int kMinute = 60'000;

ui::SchemeChoice schemeOf(Settings::Theme theme)
{
    switch (theme) {
    case Settings::Theme::System:
        return ui::SchemeChoice::System;
    case Settings::Theme::Light:
        return ui::SchemeChoice::Light;
    case Settings::Theme::Dark:
        return ui::SchemeChoice::Dark;
    }
    return ui::SchemeChoice::System;
}

/// Opened once and brought forward when asked for again.
void present(QDialog *dialog)
{
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
    dialog->raise();
    dialog->activateWindow();
}

} // namespace

Desktop::Desktop(Keeper &keeper, Settings &settings, ui::ThisComputer computer, QObject *parent)
    : QObject(parent)
    , m_keeper(keeper)
    , m_settings(settings)
    , m_computer(std::move(computer))
    , m_client(keeper.client())
    , m_theme(std::make_unique<ui::Theme>())
    , m_clipboard(std::make_unique<ui::ClipboardGuard>(QApplication::clipboard()))
    , m_hardware(std::make_unique<HardwareThread>(systemHardwareKeys()))
    , m_hardwareDialogs(std::make_unique<ui::HardwareDialogs>(&m_client, m_hardware.get()))
    , m_personal(std::make_unique<ui::PersonalAccess>(&m_client, steadyClock()))
    , m_session(std::make_unique<ui::SessionWatch>(qEnvironmentVariable("XDG_CURRENT_DESKTOP")))
    , m_lockKey(std::make_unique<ui::LockKey>())
    , m_state(m_client.facts().state)
{
    makePages();
    m_tray = std::make_unique<ui::TrayIcon>(&m_client, systemClock());
    m_notifications = std::make_unique<ui::Notifications>(&m_client, m_tray.get(), systemClock());
    connectTray();
    connectQuestions();

    connect(&m_settings, &Settings::changed, this, &Desktop::applySettings);
    applySettings();
    connect(&m_keeper.bridge(), &BridgeProcess::stateChanged, this, &Desktop::bridgeChanged);
    connect(&m_keeper.bridge(), &BridgeProcess::restarted, m_notifications.get(), &ui::Notifications::bridgeRestarted);
    bridgeChanged(m_keeper.bridge().state());
    connect(&m_client, &VaultClient::factsChanged, this, &Desktop::vaultChanged);

    m_trayLook.setInterval(kTrayLook);
    connect(&m_trayLook, &QTimer::timeout, this, &Desktop::lookForTray);
    m_idle.setSingleShot(true);
    connect(&m_idle, &QTimer::timeout, this, &Desktop::lockWhenIdle);
    // Also while a password is being worked out: what it opens must not be open in front of nobody.
    connect(m_session.get(), &ui::SessionWatch::left, this, &Desktop::leave);
    connect(&m_client, &VaultClient::keychainNotAdded, m_window.get(), [this](const Error &why) {
        if (!m_setup || !m_setup->isVisible())
            m_window->showMessage(ui::ErrorText::ofKeychainNotAdded(why.code).sentence(), true);
    });
    connect(m_lockKey.get(), &ui::LockKey::pressed, this, [this] {
        if (!asksToDiscard())
            m_client.lock();
    });
    qApp->installEventFilter(this);
    lookForTray();
}

Desktop::~Desktop() = default;

void Desktop::makePages()
{
    const Clock clock = systemClock();
    m_keysPage = new ui::AgentsPage(&m_client, m_clipboard.get(), clock);
    m_auditPage = new ui::AuditPage(&m_client, clock);
    m_auditPage->setVerification(m_personal.get(), &m_settings);
    m_connectionPage = new ui::ConnectionPage(&m_client, m_clipboard.get(), clock);
    m_connectionPage->setComputer(m_computer);
    m_unlockPanel = new ui::UnlockPanel(&m_client, clock);
    m_unlockPanel->setHardware(m_hardwareDialogs.get());
    m_personal->setHardware(m_hardwareDialogs.get());
    auto *settingsPage = new ui::SettingsPage(&m_client, &m_settings, clock, m_computer.loginStart);
    settingsPage->ways()->setHardware(m_hardwareDialogs.get());
    connect(m_hardwareDialogs.get(), &ui::HardwareDialogs::added, settingsPage->ways(), &ui::UnlockWaysCard::said);
    m_window = std::make_unique<ui::MainWindow>(
        ui::MainWindow::Parts{&m_client, m_clipboard.get(), m_personal.get(), &m_settings, clock},
        ui::MainWindow::Pages{m_keysPage, m_auditPage, m_connectionPage, settingsPage, m_unlockPanel,
                              [this] { m_keysPage->createKey(); }, [this] { m_auditPage->focusSearch(); }});

    connect(m_window.get(), &ui::MainWindow::importRequested, this, &Desktop::showImport);
    connect(m_window.get(), &ui::MainWindow::quitRequested, this, &Desktop::quitRequested);
    connect(m_unlockPanel, &ui::UnlockPanel::setupRequested, this, &Desktop::showSetup);
    connect(m_keysPage, &ui::AgentsPage::historyRequested, this, [this](const QString &keyId) {
        m_auditPage->showKey(keyId);
        m_window->setPlace({ui::Place::Kind::Audit, EntryType::Login, {}});
    });
    const auto showConnection = [this] { m_window->setPlace({ui::Place::Kind::Connection, EntryType::Login, {}}); };
    connect(m_keysPage, &ui::AgentsPage::connectionRequested, this, showConnection);
    connect(m_auditPage, &ui::AuditPage::connectionRequested, this, showConnection);
    connect(m_keysPage, &ui::AgentsPage::tokenEnded, this, &Desktop::forgetToken);
    connect(m_connectionPage, &ui::ConnectionPage::tokenEnded, this, &Desktop::forgetToken);
    connect(m_keysPage, &ui::AgentsPage::entryRequested, m_window.get(), &ui::MainWindow::showEntry);
    connect(m_keysPage, &ui::AgentsPage::addRequested, m_window->entries(), &ui::EntriesPage::makeRequested);
    connect(m_window.get(), &ui::MainWindow::requestsRequested, this, &Desktop::showRequests);
    connect(m_connectionPage, &ui::ConnectionPage::restartRequested, &m_keeper.bridge(), &BridgeProcess::start);
    connect(m_connectionPage, &ui::ConnectionPage::newKeyRequested, this, [this] {
        m_window->setPlace({ui::Place::Kind::Keys, EntryType::Login, {}});
        m_keysPage->createKey();
    });
}

void Desktop::showRequests()
{
    showWindow();
    m_window->setPlace({ui::Place::Kind::Keys, EntryType::Login, {}});
    m_keysPage->showRequests();
}

void Desktop::connectTray()
{
    connect(m_tray.get(), &ui::TrayIcon::openRequested, this, &Desktop::showWindow);
    connect(m_tray.get(), &ui::TrayIcon::alertRequested, this, [this] {
        showWindow();
        m_window->setPlace({ui::Place::Kind::Keys, EntryType::Login, {}});
    });
    connect(m_tray.get(), &ui::TrayIcon::searchRequested, this, [this] {
        showWindow();
        m_window->focusSearch();
    });
    connect(m_tray.get(), &ui::TrayIcon::generatorRequested, this, [this] {
        showWindow();
        m_window->openGenerator();
    });
    connect(m_tray.get(), &ui::TrayIcon::lockRequested, this, [this] { m_client.lock(); });
    connect(m_tray.get(), &ui::TrayIcon::lockKeepingRequested, this, [this] { m_client.lockKeepingLeases(LockCause::Asked); });
    connect(&m_client, &VaultClient::stoppedByLock, this,
            [this](LongWork work) { m_window->showMessage(ui::StoppedText::of(work), true); });
    connect(&m_client, &VaultClient::leaseNotKept, this, [this] {
        // The window says it by itself, to who looks at it.
        if (!m_window->isActiveWindow())
            m_tray->notify(ui::NotificationSink::Tone::Trouble, ui::LeaseText::notKept(), {});
    });
    connect(m_tray.get(), &ui::TrayIcon::stopLeasesRequested, this, [this] {
        m_client.endKeptLeases({this, [this](const Result<> &stopped) {
            if (!stopped)
                emit m_client.trouble(stopped.error());
        }});
    });
    connect(m_tray.get(), &ui::TrayIcon::unlockRequested, this, &Desktop::showUnlock);
    connect(m_tray.get(), &ui::TrayIcon::pauseRequested, this, [this](bool paused) {
        m_client.pauseAllKeys(paused, {this, [this, paused](const Result<> &result) {
            if (!result)
                m_tray->pauseFailed(!paused, result.error());
        }});
    });
    connect(m_tray.get(), &ui::TrayIcon::quitRequested, this, [this] {
        if (!asksToDiscard())
            m_window->requestQuit();
    });
}

void Desktop::connectQuestions()
{
    m_notice = std::make_unique<ui::DesktopNotice>();
    m_questions = std::make_unique<ui::ApprovalPresenter>(
        ui::ApprovalPresenter::Parts{&m_client, systemClock(), m_tray.get(), m_notice.get(), ui::isOtherFullScreen});
    const auto tellTray = [this] { m_tray->setQuestion(m_questions->line()); };
    connect(m_questions.get(), &ui::ApprovalPresenter::changed, m_tray.get(), tellTray);
    connect(m_tray.get(), &ui::TrayIcon::questionRequested, m_questions.get(), &ui::ApprovalPresenter::present);
    tellTray();
}

void Desktop::applySettings()
{
    m_theme->setChoice(schemeOf(m_settings.theme()));
    m_theme->setDensity(m_settings.density() == Settings::Density::Compact ? ui::Density::Compact : ui::Density::Comfortable);
    m_clipboard->setSeconds(m_settings.clipboardSeconds());
    if (m_idle.isActive())
        startIdleTime();
}

void Desktop::open(bool minimised, std::chrono::milliseconds trayPatience)
{
    if (m_client.facts().state == LockState::NoVault) {
        showSetup();
        return;
    }
    if (!minimised) {
        m_window->present();
        return;
    }
    QTimer::singleShot(ui::TrayIcon::hasHost() ? std::chrono::milliseconds(0) : trayPatience, this, [this] {
        lookForTray();
        if (!ui::TrayIcon::hasHost() && !m_window->isVisible())
            m_window->present();
    });
}

QString Desktop::trayNotice() const
{
    return m_tray->lastNotice();
}

void Desktop::lockFromTray()
{
    emit m_tray->lockRequested();
}

void Desktop::bridgeChanged(const BridgeState &state)
{
    m_tray->setBridgeState(state);
    m_window->setBridgeState(state);
    m_connectionPage->setBridge(state);
    m_keysPage->setOurs(m_computer.ours(state.port));
    if (state.kind == BridgeState::Kind::Failed)
        m_notifications->bridgeOff(state.reason);
}

void Desktop::vaultChanged(const VaultFacts &facts)
{
    const LockState before = std::exchange(m_state, facts.state);
    const bool held = std::exchange(m_heldKeys, holdsKeys());
    // Keys that a lease keeps are to be gone before the computer sleeps, as all the others.
    m_session->follow(facts.keepsLeases() || m_heldKeys ? LockState::Unlocked : facts.state);
    if (m_heldKeys && !held)
        startIdleTime();
    if (facts.state == LockState::Unlocked && before != LockState::Unlocked) {
        m_tray->setAttention(false);
        m_owesReminder = true;
    }
    remindOfSheet();
    // What is on the screen of a vault just locked is the window's to take away.
    if (!m_heldKeys)
        m_idle.stop();
}

bool Desktop::holdsKeys() const
{
    return m_client.isUnlocked() || m_client.facts().isUnfinished;
}

void Desktop::setVaultIsTransient()
{
    m_settings.setSheetReminderSeen();
    m_window->setWarnsOfOneWay(false);
}

void Desktop::remindOfSheet()
{
    const VaultFacts &facts = m_client.facts();
    // One that is only looked at takes no new way.
    if (facts.state != LockState::Unlocked || facts.distrust)
        return;
    const QString words = ui::WayText::reminder(facts.ways);
    if (words.isEmpty() || !m_owesReminder || m_setup || !m_window->isVisible())
        return;
    m_owesReminder = false;
    if (m_settings.isSheetReminderSeen())
        return;
    m_settings.setSheetReminderSeen();
    m_window->showMessage(words, false);
}

void Desktop::forgetToken(const QString &keyId)
{
    tokenItem::forgetEnded(*m_computer.keychain, keyId);
}

void Desktop::showWindow()
{
    m_tray->setAttention(false);
    m_tray->alertSeen();
    if (m_client.facts().state == LockState::NoVault)
        showSetup();
    else {
        m_window->present();
        remindOfSheet();
    }
}

void Desktop::showSetup()
{
    if (!m_setup) {
        auto *wizard = new ui::SetupWizard(&m_client, m_clipboard.get(), systemClock(), m_keeper.bridge().state().port);
        m_setup = wizard;
        wizard->setHardware(m_hardwareDialogs.get());
        wizard->setComputer(m_computer);
        // The wizard says it as long as it is there.
        connect(wizard, &ui::SetupWizard::leavesKeychainUnsaid, m_window.get(), [this](const QString &words) { m_window->showMessage(words, true); });
        connect(wizard, &QDialog::finished, this, [this] {
            m_owesReminder = false;
            if (m_client.facts().state != LockState::NoVault)
                m_window->present();
            else if (!ui::TrayIcon::hasHost())
                emit quitRequested();
        });
    }
    present(m_setup);
}

bool Desktop::asksToDiscard()
{
    if (!m_client.facts().isUnfinished || !m_setup)
        return false;
    present(m_setup);
    m_setup->close();
    return true;
}

void Desktop::showUnlock()
{
    m_tray->setAttention(false);
    if (m_window->isVisible()) {
        m_window->present();
        return;
    }
    if (!m_unlock) {
        auto *dialog = new ui::UnlockDialog(&m_client, systemClock());
        dialog->panel()->setHardware(m_hardwareDialogs.get());
        m_unlock = dialog;
    }
    present(m_unlock);
}

void Desktop::showImport()
{
    if (!m_import)
        m_import = new ui::ImportDialog(&m_client, systemClock(), m_window.get());
    present(m_import);
}

void Desktop::lookForTray()
{
    const bool there = ui::TrayIcon::hasHost();
    m_window->setTrayMissing(!there);
    if (there)
        m_tray->show();
    else
        m_tray->hide();
    m_trayLook.start();
}

void Desktop::lockWhenIdle()
{
    m_session->askIdle(this, [this](std::optional<qint64> desktopIdle) {
        const qint64 allowed = qint64(m_settings.autoLockMinutes()) * kMinute;
        if (m_idle.isActive())
            return; // used again since the question was put
        if (desktopIdle && *desktopIdle < allowed)
            m_idle.start(static_cast<int>(allowed - *desktopIdle));
        else if (holdsKeys())
            leave(LockCause::Idle);
        else
            m_client.forgetTyped();
    });
}

void Desktop::startIdleTime()
{
    m_idle.start(m_settings.autoLockMinutes() * kMinute);
}

void Desktop::leave(LockCause how)
{
    if (letsLeasesGoOn(how, m_client.facts(), m_settings.keepsLeases()))
        m_client.lockKeepingLeases(how);
    else
        m_client.lock(how);
}

bool Desktop::eventFilter(QObject *watched, QEvent *event)
{
    switch (event->type()) {
    case QEvent::KeyPress:
    case QEvent::MouseButtonPress:
    case QEvent::MouseMove:
    case QEvent::Wheel:
        // In front of a locked vault, too: there a password or a sheet may be typed.
        startIdleTime();
        break;
    default:
        break;
    }
    return QObject::eventFilter(watched, event);
}

} // namespace clavitor
