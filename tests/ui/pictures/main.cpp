// SPDX-License-Identifier: GPL-3.0-or-later
// Renders pages and dialogs with sample rows: pictures FOLDER [name part]. Not a test; for looking at.
#include "tests/support/ScriptedVault.h"
#include "tests/ui/pictures/ConnectionPictures.h"
#include "tests/ui/pictures/PresencePictures.h"
#include "tests/ui/pictures/ReplaceKeysPictures.h"
#include "tests/ui/pictures/ApprovalPictures.h"
#include "tests/ui/pictures/HardwarePictures.h"
#include "tests/ui/pictures/LeasePictures.h"
#include "tests/ui/pictures/LeastWindowPictures.h"
#include "tests/ui/pictures/PinPictures.h"

#include "app/base/LoginStart.h"
#include "app/base/SecretString.h"
#include "app/base/Settings.h"
#include "ui/ClipboardGuard.h"
#include "ui/DistrustNotice.h"
#include "ui/DistrustSheet.h"
#include "ui/audit/VerifyBar.h"
#include "ui/PersonalAccess.h"
#include "ui/audit/AuditPage.h"
#include "ui/audit/AuditTable.h"
#include "ui/audit/CheckpointSheet.h"
#include "ui/entries/EntryEditor.h"
#include "ui/import/ImportDialog.h"
#include "ui/keys/AgentsPage.h"
#include "ui/keys/KeyDialog.h"
#include "ui/keys/LeaseDialog.h"
#include "ui/keys/NewKeySheet.h"
#include "ui/keys/ReceiptDialog.h"
#include "ui/keys/SeenDialog.h"
#include "ui/keys/TickList.h"
#include "ui/keys/ViewAsDialog.h"
#include "ui/recovery/RecoveryPage.h"
#include "ui/recovery/RecoverySheetDialog.h"
#include "ui/recovery/RecoveryUnlockDialog.h"
#include "ui/settings/AboutDialog.h"
#include "ui/settings/ChangePasswordDialog.h"
#include "ui/settings/LoginStartRow.h"
#include "ui/settings/SettingsPage.h"
#include "ui/settings/UnlockWaysCard.h"
#include "ui/setup/SetupWizard.h"
#include "ui/setup/UnlockDialog.h"
#include "ui/setup/UnlockPanel.h"
#include "ui/style/Theme.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/ConfirmSheet.h"
#include "ui/widgets/IconButton.h"

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QLineEdit>
#include <QPushButton>
#include <QTemporaryDir>
#include <QVBoxLayout>

#include <cstdio>
#include <memory>
#include <vector>

using namespace clavitor;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;
using clavitor::test::ScriptedVault;

namespace {

const qint64 now = QDateTime(QDate(2026, 3, 11), QTime(15, 40)).toMSecsSinceEpoch();

void settle(int milliseconds = 60)
{
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < milliseconds)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 10);
}

struct Studio {
    QString folder;
    QString only;
    QString suffix;
    std::vector<std::unique_ptr<QWidget>> panes; ///< to be emptied before what their pages talk to goes

    /// A page as it stands in the window: on a pane.
    QWidget *framed(QWidget *page)
    {
        panes.push_back(std::make_unique<Pane>());
        auto *column = new QVBoxLayout(panes.back().get());
        column->setContentsMargins(0, 0, 0, 0);
        column->addWidget(page);
        return panes.back().get();
    }

    void take(const QString &name, QWidget *widget, QSize size = {})
    {
        if (!only.isEmpty() && !name.contains(only)) {
            return;
        }
        if (size.isValid())
            widget->resize(size);
        widget->show();
        settle();
        const QPixmap picture = widget->grab();
        picture.save(folder + u'/' + name + suffix + u".png"_s);
        std::printf("%s\n", qPrintable(name + suffix));
    }
};

void type(QWidget *owner, const QString &accessibleName, const QString &text)
{
    for (QLineEdit *line : owner->findChildren<QLineEdit *>())
        if (line->accessibleName() == accessibleName) {
            line->setText(text);
            emit line->textEdited(text);
        }
    settle(200);
}

void press(QWidget *owner, const QString &text)
{
    for (QPushButton *button : owner->findChildren<QPushButton *>())
        if (button->text() == text && button->isVisibleTo(owner)) {
            button->click();
            break;
        }
    settle();
}

/// What was allowed, asked for and seen, and a key that was stopped.
void fillWithPolicy(ScriptedVault &vault)
{
    constexpr qint64 minute = 60'000;
    const auto grant = [&](int key, QList<qsizetype> entries, QList<Action> actions) {
        Grant one;
        one.id = GrantId{newUuid(now)};
        one.keyId = vault.agents.at(key).keyId;
        for (const qsizetype entry : entries)
            one.entries << vault.entries.at(entry).id;
        one.actions = std::move(actions);
        vault.grants << one;
        return &vault.grants.last();
    };
    Grant *lease = grant(1, {1, 3, 4, 5}, {Action::Read});
    lease->isLease = true;
    lease->readsLeft = 4;
    lease->used = 6;
    lease->until = now + 15 * 60 * minute;
    grant(0, {0}, {Action::Read})->endsWithLock = true;
    Grant *hour = grant(0, {0}, {Action::Totp});
    hour->endsWithLock = true;
    hour->until = now + 23 * minute - 5'000;
    grant(0, {2}, {Action::Read});
    const auto request = [&](const QString &title, const QString &why, const QStringList &fields, EntryRequest::State state) {
        vault.entryRequests << EntryRequest{EntryRequestId{newUuid(now)}, u"Kq7ZrT2k"_s, u"codex-agent"_s, title, why, fields,
                                            now - 7 * minute * (vault.entryRequests.size() + 1), state, {}};
    };
    request(u"Staging database"_s, u"to run the migration of the order tables before the deployment"_s, {u"user"_s, u"password"_s, u"host"_s},
            EntryRequest::State::Open);
    request(u"p\u0430ypal sandbox\u202E"_s, {}, {}, EntryRequest::State::Open);
    request(u"npm publish token"_s, u"release 2.4"_s, {u"token"_s}, EntryRequest::State::Added);
    request(u"Root password"_s, {}, {}, EntryRequest::State::Declined);
    QList<SeenCredential> seen;
    for (qsizetype i = 0; i < 7; ++i) {
        const EntrySummary &entry = vault.entries.at(i);
        const qint64 first = now - (7 - i) * 1440 * minute;
        seen << SeenCredential{entry.id, entry.title, entry.urls, i != 5, static_cast<int>(1 + i * 3 % 5), i == 0 ? 12 : 0, first, first + i * 300 * minute,
                               i == 1 ? now - 60 * minute : 0, i == 0 || i == 3};
    }
    vault.seen.insert(u"Kq7ZrT2k"_s, seen);
    vault.agents.first().policy.pin = {u"/usr/local/bin/codex"_s, QDir::homePath() + u"/src/shop"_s};
}

void shootPolicy(Studio &studio)
{
    ScriptedVault vault;
    vault.fillWithSamples(now);
    vault.facts.state = LockState::Unlocked;
    fillWithPolicy(vault);
    vault.agents[1].paused = false;
    vault.agents[1].frozenAt = now - 11 * 60'000;
    vault.agents[1].frozenWhy = u"30 credentials within an hour"_s;
    Agent resting = vault.agents.first();
    resting.keyId = u"Wq2ZrT2k"_s;
    resting.name = u"nightly-tests"_s;
    resting.note.clear();
    resting.restsUntil = now + 8 * 60'000;
    resting.policy = policyOf(Preset::UseWithoutSeeing);
    vault.agents << resting;
    const auto client = ScriptedVault::makeClient();
    ClipboardGuard clipboard(QGuiApplication::clipboard());
    const Clock clock = [] { return now; };
    for (const auto &[size, name] : {std::pair(QSize(820, 640), u""_s), std::pair(QSize(344, 384), u"-least"_s)}) {
        auto *agents = new AgentsPage(client.get(), &clipboard, clock);
        studio.take(u"policy-keys"_s + name, studio.framed(agents), size);
        agents->showAllowed();
        studio.take(u"policy-allowed"_s + name, agents->parentWidget(), size);
        agents->showRequests();
        studio.take(u"policy-requests"_s + name, agents->parentWidget(), size);
    }
    const auto dialog = [&](QDialog *shown, const QString &name) {
        shown->setAttribute(Qt::WA_DeleteOnClose, false);
        studio.take(name, shown);
        delete shown;
    };
    dialog(new ViewAsDialog(client.get(), vault.agents, u"Kq7ZrT2k"_s), u"policy-view"_s);
    dialog(new ViewAsDialog(client.get(), vault.agents, u"Vb8sJ5mX"_s), u"policy-view-stopped"_s);
    vault.agents.first().policy.pin = {u"/usr/local/bin/codex"_s, u"/srv/shop"_s};
    dialog(new ViewAsDialog(client.get(), vault.agents, vault.agents.first().keyId), u"policy-view-pinned"_s);
    vault.agents.first().policy.pin = {};
    dialog(new ReceiptDialog(client.get(), clock, vault.agents.first()), u"policy-receipt"_s);
    dialog(new SeenDialog(client.get(), clock, vault.agents.first()), u"policy-seen"_s);
    auto *lease = new LeaseDialog(client.get(), clock, vault.agents, u"Kq7ZrT2k"_s);
    settle();
    if (auto *list = lease->findChild<TickList *>())
        list->setTicked({vault.entries.at(0).id.toString(), vault.entries.at(2).id.toString()});
    dialog(lease, u"policy-lease"_s);
    PersonalAccess personal(client.get(), clock);
    auto *editor = new EntryEditor(EntryEditor::Start::New, {client.get(), &clipboard, &personal}, clock, {}, {}, nullptr);
    editor->startFrom(vault.entryRequests.first());
    dialog(editor, u"policy-request-editor"_s);
    vault.entryRequests.clear();
    vault.grants.clear();
    auto *empty = new AgentsPage(client.get(), &clipboard, clock);
    empty->showAllowed();
    studio.take(u"policy-allowed-empty"_s, studio.framed(empty), {820, 560});
    empty->showRequests();
    studio.take(u"policy-requests-empty"_s, empty->parentWidget(), {820, 560});
    studio.panes.clear();
}

void shootAll(Studio &studio)
{
    ScriptedVault vault;
    vault.fillWithSamples(now);
    vault.facts.state = LockState::Unlocked;
    const auto client = ScriptedVault::makeClient();
    ClipboardGuard clipboard(QGuiApplication::clipboard());
    const Clock clock = [] { return now; };
    const QSize page(820, 640);

    auto *agents = new AgentsPage(client.get(), &clipboard, clock);
    studio.take(u"keys"_s, studio.framed(agents), page);
    for (auto *box : agents->findChildren<QAbstractButton *>())
        if (box->text() == u"Show ended keys"_s)
            box->click();
    studio.take(u"keys-ended"_s, agents->parentWidget(), page);

    KeyDialog fresh(client.get(), clock);
    fresh.setAttribute(Qt::WA_DeleteOnClose, false);
    studio.take(u"key-new"_s, &fresh);
    KeyDialog change(client.get(), clock);
    change.setAttribute(Qt::WA_DeleteOnClose, false);
    change.edit(vault.agents.first());
    studio.take(u"key-edit"_s, &change);
    change.showPolicy();
    studio.take(u"key-policy"_s, &change);
    press(&change, u"Adjust"_s);
    studio.take(u"key-policy-adjust"_s, &change, {560, 1240});
    NewKeySheet token({vault.agents.first(), takeSecret(u"clavitor_Kq7ZrT2kn4Qw8ZrT2kVbY7sJ5mXe1LgHc9PaUf3DoRi6WtBvNqE0Kx8b2Qd5"_s)}, &clipboard, {1984, u"/usr/bin/clavitor"_s, u"/usr/bin/clavitor-mcp"_s});
    token.setAttribute(Qt::WA_DeleteOnClose, false);
    studio.take(u"key-token"_s, &token);
    ConfirmSheet revoke(u"Revoke codex-agent?"_s, u"Its token stops with the next call and cannot be brought back. Its rows in the audit log stay. To stop it for a while, pause it instead."_s,
                        u"Revoke key"_s, u"codex-agent"_s, nullptr);
    revoke.setAttribute(Qt::WA_DeleteOnClose, false);
    studio.take(u"confirm"_s, &revoke);

    QTemporaryDir folder;
    Settings settings(folder.filePath(u"settings.ini"_s));
    PersonalAccess personal(client.get(), clock);
    auto *audit = new ui::AuditPage(client.get(), clock);
    audit->setVerification(&personal, &settings);
    studio.take(u"audit"_s, studio.framed(audit), page);
    audit->parentWidget()->resize(600, 384); // as a person would: by and by
    settle();
    studio.take(u"audit-least"_s, audit->parentWidget(), {344, 384});
    audit->parentWidget()->resize(page);
    if (auto *table = audit->findChild<AuditTable *>()) {
        table->setCurrentIndex(table->model()->index(2, 0));
        emit table->activated(table->model()->index(2, 0));
    }
    studio.take(u"audit-card"_s, audit->parentWidget(), {1000, 680});

    CheckpointSheet checkpoints(client.get(), &settings);
    checkpoints.setAttribute(Qt::WA_DeleteOnClose, false);
    studio.take(u"checkpoints"_s, &checkpoints);

    const LoginStart start(u"/usr/bin/clavitor"_s, {folder.filePath(u"autostart"_s), {}, {}, {}});
    auto *settingsPage = new SettingsPage(client.get(), &settings, [] { return now; }, &start);
    studio.take(u"settings"_s, studio.framed(settingsPage), {820, 1300});
    QDir().mkpath(folder.filePath(u"autostart"_s));
    QFile::link(u"/nowhere"_s, start.path());
    LoginStartRow startRow(&start);
    for (auto *toggle : startRow.findChildren<Switch *>())
        toggle->click();
    studio.take(u"settings-login"_s, &startRow, {640, 180});
    AboutDialog about;
    about.setAttribute(Qt::WA_DeleteOnClose, false);
    studio.take(u"about"_s, &about);
    ChangePasswordDialog password(client.get());
    password.setAttribute(Qt::WA_DeleteOnClose, false);
    studio.take(u"password"_s, &password);

    ImportDialog import(client.get(), clock);
    import.setAttribute(Qt::WA_DeleteOnClose, false);
    studio.take(u"import-choose"_s, &import);
    import.openFile(QStringLiteral(CLAVITOR_SAMPLE_EXPORT));
    settle(1500);
    studio.take(u"import-preview"_s, &import);
    for (auto *button : import.findChildren<QPushButton *>())
        if (button->text().startsWith(u"Import "_s))
            button->click();
    settle();
    studio.take(u"import-result"_s, &import);
    studio.panes.clear();
}

void shootRecovery(Studio &studio)
{
    ScriptedVault vault;
    vault.facts.state = LockState::Unlocked;
    const auto client = ScriptedVault::makeClient();
    const Clock clock = [] { return now; };
    RecoverySheetDialog sheet({client.get(), clock});
    sheet.setAttribute(Qt::WA_DeleteOnClose, false);
    studio.take(u"recovery-1"_s, &sheet);
    press(&sheet, u"Show the groups"_s);
    studio.take(u"recovery-1-shown"_s, &sheet);
    press(&sheet, u"I have it"_s);
    for (auto *line : sheet.findChildren<QLineEdit *>())
        if (line->isVisibleTo(&sheet)) {
            line->setText(u"ZZZZZ"_s);
            emit line->textEdited(line->text());
            break;
        }
    studio.take(u"recovery-2"_s, &sheet);

    const auto page = crypto::RecoverySheet::make(crypto::systemRandom());
    (void)RecoveryPage(page, u"My vault"_s, u"8k3v0q7m2x5d"_s, QDate(2026, 3, 11)).save(studio.folder + u"/recovery-page.pdf"_s);

    vault.facts.state = LockState::Locked;
    ScriptedVault::setWay(vault.facts, {{crypto::SlotKind::Recovery, 0}, {}, {}}, true);
    const auto secret = page.slotSecret();
    vault.secrets.insert(3, QByteArray(reinterpret_cast<const char *>(secret.bytes().data()), 32));
    const auto locked = ScriptedVault::makeClient();
    UnlockPanel panel(locked.get(), clock);
    studio.take(u"unlock-with-sheet"_s, &panel, {820, 560});
    RecoveryUnlockDialog unlock(locked.get());
    unlock.setAttribute(Qt::WA_DeleteOnClose, false);
    studio.take(u"recovery-unlock-1"_s, &unlock);
    type(&unlock, u"The eight groups of the sheet"_s, u"00002-00004-0X006-00008-0000A-0000C-00X0E-0000G"_s);
    studio.take(u"recovery-unlock-wrong"_s, &unlock);
    type(&unlock, u"The eight groups of the sheet"_s, revealToQString(page.text()));
    press(&unlock, u"Unlock"_s);
    studio.take(u"recovery-unlock-2"_s, &unlock);
}

void shootWays(Studio &studio)
{
    ScriptedVault vault;
    vault.facts.state = LockState::Unlocked;
    vault.facts.hasKeychainSlot = true;
    for (const crypto::SlotKind kind : {crypto::SlotKind::Keychain, crypto::SlotKind::Recovery, crypto::SlotKind::SecurityKey, crypto::SlotKind::Tpm})
        ScriptedVault::setWay(vault.facts, {{kind, 0}, kind == crypto::SlotKind::SecurityKey ? u"the blue one"_s : QString(), {}}, true);
    const auto client = ScriptedVault::makeClient();
    const Clock clock = [] { return now; };
    UnlockWaysCard card(client.get(), clock);
    studio.take(u"ways"_s, &card, {720, 760});
    studio.take(u"ways-narrow"_s, &card, {300, 1240});
    RecoverySheetDialog sheet({client.get(), clock});
    sheet.setAttribute(Qt::WA_DeleteOnClose, false);
    press(&sheet, u"Show the groups"_s);
    studio.take(u"recovery-replaced-shown"_s, &sheet);
    for (auto *button : card.findChildren<QPushButton *>())
        if (button->accessibleName() == u"Remove: Recovery sheet"_s)
            button->click();
    studio.take(u"ways-removal"_s, card.findChild<ConfirmSheet *>());
    vault.failures.insert(u"deleteKeychainItem"_s, {ErrorCode::KeychainLocked, {}});
    for (auto *one : card.findChildren<Switch *>())
        one->click();
    settle();
    studio.take(u"ways-key-left"_s, &card, {720, 860});
    studio.take(u"ways-key-left-narrow"_s, &card, {300, 1400});
}

void shootLocked(Studio &studio)
{
    ScriptedVault vault;
    const auto client = ScriptedVault::makeClient();
    ClipboardGuard clipboard(QGuiApplication::clipboard());
    const Clock clock = [] { return now; };
    UnlockPanel panel(client.get(), clock);
    studio.take(u"unlock"_s, &panel, {820, 560});
    emit client->lockedCall({u"mcp:codex-agent"_s, u"read"_s, {u"/usr/local/bin/codex"_s, 4711, u"zsh ← kitty"_s, u"/home/octo/src/shop"_s, {}}});
    type(&panel, u"Master password"_s, u"wrong"_s);
    press(&panel, u"Unlock"_s);
    studio.take(u"unlock-wrong"_s, &panel, {820, 680});
    UnlockDialog dialog(client.get(), clock);
    studio.take(u"unlock-dialog"_s, &dialog);

    DistrustSheet changed(client.get(), {Distrust::Kind::ChangedOutside, {VaultPart::Entries, VaultPart::Keys, VaultPart::Log}, 4711, 0}, nullptr);
    studio.take(u"distrust-changed"_s, &changed);
    vault.verdict = {.rows = 4711, .checkpoints = 47, .anchor = LogVerdict::Place::Keychain, .anchorRow = 4700, .anchorTime = now};
    VerifyBar fileMissing(client.get(), clock);
    fileMissing.start({.path = u"/media/stick/clavitor-checkpoints.txt"_s}, fail(ErrorCode::NotFound));
    QCoreApplication::processEvents();
    studio.take(u"verify-file-missing"_s, &fileMissing, {1040, 130});
    {
        vault.surplus = {{VaultPart::Entries, 9, {u"GitHub"_s, u"Stripe (live)"_s, u"Hetzner"_s}}, {VaultPart::Keys, 1, {u"codex-agent"_s}}};
        DistrustSheet twice(client.get(), {Distrust::Kind::ChangedOutside, {VaultPart::Entries, VaultPart::Keys, VaultPart::Structure}, 4711, 0}, nullptr);
        twice.show();
        press(&twice, u"Trust what is here now"_s);
        settle(200);
        studio.take(u"distrust-twice"_s, &twice);
        vault.surplus.clear();
    }
    DistrustSheet keyFile(client.get(), {Distrust::Kind::ChangedOutside, {VaultPart::KeyFile}, 4711, 0}, nullptr);
    studio.take(u"distrust-key-file"_s, &keyFile);
    DistrustSheet older(client.get(), {Distrust::Kind::OlderCopy, {}, 4711, 4802}, nullptr);
    studio.take(u"distrust-older"_s, &older);
    vault.facts.state = LockState::Unlocked;
    vault.facts.distrust = Distrust{Distrust::Kind::ChangedOutside, {VaultPart::Keys, VaultPart::Log}, 4711, 0};
    const auto distrusted = ScriptedVault::makeClient();
    DistrustNotice notice(distrusted.get());
    studio.take(u"distrust-notice"_s, &notice, {1040, 60});
    vault.facts.distrust.reset();
    vault.facts.state = LockState::Locked;
    vault.facts.problem = Error{ErrorCode::NewerSchema, u"schema 9, this program knows 4"_s};
    const auto damaged = ScriptedVault::makeClient();
    UnlockPanel broken(damaged.get(), clock);
    studio.take(u"unlock-newer"_s, &broken, {820, 560});
    vault.facts.problem = Error{ErrorCode::DamagedFile, u"vault.keys"_s};
    vault.facts.formerKeys = FormerKeys{now - qint64{86'400'000} * 40, true, true, false};
    const auto former = ScriptedVault::makeClient();
    {
        UnlockPanel offers(former.get(), clock);
        studio.take(u"unlock-former-keys"_s, &offers, {820, 640});
        press(&offers, u"Open with the key file of before…"_s);
        settle(100);
        if (auto *sheet = offers.findChild<ConfirmSheet *>()) {
            studio.take(u"unlock-former-keys-sheet"_s, sheet);
            press(sheet, u"Use this key file"_s);
            settle(200);
        }
        studio.take(u"unlock-former-keys-used"_s, &offers, {820, 640});
    }
    vault.facts.problem = Error{ErrorCode::DamagedFile, u"vault.keys"_s};
    vault.facts.formerKeys = FormerKeys{now - qint64{86'400'000} * 40, false, true, false};
    const auto replaced = ScriptedVault::makeClient();
    UnlockPanel cannot(replaced.get(), clock);
    studio.take(u"unlock-former-keys-none"_s, &cannot, {820, 560});
    vault.facts = {};
    const auto none = ScriptedVault::makeClient();
    SetupWizard wizard(none.get(), &clipboard, clock, 1984);
    studio.take(u"setup-1"_s, &wizard);
    press(&wizard, u"Next"_s);
    type(&wizard, u"Master password"_s, u"plum-ladder-orbit-seven"_s);
    type(&wizard, u"Master password again"_s, u"plum-ladder-orbit-seven"_s);
    studio.take(u"setup-2"_s, &wizard);
    press(&wizard, u"Next"_s);
    studio.take(u"setup-3"_s, &wizard);
    press(&wizard, u"Create the vault"_s);
    studio.take(u"setup-4"_s, &wizard);
    wizard.reject();
    auto *leave = wizard.findChild<ConfirmSheet *>();
    studio.take(u"setup-4-leave"_s, leave);
    leave->reject();
    none->addWay({crypto::SlotKind::Recovery}, crypto::SecretBytes(32), crypto::SecretText::copyOf("plum-ladder-orbit-seven"), {});
    settle();
    studio.take(u"setup-4-made"_s, &wizard);
    emit none->keychainIsAwaited(true);
    settle(900);
    studio.take(u"setup-4-keychain-asks"_s, &wizard);
    emit none->keychainIsAwaited(false);
    press(&wizard, u"Next"_s);
    studio.take(u"setup-5"_s, &wizard);
    press(&wizard, u"Start empty"_s);
    studio.take(u"setup-6"_s, &wizard);
    auto *empty = new AgentsPage(none.get(), &clipboard, clock);
    studio.take(u"keys-empty"_s, studio.framed(empty), {820, 560});
    auto *emptyAudit = new ui::AuditPage(none.get(), clock);
    studio.take(u"audit-empty"_s, studio.framed(emptyAudit), {820, 560});
    studio.panes.clear();
}

} // namespace

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    const QStringList arguments = app.arguments();
    Studio studio{arguments.value(1, u"."_s), arguments.value(2), {}, {}};
    QDir().mkpath(studio.folder);
    Theme theme;
    for (const auto &[choice, suffix] : {std::pair(SchemeChoice::Light, u"-light"_s), std::pair(SchemeChoice::Dark, u"-dark"_s)}) {
        theme.setChoice(choice);
        studio.suffix = suffix;
        shootAll(studio);
        shootConnection([&studio](const QString &name, QWidget *widget, QSize size) { studio.take(name, widget, size); });
        shootPolicy(studio);
        shootPins([&studio](const QString &name, QWidget *widget, QSize size) { studio.take(name, widget, size); });
        shootLocked(studio);
        shootRecovery(studio);
    shootWays(studio);
        shootReplaceKeys([&studio](const QString &name, QWidget *widget, QSize size) { studio.take(name, widget, size); });
        shootPresence([&studio](const QString &name, QWidget *widget, QSize size) { studio.take(name, widget, size); });
        shootHardware([&studio](const QString &name, QWidget *widget, QSize size) { studio.take(name, widget, size); });
        shootLeases([&studio](const QString &name, QWidget *widget, QSize size) { studio.take(name, widget, size); });
        shootLeastWindow([&studio](const QString &name, QWidget *widget, QSize size) { studio.take(name, widget, size); });
        shootApprovals([&studio](const QString &name, QWidget *widget) { studio.take(name, widget); });
    }
    return 0;
}
