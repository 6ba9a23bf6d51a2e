// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/AuditPage.h"

#include "app/base/Clock.h"
#include "app/service/VaultClient.h"
#include "app/store/AuditMatch.h"
#include "ui/audit/AuditCard.h"
#include "ui/audit/AuditExport.h"
#include "ui/audit/AuditFilterBar.h"
#include "ui/audit/AuditModel.h"
#include "ui/audit/AuditTable.h"
#include "ui/audit/AuditText.h"
#include "ui/audit/AuditTimeline.h"
#include "ui/audit/VerifyBar.h"
#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/Toast.h"
#include "ui/words/ErrorText.h"
#include "ui/words/TimeText.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QKeyEvent>
#include <QPushButton>
#include <QScrollBar>
#include <QTabBar>
#include <QVBoxLayout>

#include <algorithm>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

struct Span {
    qint64 bar;
    int bars;
};
/// Hours begin at a multiple of it in every time zone, also in those half an hour or three quarters off.
constexpr qint64 kBucket = ms::hour / 4;
constexpr Span kSpans[] = {{ms::hour, 24}, {ms::hour, 24 * 7}, {6 * ms::hour, 4 * 30}};
constexpr int kCardWidth = 300;
constexpr int kNarrow = 640;
constexpr int kNarrowSpans = 460;
constexpr int kNarrowTitle = 390;

} // namespace

AuditPage::AuditPage(VaultClient *client, Clock clock, QWidget *parent)
    : QWidget(parent)
    , m_client(client)
    , m_clock(std::move(clock))
    , m_model(new AuditModel(client, m_clock, this))
    , m_timeline(new AuditTimeline(m_clock))
    , m_filters(new AuditFilterBar)
    , m_table(new AuditTable)
    , m_card(new AuditCard(m_clock))
    , m_title(new Label(tr("Audit"), TextStyle::Title))
    , m_spans(new QTabBar)
    , m_waiting(new QPushButton)
    , m_export(new QPushButton(tr("Export")))
    , m_verify(new QPushButton(tr("Verify")))
    , m_verifyBar(new VerifyBar(client, m_clock))
    , m_empty(new EmptyState(Symbol::Audit, tr("Nothing happened yet"),
                             tr("Every time an agent or you use the vault, a row stands here: when, what, which entry, who. Never a value.")))
    , m_noMatch(new EmptyState(Symbol::Filter, tr("No row matches"), tr("Other rows are there; the filters leave them out.")))
    , m_error(new InlineMessage(InlineMessage::Kind::Error))
    , m_toast(new Toast(this))
    , m_below(new QWidget)
{
    m_spans->setDocumentMode(true);
    m_spans->setDrawBase(false);
    m_spans->setExpanding(false);
    m_spans->setAccessibleName(tr("Time shown"));
    for (qsizetype tab = 0; tab < std::ssize(kSpans); ++tab)
        m_spans->addTab({});
    nameSpans(false);
    m_export->setIcon(icon(Symbol::Export));
    m_export->setAccessibleName(tr("Export"));
    m_export->setToolTip(tr("Export these rows"));
    m_verify->setIcon(icon(Symbol::ShieldCheck));
    m_verify->setAccessibleName(tr("Verify"));
    m_verify->setToolTip(tr("Verify the log"));
    m_verify->hide();
    m_error->hide();
    m_card->hide();
    setButtonRole(m_waiting, ButtonRole::Primary);
    m_waiting->setIcon(icon(Symbol::ArrowUp, Ink::OnAccent));
    m_waiting->hide();
    m_waiting->setParent(m_table);
    m_table->setModel(m_model);

    auto *head = new QHBoxLayout;
    head->setSpacing(space::s);
    head->addWidget(m_title);
    head->addStretch();
    head->addWidget(m_spans);
    head->addWidget(m_verify);
    head->addWidget(m_export);
    auto *below = new QVBoxLayout(m_below);
    below->setContentsMargins(0, 0, 0, 0);
    below->addWidget(m_table, 1);
    below->addWidget(m_empty, 1);
    below->addWidget(m_noMatch, 1);
    m_card->setParent(m_below);
    m_below->installEventFilter(this);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::l, space::xl, 0);
    column->setSpacing(space::m);
    column->addLayout(head);
    column->addWidget(m_timeline);
    column->addWidget(m_filters);
    column->addWidget(m_verifyBar);
    column->addWidget(m_error);
    column->addWidget(m_below, 1);

    connect(m_empty->addButton(tr("Connect an agent")), &QPushButton::clicked, this, &AuditPage::connectionRequested);
    connect(m_noMatch->addButton(tr("Show all rows")), &QPushButton::clicked, this, [this] {
        m_filters->reset();
        m_timeline->clearChosen();
    });
    connect(m_filters, &AuditFilterBar::changed, this, &AuditPage::filterChanged);
    connect(m_filters, &AuditFilterBar::timeCleared, m_timeline, &AuditTimeline::clearChosen);
    connect(m_timeline, &AuditTimeline::chosenChanged, this, &AuditPage::stretchChosen);
    connect(m_spans, &QTabBar::currentChanged, this, &AuditPage::setSpan);
    connect(m_export, &QPushButton::clicked, this, &AuditPage::exportRows);
    connect(m_table, &AuditTable::atTopChanged, this, [this](bool atTop) { m_model->setHolding(!atTop); });
    connect(m_table, &AuditTable::nearEnd, m_model, &AuditModel::fetchOlder);
    connect(m_model, &AuditModel::waitingChanged, this, &AuditPage::showWaiting);
    connect(m_model, &AuditModel::loaded, this, [this] {
        m_missingRows.reset();
        showTrouble();
        selectWanted();
        showWaiting(m_model->waiting());
    });
    connect(m_model, &AuditModel::failed, this, [this](const Error &error) {
        m_missingRows = error;
        showTrouble();
    });
    connect(m_waiting, &QPushButton::clicked, this, [this] {
        if (m_model->startsLater())
            m_model->reload();
        m_table->scrollToTop();
        m_table->setFocus();
    });
    connect(m_table, &QTreeView::activated, this, &AuditPage::openRow);
    connect(m_table, &QTreeView::clicked, this, &AuditPage::openRow);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex &index) {
        if (m_card->isVisible())
            openRow(index);
    });
    connect(m_card, &AuditCard::closed, this, &AuditPage::closeCard);
    connect(m_card, &AuditCard::keyFilterRequested, this, &AuditPage::showKey);
    connect(m_card, &AuditCard::entryFilterRequested, this, &AuditPage::showEntry);

    connect(m_client, &VaultClient::auditAppended, this, [this](const QList<AuditEvent> &events) {
        if (!m_loaded)
            return;
        AuditFilter filter = m_filters->filter();
        filter.from = filter.to = 0;
        if (filter.actions.isEmpty())
            filter.actions = AuditEvent::givingActions();
        QList<AuditEvent> counted;
        for (const AuditEvent &event : events)
            if (matches(filter, event))
                counted << event;
        m_timeline->add(counted);
    });
    connect(m_client, &VaultClient::agentsChanged, this, [this] {
        if (m_loaded)
            loadAgents();
    });
    connect(m_client, &VaultClient::factsChanged, this, [this](const VaultFacts &facts) {
        if (facts.state == LockState::Unlocked) {
            loadForWhoLooks();
        } else {
            m_loaded = false;
            closeCard();
            m_model->clear();
            m_timeline->setBuckets({});
            refreshEmpty();
        }
    });
    refreshEmpty();
}

void AuditPage::focusSearch()
{
    m_filters->focusSearch();
}

void AuditPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    loadForWhoLooks();
}

/// The timeline reads every row of its stretch, and who asks the vault meanwhile waits: not at each unlock, for a page that
/// nobody looks at.
void AuditPage::loadForWhoLooks()
{
    const bool failed = m_missingRows || m_missingKeys || m_missingTimeline; // worth another try
    if ((m_loaded && !failed) || !isVisible() || !m_client->isUnlocked())
        return;
    m_loaded = true;
    loadAgents();
    m_model->reload();
    loadTimeline();
    refreshEmpty();
}

void AuditPage::loadAgents()
{
    m_client->agents({this, [this](const Result<QList<Agent>> &agents) {
        m_missingKeys = agents ? std::nullopt : std::optional(agents.error());
        if (agents)
            m_filters->setAgents(*agents);
        showTrouble();
    }});
}

void AuditPage::filterChanged()
{
    m_model->setFilter(m_filters->filter());
    loadTimeline();
}

void AuditPage::loadTimeline()
{
    AuditFilter filter = m_filters->filter();
    if (filter.actions.isEmpty())
        filter.actions = AuditEvent::givingActions();
    filter.from = m_timeline->from();
    filter.to = 0;
    const int generation = ++m_timelineGeneration;
    m_client->auditTimeline(filter, kBucket, {this, [this, generation](const Result<QList<AuditBucket>> &buckets) {
        // Rows that this answer counted already, before it takes their place.
        m_client->flushAudit();
        if (generation != m_timelineGeneration)
            return;
        m_missingTimeline = buckets ? std::nullopt : std::optional(buckets.error());
        if (buckets)
            m_timeline->setBuckets(*buckets);
        showTrouble();
    }});
}

void AuditPage::stretchChosen()
{
    const auto chosen = m_timeline->chosen();
    if (!chosen) {
        m_filters->setTime(0, 0, {});
        return;
    }
    const TimeText time(m_clock());
    const auto [from, to] = *chosen;
    const bool oneDay = time.startOfDay(from) == time.startOfDay(to - 1);
    m_filters->setTime(from, to,
                       oneDay ? tr("%1 %2–%3").arg(time.day(from), time.shortClock(from), time.shortClock(to))
                              : tr("%1 %2 – %3 %4").arg(time.day(from), time.shortClock(from), time.day(to), time.shortClock(to)));
}

void AuditPage::setSpan(int tab)
{
    const bool had = m_timeline->chosen().has_value();
    m_timeline->setSpan(kSpans[tab].bar, kSpans[tab].bars);
    if (had)
        m_filters->setTime(0, 0, {});
    loadTimeline();
}

void AuditPage::nameSpans(bool shortly)
{
    const QStringList names{tr("24 hours"), tr("7 days"), tr("30 days")};
    const QStringList shorter{tr("24 h"), tr("7 d"), tr("30 d")};
    for (int tab = 0; tab < m_spans->count(); ++tab) {
        m_spans->setTabText(tab, (shortly ? shorter : names).at(tab));
        m_spans->setAccessibleTabName(tab, names.at(tab));
        m_spans->setTabToolTip(tab, shortly ? names.at(tab) : QString());
    }
}

void AuditPage::showKey(const QString &keyId)
{
    m_filters->reset();
    m_timeline->clearChosen();
    m_filters->setKey(keyId);
}

void AuditPage::showEntry(EntryId entry, const QString &title)
{
    m_filters->reset();
    m_timeline->clearChosen();
    m_filters->setEntry(entry, title);
}

void AuditPage::openRow(const QModelIndex &index)
{
    const AuditEvent *event = m_model->event(index);
    if (!event)
        return;
    m_card->setEvent(*event);
    m_card->show();
    placeCard();
    m_table->scrollTo(index);
}

void AuditPage::closeCard()
{
    const bool wasOpen = m_card->isVisible();
    m_card->hide();
    placeCard();
    if (wasOpen) // a lock screen may have the keyboard by now
        m_table->setFocus();
}

/// Beside the table where there is room for both, else over its right end: the row shown is in the card anyway.
void AuditPage::placeCard()
{
    const int width = std::min(kCardWidth, m_below->width());
    const bool beside = m_card->isVisibleTo(m_below) && m_below->width() - width - space::l >= AuditTable::LeastWidth;
    m_below->layout()->setContentsMargins(0, 0, beside ? width + space::l : 0, 0);
    m_card->setGeometry(m_below->width() - width, 0, width, m_below->height());
    m_card->raise();
}

void AuditPage::showWaiting(int count)
{
    m_waiting->setVisible(count > 0 || m_model->startsLater());
    m_waiting->setText(m_model->startsLater() ? tr("Newest rows") : count == 1 ? tr("1 new row") : tr("%Ln new rows", nullptr, count));
    m_waiting->adjustSize();
    m_waiting->move((m_table->width() - m_waiting->width()) / 2, m_table->viewport()->geometry().top() + space::s);
    m_waiting->raise();
}

void AuditPage::refreshEmpty()
{
    const bool nothing = m_model->rowCount() == 0 && !m_model->isLoading();
    const bool filtered = m_filters->isSet();
    m_empty->setVisible(nothing && !filtered && m_client->isUnlocked());
    m_noMatch->setVisible(nothing && filtered);
    m_table->setVisible(!nothing);
    m_export->setEnabled(!nothing);
    // An empty plot and filters for nothing would only puzzle.
    m_timeline->setVisible(!nothing || filtered);
    m_filters->setVisible(!nothing || filtered);
    m_spans->setVisible(!nothing || filtered);
}

void AuditPage::exportRows()
{
    const QString csv = tr("Table (*.csv)");
    const QString json = tr("JSON lines (*.jsonl)");
    auto *dialog = new QFileDialog(this, tr("Export these rows"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({csv, json});
    dialog->setDefaultSuffix(u"csv"_s);
    dialog->selectFile(u"clavitor-audit"_s);
    connect(dialog, &QFileDialog::filterSelected, dialog,
            [dialog, json](const QString &filter) { dialog->setDefaultSuffix(filter == json ? u"jsonl"_s : u"csv"_s); });
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &path) {
        const auto format = path.endsWith(".jsonl"_L1) ? AuditExport::Format::JsonLines : AuditExport::Format::Csv;
        auto *file = new AuditExport(m_client, m_filters->filter(), format, path, this);
        m_export->setEnabled(false);
        m_notExported.reset();
        showTrouble();
        connect(file, &AuditExport::finished, this, [this, file](int rows) {
            m_export->setEnabled(true);
            m_toast->say(rows == 1 ? tr("1 row written.") : tr("%Ln rows written.", nullptr, rows));
            file->deleteLater();
        });
        connect(file, &AuditExport::failed, this, [this, file](const Error &error) {
            m_export->setEnabled(true);
            m_notExported = error;
            showTrouble();
            file->deleteLater();
        });
        file->start();
    });
    dialog->open();
}

/// What could not be exported or read, the rows before all else; gone once all of it could.
void AuditPage::showTrouble()
{
    refreshEmpty();
    m_error->hide();
    for (const auto &missing : {m_notExported, m_missingTimeline, m_missingKeys, m_missingRows})
        if (missing)
            say(*missing);
}

void AuditPage::say(const Error &error)
{
    if (error.code == ErrorCode::Locked)
        return;
    m_error->setMessage(InlineMessage::Kind::Error, ErrorText::of(error.code).sentence());
    m_error->show();
}

void AuditPage::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape && m_card->isVisible())
        closeCard();
    else
        QWidget::keyPressEvent(event);
}

bool AuditPage::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_below && event->type() == QEvent::Resize) {
        placeCard();
        // The stretches of time have their place first.
        m_verify->setText(width() < kNarrow ? QString() : tr("Verify"));
        m_export->setText(width() < kNarrow ? QString() : tr("Export"));
        nameSpans(width() < kNarrowSpans);
        m_title->setVisible(width() >= kNarrowTitle); // the sidebar says it, too
        if (m_waiting->isVisible())
            showWaiting(m_model->waiting());
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace clavitor::ui
