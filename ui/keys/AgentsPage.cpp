// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/AgentsPage.h"

#include "ui/keys/GrantsPane.h"
#include "ui/keys/KeyCard.h"
#include "ui/keys/KeyText.h"
#include "ui/keys/RequestsPane.h"
#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/Toast.h"

#include <QApplication>
#include <QCheckBox>
#include <QHBoxLayout>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

#include <algorithm>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kListTick = 30'000;
/// A busy agent makes many rows; "last used" follows this much later.
constexpr int kUsedMilliseconds = 1'000;
constexpr int kWidestList = 860;
/// The tabs.
enum Part { Keys, Allowed, Requests };

} // namespace

AgentsPage::AgentsPage(VaultClient *client, ClipboardGuard *clipboard, Clock clock, QWidget *parent)
    : QWidget(parent)
    , m_client(client)
    , m_clipboard(clipboard)
    , m_clock(std::move(clock))
    , m_tabs(new QTabBar)
    , m_parts(new QStackedWidget)
    , m_create(new QPushButton(tr("Create key")))
    , m_pauseAll(new QPushButton(tr("Pause all")))
    , m_showEnded(new QCheckBox(tr("Show ended keys")))
    , m_allPaused(new InlineMessage(InlineMessage::Kind::Warning, tr("All keys are paused. Agents get nothing until you resume them; a key you paused by itself stays paused then.")))
    , m_error(new InlineMessage(InlineMessage::Kind::Error))
    , m_scroll(new QScrollArea)
    , m_empty(new EmptyState(Symbol::Key, tr("No keys yet"),
                             tr("A key lets one agent ask this vault for what you allow it: some entries, some actions, for some time. "
                                "Personal fields stay out of reach whatever a key says.")))
    , m_toast(new Toast(this))
{
    setButtonRole(m_create, ButtonRole::Primary);
    m_pauseAll->setIcon(icon(Symbol::Pause));
    m_allPaused->hide();
    m_error->hide();
    m_error->setClosable(true);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setAccessibleName(tr("Keys"));

    m_tabs->setDocumentMode(true);
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    m_tabs->setAccessibleName(tr("Parts of this page"));
    for (const QString &word : {tr("Keys"), tr("Allowed"), tr("Requests")})
        m_tabs->addTab(word);
    m_grants = new GrantsPane(m_client, m_clock, m_toast);
    m_requests = new RequestsPane(m_client, m_clock, m_toast);
    m_parts->addWidget(keysPart());
    m_parts->addWidget(m_grants);
    m_parts->addWidget(m_requests);

    auto *head = new QHBoxLayout;
    head->setSpacing(space::s);
    head->addWidget(new Label(tr("Keys"), TextStyle::Title));
    head->addStretch();
    head->addWidget(m_pauseAll);
    head->addWidget(m_create);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::l, 0, 0);
    column->setSpacing(space::m);
    auto *top = new QVBoxLayout;
    top->setContentsMargins(0, 0, space::xl, 0);
    top->setSpacing(space::m);
    top->addLayout(head);
    top->addWidget(m_allPaused);
    top->addWidget(m_error);
    top->addWidget(m_tabs);
    column->addLayout(top);
    column->addWidget(m_parts, 1);
    m_toast->raise();

    connect(m_create, &QPushButton::clicked, this, &AgentsPage::createKey);
    connect(m_empty->addButton(tr("Create a key")), &QPushButton::clicked, this, &AgentsPage::createKey);
    connect(m_showEnded, &QCheckBox::toggled, this, &AgentsPage::rebuild);
    connect(m_pauseAll, &QPushButton::clicked, this, [this] {
        m_client->pauseAllKeys(!m_client->facts().agentsPaused, {this, [this](const Result<> &result) {
            if (!result)
                showError(result.error());
        }});
    });
    connect(m_tabs, &QTabBar::currentChanged, m_parts, &QStackedWidget::setCurrentIndex);
    connect(m_tabs, &QTabBar::currentChanged, this, &AgentsPage::showCreate);
    const auto count = [this](int tab, const QString &word, int number) {
        m_tabs->setTabText(tab, number > 0 ? word + u" · "_s + QLocale().toString(number) : word);
    };
    connect(m_grants, &GrantsPane::countChanged, this, [count](int grants) { count(Allowed, tr("Allowed"), grants); });
    connect(m_requests, &RequestsPane::countChanged, this, [this, count](int open) {
        count(Requests, tr("Requests"), open);
        emit requestCountChanged(open);
    });
    connect(m_requests, &RequestsPane::setUpRequested, this, &AgentsPage::connectionRequested);
    connect(m_requests, &RequestsPane::addRequested, this, &AgentsPage::addRequested);
    connect(m_client, &VaultClient::agentsChanged, this, &AgentsPage::load);
    connect(m_client, &VaultClient::factsChanged, this, [this](const VaultFacts &facts) {
        if (facts.state == LockState::Unlocked)
            load();
        else
            take({});
    });
    connect(m_client, &VaultClient::auditAppended, this, &AgentsPage::noteUse);
    m_tick.setInterval(kListTick);
    connect(&m_tick, &QTimer::timeout, this, &AgentsPage::freshen);
    m_tick.start();
    m_used.setSingleShot(true);
    m_used.setInterval(kUsedMilliseconds);
    connect(&m_used, &QTimer::timeout, this, &AgentsPage::freshen);
    setAutoFillBackground(true); // cards stand on the ground
    rebuild();
    if (m_client->isUnlocked())
        load();
}

QWidget *AgentsPage::keysPart()
{
    auto *part = new QWidget;
    auto *column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_scroll, 1);
    column->addWidget(m_empty, 1);
    auto *foot = new QHBoxLayout;
    foot->setContentsMargins(0, space::s, space::xl, space::m);
    foot->addWidget(m_showEnded);
    foot->addStretch();
    column->addLayout(foot);
    return part;
}

void AgentsPage::showCreate()
{
    m_create->setVisible(m_tabs->currentIndex() == Keys && m_empty->isHidden());
}

void AgentsPage::showRequests()
{
    m_tabs->setCurrentIndex(Requests);
}

void AgentsPage::showAllowed()
{
    m_tabs->setCurrentIndex(Allowed);
}

void AgentsPage::load()
{
    m_client->agents({this, [this](const Result<QList<Agent>> &agents) {
        if (agents)
            take(*agents);
        else if (agents.error().code != ErrorCode::Locked)
            showError(agents.error());
    }});
}

void AgentsPage::take(const QList<Agent> &agents)
{
    m_agents = agents;
    // What waits for the person first, then working keys, the one used last on top.
    const qint64 now = m_clock();
    const auto rank = [now](const Agent &agent) {
        const KeyState state = KeyText::state(agent, now);
        return state == KeyState::Frozen || state == KeyState::NeedsToken ? 0 : state == KeyState::Revoked ? 3 : state == KeyState::Expired ? 2 : 1;
    };
    std::stable_sort(m_agents.begin(), m_agents.end(), [&](const Agent &a, const Agent &b) {
        return rank(a) != rank(b) ? rank(a) < rank(b) : std::max(a.lastUsedAt, a.createdAt) > std::max(b.lastUsedAt, b.createdAt);
    });
    m_grants->setAgents(m_agents);
    rebuild();
}

void AgentsPage::noteUse(const QList<AuditEvent> &events)
{
    for (const AuditEvent &event : events) {
        if (!event.isByAgent() || event.outcome != Outcome::Allowed)
            continue; // a refused call is no use, and is not stored as one
        for (Agent &agent : m_agents)
            if (agent.keyId == event.keyId && agent.lastUsedAt < event.time) {
                agent.lastUsedAt = event.time;
                if (!m_used.isActive())
                    m_used.start();
            }
    }
}

void AgentsPage::freshen()
{
    // Not under an open menu: it belongs to a card that would go.
    if (isVisible() && !QApplication::activePopupWidget())
        rebuild();
}

void AgentsPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    rebuild();
}

void AgentsPage::rebuild()
{
    const qint64 now = m_clock();
    const int position = m_scroll->verticalScrollBar()->value();
    // Keyboard focus survives: the same button of the same key gets it back.
    QString focusKey;
    QString focusName;
    if (QWidget *focus = focusWidget(); focus && m_list && m_list->isAncestorOf(focus)) {
        for (QWidget *up = focus; up; up = up->parentWidget())
            if (const auto *card = qobject_cast<KeyCard *>(up))
                focusKey = card->agent().keyId;
        focusName = focus->objectName();
    }

    auto *list = new QWidget;
    auto *outer = new QHBoxLayout(list);
    outer->setContentsMargins(0, 0, space::xl, space::m);
    auto *middle = new QWidget;
    middle->setMaximumWidth(kWidestList);
    auto *column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::m);
    outer->addWidget(middle, 1);
    outer->addStretch(0);
    int working = 0;
    int ended = 0;
    for (const Agent &agent : std::as_const(m_agents)) {
        const KeyState state = KeyText::state(agent, now);
        const bool over = state == KeyState::Revoked || state == KeyState::Expired;
        (over ? ended : working) += 1;
        if (over && !m_showEnded->isChecked())
            continue;
        auto *card = new KeyCard(agent, now);
        column->addWidget(card);
        connectCard(card);
    }
    column->addStretch();
    // Later: this may run inside a signal of one of the old cards.
    if (QWidget *old = m_scroll->takeWidget())
        old->deleteLater();
    m_list = list;
    m_scroll->setWidget(list);
    m_scroll->verticalScrollBar()->setValue(position);
    for (auto *card : list->findChildren<KeyCard *>())
        if (!focusKey.isEmpty() && card->agent().keyId == focusKey)
            if (auto *again = card->findChild<QWidget *>(focusName))
                again->setFocus();

    const bool nothing = working == 0 && !(m_showEnded->isChecked() && ended > 0);
    m_scroll->setVisible(!nothing);
    m_empty->setVisible(nothing);
    showCreate();
    m_tabs->setTabText(Keys, working > 0 ? tr("Keys · %1").arg(working) : tr("Keys"));
    m_showEnded->setVisible(ended > 0);
    const bool allPaused = m_client->facts().agentsPaused;
    m_allPaused->setVisible(allPaused);
    m_pauseAll->setVisible(working > 1 || allPaused);
    m_pauseAll->setText(allPaused ? tr("Resume all") : tr("Pause all"));
    m_pauseAll->setIcon(icon(allPaused ? Symbol::Play : Symbol::Pause));
}

} // namespace clavitor::ui
