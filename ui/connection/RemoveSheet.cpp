// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/RemoveSheet.h"

#include "app/connect/TokenItem.h"
#include "ui/approval/DeadTime.h"
#include "ui/connection/ConnectionText.h"
#include "ui/connection/DiffView.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/ButtonRow.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"

#include <QCheckBox>
#include <QComboBox>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

RemoveSheet::RemoveSheet(VaultClient *vault, Clock clock, ThisComputer computer, std::shared_ptr<const ClientSight> sight, QWidget *parent)
    : QDialog(parent)
    , m_vault(vault)
    , m_clock(std::move(clock))
    , m_computer(std::move(computer))
    , m_sight(std::move(sight))
    , m_files(new QComboBox)
    , m_path(new ElidedLabel({}, TextStyle::Mono))
    , m_words(new Label({}, TextStyle::Body, Ink::Quiet))
    , m_diff(new DiffView)
    , m_revoke(new QCheckBox)
    , m_keyWords(new Label({}, TextStyle::Quiet, Ink::Quiet))
    , m_oldToken(new InlineMessage(InlineMessage::Kind::Warning, tr("The backup holds the token that stood in the file.")))
    , m_error(new InlineMessage(InlineMessage::Kind::Error))
    , m_cancel(new QPushButton(tr("Cancel")))
    , m_go(new QPushButton)
{
    const QString title = tr("Remove Clavitor from %1").arg(m_sight->client.name);
    setWindowTitle(title);
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(true);
    resize(640, 520);
    m_revoke->hide();
    m_oldToken->hide();
    m_error->hide();
    m_cancel->setDefault(true); // a Return that was meant for the row behind takes nothing away
    setButtonRole(m_cancel, ButtonRole::Ordinary);
    m_go->setAutoDefault(false);
    setButtonRole(m_go, ButtonRole::Danger);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::m);
    column->addWidget((new Label(title, TextStyle::Title))->wrapping());
    column->addWidget(m_files);
    column->addWidget(m_path);
    column->addWidget(m_words->wrapping());
    column->addWidget(m_diff, 1);
    column->addWidget(m_revoke);
    column->addWidget(m_keyWords->wrapping());
    column->addWidget(m_oldToken);
    column->addWidget(m_error);
    column->addStretch();
    column->addLayout(new ButtonRow({m_cancel, m_go}));

    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_go, &QPushButton::clicked, this, &RemoveSheet::go);
    connect(m_revoke, &QCheckBox::toggled, this, &RemoveSheet::refresh);
    connect(m_oldToken->setAction(tr("Delete the backup")), &QPushButton::clicked, this, &RemoveSheet::deleteBackupWithToken);
    connect(m_vault, &VaultClient::factsChanged, this, [this](const VaultFacts &facts) {
        if (facts.state != LockState::Unlocked)
            takeAgents({});
        else if (!m_key)
            askForKey();
    });
    m_reading.setSingleShot(true);
    m_reading.setInterval(DeadTime::Milliseconds);
    connect(&m_reading, &QTimer::timeout, this, &RemoveSheet::refresh);
    const QStringList files = m_sight->files();
    for (const QString &file : files)
        m_files->addItem(ConnectionText::path(file), file);
    m_files->setAccessibleName(tr("File"));
    m_files->setVisible(files.size() > 1);
    m_cancel->setFocus(); // and not the files, where a key chooses another
    m_path->setVisible(files.size() <= 1);
    connect(m_files, &QComboBox::activated, this, [this] { chooseFile(m_files->currentData().toString()); });
    chooseFile(files.isEmpty() ? m_sight->client.configFile : files.first());
}

RemoveSheet::~RemoveSheet() = default;

void RemoveSheet::chooseFile(const QString &file)
{
    m_file = file;
    m_keyId = m_sight->keyIdIn(file);
    m_path->setText(ConnectionText::path(file));
    m_plan.reset();
    m_key.reset();
    m_revoke->setChecked(false);
    m_error->hide();
    if (m_vault->isUnlocked())
        askForKey();
    refresh();
    plan();
}

void RemoveSheet::askForKey()
{
    m_vault->agents({this, [this](const Result<QList<Agent>> &agents) { takeAgents(agents.value_or(QList<Agent>())); }});
}

void RemoveSheet::plan()
{
    InstalledClient client = m_sight->client;
    client.configFile = m_file;
    planRemoval(client, {this, [this, file = m_file](Result<SetupPlan> plan) {
        if (file == m_file) // another may have been chosen meanwhile
            showPlan(std::move(plan));
    }});
}

void RemoveSheet::showPlan(Result<SetupPlan> plan)
{
    m_plan.reset();
    m_diff->setVisible(plan && !plan->isDone());
    if (!plan) {
        m_words->setText(tr("Clavitor leaves this file alone. Take the server \"clavitor\" out of it yourself."));
        fail(ConnectionText::trouble(plan.error(), m_sight->client.name));
        return;
    }
    const bool isGone = plan->isDone();
    m_plan.emplace(std::move(*plan));
    // Another key than the one that was asked about is not revoked by its tick.
    if (m_isChangedMeanwhile)
        m_revoke->setChecked(false);
    if (m_plan->keyId() != m_keyId)
        m_key.reset();
    m_diff->setLines(m_plan->diff());
    QString words = isGone ? tr("There is nothing to remove: the server \"clavitor\" is not in the file any more.")
                                 : tr("This goes from the file, and nothing else.") + u' ' + ConnectionText::backup(*m_plan, m_computer.places);
    if (!isGone)
        words += tellWhose();
    m_words->setText(std::exchange(m_isChangedMeanwhile, false) ? QString(tr("The file was changed meanwhile; this is the change now.") + u' ' + words) : words);
    m_reading.start();
    refresh();
}

QString RemoveSheet::tellWhose() const
{
    if (m_file != m_sight->client.configFile)
        return u' ' + tr("Others who work on this project may have the same file.");
    QStringList folders;
    for (const ProjectServer &project : m_sight->setting.projects)
        if (project.file.isEmpty())
            folders.append(ConnectionText::path(project.folder));
    if (folders.isEmpty())
        return {};
    const QString list = folders.join(u", "_s);
    return u' ' + (m_sight->setting.isThere ? tr("It stands there for all projects, and once more for %1.").arg(list) : tr("It stands there for %1.").arg(list));
}

void RemoveSheet::takeAgents(const QList<Agent> &agents)
{
    const auto own = std::ranges::find(agents, m_keyId, &Agent::keyId);
    const bool isSame = !m_plan || m_plan->keyId() == m_keyId;
    const bool isThere = isSame && own != agents.end() && !m_keyId.isEmpty() && !own->isRevoked();
    m_key = isThere ? std::optional(*own) : std::nullopt;
    if (m_key)
        m_revoke->setText(tr("Also revoke its key, %1").arg(displayText(m_key->name, 40).replace(u'&', "&&"_L1)));
    else
        m_revoke->setChecked(false);
    refresh();
}

void RemoveSheet::refresh()
{
    const bool canRemove = m_plan && !m_plan->isDone();
    m_go->setText(m_isDone ? tr("Done") : tr("Remove"));
    m_go->setVisible(m_isDone || !m_plan || canRemove);
    m_go->setEnabled(m_isDone || (canRemove && !m_reading.isActive()));
    m_cancel->setVisible(!m_isDone);
    m_cancel->setText(canRemove || !m_plan ? tr("Cancel") : tr("Close"));
    m_revoke->setVisible(m_key && canRemove && !m_isDone);
    if (m_isDone)
        return;
    if (!canRemove)
        m_keyWords->setText({});
    else if (m_key && m_revoke->isChecked())
        m_keyWords->setText(tr("With Remove it stops at once, wherever else it is used."));
    else if (m_key)
        m_keyWords->setText(tr("It stays otherwise, and works wherever else its token is. You find it under Keys."));
    else if (!m_vault->isUnlocked())
        m_keyWords->setText(tr("Its key stays. Unlock the vault to revoke it, here or under Keys."));
    else
        m_keyWords->setText({}); // the vault has no such key, or it was revoked
}

void RemoveSheet::go()
{
    m_error->hide();
    if (m_isDone)
        accept();
    else if (m_plan && !m_plan->isDone())
        remove();
}

void RemoveSheet::remove()
{
    const bool holdsToken = m_plan->holdsToken();
    Result<AppliedChange> change = m_plan->apply(m_clock(), m_computer.places.backups);
    if (!change) {
        if (change.error().code != ErrorCode::Conflict)
            return fail(ConnectionText::trouble(change.error(), m_sight->client.name));
        m_isChangedMeanwhile = true;
        plan();
        return;
    }
    m_change = std::move(*change);
    m_plan.reset();
    m_isDone = true;
    m_files->setEnabled(false);
    m_diff->hide();
    m_oldToken->setVisible(holdsToken && !m_change->backup.isEmpty());
    const bool alsoKey = m_key && m_revoke->isChecked();
    refresh();
    tellDone();
    m_go->setDefault(true);
    setButtonRole(m_go, ButtonRole::Primary);
    m_go->setFocus();
    emit fileChanged();
    if (alsoKey)
        revoke();
}

void RemoveSheet::revoke()
{
    m_keyWords->setText(tr("Its key is being revoked."));
    m_vault->revokeKey(m_key->keyId, {this, [this, name = m_key->name](const Result<> &revoked) {
        if (!revoked) {
            tellDone();
            fail(tr("The key %1 was not revoked: %2 Revoke it under Keys.").arg(displayText(name, 40), ErrorText::of(revoked.error().code).sentence()));
            return;
        }
        m_isRevoked = true;
        if (m_computer.keychain)
            tokenItem::forgetEnded(*m_computer.keychain, m_keyId);
        tellDone();
    }});
}

void RemoveSheet::tellDone()
{
    QString words = tr("Clavitor is out of the file. Start %1 anew: until then it works with what it read.").arg(m_sight->client.name);
    if (m_change && !m_change->backup.isEmpty())
        words += u' ' + tr("The file as it was is kept as %1.").arg(ConnectionText::path(m_change->backup));
    m_words->setText(words);
    m_keyWords->setText(m_isRevoked ? tr("Its key was revoked.") : m_keyId.isEmpty() ? QString() : tr("Its key stays as it is. Revoke it under Keys if nothing else uses it."));
}

void RemoveSheet::deleteBackupWithToken()
{
    if (const Result<> deleted = deleteBackup(*m_change); !deleted) {
        fail(ConnectionText::trouble(deleted.error(), m_sight->client.name));
        return;
    }
    m_change.reset();
    m_oldToken->hide();
    tellDone();
    m_go->setFocus();
    emit fileChanged();
}

void RemoveSheet::fail(const QString &sentence)
{
    m_error->setMessage(InlineMessage::Kind::Error, sentence);
    m_error->show();
    refresh();
}

} // namespace clavitor::ui
