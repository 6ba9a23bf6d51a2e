// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/ClientRow.h"

#include "ui/connection/ConnectionText.h"
#include "ui/keys/KeyText.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/Avatar.h"
#include "ui/widgets/Badge.h"
#include "ui/widgets/FlowLayout.h"
#include "ui/widgets/Label.h"
#include "ui/words/DisplayText.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kAvatarSide = 32;

} // namespace

ClientRow::ClientRow(QWidget *parent)
    : QWidget(parent)
    , m_avatar(new Avatar(kAvatarSide))
    , m_name(new Label({}, TextStyle::BodyStrong))
    , m_version(new Label({}, TextStyle::Quiet, Ink::Quiet))
    , m_state(new Badge(Symbol::Minus, tr("Not set up"), Ink::Quiet))
    , m_words(new Label({}, TextStyle::Quiet, Ink::Quiet))
    , m_undo(new QPushButton(tr("Undo")))
    , m_remove(new QPushButton(tr("Remove…")))
    , m_setUp(new QPushButton(tr("Set up…")))
{
    m_words->wrapping();
    m_undo->setIcon(icon(Symbol::Undo));
    m_undo->setFlat(true);
    m_undo->setAutoDefault(false);
    m_remove->setFlat(true);
    m_remove->setAutoDefault(false);
    m_setUp->setAutoDefault(false);
    auto *head = new FlowLayout(space::s);
    head->addWidget(m_name);
    head->addWidget(m_version);
    head->addWidget(m_state);
    auto *text = new QVBoxLayout;
    text->setSpacing(2);
    text->addLayout(head);
    text->addWidget(m_words);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, space::xs, 0, space::xs);
    row->setSpacing(space::m);
    row->addWidget(m_avatar, 0, Qt::AlignTop);
    row->addLayout(text, 1);
    row->addWidget(m_undo, 0, Qt::AlignVCenter);
    row->addWidget(m_remove, 0, Qt::AlignVCenter);
    row->addWidget(m_setUp, 0, Qt::AlignVCenter);
    connect(m_undo, &QPushButton::clicked, this, &ClientRow::undoRequested);
    connect(m_remove, &QPushButton::clicked, this, &ClientRow::removeRequested);
    connect(m_setUp, &QPushButton::clicked, this, &ClientRow::setUpRequested);
}

void ClientRow::setSight(const std::shared_ptr<const ClientSight> &sight)
{
    m_sight = sight;
    refresh();
}

void ClientRow::setLastCall(const std::optional<LastCall> &call)
{
    m_call = call;
    refresh();
}

void ClientRow::setAgents(const std::optional<QList<Agent>> &agents, qint64 now)
{
    m_agents = agents;
    m_now = now;
    refresh();
}

QString ClientRow::troubleWithKey() const
{
    const QString &keyId = m_sight->setting.keyId;
    if (!m_agents || keyId.isEmpty())
        return {};
    const auto key = std::find_if(m_agents->begin(), m_agents->end(), [&keyId](const Agent &agent) { return agent.keyId == keyId; });
    if (key == m_agents->end())
        return tr("This vault has no key %1: it is another vault's, or got a newer token. Set it up again.").arg(keyId);
    const QString name = displayText(key->name, 40);
    switch (KeyText::state(*key, m_now)) {
    case KeyState::Revoked:
        return tr("Its key %1 was revoked. Set it up again with another.").arg(name);
    case KeyState::Expired:
        return tr("Its key %1 has expired. Give it more time under Keys, or set it up again with another.").arg(name);
    case KeyState::NeedsToken:
        return tr("Its key %1 needs a new token, as all keys were replaced. Set it up again.").arg(name);
    case KeyState::Frozen:
    case KeyState::Paused:
    case KeyState::Resting:
    case KeyState::Active:
        break; // what is said of these, the calls tell
    }
    return {};
}

QString ClientRow::troubleInProjects() const
{
    const QString fault = ConnectionText::faultOfProjects(m_sight->setting, m_sight->client.name);
    if (!fault.isEmpty())
        return fault;
    if (!m_agents)
        return {};
    for (const ProjectServer &project : m_sight->setting.projects) {
        if (project.keyId.isEmpty())
            continue;
        const QString folder = ConnectionText::path(project.folder);
        const auto key = std::find_if(m_agents->begin(), m_agents->end(), [&project](const Agent &agent) { return agent.keyId == project.keyId; });
        if (key == m_agents->end())
            return tr("In %1: this vault has no key %2. It may be another vault's, or another person's; else take the server out with Remove….").arg(folder, project.keyId);
        const KeyState state = KeyText::state(*key, m_now);
        const QString name = displayText(key->name, 40);
        if (state == KeyState::Revoked)
            return tr("In %1: its key %2 was revoked. Take the server out with Remove….").arg(folder, name);
        if (state == KeyState::Expired)
            return tr("In %1: its key %2 has expired. Give it more time under Keys, or take the server out with Remove….").arg(folder, name);
        if (state == KeyState::NeedsToken)
            return tr("In %1: its key %2 needs a new token, as all keys were replaced. Give it one under Keys.").arg(folder, name);
    }
    return {};
}

void ClientRow::setUnlocked(bool unlocked)
{
    m_unlocked = unlocked;
    refresh();
}

void ClientRow::refresh()
{
    if (!m_sight)
        return;
    const InstalledClient &client = m_sight->client;
    const ClientSetting &setting = m_sight->setting;
    m_avatar->setEntry(client.name, client.name);
    m_name->setText(client.name);
    m_version->setText(client.version);
    m_version->setVisible(!client.version.isEmpty());
    const QString file = ConnectionText::path(client.configFile);
    QString words;
    if (m_sight->unreadable) {
        m_state->setBadge(Symbol::Denied, tr("Cannot be set up"), Ink::Denied);
        words = ConnectionText::trouble(*m_sight->unreadable, client.name);
    } else if (!setting.faults.isEmpty()) {
        m_state->setBadge(Symbol::Warning, setting.faults.first() == SettingFault::BrokenFile ? tr("Broken file") : tr("Set up wrongly"), Ink::Asks);
        words = ConnectionText::faultOf(setting, client.name);
    } else if (!setting.isThere && !setting.projects.isEmpty()) {
        m_state->setBadge(Symbol::Minus, tr("In projects only"), Ink::Quiet);
    } else if (!setting.isThere) {
        m_state->setBadge(Symbol::Minus, tr("Not set up"), Ink::Quiet);
        words = tr("Its servers are listed in %1.").arg(file);
    } else if (const QString trouble = troubleWithKey(); !trouble.isEmpty()) {
        m_state->setBadge(Symbol::Warning, tr("Key does not work"), Ink::Asks);
        words = trouble;
    } else if (!m_call) {
        m_state->setBadge(Symbol::Timer, tr("Set up"), Ink::Quiet);
        words = tr("No call with this key seen lately. Start %1 anew; its first call shows here.").arg(client.name);
    } else if (m_call->kind == LastCall::Kind::Connected) {
        m_state->setBadge(Symbol::Allowed, tr("Connected"), Ink::Allowed);
        words = m_call->words;
    } else {
        const bool waits = m_call->kind == LastCall::Kind::Waits;
        m_state->setBadge(waits ? Symbol::Lock : Symbol::Denied, waits ? tr("Waits for you") : tr("Refused"), waits ? Ink::Asks : Ink::Denied);
        words = m_call->words;
    }
    // Where it is connected, it was not passed over.
    const QString neighbour = m_call && m_call->kind == LastCall::Kind::Connected ? QString() : ConnectionText::neighbour(setting, client.name);
    for (const QString &more : {ConnectionText::projects(setting, client.configFile), troubleInProjects(), ConnectionText::unread(setting), neighbour})
        if (!more.isEmpty())
            words += words.isEmpty() ? more : u' ' + more;
    if (!setting.unreadFolders.isEmpty())
        words += u' ' + tr("See whether its disk or network drive is there.");
    m_words->setText(words);
    const bool isBroken = m_sight->unreadable || (!setting.faults.isEmpty() && setting.faults.first() == SettingFault::BrokenFile);
    m_setUp->setText(setting.isThere ? tr("Set up again…") : tr("Set up…"));
    m_setUp->setAccessibleName(tr("Set up %1").arg(client.name));
    m_setUp->setEnabled(m_unlocked && !isBroken);
    m_setUp->setToolTip(isBroken ? tr("Mend its file first.") : m_unlocked ? QString() : tr("Unlock the vault first: the client needs a key."));
    m_undo->setVisible(m_sight->lastChange.has_value());
    m_undo->setAccessibleName(tr("Undo the change of %1").arg(client.name));
    m_undo->setToolTip(tr("Puts back what %1 was before Clavitor changed it.").arg(m_sight->lastChange ? ConnectionText::path(m_sight->lastChange->path) : file));
    // Undo of one file leaves what projects have.
    const bool isAllUndone = m_sight->lastChange && m_sight->lastChange->path == client.configFile && setting.projects.isEmpty();
    m_remove->setVisible(!m_sight->files().isEmpty() && !isBroken && !isAllUndone);
    m_remove->setAccessibleName(tr("Remove Clavitor from %1").arg(client.name));
    const QStringList files = m_sight->files();
    m_remove->setToolTip(tr("Takes Clavitor, and nothing else, out of %1.").arg(files.size() == 1 ? ConnectionText::path(files.first()) : file));
    setToolTip(client.configFile);
}

} // namespace clavitor::ui
