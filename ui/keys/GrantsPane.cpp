// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/GrantsPane.h"

#include "ui/keys/GrantsModel.h"
#include "ui/keys/LeaseDialog.h"
#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/RowView.h"
#include "ui/widgets/Toast.h"
#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QShortcut>
#include <QVBoxLayout>

#include <algorithm>

namespace clavitor::ui {

namespace {

constexpr int kSecond = 1'000;

} // namespace

GrantsPane::GrantsPane(VaultClient *client, Clock clock, Toast *toast, QWidget *parent)
    : QWidget(parent)
    , m_client(client)
    , m_clock(std::move(clock))
    , m_toast(toast)
    , m_model(new GrantsModel(this))
    , m_table(new RowView(tr("What keys are allowed beforehand")))
    , m_end(new QPushButton(icon(Symbol::Denied), tr("End")))
    , m_lease(new QPushButton(icon(Symbol::Moon), tr("Night lease…")))
    , m_empty(new EmptyState(Symbol::Allowed, tr("Nothing is allowed beforehand"),
                             tr("When an agent asks and you allow more than one time, it stands here with what is left of it. For a run without "
                                "you, allow some entries until the morning.")))
    , m_error(new InlineMessage(InlineMessage::Kind::Error))
{
    m_error->hide();
    m_error->setClosable(true);
    m_table->setModel(m_model);
    m_table->setWidths({120, 160, 290});
    m_table->setSpare({GrantsModel::KeyName, GrantsModel::What}, 640);
    m_end->setToolTip(tr("Ends what is selected (Del): the key has to ask again."));
    m_emptyLease = m_empty->addButton(tr("Night lease…"));

    auto *row = new QHBoxLayout;
    row->setSpacing(space::s);
    row->addWidget(new ElidedLabel(tr("These calls are answered without a question."), TextStyle::Body, Ink::Quiet), 1);
    row->addWidget(m_end);
    row->addWidget(m_lease);
    auto *bar = new QWidget;
    bar->setLayout(row);
    row->setContentsMargins(0, 0, 0, 0);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, space::xl, space::l);
    column->setSpacing(space::m);
    column->addWidget(bar);
    column->addWidget(m_error);
    column->addWidget(m_table, 1);
    column->addWidget(m_empty, 1);
    bar->setObjectName(QStringLiteral("bar"));

    connect(m_end, &QPushButton::clicked, this, &GrantsPane::endChosen);
    connect(new QShortcut(QKeySequence::Delete, m_table, nullptr, nullptr, Qt::WidgetShortcut), &QShortcut::activated, this, &GrantsPane::endChosen);
    connect(m_lease, &QPushButton::clicked, this, [this] { addLease(); });
    connect(m_emptyLease, &QPushButton::clicked, this, [this] { addLease(); });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &GrantsPane::refresh);
    connect(m_client, &VaultClient::grantsChanged, this, &GrantsPane::load);
    connect(m_client, &VaultClient::entriesChanged, this, [this] {
        if (isVisible())
            loadTitles();
    });
    connect(m_client, &VaultClient::factsChanged, this, [this](const VaultFacts &facts) {
        if (facts.state == LockState::Unlocked)
            load();
        else {
            m_model->setGrants({}, m_clock());
            m_model->setTitles({});
            refresh();
        }
    });
    m_tick.setInterval(kSecond);
    connect(&m_tick, &QTimer::timeout, this, [this] {
        if (m_model->tick(m_clock()))
            load();
    });
    refresh();
    if (m_client->isUnlocked())
        load();
}

int GrantsPane::count() const
{
    return m_model->rowCount();
}

void GrantsPane::setAgents(const QList<Agent> &agents)
{
    m_agents = agents;
    QHash<QString, QString> names;
    for (const Agent &agent : agents)
        names.insert(agent.keyId, agent.name);
    m_model->setNames(std::move(names));
    refresh();
}

void GrantsPane::load()
{
    if (!m_client->isUnlocked())
        return;
    m_client->grants({this, [this](Result<QList<Grant>> grants) {
        if (!grants) {
            showError(grants.error());
            return;
        }
        const qint64 now = m_clock();
        grants->removeIf([now](const Grant &grant) { return grant.isOver(now); });
        m_model->setGrants(std::move(*grants), now);
        refresh();
        emit countChanged(count());
        if (isVisible())
            loadTitles();
    }});
}

/// Only for who looks: a vault may have thousands.
void GrantsPane::loadTitles()
{
    if (m_model->rowCount() == 0 || !m_client->isUnlocked())
        return;
    m_client->entries({}, {this, [this](const Result<QList<EntrySummary>> &entries) {
        if (!entries) {
            showError(entries.error());
            return;
        }
        GrantText::Titles titles;
        for (const EntrySummary &entry : *entries)
            titles.insert(entry.id, entry.title);
        m_model->setTitles(std::move(titles));
    }});
}

void GrantsPane::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_model->tick(m_clock());
    m_tick.start();
    loadTitles();
}

void GrantsPane::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_tick.stop();
}

void GrantsPane::addLease(const QString &keyId)
{
    auto *dialog = new LeaseDialog(m_client, m_clock, m_agents, keyId, this);
    connect(dialog, &QDialog::accepted, this, [this] { m_toast->say(tr("Allowed for the night.")); });
    dialog->open();
}

void GrantsPane::endChosen()
{
    const Grant *chosen = m_model->at(m_table->currentIndex());
    if (!chosen || !m_table->selectionModel()->hasSelection())
        return;
    const Grant grant = *chosen;
    m_client->endGrant(grant.id, {this, [this, grant](const Result<> &result) {
        // Ended by itself meanwhile: what was wanted.
        if (!result && result.error().code != ErrorCode::NotFound) {
            showError(result.error());
            return;
        }
        m_toast->say(tr("Ended. The key has to ask again."), undoOf(grant));
    }});
}

std::function<void()> GrantsPane::undoOf(const Grant &grant)
{
    if (grant.isLease && !grant.isOver(m_clock()))
        return [this, grant] {
            m_client->addLease({grant.keyId, grant.entries, grant.actions.contains(Action::Totp), grant.readsLeft, grant.until},
                               {this, [this](const Result<GrantId> &result) {
                if (!result)
                    showError(result.error());
            }});
        };
    if (!grant.isLease && !grant.endsWithLock && grant.until == 0 && grant.readsLeft < 0 && grant.entries.size() == 1)
        return [this, grant] {
            for (const Action action : grant.actions)
                m_client->allowAlways(grant.keyId, grant.entries.first(), action, {this, [this](const Result<> &result) {
                    if (!result)
                        showError(result.error());
                }});
        };
    return {}; // what ends with the lock or soon is asked for again when it is needed
}

void GrantsPane::refresh()
{
    const bool none = m_model->rowCount() == 0;
    m_table->setVisible(!none);
    findChild<QWidget *>(QStringLiteral("bar"))->setVisible(!none);
    m_empty->setVisible(none);
    const bool hasKey = std::ranges::any_of(m_agents, [this](const Agent &agent) { return LeaseDialog::canHave(agent, m_clock()); });
    m_empty->setButtonsVisible(hasKey);
    m_lease->setEnabled(hasKey);
    m_end->setEnabled(m_table->selectionModel()->hasSelection());
}

void GrantsPane::showError(const Error &error)
{
    if (error.code == ErrorCode::Locked)
        return;
    m_error->setMessage(InlineMessage::Kind::Error, ErrorText::of(error.code).sentence());
    m_error->show();
}

} // namespace clavitor::ui
