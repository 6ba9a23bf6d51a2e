// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/connection/SetUpHome.h"

namespace clavitor::test {

SetUpHome::SetUpHome() = default;
SetUpHome::~SetUpHome() = default;

void SetUpHome::put(const QString &name, const QByteArray &bytes)
{
    QVERIFY(QDir().mkpath(QFileInfo(at(name)).path()));
    QVERIFY(overwrite(at(name), bytes));
}

void SetUpHome::putProgram(const QString &name)
{
    put(name, "#!/bin/sh\n");
    QVERIFY(QFile::setPermissions(at(name), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
}

InstalledClient SetUpHome::codex(const QString &version) const
{
    return {AgentClient::Codex, u"Codex"_s, {}, version, at(u".codex/config.toml"_s)};
}

ui::ThisComputer SetUpHome::computer() const
{
    return {ClientPlaces::of({}, m_home->path()), u"/usr/bin/clavitor"_s, m_keychain.get(), nullptr, m_shim};
}

void SetUpHome::open(const InstalledClient &client)
{
    m_sheet = new SetUpSheet(m_client.get(), m_clipboard.get(), [this] { return m_now; }, computer(), client, m_port);
    m_sheet->show();
    QTRY_VERIFY(!m_sheet->findChild<QLineEdit *>()->text().isEmpty());
}

void SetUpHome::press(const QString &words)
{
    QAbstractButton *found = nullptr;
    [&] { QTRY_VERIFY2((found = button(m_sheet, words)) && found->isEnabled(), qPrintable(words)); }();
    if (found)
        found->click();
}

bool SetUpHome::says(const QString &words) const
{
    for (const auto *label : m_sheet->findChildren<ui::Label *>())
        if (label->isVisibleTo(m_sheet) && label->text().contains(words))
            return true;
    return false;
}

void SetUpHome::replaceToken()
{
    const QString old = m_vault->agents.first().keyId;
    m_keychain->items.insert_or_assign(u"token-"_s + old, crypto::SecretBytes(Keychain::SecretSize));
    press(u"Give it a new token of a key you have"_s);
    press(u"Show the change"_s);
    test::press(button(m_sheet->findChild<ui::ConfirmSheet *>(), u"Show the change"_s));
    QTRY_VERIFY(button(m_sheet, u"Apply"_s));
    QVERIFY2(m_vault->calls.filter(u"rotateKey"_s).isEmpty(), "nothing ends before Apply");
}

ui::NewKeySheet *SetUpHome::newKeySheet()
{
    for (QWidget *window : QApplication::topLevelWidgets())
        if (auto *sheet = qobject_cast<ui::NewKeySheet *>(window); sheet && sheet->isVisible())
            return sheet;
    return nullptr;
}

void SetUpHome::init()
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

void SetUpHome::cleanup()
{
    delete m_sheet;
    delete m_window;
    m_clipboard.reset();
    m_client.reset();
    m_vault.reset();
}

} // namespace clavitor::test

#include "moc_SetUpHome.cpp"
