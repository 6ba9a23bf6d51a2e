// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/Demo.h"

#include "app/connect/ClientSetting.h"
#include "app/import/ImportFile.h"
#include "crypto/PasswordGenerator.h"
#include "crypto/WordList.h"

#include <QFile>
#include <QTextStream>

#include <chrono>
#include <cstdio>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::milliseconds kKeyLife = std::chrono::hours(24 * 90);

QString plain(const crypto::SecretText &text)
{
    return QString::fromUtf8(text.view().data(), static_cast<qsizetype>(text.size()));
}

} // namespace

Demo::Demo(VaultClient &vault, Clock clock, crypto::RandomSource random, QObject *parent)
    : QObject(parent)
    , m_vault(vault)
    , m_clock(std::move(clock))
    , m_random(std::move(random))
{
}

void Demo::prepare()
{
    auto phrase = crypto::generatePassphrase({5, "-"}, crypto::effLongWordList(), m_random);
    if (!phrase) {
        emit failed(u"No password could be generated for the demonstration."_s);
        return;
    }
    m_password = std::move(phrase->text);
    m_vault.create({u"Demonstration"_s}, m_password.clone(), {this, [this](const Result<> &created) {
        if (!created) {
            emit failed(u"The demonstration vault could not be made: "_s + created.error().detail);
            return;
        }
        fill();
    }});
}

void Demo::fill()
{
    QFile file(u":/demo/bitwarden.json"_s);
    if (!file.open(QIODevice::ReadOnly)) {
        emit failed(u"The demonstration export is missing from the program."_s);
        return;
    }
    auto plan = importBytes(u"bitwarden.json"_s, file.readAll(), m_clock());
    if (!plan) {
        emit failed(u"The demonstration export could not be read: "_s + plan.error().detail);
        return;
    }
    m_vault.applyImport(std::move(*plan), {this, [this](const Result<ImportOutcome> &outcome) {
        if (!outcome) {
            emit failed(u"The demonstration export could not be imported: "_s + outcome.error().detail);
            return;
        }
        m_written = outcome->written;
        makeKey();
    }});
}

void Demo::makeKey()
{
    AgentDraft draft;
    draft.name = u"codex-agent"_s;
    draft.note = u"demonstration"_s;
    draft.scope.everything = true;
    draft.actions = QList<Action>(allActions().begin(), allActions().end());
    // The line that is printed is to answer at once.
    draft.policy = policyOf(Preset::Trusted);
    draft.expiresAt = m_clock() + kKeyLife.count();
    m_vault.createKey(std::move(draft), {this, [this](Result<NewKey> key) {
        if (!key) {
            emit failed(u"The demonstration key could not be made: "_s + key.error().detail);
            return;
        }
        m_key = std::move(*key);
        emit ready();
    }});
}

DemoAddress Demo::address(std::uint16_t port) const
{
    return {bridgeAddress(port), m_vault.facts().vaultId, m_key.agent.keyId, m_key.agent.name};
}

void Demo::print(std::uint16_t port)
{
    const DemoAddress at = address(port);
    const QString token = plain(m_key.token);
    QTextStream out(stdout);
    out << "\nClavitor demonstration: " << m_written << " dummy entries, one key, a throwaway vault.\n\n"
        << "url: " << at.baseUrl << "/api/entries\n"
        << "url: " << at.baseUrl << "/mcp\n"
        << "url: " << at.baseUrl << "/" << at.vaultId << "/api/entries\n"
        << "url: " << at.baseUrl << "/" << at.vaultId << "/mcp\n"
        << "vault id: " << at.vaultId << "\n"
        << "vault: " << m_vault.facts().folder << "\n"
        << "master password: " << plain(m_password) << "\n"
        << "key: " << at.keyName << "\n"
        << "token: " << token << "\n\n"
        << "Try it:\n"
        << "  curl '" << at.baseUrl << "/api/search?q=github' -H 'Authorization: Bearer " << token << "'\n\n"
        << "Codex, in ~/.codex/config.toml:\n"
        << "  [mcp_servers.clavitor]\n"
        << "  url = \"" << at.baseUrl << "/mcp\"\n"
        << "  http_headers = { \"Authorization\" = \"Bearer " << token << "\" }\n\n"
        << "Then look at Audit in the window: every read is a row. Lock from the tray and ask again.\n";
    out.flush();
}

} // namespace clavitor
