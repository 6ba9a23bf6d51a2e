// SPDX-License-Identifier: GPL-3.0-or-later
// The part of MainWindow about the keyboard: each shortcut, and the list that F1 shows of them.
#include "ui/MainWindow.h"

#include "ui/Sidebar.h"
#include "ui/entries/EntriesPage.h"
#include "ui/widgets/Toast.h"

#include <QShortcut>
#include <QStackedWidget>

namespace clavitor::ui {

void MainWindow::addShortcut(const QString &what, const QList<QKeySequence> &keys, std::function<void()> run, When when)
{
    auto *shortcut = new QShortcut(this);
    shortcut->setKeys(keys);
    connect(shortcut, &QShortcut::activated, this, [this, when, act = std::move(run)] {
        // From another page an entry's keys would act on what cannot be seen.
        if (when == When::Always || (m_parts.client->isUnlocked() && (when == When::Unlocked || m_pages->currentWidget() == m_entries)))
            act();
    });
    m_keys.append({what, keys.first()});
}

void MainWindow::addShortcuts()
{
    const auto heading = [this](const QString &text) { m_keys.append({text, {}}); };
    const auto go = [this](Place::Kind kind) { return [this, kind] { setPlace({kind, {}, {}}); }; };
    const auto key = [](auto combination) { return QList<QKeySequence>{QKeySequence(combination)}; };
    heading(tr("Entries"));
    addShortcut(tr("Search entries"), key(Qt::CTRL | Qt::Key_K), [this] { m_sidebar->focusSearch(); });
    addShortcut(tr("Search this page"), key(Qt::CTRL | Qt::Key_F), [this] {
        if (m_pages->currentWidget() == m_given.audit && m_given.searchAudit)
            m_given.searchAudit();
        else
            m_sidebar->focusSearch();
    });
    addShortcut(tr("New entry, new key"), key(Qt::CTRL | Qt::Key_N), [this] {
        if (m_pages->currentWidget() == m_entries)
            m_entries->makeNew(EntryType::Login);
        else if (m_pages->currentWidget() == m_given.keys && m_given.newKey)
            m_given.newKey();
    });
    addShortcut(tr("Edit"), key(Qt::CTRL | Qt::Key_E), [this] { m_entries->editCurrent(); }, When::OnEntries);
    addShortcut(tr("Favourite"), key(Qt::CTRL | Qt::Key_D), [this] { m_entries->toggleFavourite(); }, When::OnEntries);
    addShortcut(tr("Copy user name"), key(Qt::CTRL | Qt::Key_B), [this] { m_entries->copyUserName(); }, When::OnEntries);
    addShortcut(tr("Copy password"), key(Qt::CTRL | Qt::Key_C), [this] { m_entries->copyPassword(); }, When::OnEntries);
    addShortcut(tr("Copy one-time code"), key(Qt::CTRL | Qt::Key_T), [this] { m_entries->copyCode(); }, When::OnEntries);
    m_keys.append({tr("Move to trash"), QKeySequence(Qt::Key_Delete)});
    addShortcut(tr("Undo"), key(Qt::CTRL | Qt::Key_Z), [this] { m_toast->undo(); });
    m_keys.append({tr("In the editor: save"), QKeySequence(Qt::CTRL | Qt::Key_S)});
    heading(tr("Window"));
    addShortcut(tr("All entries"), key(Qt::CTRL | Qt::Key_1), go(Place::Kind::All));
    addShortcut(tr("Keys"), key(Qt::CTRL | Qt::Key_2), go(Place::Kind::Keys));
    addShortcut(tr("Audit"), key(Qt::CTRL | Qt::Key_3), go(Place::Kind::Audit));
    addShortcut(tr("Connection"), key(Qt::CTRL | Qt::Key_4), go(Place::Kind::Connection));
    addShortcut(tr("Settings"), {QKeySequence(Qt::CTRL | Qt::Key_5), QKeySequence(Qt::CTRL | Qt::Key_Comma)}, go(Place::Kind::Settings));
    heading(tr("Program"));
    // For good, also where a lease goes on.
    addShortcut(tr("Lock"), key(Qt::CTRL | Qt::Key_L), [this] {
        if (m_parts.client->isUnlocked() || m_parts.client->facts().keepsLeases())
            m_parts.client->lock();
    }, When::Always);
    addShortcut(tr("Lock, keep the lease"), key(Qt::CTRL | Qt::SHIFT | Qt::Key_L), [this] {
        if (!m_parts.client->facts().leases.isEmpty())
            lockKeepingLeases();
    });
    addShortcut(tr("Import"), key(Qt::CTRL | Qt::Key_I), [this] { emit importRequested(); });
    addShortcut(tr("Password generator"), key(Qt::CTRL | Qt::Key_G), [this] { openGenerator(); }, When::Always);
    addShortcut(tr("This list"), {QKeySequence(Qt::Key_F1), QKeySequence(Qt::CTRL | Qt::Key_Slash)},
                [this] { (new KeyboardSheet(m_keys, this))->open(); }, When::Always);
    addShortcut(tr("Close the window"), key(Qt::CTRL | Qt::Key_W), [this] { close(); }, When::Always);
    addShortcut(tr("Quit"), key(Qt::CTRL | Qt::Key_Q), [this] { requestQuit(); }, When::Always);
}

} // namespace clavitor::ui
