// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/CommandLine.h"
#include "app/Keeper.h"

#include <QObject>
#include <QTemporaryDir>

#include <memory>
#include <optional>

namespace clavitor {

class Demo;
class DemoCheck;
class Desktop;
class Examiner;
class KeychainMirror;
class LoginStart;
class PresenceGate;
class QtKeychainSlot;
class QuitSignals;
class Settings;
class UserPresence;

/// The program: a Keeper, the windows around it, and what the command line asked for.
///
/// UI thread, one a process. start() returns at once; the event loop does the rest. Its end is quit(): bridge stopped,
/// vault locked, keys wiped.
class Application : public QObject {
    Q_OBJECT
public:
    explicit Application(CommandLine line, QObject *parent = nullptr);
    ~Application() override;

    /// InvalidValue and Io with a sentence when there is nothing to run.
    [[nodiscard]] Result<> start();

private:
    void applyPresenceSettings();
    void startDemo();
    void unlockFromStandardInput();
    void bridgeChanged(const BridgeState &state);
    void playCheck();
    void quit(int exitCode);

    CommandLine m_line;
    std::optional<QTemporaryDir> m_demoFolder;
    std::unique_ptr<QtKeychainSlot> m_keychain;
    std::unique_ptr<KeychainMirror> m_mirror;
    std::unique_ptr<UserPresence> m_presence;
    std::unique_ptr<PresenceGate> m_gate;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<Examiner> m_examiner;
    std::unique_ptr<LoginStart> m_loginStart;
    std::unique_ptr<Keeper> m_keeper;
    std::unique_ptr<Desktop> m_desktop;
    std::unique_ptr<Demo> m_demo;
    std::unique_ptr<DemoCheck> m_check;
    std::unique_ptr<QuitSignals> m_signals;
    bool m_demoReady = false;
};

} // namespace clavitor
