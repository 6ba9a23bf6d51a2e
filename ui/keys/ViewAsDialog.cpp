// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/ViewAsDialog.h"

#include "ui/keys/KeyViewModel.h"
#include "ui/keys/PolicyText.h"
#include "ui/style/Icons.h"
#include "ui/widgets/Badge.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/FlowLayout.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/RowView.h"
#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"
#include "ui/words/RuleText.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

namespace clavitor::ui {

namespace {

constexpr int kDetailHeight = 132;
/// More would push the table off the screen; an entry has a hundred fields at most.
constexpr int kMostFields = 24;

Badge *badgeOf(const FieldView &field)
{
    const QString label = displayText(field.outline.label, 40);
    if (field.outline.tier == Tier::Personal)
        return new Badge(Symbol::Personal, ViewAsDialog::tr("%1: Personal, redacted").arg(label), Ink::Personal);
    if (field.isWithheld)
        return new Badge(Symbol::Timer, ViewAsDialog::tr("%1: codes only, and not with the password").arg(label), Ink::Asks);
    const QString words = ViewAsDialog::tr("%1: %2").arg(label, PolicyText::word(field.delivery).toLower());
    switch (field.delivery) {
    case Delivery::Show:
        return new Badge(Symbol::Eye, words, Ink::Quiet);
    case Delivery::UseOnly:
        return new Badge(Symbol::Link, words, Ink::Quiet);
    case Delivery::CodeOnly:
        return new Badge(Symbol::Timer, words, Ink::Quiet);
    case Delivery::Never:
        break;
    }
    return new Badge(Symbol::EyeOff, words, Ink::Quiet);
}

} // namespace

ViewAsDialog::ViewAsDialog(VaultClient *client, const QList<Agent> &agents, const QString &keyId, QWidget *parent)
    : QDialog(parent)
    , m_client(client)
    , m_model(new KeyViewModel(this))
    , m_filter(new KeyViewFilter(m_model, this))
    , m_key(new QComboBox)
    , m_search(new QLineEdit)
    , m_show(new QComboBox)
    , m_count(new Label({}, TextStyle::Quiet, Ink::Quiet))
    , m_stopped(new InlineMessage(InlineMessage::Kind::Warning))
    , m_pin(new Label({}, TextStyle::Body, Ink::Quiet))
    , m_table(new RowView(tr("Entries as the key sees them")))
    , m_nothing(new Label(tr("No entry is shown by this search and choice."), TextStyle::Body, Ink::Quiet))
    , m_detail(new QWidget)
    , m_detailColumn(new QVBoxLayout(m_detail))
{
    setWindowTitle(tr("View as agent"));
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(true);
    resize(900, 640);
    m_key->setAccessibleName(tr("Key"));
    for (const Agent &agent : agents)
        m_key->addItem(icon(Symbol::Key), displayText(agent.name, 64), agent.keyId);
    m_key->setCurrentIndex(m_key->findData(keyId));
    m_search->setPlaceholderText(tr("Search entries"));
    m_search->setAccessibleName(m_search->placeholderText());
    m_search->setClearButtonEnabled(true);
    m_search->addAction(icon(Symbol::Search), QLineEdit::LeadingPosition);
    m_show->setAccessibleName(tr("Which entries"));
    using Show = KeyViewFilter::Show;
    for (const auto &[show, words] : {std::pair(Show::All, tr("All entries")), std::pair(Show::CanRead, tr("It can read")), std::pair(Show::NamesOnly, tr("It gets names only")),
                                      std::pair(Show::Asks, tr("It asks first")), std::pair(Show::Refused, tr("It sees but cannot read")),
                                      std::pair(Show::CannotSee, tr("It cannot see"))})
        m_show->addItem(words, static_cast<int>(show));
    m_stopped->hide();
    m_pin->hide();
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->hide();
    m_table->setModel(m_filter);
    m_table->setWidths({72, 116, 116, 116, 0});
    m_table->setSpare({KeyViewModel::Why}, 720);
    m_detail->setFixedHeight(kDetailHeight);
    m_detailColumn->setContentsMargins(0, 0, 0, 0);
    m_detailColumn->setSpacing(space::s);
    auto *close = new QPushButton(tr("Close"));
    close->setAutoDefault(false);

    auto *head = new QHBoxLayout;
    head->setSpacing(space::m);
    head->addWidget(new Label(tr("View as"), TextStyle::Title));
    head->addWidget(m_key);
    head->addStretch();
    auto *filters = new QHBoxLayout;
    filters->setSpacing(space::s);
    filters->addWidget(m_search, 1);
    filters->addWidget(m_show);
    auto *foot = new QHBoxLayout;
    foot->addWidget(m_count, 1);
    foot->addWidget(close);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::m);
    column->addLayout(head);
    column->addWidget(m_stopped);
    column->addWidget(m_pin->wrapping());
    column->addLayout(filters);
    column->addWidget(m_table, 1);
    column->addWidget(m_nothing, 1);
    column->addWidget(new Hairline);
    column->addWidget(m_detail);
    column->addLayout(foot);

    connect(m_key, &QComboBox::currentIndexChanged, this, &ViewAsDialog::load);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_filter->setText(text);
        count();
    });
    connect(m_show, &QComboBox::currentIndexChanged, this, [this] {
        m_filter->setShow(static_cast<Show>(m_show->currentData().toInt()));
        count();
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &ViewAsDialog::showEntry);
    connect(m_client, &VaultClient::agentsChanged, this, &ViewAsDialog::load);
    connect(m_client, &VaultClient::grantsChanged, this, &ViewAsDialog::load);
    connect(m_client, &VaultClient::entriesChanged, this, &ViewAsDialog::load);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    m_search->setFocus();
    load();
}

void ViewAsDialog::load()
{
    const int generation = ++m_generation;
    m_client->viewAs(m_key->currentData().toString(), {this, [this, generation](Result<KeyView> view) {
        if (generation != m_generation)
            return;
        if (view) {
            take(std::move(*view));
            return;
        }
        m_model->setView({});
        m_pin->hide();
        m_stopped->setMessage(InlineMessage::Kind::Error, ErrorText::of(view.error().code).sentence());
        m_stopped->show();
        count();
    }});
}

void ViewAsDialog::take(KeyView view)
{
    const EntryView *was = m_model->at(m_filter->mapToSource(m_table->currentIndex()));
    const EntryId kept = was ? was->entry.id : EntryId{};
    const bool stopped = !view.stopped.isEmpty();
    if (stopped)
        m_stopped->setMessage(InlineMessage::Kind::Warning, tr("Every call of this key is refused now. %1").arg(RuleText::sentence(view.stopped)));
    m_stopped->setVisible(stopped);
    m_pin->setText(PolicyText::onlyFrom(view.agent.policy.pin));
    m_pin->setVisible(!m_pin->text().isEmpty());
    m_model->setView(std::move(view));
    m_table->setGone(m_model->hasUses() ? QList<int>() : QList<int>{KeyViewModel::Use});
    int row = 0;
    for (int i = 0; i < m_filter->rowCount(); ++i)
        if (m_model->at(m_filter->mapToSource(m_filter->index(i, 0)))->entry.id == kept)
            row = i;
    m_table->setCurrentIndex(m_filter->index(row, 0));
    count();
    showEntry();
}

void ViewAsDialog::count()
{
    int given = 0;
    int asks = 0;
    int named = 0;
    int hidden = 0;
    for (const EntryView &entry : m_model->view().entries) {
        given += KeyViewFilter::belongs(entry, KeyViewFilter::Show::CanRead) ? 1 : 0;
        named += KeyViewFilter::belongs(entry, KeyViewFilter::Show::NamesOnly) ? 1 : 0;
        asks += KeyViewFilter::belongs(entry, KeyViewFilter::Show::Asks) ? 1 : 0;
        hidden += KeyViewFilter::belongs(entry, KeyViewFilter::Show::CannotSee) ? 1 : 0;
    }
    const QLocale locale;
    m_count->setText(named == 0 ? tr("Of %1 entries it can read %2, asks first for %3 and cannot see %4.")
                                      .arg(locale.toString(m_model->rowCount()), locale.toString(given), locale.toString(asks), locale.toString(hidden))
                                : tr("Of %1 entries it can read %2, gets names only of %3, asks first for %4 and cannot see %5.")
                                      .arg(locale.toString(m_model->rowCount()), locale.toString(given), locale.toString(named),
                                           locale.toString(asks), locale.toString(hidden)));
    const bool none = m_filter->rowCount() == 0;
    m_table->setVisible(!none);
    m_nothing->setVisible(none);
    if (!m_table->currentIndex().isValid() && !none)
        m_table->setCurrentIndex(m_filter->index(0, 0));
    if (none)
        showEntry();
}

void ViewAsDialog::showEntry()
{
    delete m_fields;
    m_fields = new QWidget;
    m_detailColumn->addWidget(m_fields);
    auto *column = new QVBoxLayout(m_fields);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::s);
    const EntryView *entry = m_filter->rowCount() == 0 ? nullptr : m_model->at(m_filter->mapToSource(m_table->currentIndex()));
    if (entry) {
        column->addWidget(new ElidedLabel(displayText(entry->entry.title, 120), TextStyle::BodyStrong));
        if (const QString why = KeyViewModel::why(*entry); !why.isEmpty())
            column->addWidget((new Label(why, TextStyle::Quiet, Ink::Quiet))->wrapping());
        auto *box = new QWidget;
        auto *flow = new FlowLayout(space::xs, box);
        const qsizetype shown = qMin<qsizetype>(entry->fields.size(), kMostFields);
        for (const FieldView &field : entry->fields.first(shown))
            flow->addWidget(badgeOf(field));
        if (const auto more = static_cast<int>(entry->fields.size() - shown); more > 0)
            flow->addWidget(new Badge(tr("%Ln more", nullptr, more)));
        column->addWidget(box);
    }
    column->addStretch();
}

} // namespace clavitor::ui
