// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/pictures/ConnectionPictures.h"

#include "app/connect/Examination.h"
#include "app/connect/ProjectFiles.h"
#include "app/connect/SetupPlan.h"
#include "app/session/Keychain.h"
#include "crypto/AgentToken.h"
#include "tests/support/ScriptedKeychain.h"
#include "tests/support/ScriptedVault.h"
#include "ui/ClipboardGuard.h"
#include "ui/connection/ConnectionPage.h"
#include "ui/connection/DoctorSheet.h"
#include "ui/connection/RemoveSheet.h"
#include "ui/connection/SetUpSheet.h"
#include "ui/keys/SnippetView.h"
#include "ui/setup/SetupWizard.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/ConfirmSheet.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QGuiApplication>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QTemporaryDir>
#include <QVBoxLayout>

using namespace clavitor;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;
using clavitor::test::ScriptedKeychain;
using clavitor::test::ScriptedVault;

namespace {

const qint64 now = QDateTime(QDate(2026, 3, 11), QTime(15, 40)).toMSecsSinceEpoch();

void settle(int milliseconds = 400)
{
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < milliseconds)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 10);
}

void put(const QTemporaryDir &home, const QString &name, const QByteArray &bytes, bool isProgram = false)
{
    QDir().mkpath(QFileInfo(home.filePath(name)).path());
    QFile file(home.filePath(name));
    if (file.open(QIODevice::WriteOnly))
        file.write(bytes);
    if (isProgram)
        file.setPermissions(file.permissions() | QFile::ExeOwner);
}

void press(QWidget *owner, const QString &text)
{
    for (auto *button : owner->findChildren<QAbstractButton *>())
        if (button->text() == text && button->isVisibleTo(owner)) {
            button->click();
            break;
        }
    settle(1000); // the main button of a set-up waits until what it is about can have been read
}

/// Five clients: connected, refused, set up wrongly, not set up, broken.
void fill(const QTemporaryDir &home)
{
    put(home, u"bin/codex"_s, "#!/bin/sh\necho codex-cli 0.169.0\n", true);
    put(home, u"package.json"_s, R"({"name":"@openai/codex","version":"0.169.0"})");
    put(home, u".codex/config.toml"_s, "[mcp_servers.clavitor]\nurl = \"http://localhost:1984/mcp\"\nhttp_headers_helper = \"clavitor headers Kq7ZrT2k\"\n");
    const QByteArray started = R"("mcpServers": {"clavitor": {"type": "stdio", "command": "clavitor-mcp", "args": ["Vb8sJ5mX"]}})";
    put(home, u".claude.json"_s, R"({"mcpServers":{"clavitor":{"type":"http","url":"http://localhost:1984/mcp","headersHelper":"clavitor headers Vb8sJ5mX"}},
  "projects": {")" + home.filePath(u"src/shop"_s).toUtf8() + R"(": {
    )" + started + R"(
  }}
})");
    put(home, u"src/shop/.mcp.json"_s, "{ " + started + " }\n");
    put(home, u"bin/clavitor-mcp"_s, "#!/bin/sh\n", true);
    put(home, u".gemini/settings.json"_s, R"({"mcpServers":{"clavitor":{"url":"http://localhost:1984/mcp"}}})");
    put(home, u".config/VSCodium/User/settings.json"_s, "{}");
    put(home, u".cursor/mcp.json"_s, "{\n  \"mcpServers\": {\n    oops\n  }\n}\n");
}

/// Well-formed, the same in each picture, and of no vault.
QByteArray tokenForPictures()
{
    const QByteArray secret("what a picture may show of a key", Keychain::SecretSize);
    const auto token = crypto::AgentToken{"Kq7ZrT2k", crypto::SecretBytes::copyOf(std::as_bytes(std::span(secret.constData(), Keychain::SecretSize)))}.text();
    return QByteArray(token.view().data(), static_cast<qsizetype>(token.size()));
}

AuditEvent call(const QString &client, const QString &keyId, Outcome outcome, const QString &why)
{
    AuditEvent event;
    event.time = now - 3'600'000 * 3;
    event.action = u"search"_s;
    event.actor = u"mcp:agent"_s;
    event.keyId = keyId;
    event.outcome = outcome;
    event.why = why;
    event.caller.client = client;
    return event;
}

} // namespace

void shootConnection(const std::function<void(const QString &name, QWidget *widget, QSize size)> &take)
{
    QTemporaryDir home;
    fill(home);
    const QByteArray before = qgetenv("HOME");
    qputenv("HOME", QFile::encodeName(home.path())); // paths are shown from there
    ScriptedVault vault;
    vault.fillWithSamples(now);
    vault.agents.first().lastUsedAt = now; // since the bridge serves
    vault.facts.state = LockState::Unlocked;
    const auto client = ScriptedVault::makeClient();
    ClipboardGuard clipboard(QGuiApplication::clipboard());
    const Clock clock = [] { return now; };
    ScriptedKeychain keychain;
    Examiner::Parts parts;
    QProcessEnvironment environment;
    environment.insert(u"PATH"_s, home.filePath(u"bin"_s));
    parts.places = ClientPlaces::of(environment, home.path());
    parts.port = 1;
    parts.vaultFolder = home.filePath(u"vault"_s);
    parts.keychain = &keychain;
    parts.clock = clock;
    parts.version = u"0.1.0"_s;
    parts.sqlCipherVersion = [] { return u"4.6.1 community"_s; };
    Examiner examiner(parts);
    const ThisComputer computer{parts.places, u"/usr/bin/clavitor"_s, &keychain, &examiner, u"/usr/bin/clavitor-mcp"_s};

    Pane pane;
    auto *column = new QVBoxLayout(&pane);
    column->setContentsMargins(0, 0, 0, 0);
    auto *page = new ConnectionPage(client.get(), &clipboard, clock);
    column->addWidget(page);
    page->setComputer(computer);
    page->setBridge({BridgeState::Kind::Serving, 1984, {}});
    pane.resize(820, 960);
    pane.show();
    settle();
    emit client->auditAppended({call(u"claude-code/2.1.330"_s, u"Vb8sJ5mX"_s, Outcome::Denied, u"key paused"_s),
                                call(u"codex-mcp-client/0.169.0"_s, u"Kq7ZrT2k"_s, Outcome::Allowed, {})});
    take(u"connection"_s, &pane, {820, 960});
    if (auto *snippets = page->findChild<SnippetView *>())
        for (const auto shown : {ClientSnippet::Client::GeminiCli, ClientSnippet::Client::ClaudeCode, ClientSnippet::Client::Curl}) {
            snippets->setClient(shown);
            settle();
            take(u"by-hand-"_s + ClientSnippet::nameOf(shown).section(u' ', 0, 0).toLower(), snippets, {});
        }
    page->setBridge({BridgeState::Kind::Failed, 1984, u"127.0.0.1:1984 is held by nginx (pid 812). Quit it, then start the bridge again."_s});
    take(u"connection-off"_s, &pane, {820, 760});
    page->setBridge({BridgeState::Kind::Failed, 1984, u"127.0.0.1:1984 is taken by /usr/bin/nc (process 812). Stop that program, and agents are served again by themselves."_s, true});
    settle();
    take(u"connection-taken"_s, &pane, {820, 760});
    page->setBridge({BridgeState::Kind::Serving, 1984, {}});
    take(u"connection-taken-before"_s, &pane, {820, 760});

    put(home, u"mended/config.toml"_s, "# Codex\nmodel = \"gpt-5\"\n\n[mcp_servers.docs]\ncommand = \"npx\"\nargs = [\"-y\", \"docs-server\"]\n\n[mcp_servers.clavitor]\n"
                                       "url = \"http://localhost:1984/mcp\"\n\n[mcp_servers.clavitor.headers]\nAuthorization = \"Bearer " + tokenForPictures() + "\"\n");
    const InstalledClient codex{AgentClient::Codex, u"Codex"_s, {}, u"0.169.0"_s, home.filePath(u"mended/config.toml"_s)};
    {
        SetUpSheet sheet(client.get(), &clipboard, clock, computer, codex, 1984);
        sheet.setAttribute(Qt::WA_DeleteOnClose, false);
        sheet.show();
        settle();
        take(u"set-up-1"_s, &sheet, {});
        press(&sheet, u"Show the change"_s);
        take(u"set-up-2"_s, &sheet, {});
        keychain.removeError = ErrorCode::KeychainLocked;
        press(&sheet, u"Apply"_s);
        take(u"set-up-keychain"_s, &sheet, {});
        keychain.removeError.reset();
        press(&sheet, u"Apply"_s);
        take(u"set-up-3"_s, &sheet, {});
        emit client->auditAppended({call(u"codex-mcp-client/0.169.0"_s, {}, Outcome::Denied, u"unknown or malformed token"_s)});
        take(u"set-up-4"_s, &sheet, {});
    }
    put(home, u"inline/config.toml"_s, "mcp_servers = { docs = { command = \"npx\" } }\n");
    {
        SetUpSheet sheet(client.get(), &clipboard, clock, computer, {AgentClient::Codex, u"Codex"_s, {}, u"0.169.0"_s, home.filePath(u"inline/config.toml"_s)}, 1984);
        sheet.setAttribute(Qt::WA_DeleteOnClose, false);
        sheet.show();
        settle();
        press(&sheet, u"Give it a new token of a key you have"_s);
        press(&sheet, u"Show the change"_s);
        if (auto *ask = sheet.findChild<ConfirmSheet *>()) {
            take(u"set-up-replace"_s, ask, {});
            press(ask, u"Show the change"_s);
        }
        take(u"set-up-lines"_s, &sheet, {});
        press(&sheet, u"Copy the lines"_s);
    }
    put(home, u"started/settings.json"_s, "{\n  \"mcpServers\": {\n    \"clavitor\": {\n      \"httpUrl\": \"http://localhost:1984/mcp\",\n      \"headers\": { \"Authorization\": \"Bearer "
            + tokenForPictures() + "\" }\n    }\n  },\n  \"theme\": \"dark\"\n}\n");
    const InstalledClient gemini{AgentClient::GeminiCli, u"Gemini CLI"_s, {}, u"0.61.0"_s, home.filePath(u"started/settings.json"_s)};
    {
        SetUpSheet sheet(client.get(), &clipboard, clock, computer, gemini, 1984);
        sheet.setAttribute(Qt::WA_DeleteOnClose, false);
        sheet.show();
        settle();
        take(u"set-up-program-1"_s, &sheet, {});
        press(&sheet, u"Show the change"_s);
        take(u"set-up-program-2"_s, &sheet, {});
    }
    {
        auto sight = std::make_shared<ClientSight>();
        sight->client = gemini;
        sight->setting.isThere = true;
        sight->setting.keyId = vault.agents.first().keyId; // it got a new token above
        RemoveSheet sheet(client.get(), clock, computer, sight);
        sheet.setAttribute(Qt::WA_DeleteOnClose, false);
        sheet.show();
        settle(1000);
        take(u"remove-1"_s, &sheet, {});
        press(&sheet, u"Also revoke its key, codex-agent"_s);
        take(u"remove-2"_s, &sheet, {});
        press(&sheet, u"Also revoke its key, codex-agent"_s); // later pictures have it
        press(&sheet, u"Remove"_s);
        take(u"remove-3"_s, &sheet, {});
    }
    {
        auto sight = std::make_shared<ClientSight>();
        sight->client = {AgentClient::ClaudeCode, u"Claude Code"_s, {}, u"2.1.330"_s, home.filePath(u".claude.json"_s)};
        if (Result<ClientSetting> setting = settingOf(sight->client, 1984, parts.places.programFolders))
            sight->setting = std::move(*setting);
        lookIntoProjects(sight->setting, 1984, {});
        RemoveSheet sheet(client.get(), clock, computer, sight);
        sheet.setAttribute(Qt::WA_DeleteOnClose, false);
        sheet.show();
        settle(1000);
        take(u"remove-projects"_s, &sheet, {});
        if (auto *files = sheet.findChild<QComboBox *>()) {
            files->setCurrentIndex(1);
            emit files->activated(1);
            settle(1000);
        }
        take(u"remove-project-file"_s, &sheet, {});
    }
    put(home, u"refused/mcp.json"_s, "{\"mcpServers\": []}");
    {
        ThisComputer bare = computer;
        bare.shim.clear();
        SetUpSheet sheet(client.get(), &clipboard, clock, bare, {AgentClient::Cursor, u"Cursor"_s, {}, {}, home.filePath(u"refused/mcp.json"_s)}, 1984);
        sheet.setAttribute(Qt::WA_DeleteOnClose, false);
        sheet.show();
        settle();
        take(u"set-up-old"_s, &sheet, {});
        press(&sheet, u"Show the change"_s);
        take(u"set-up-refused"_s, &sheet, {});
    }
    {
        SetupWizard wizard(client.get(), &clipboard, clock, 1984);
        wizard.setComputer(computer);
        wizard.show();
        // The vault of the samples is there already; the last page stands for itself.
        wizard.findChild<QStackedWidget *>()->setCurrentIndex(SetupWizard::Key);
        settle();
        take(u"setup-clients"_s, &wizard, {});
    }
    DoctorSheet doctor(&examiner);
    doctor.setAttribute(Qt::WA_DeleteOnClose, false);
    doctor.show();
    settle(1500);
    take(u"doctor"_s, &doctor, {});
    qputenv("HOME", before);
}
