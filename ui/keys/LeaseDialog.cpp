// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/LeaseDialog.h"

#include "ui/keys/GrantText.h"
#include "ui/keys/KeyText.h"
#include "ui/keys/LeaseText.h"
#include "ui/keys/TickList.h"
#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/ButtonRow.h"
#include "ui/widgets/GrowDialog.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDateTime>
#include <QGridLayout>
#include <QPushButton>
#include <QSpinBox>
#include <QTimeEdit>
#include <QVBoxLayout>

namespace clavitor::ui {

namespace {

constexpr int kUsualReads = 10;
constexpr int kMostReads = 1000;
const QTime kMorning(7, 0);

/// The next moment at which the clock on the wall shows `time`: within the next 24 hours.
qint64 nextMoment(QTime time, qint64 now)
{
    const QDateTime start = QDateTime::fromMSecsSinceEpoch(now);
    QDateTime moment(start.date(), time);
    if (moment <= start)
        moment = QDateTime(start.date().addDays(1), time);
    constexpr qint64 day = 86'400'000;
    return qMin(moment.toMSecsSinceEpoch(), now + day); // a night of 25 hours
}

} // namespace

LeaseDialog::LeaseDialog(VaultClient *client, Clock clock, const QList<Agent> &agents, const QString &keyId, QWidget *parent)
    : QDialog(parent)
    , m_client(client)
    , m_clock(std::move(clock))
    , m_agents(agents)
    , m_key(new QComboBox)
    , m_list(new TickList(tr("Search entries"), tr("Entries")))
    , m_codes(new QCheckBox(tr("One-time codes as well")))
    , m_lock(new QCheckBox(tr("Lock now, and keep this lease going")))
    , m_reads(new QSpinBox)
    , m_until(new QTimeEdit(kMorning))
    , m_sum(new Label({}))
    , m_error(new InlineMessage(InlineMessage::Kind::Error))
    , m_go(new QPushButton(icon(Symbol::Moon, Ink::OnAccent), tr("Allow")))
{
    setWindowTitle(tr("Night lease"));
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(true);
    resize(560, 680);
    m_key->setAccessibleName(tr("Key"));
    for (const Agent &one : agents)
        if (canHave(one, m_clock()))
            m_key->addItem(icon(Symbol::Key), displayText(one.name, 64), one.keyId);
    if (const int at = m_key->findData(keyId); at >= 0)
        m_key->setCurrentIndex(at);
    m_reads->setRange(1, kMostReads);
    m_reads->setValue(kUsualReads);
    m_reads->setAccessibleName(tr("Reads in all"));
    m_until->setAccessibleName(tr("Until"));
    m_until->setDisplayFormat(QStringLiteral("HH:mm"));
    m_sum->wrapping();
    m_error->hide();
    setButtonRole(m_go, ButtonRole::Primary);
    m_go->setDefault(true);
    auto *cancel = new QPushButton(tr("Cancel"));
    cancel->setAutoDefault(false);

    auto *limits = new QGridLayout;
    limits->setHorizontalSpacing(space::m);
    limits->setVerticalSpacing(space::xs);
    limits->addWidget(new Label(tr("Reads in all"), TextStyle::BodyStrong), 0, 0);
    limits->addWidget(new Label(tr("Until"), TextStyle::BodyStrong), 0, 1);
    limits->addWidget(m_reads, 1, 0);
    limits->addWidget(m_until, 1, 1);
    limits->addWidget(m_codes, 1, 2);
    limits->setColumnStretch(2, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::s);
    column->addWidget(new Label(tr("Night lease"), TextStyle::Title));
    column->addWidget((new Label(tr("For a run without you: these entries and no others are given without a question."), TextStyle::Body, Ink::Quiet))
                          ->wrapping());
    column->addSpacing(space::s);
    column->addWidget(new Label(tr("Key"), TextStyle::BodyStrong));
    column->addWidget(m_key);
    column->addSpacing(space::s);
    column->addWidget(new Label(tr("Entries"), TextStyle::BodyStrong));
    column->addWidget(m_list, 1);
    column->addSpacing(space::s);
    column->addLayout(limits);
    column->addWidget(m_lock);
    column->addSpacing(space::s);
    column->addWidget(m_sum);
    column->addWidget(m_error);
    column->addSpacing(space::s);
    column->addLayout(new ButtonRow({cancel, m_go}));

    connect(m_key, &QComboBox::currentIndexChanged, this, &LeaseDialog::fillEntries);
    connect(m_list, &TickList::changed, this, &LeaseDialog::refresh);
    connect(m_codes, &QCheckBox::toggled, this, &LeaseDialog::refresh);
    connect(m_lock, &QCheckBox::toggled, this, &LeaseDialog::refresh);
    connect(m_reads, &QSpinBox::valueChanged, this, &LeaseDialog::refresh);
    connect(m_until, &QTimeEdit::timeChanged, this, &LeaseDialog::refresh);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_go, &QPushButton::clicked, this, &LeaseDialog::save);
    m_client->entries({}, {this, [this](Result<QList<EntrySummary>> entries) {
        if (!entries) {
            m_error->setMessage(InlineMessage::Kind::Error, ErrorText::of(entries.error().code).sentence());
            m_error->show();
            return;
        }
        m_entries = std::move(*entries);
        fillEntries();
    }});
    refresh();
}

bool LeaseDialog::canHave(const Agent &agent, qint64 now)
{
    return !agent.isRevoked() && !agent.isExpired(now) && (agent.actions.contains(Action::Read) || agent.actions.contains(Action::Totp));
}

const Agent *LeaseDialog::agent() const
{
    const QString keyId = m_key->currentData().toString();
    for (const Agent &one : m_agents)
        if (one.keyId == keyId)
            return &one;
    return nullptr;
}

void LeaseDialog::fillEntries()
{
    const Agent *key = agent();
    const QStringList before = m_list->ticked();
    QList<TickList::Item> items;
    if (key)
        for (const EntrySummary &entry : std::as_const(m_entries))
            if (KeyText::covers(key->scope, entry))
                items << TickList::Item{entry.id.toString(), displayText(entry.title, 80), displayText(entry.subtitle, 60),
                                        before.contains(entry.id.toString())};
    m_list->setItems(items);
    m_codes->setEnabled(key && key->actions.contains(Action::Totp));
    if (!m_codes->isEnabled())
        m_codes->setChecked(false);
    refresh();
}

LeaseDraft LeaseDialog::draft() const
{
    LeaseDraft draft;
    draft.keyId = m_key->currentData().toString();
    for (const QString &key : m_list->ticked())
        if (const auto id = EntryId::fromString(key))
            draft.entries << *id;
    draft.withCodes = m_codes->isChecked();
    draft.reads = m_reads->value();
    draft.until = nextMoment(m_until->time(), m_clock());
    return draft;
}

void LeaseDialog::refresh()
{
    const LeaseDraft now = draft();
    const Agent *key = agent();
    m_go->setEnabled(!m_busy && key && !now.entries.isEmpty());
    m_sum->setInk(now.entries.isEmpty() ? Ink::Quiet : Ink::Text);
    if (!key || now.entries.isEmpty()) {
        m_sum->setText(key && m_list->count() == 0 ? tr("This key may see no entry.") : tr("Tick the entries the run needs."));
        return;
    }
    const auto count = static_cast<int>(now.entries.size());
    const QString entries = count == 1 ? tr("this entry") : tr("these %Ln entries", nullptr, count);
    const QString reads = now.reads == 1 ? tr("once") : tr("%Ln times in all", nullptr, now.reads);
    const QString what = tr("%1 may have %2 %3, %4, %5 and without asking you.")
                             .arg(displayText(key->name, 64), now.withCodes ? tr("values and codes of") : tr("values of"), entries, reads,
                                  GrantText::untilClock(now.until, m_clock()));
    m_sum->setText(what + u' '
                   + (m_lock->isChecked() ? tr("The vault is locked for you and for everybody else meanwhile.") + u' ' + LeaseText::inMemory()
                                          : tr("The vault has to stay unlocked for it, or be locked with “Lock, keep the lease”.")));
    growDialog(m_sum);
}

void LeaseDialog::save()
{
    if (!m_go->isEnabled())
        return;
    m_busy = true;
    m_error->hide();
    refresh();
    m_client->addLease(draft(), {this, [this](const Result<GrantId> &result) {
        m_busy = false;
        refresh();
        if (result) {
            // Locking takes this dialog away as well.
            if (m_lock->isChecked())
                m_client->lockKeepingLeases(LockCause::Asked);
            accept();
            return;
        }
        m_error->setMessage(InlineMessage::Kind::Error, ErrorText::of(result.error().code).sentence());
        m_error->show();
    }});
}

} // namespace clavitor::ui
