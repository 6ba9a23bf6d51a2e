// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/MainWindow.h"

#include "ui/ClipboardGuard.h"
#include "ui/DistrustNotice.h"
#include "ui/GeneratorDialog.h"
#include "ui/PersonalAccess.h"
#include "ui/Sidebar.h"
#include "ui/StatusLine.h"
#include "ui/approval/ApprovalText.h"
#include "ui/entries/EntriesPage.h"
#include "ui/entries/EntryDetail.h"
#include "ui/entries/EntryListPane.h"
#include "ui/entries/EntryText.h"
#include "ui/keys/LeaseText.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/ConfirmSheet.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Toast.h"
#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDialog>
#include <QHBoxLayout>
#include <QShortcut>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace clavitor::ui {

namespace {

constexpr QSize kFirstSize(1040, 680);
constexpr int kNarrowBelow = 820;

/// Off the screen without asking: what lies over a vault that has just been locked may show what is in it.
void dismissDialogs()
{
    if (QWidget *popup = QApplication::activePopupWidget())
        popup->close();
    QList<QPointer<QDialog>> open;
    for (QWidget *window : QApplication::topLevelWidgets())
        if (auto *dialog = qobject_cast<QDialog *>(window); dialog && dialog->isVisible())
            open.append(dialog);
    for (const QPointer<QDialog> &dialog : std::as_const(open))
        if (dialog)
            dialog->QDialog::done(QDialog::Rejected); // past reject() and done(), which may refuse
}

} // namespace

MainWindow::MainWindow(const Parts &parts, const Pages &pages, QWidget *parent)
    : QMainWindow(parent)
    , m_parts(parts)
    , m_root(new QStackedWidget)
    , m_open(new QWidget)
    , m_sidebar(new Sidebar)
    , m_pages(new QStackedWidget)
    , m_given(pages)
    , m_status(new StatusLine(parts.client, parts.clipboard, parts.clock))
    , m_distrust(new DistrustNotice(parts.client))
    , m_message(new InlineMessage(InlineMessage::Kind::Note))
    , m_toast(new Toast(this))
{
    setWindowTitle(tr("Clavitor"));
    setMinimumSize(560, 420);
    m_entries = new EntriesPage({parts.client, parts.clipboard, parts.personal}, parts.clock, m_toast);
    m_message->setClosable(true);
    m_message->hide();
    m_pages->addWidget(m_entries);
    for (QWidget *page : {pages.keys, pages.audit, pages.connection, pages.settings})
        m_pages->addWidget(page);

    auto *side = new QHBoxLayout(m_open);
    side->setContentsMargins(0, 0, 0, 0);
    side->setSpacing(0);
    side->addWidget(m_sidebar);
    auto *surface = new Pane;
    auto *surfaceColumn = new QVBoxLayout(surface);
    surfaceColumn->setContentsMargins(0, 0, 0, 0);
    surfaceColumn->addWidget(m_pages);
    side->addWidget(surface, 1);
    m_root->addWidget(pages.lockScreen);
    m_root->addWidget(m_open);
    auto *middle = new QWidget;
    auto *column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto *messageRow = new QHBoxLayout;
    messageRow->addWidget(m_message);
    column->addWidget(m_distrust);
    column->addLayout(messageRow);
    column->addWidget(m_root, 1);
    column->addWidget(m_status);
    setCentralWidget(middle);

    connect(m_sidebar, &Sidebar::placeChanged, this, &MainWindow::showPlace);
    connect(m_sidebar, &Sidebar::searchChanged, this, [this](const QString &text) {
        if (!text.isEmpty() && !m_sidebar->place().isEntries())
            m_sidebar->setPlace({});
        m_entries->search(text);
    });
    connect(m_sidebar, &Sidebar::leftSearch, m_entries, &EntriesPage::focusList);
    connect(m_entries, &EntriesPage::clearSearchRequested, m_sidebar, &Sidebar::clearSearch);
    connect(m_entries, &EntriesPage::importRequested, this, &MainWindow::importRequested);
    connect(m_status, &StatusLine::lockRequested, this, [this] { m_parts.client->lock(); });
    connect(m_status, &StatusLine::lockKeepingRequested, this, &MainWindow::lockKeepingLeases);
    connect(m_status, &StatusLine::waysRequested, this, [this] { setPlace({Place::Kind::Settings, {}, {}}); });
    connect(m_parts.client, &VaultClient::keyAlert, this, [this](const KeyAlert &alert) {
        // What went wrong stays; the desktop's notification tells of the lease, too.
        if (alert.kind == KeyAlert::Kind::LeaseOver && m_message->isHidden())
            showMessage(tr("%1. %2").arg(ApprovalText::alert(alert), ApprovalText::alertDetail(alert)), false);
    });
    connect(m_parts.client, &VaultClient::leaseNotKept, this, [this] { showMessage(LeaseText::notKept(), true); });
    connect(m_parts.client, &VaultClient::factsChanged, this, &MainWindow::takeFacts);
    connect(m_parts.client, &VaultClient::entriesChanged, this, &MainWindow::askCounts);
    connect(m_parts.client, &VaultClient::agentsChanged, this, &MainWindow::askCounts);
    connect(m_parts.client, &VaultClient::entryRequestsChanged, this, &MainWindow::askRequests);
    connect(m_parts.client, &VaultClient::entryRequested, this, [this](const EntryRequest &request) {
        m_toast->offer(tr("%1 asks for “%2”").arg(displayText(request.keyName, 64), displayText(request.title, 60)), tr("Show"),
                       [this] { emit requestsRequested(); });
    });
    connect(m_parts.client, &VaultClient::trouble, this, &MainWindow::showError);
    connect(m_entries, &EntriesPage::failed, this, &MainWindow::showError);
    connect(m_parts.settings, &Settings::changed, this,
            [this] { m_parts.clipboard->setSeconds(m_parts.settings->clipboardSeconds()); });
    m_parts.clipboard->setSeconds(m_parts.settings->clipboardSeconds());

    addShortcuts();
    resize(kFirstSize);
    if (const QByteArray geometry = m_parts.settings->windowGeometry(); !geometry.isEmpty())
        restoreGeometry(geometry);
    showPlace(m_sidebar->place());
    takeFacts(m_parts.client->facts());
}

MainWindow::~MainWindow()
{
    m_parts.settings->setWindowGeometry(saveGeometry());
}

QString MainWindow::heading(const Place &place)
{
    switch (place.kind) {
    case Place::Kind::Favourites:
        return tr("Favourites");
    case Place::Kind::Type:
        return EntryText::types(place.type);
    case Place::Kind::Tag:
        return displayText(place.tag, 60);
    case Place::Kind::Personal:
        return tr("Personal");
    case Place::Kind::Trash:
        return tr("Trash");
    default:
        return tr("All entries");
    }
}

void MainWindow::showPlace(const Place &place)
{
    m_entries->detail()->maskAll();
    switch (place.kind) {
    case Place::Kind::Keys:
        m_pages->setCurrentWidget(m_given.keys);
        return;
    case Place::Kind::Audit:
        m_pages->setCurrentWidget(m_given.audit);
        return;
    case Place::Kind::Connection:
        m_pages->setCurrentWidget(m_given.connection);
        return;
    case Place::Kind::Settings:
        m_pages->setCurrentWidget(m_given.settings);
        return;
    default:
        break;
    }
    m_pages->setCurrentWidget(m_entries);
    m_entries->setPlace(place.query(), heading(place));
    if (const QString text = m_sidebar->searchText(); !text.isEmpty())
        m_entries->search(text);
}

void MainWindow::setPlace(const Place &place)
{
    m_sidebar->setPlace(place);
}

const Place &MainWindow::place() const
{
    return m_sidebar->place();
}

void MainWindow::takeFacts(const VaultFacts &facts)
{
    const bool was = m_state == LockState::Unlocked;
    const bool is = facts.state == LockState::Unlocked;
    m_state = facts.state;
    setWindowTitle(facts.name.isEmpty() ? tr("Clavitor") : tr("%1 – Clavitor").arg(displayText(facts.name, 60)));
    if (is) {
        m_root->setCurrentWidget(m_open);
        if (!was) {
            askCounts();
            askRequests();
            showPlace(m_sidebar->place());
            m_entries->focusList();
        }
        return;
    }
    if (was) {
        m_entries->lock();
        dismissDialogs();
        m_toast->dismiss();
        m_sidebar->clearSearch();
        m_sidebar->setCounts({});
        m_sidebar->setRequestCount(0);
        m_parts.clipboard->clear();
        m_parts.personal->shut();
    }
    // Told again with each read under a lease: whoever types or has gone on to a button is not brought back.
    if (was || m_root->currentWidget() != m_given.lockScreen) {
        m_root->setCurrentWidget(m_given.lockScreen);
        m_given.lockScreen->setFocus();
    }
}

void MainWindow::lockKeepingLeases()
{
    m_parts.client->lockKeepingLeases(LockCause::Asked);
}

void MainWindow::askCounts()
{
    if (!m_parts.client->isUnlocked())
        return;
    m_parts.client->counts(Reply<Result<EntryCounts>>(this, [this](Result<EntryCounts> counts) {
        if (!counts)
            return showError(counts.error());
        m_sidebar->setCounts(*counts);
        QStringList tags;
        for (const auto &[tag, count] : std::as_const(counts->tags))
            tags.append(tag);
        m_entries->setKnownTags(tags);
    }));
    m_parts.client->agents(Reply<Result<QList<Agent>>>(this, [this](Result<QList<Agent>> agents) {
        if (!agents)
            return showError(agents.error());
        m_status->setAgents(*agents);
        m_sidebar->setKeyCount(static_cast<int>(
            std::ranges::count_if(*agents, [](const Agent &agent) { return !agent.isRevoked(); })));
    }));
}

void MainWindow::askRequests()
{
    if (!m_parts.client->isUnlocked())
        return;
    m_parts.client->entryRequests(Reply<Result<QList<EntryRequest>>>(this, [this](Result<QList<EntryRequest>> requests) {
        if (!requests)
            return showError(requests.error());
        m_sidebar->setRequestCount(static_cast<int>(std::ranges::count(*requests, EntryRequest::State::Open, &EntryRequest::state)));
    }));
}

void MainWindow::showEntry(EntryId entry)
{
    m_sidebar->clearSearch();
    m_sidebar->setPlace({});
    m_entries->showEntry(entry);
}

void MainWindow::setBridgeState(const BridgeState &state)
{
    m_status->setBridgeState(state);
}

void MainWindow::setWarnsOfOneWay(bool warns)
{
    m_status->setWarnsOfOneWay(warns);
}

void MainWindow::setTrayMissing(bool missing)
{
    if (m_trayMissing == missing)
        return;
    m_trayMissing = missing;
    if (missing)
        showMessage(tr("This desktop shows no tray icons, so Clavitor keeps its window. Closing the window quits the program, "
                       "and agents get no answers then."),
                    false);
    else
        m_message->hide();
}

void MainWindow::showError(const Error &error)
{
    if (error.code != ErrorCode::Locked) // whoever locked knows
        showMessage(ErrorText::of(error.code).sentence(), true);
}

void MainWindow::showMessage(const QString &text, bool isTrouble)
{
    m_message->setMessage(isTrouble ? InlineMessage::Kind::Error : InlineMessage::Kind::Note, text);
    m_message->show();
}

void MainWindow::present()
{
    if (isMinimized())
        showNormal();
    show();
    raise();
    activateWindow();
    if (m_state != LockState::Unlocked)
        m_given.lockScreen->setFocus();
}

void MainWindow::focusSearch()
{
    present();
    if (m_parts.client->isUnlocked())
        m_sidebar->focusSearch();
}

void MainWindow::openGenerator()
{
    present();
    auto *dialog = new GeneratorDialog(crypto::systemRandom(), m_parts.clipboard, GeneratorDialog::Mode::Copy, this);
    // It comes up in front of a locked vault as well, where a lock changes nothing else.
    connect(m_parts.client, &VaultClient::lockAsked, dialog, &QDialog::reject);
    dialog->open();
}

void MainWindow::requestQuit()
{
    EntryEditor *editor = m_entries->unsaved();
    if (!editor) {
        emit quitRequested();
        return;
    }
    present();
    if (!m_quitAsk) {
        m_quitAsk = new ConfirmSheet(tr("Quit without saving?"),
                                     tr("An entry has changes that are not saved. Quitting loses them; everything saved before is kept."),
                                     tr("Quit"), {}, editor->isStowed() ? static_cast<QWidget *>(this) : editor);
        connect(m_quitAsk, &QDialog::accepted, this, &MainWindow::quitRequested);
        m_quitAsk->open();
    }
    m_quitAsk->raise();
    m_quitAsk->activateWindow();
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    m_entries->setNarrow(width() < kNarrowBelow);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    m_parts.settings->setWindowGeometry(saveGeometry());
    if (m_trayMissing) {
        event->ignore();
        requestQuit();
        return;
    }
    event->accept();
    emit hiddenToTray();
}

void MainWindow::changeEvent(QEvent *event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::WindowStateChange && isMinimized())
        m_entries->detail()->maskAll();
}

} // namespace clavitor::ui
