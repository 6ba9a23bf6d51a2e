// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connect/TokenItem.h"
#include "tests/support/FileContent.h"
#include "tests/support/ScriptedKeychain.h"
#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "tests/support/WiringSamples.h"
#include "ui/ClipboardGuard.h"
#include "ui/connection/ClientList.h"
#include "ui/connection/ClientRow.h"
#include "ui/connection/DiffView.h"
#include "ui/connection/SetUpSheet.h"
#include "ui/keys/NewKeySheet.h"
#include "ui/keys/PresetChoice.h"
#include "ui/widgets/Badge.h"
#include "ui/widgets/ConfirmSheet.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/SecretView.h"

#include <QApplication>
#include <QClipboard>
#include <QDeadlineTimer>
#include <QDir>
#include <QGuiApplication>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

namespace clavitor::test {

using namespace Qt::StringLiterals;
using ui::SetUpSheet;

/// A home with clients' files, a vault with sample keys, and the sheet that sets one up.
class SetUpHome : public QObject {
    Q_OBJECT

protected:
    [[nodiscard]] QString at(const QString &name) const { return m_home->filePath(name); }
    void put(const QString &name, const QByteArray &bytes)
    {
        QVERIFY(QDir().mkpath(QFileInfo(at(name)).path()));
        QVERIFY(overwrite(at(name), bytes));
    }
    void putProgram(const QString &name)
    {
        put(name, "#!/bin/sh\n");
        QVERIFY(QFile::setPermissions(at(name), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    }
    [[nodiscard]] QByteArray bytesOf(const QString &name) const { return contentOf(at(name)); }
    [[nodiscard]] InstalledClient codex(const QString &version = u"0.169.0"_s) const
    {
        return {AgentClient::Codex, u"Codex"_s, {}, version, at(u".codex/config.toml"_s)};
    }
    [[nodiscard]] ui::ThisComputer computer() const
    {
        return {ClientPlaces::of({}, m_home->path()), u"/usr/bin/clavitor"_s, m_keychain.get(), nullptr, m_shim};
    }
    void open(const InstalledClient &client)
    {
        m_sheet = new SetUpSheet(m_client.get(), m_clipboard.get(), [this] { return m_now; }, computer(), client, m_port);
        m_sheet->show();
        QTRY_VERIFY(!m_sheet->findChild<QLineEdit *>()->text().isEmpty());
    }
    void press(const QString &words)
    {
        QAbstractButton *found = nullptr;
        [&] { QTRY_VERIFY2((found = button(m_sheet, words)) && found->isEnabled(), qPrintable(words)); }();
        if (found)
            found->click();
    }
    [[nodiscard]] bool says(const QString &words) const
    {
        for (const auto *label : m_sheet->findChildren<ui::Label *>())
            if (label->isVisibleTo(m_sheet) && label->text().contains(words))
                return true;
        return false;
    }
    /// Up to the change on screen, with the first key's.
    void replaceToken()
    {
        const QString old = m_vault->agents.first().keyId;
        m_keychain->items.insert_or_assign(u"token-"_s + old, crypto::SecretBytes(Keychain::SecretSize));
        press(u"Give it a new token of a key you have"_s);
        press(u"Show the change"_s);
        test::press(button(m_sheet->findChild<ui::ConfirmSheet *>(), u"Show the change"_s));
        QTRY_VERIFY(button(m_sheet, u"Apply"_s));
        QVERIFY2(m_vault->calls.filter(u"rotateKey"_s).isEmpty(), "nothing ends before Apply");
    }
    [[nodiscard]] bool keeps(const QString &keyId) const { return m_keychain->items.contains(u"token-"_s + keyId); }
    void lock() { m_client->lock(); }
    [[nodiscard]] static ui::NewKeySheet *newKeySheet()
    {
        for (QWidget *window : QApplication::topLevelWidgets())
            if (auto *sheet = qobject_cast<ui::NewKeySheet *>(window); sheet && sheet->isVisible())
                return sheet;
        return nullptr;
    }

    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<VaultClient> m_client;
    std::unique_ptr<ui::ClipboardGuard> m_clipboard;
    std::unique_ptr<ScriptedKeychain> m_keychain;
    QPointer<SetUpSheet> m_sheet;
    QPointer<QWidget> m_window; ///< another of a test's, which goes before the vault does
    QString m_shim;             ///< clavitor-mcp is not installed
    quint16 m_port = 1984;
    const qint64 m_now = 1'773'000'000'000;
    const QByteArray m_before = "model = \"x\"\n";

private slots:
    void init()
    {
        m_home = std::make_unique<QTemporaryDir>();
        m_vault = std::make_unique<ScriptedVault>();
        m_vault->fillWithSamples(m_now);
        m_vault->facts.state = LockState::Unlocked;
        m_client = ScriptedVault::makeClient();
        m_clipboard = std::make_unique<ui::ClipboardGuard>(QGuiApplication::clipboard());
        m_keychain = std::make_unique<ScriptedKeychain>();
        m_shim.clear();
        m_port = 1984;
        put(u".codex/config.toml"_s, m_before);
    }
    void cleanup()
    {
        delete m_sheet;
        delete m_window;
        m_clipboard.reset();
        m_client.reset();
        m_vault.reset();
    }
};

} // namespace clavitor::test
