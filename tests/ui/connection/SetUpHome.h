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
    SetUpHome();
    ~SetUpHome() override;

    [[nodiscard]] QString at(const QString &name) const { return m_home->filePath(name); }
    void put(const QString &name, const QByteArray &bytes);
    void putProgram(const QString &name);
    [[nodiscard]] QByteArray bytesOf(const QString &name) const { return contentOf(at(name)); }
    [[nodiscard]] InstalledClient codex(const QString &version = u"0.169.0"_s) const;
    [[nodiscard]] ui::ThisComputer computer() const;
    void open(const InstalledClient &client);
    void press(const QString &words);
    [[nodiscard]] bool says(const QString &words) const;
    /// Up to the change on screen, with the first key's.
    void replaceToken();
    [[nodiscard]] bool keeps(const QString &keyId) const { return m_keychain->items.contains(u"token-"_s + keyId); }
    void lock() { m_client->lock(); }
    [[nodiscard]] static ui::NewKeySheet *newKeySheet();

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
    void init();
    void cleanup();
};

} // namespace clavitor::test
