// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/Application.h"

#include "app/Demo.h"
#include "app/DemoCheck.h"
#include "app/Desktop.h"
#include "app/DoctorCommand.h"
#include "app/QuitSignals.h"
#include "app/StandardInput.h"
#include "app/base/LoginStart.h"
#include "app/base/Settings.h"
#include "app/connect/ClientSetting.h"
#include "app/connect/StdioServer.h"
#include "app/link/LocalDoor.h"
#include "app/presence/SystemPresence.h"
#include "app/service/PresenceGate.h"
#include "app/session/KeychainMirror.h"
#include "app/session/QtKeychainSlot.h"
#include "app/session/VaultFolder.h"
#include "ui/words/ErrorText.h"

#include <QCoreApplication>
#include <QDir>
#include <QStandardPaths>
#include <QTextStream>

#include <cstdio>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

void printLine(const QString &line)
{
    QTextStream(stdout) << line << Qt::endl;
}

void printError(const QString &sentence)
{
    QTextStream(stderr) << "clavitor: " << sentence << Qt::endl;
}

/// What the window would say, for somebody who reads a terminal: what happened, what to do, and the details.
QString inWords(const Error &error)
{
    const ui::ErrorText text = ui::ErrorText::of(error.code);
    return text.title + u' ' + text.body() + (error.detail.isEmpty() ? QString() : QString(u" ("_s + error.detail + u')'));
}

} // namespace

Application::Application(CommandLine line, QObject *parent)
    : QObject(parent)
    , m_line(std::move(line))
{
}

Application::~Application() = default;

Result<> Application::start()
{
    QString folder = m_line.vaultFolder.isEmpty() ? VaultFolder::standardPath(u"default"_s) : m_line.vaultFolder;
    if (m_line.demo && m_line.vaultFolder.isEmpty()) {
        m_demoFolder.emplace(QDir::tempPath() + u"/clavitor-demo-XXXXXX"_s);
        if (!m_demoFolder->isValid())
            return fail(ErrorCode::Io, u"No temporary folder for the demonstration could be made: "_s + m_demoFolder->errorString());
        folder = m_demoFolder->filePath(u"vault"_s);
    }
    m_keychain = std::make_unique<QtKeychainSlot>();
    // The demonstration leaves nothing behind.
    if (!m_line.demo)
        m_mirror = std::make_unique<KeychainMirror>();
    Vault::Parts vault{folder, systemClock(), crypto::systemRandom()};
    m_keeper = std::make_unique<Keeper>(Keeper::Parts{std::move(vault), *m_keychain,
                                                      findBridgeProgram(QCoreApplication::applicationDirPath()), m_line.port,
                                                      m_mirror.get()});
    m_signals = std::make_unique<QuitSignals>([this] { quit(0); });
    connect(&m_keeper->bridge(), &BridgeProcess::stateChanged, this, &Application::bridgeChanged);

    const VaultFacts &facts = m_keeper->client().facts();
    if (m_line.demo && facts.state != LockState::NoVault)
        return fail(ErrorCode::VaultExists, u"There is a vault in %1 already. The demonstration only uses an empty folder."_s.arg(folder));
    if (m_line.passwordFromStdin && facts.problem)
        return fail(facts.problem->code, u"The vault in %1 cannot be opened. %2"_s.arg(folder, inWords(*facts.problem)));
    if (m_line.passwordFromStdin && facts.state == LockState::NoVault)
        return fail(ErrorCode::NoVault, u"There is no vault in %1."_s.arg(folder));

    // The demonstration leaves nothing behind, so its settings lie beside its vault.
    const QString settings = m_line.demo
        ? QFileInfo(folder).dir().filePath(u"settings.ini"_s)
        : QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation) + u"/settings.ini"_s;
    m_settings = std::make_unique<Settings>(settings);
    m_presence = std::make_unique<SystemPresence>(SystemPresence::ofThisComputer());
    m_gate = std::make_unique<PresenceGate>(*m_presence);
    m_keeper->client().setPresence(m_gate.get());
    connect(m_settings.get(), &Settings::changed, this, &Application::applyPresenceSettings);
    applyPresenceSettings();
    Examiner::Parts examined = examinerParts(m_line, *m_keychain);
    examined.vaultFolder = folder;
    // It reaches us through a door in the runtime folder; where there is none it is no way for a client.
    const QString shim = link::runtimeFolder().isEmpty() ? QString() : StdioServer::beside(examined.program);
    ui::ThisComputer computer{examined.places, examined.program, m_keychain.get(), nullptr, shim};
    if (const auto session = LoginStart::Session::ofThisOne(); session && !m_line.demo) {
        m_loginStart = std::make_unique<LoginStart>(computer.program, *session);
        computer.loginStart = m_loginStart.get();
    }
    m_examiner = std::make_unique<Examiner>(std::move(examined));
    computer.examiner = m_examiner.get();
    const auto keepCheckpoints = [this] { m_keeper->checkpoints().setFile(m_settings->checkpointFile()); };
    connect(m_settings.get(), &Settings::changed, this, keepCheckpoints);
    keepCheckpoints();
    connect(&m_keeper->checkpoints(), &CheckpointWriter::failed, &m_keeper->client(), &VaultClient::trouble);
    m_desktop = std::make_unique<Desktop>(*m_keeper, *m_settings, std::move(computer));
    connect(m_desktop.get(), &Desktop::quitRequested, this, [this] { quit(0); });

    m_keeper->bridge().start();
    // The demonstration makes its vault itself, and shows the window once there is something in it.
    if (!m_line.demo)
        m_desktop->open(m_line.minimised || m_settings->startMinimised(), m_line.minimised ? Desktop::TrayPatience : std::chrono::milliseconds(0));
    if (m_line.demo)
        startDemo();
    else if (m_line.passwordFromStdin)
        unlockFromStandardInput();
    return {};
}

void Application::applyPresenceSettings()
{
    m_gate->setKeychainCheck(m_settings->keychainCheck());
    m_keeper->client().keepPersonal(m_settings->keepsPersonal());
}

void Application::startDemo()
{
    m_demo = std::make_unique<Demo>(m_keeper->client(), systemClock(), crypto::systemRandom());
    connect(m_demo.get(), &Demo::failed, this, [this](const QString &sentence) {
        printError(sentence);
        quit(1);
    });
    connect(m_demo.get(), &Demo::ready, this, [this] {
        m_demoReady = true;
        m_desktop->setVaultIsTransient();
        m_desktop->open(m_line.minimised);
        bridgeChanged(m_keeper->bridge().state());
    });
    m_demo->prepare();
}

void Application::unlockFromStandardInput()
{
    std::optional<crypto::SecretText> password = readSecretLine();
    if (!password) {
        printError(u"No password came on standard input. The vault stays locked."_s);
        return;
    }
    m_keeper->client().unlock(std::move(*password), {this, [](const Result<> &unlocked) {
        if (unlocked)
            printLine(u"Unlocked."_s);
        else if (unlocked.error().code == ErrorCode::WrongPassword)
            printError(u"The password on standard input is not this vault's. The vault stays locked."_s);
        else
            printError(u"The vault stays locked. "_s + inWords(unlocked.error()));
    }});
}

void Application::bridgeChanged(const BridgeState &state)
{
    switch (state.kind) {
    case BridgeState::Kind::Serving:
        if (m_demo && !m_demoReady)
            return;
        if (m_demoReady) {
            m_demoReady = false;
            m_demo->print(state.port);
            if (m_line.check)
                playCheck();
        } else {
            printLine(u"Bridge on "_s + bridgeAddress(state.port));
        }
        return;
    case BridgeState::Kind::Failed:
        printError(state.reason);
        if (m_line.check)
            quit(1);
        return;
    case BridgeState::Kind::Off:
    case BridgeState::Kind::Starting:
        return;
    }
}

void Application::playCheck()
{
    const std::uint16_t port = m_keeper->bridge().state().port;
    m_check = std::make_unique<DemoCheck>(m_keeper->client(), m_demo->address(port), m_demo->token(), m_demo->password(),
                                          DemoCheck::Tray{[this] { m_desktop->lockFromTray(); }, [this] { return m_desktop->trayNotice(); }});
    connect(m_check.get(), &DemoCheck::finished, this, &Application::quit);
    m_check->start();
}

void Application::quit(int exitCode)
{
    QCoreApplication::exit(exitCode);
}

} // namespace clavitor
