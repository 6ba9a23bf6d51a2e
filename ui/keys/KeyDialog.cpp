// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/KeyDialog.h"

#include "ui/keys/ExpiryForm.h"
#include "ui/keys/KeyText.h"
#include "ui/keys/PolicyForm.h"
#include "ui/keys/PolicyText.h"
#include "ui/keys/ScopeForm.h"
#include "ui/style/ThemeStyle.h"
#include "ui/style/Tokens.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/words/Capitalised.h"
#include "ui/words/ErrorText.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

namespace clavitor::ui {

namespace {

constexpr int kLongestKeyName = 64;
constexpr int kLongestNote = 200;
/// Newest rows of a key among which the program that used it last is looked for.
constexpr int kRowsLookedAt = 50;

/// What most agents need: everything but nothing that writes, as the wizard's first key.
const QList<Action> kUsual{Action::List, Action::Search, Action::Read, Action::Totp, Action::Use, Action::Generate};

Label *heading(const QString &text)
{
    return new Label(text, TextStyle::BodyStrong);
}

} // namespace

KeyDialog::KeyDialog(VaultClient *client, Clock clock, QWidget *parent)
    : QDialog(parent)
    , m_client(client)
    , m_clock(std::move(clock))
    , m_title(new Label(tr("New key"), TextStyle::Title))
    , m_name(new QLineEdit)
    , m_note(new QLineEdit)
    , m_tabs(new QTabBar)
    , m_pages(new QStackedWidget)
    , m_scope(new ScopeForm)
    , m_policy(new PolicyForm)
    , m_expiry(new ExpiryForm(m_clock()))
    , m_summary(new Label({}, TextStyle::Quiet, Ink::Quiet))
    , m_missing(new Label({}, TextStyle::Quiet, Ink::Quiet))
    , m_error(new InlineMessage(InlineMessage::Kind::Error))
    , m_go(new QPushButton(tr("Create key")))
{
    setWindowTitle(tr("New key"));
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(true);
    resize(560, 720);
    m_name->setMaxLength(kLongestKeyName);
    m_name->setPlaceholderText(tr("codex-agent"));
    m_name->setAccessibleName(tr("Name of the key"));
    m_note->setMaxLength(kLongestNote);
    m_note->setPlaceholderText(tr("Project or machine, for you only"));
    m_note->setAccessibleName(tr("Note"));
    m_missing->wrapping();
    m_error->hide();

    auto *names = new QGridLayout;
    names->setHorizontalSpacing(space::m);
    names->setVerticalSpacing(space::xs);
    names->addWidget(heading(tr("Name")), 0, 0);
    names->addWidget(heading(tr("Note")), 0, 1);
    names->addWidget(m_name, 1, 0);
    names->addWidget(m_note, 1, 1);
    names->setColumnStretch(0, 1);
    names->setColumnStretch(1, 1);

    m_tabs->setDocumentMode(true);
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    m_tabs->setAccessibleName(tr("Parts of the key"));
    m_tabs->addTab(tr("What it may see and do"));
    m_tabs->addTab(tr("How it gets it"));
    m_pages->addWidget(scopePage());
    m_pages->addWidget(policyPage());
    m_summary->wrapping();

    auto *cancel = new QPushButton(tr("Cancel"));
    setButtonRole(m_go, ButtonRole::Primary);
    m_go->setDefault(true);
    cancel->setAutoDefault(false);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_missing, 1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_go);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::s);
    column->addWidget(m_title);
    column->addSpacing(space::s);
    column->addLayout(names);
    column->addSpacing(space::s);
    column->addWidget(m_tabs);
    column->addWidget(m_pages, 1);
    column->addSpacing(space::xs);
    column->addWidget(new Hairline);
    column->addWidget(m_summary);
    column->addWidget(m_error);
    column->addSpacing(space::s);
    column->addLayout(buttons);

    connect(m_name, &QLineEdit::textEdited, this, [this] {
        m_error->hide();
        refresh();
    });
    connect(m_tabs, &QTabBar::currentChanged, m_pages, &QStackedWidget::setCurrentIndex);
    connect(m_scope, &ScopeForm::changed, this, &KeyDialog::refresh);
    connect(m_policy, &PolicyForm::changed, this, &KeyDialog::refresh);
    connect(m_expiry, &ExpiryForm::changed, this, &KeyDialog::refresh);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_go, &QPushButton::clicked, this, &KeyDialog::save);
    m_client->entries({}, {this, [this](const Result<QList<EntrySummary>> &entries) {
        if (!entries) {
            showError(entries.error());
            return;
        }
        m_scope->setEntries(*entries);
        m_policy->setEntries(*entries);
    }});
    m_scope->setScope({});
    m_name->setFocus();
    refresh();
}

QWidget *KeyDialog::scopePage()
{
    auto *actions = new QGridLayout;
    actions->setHorizontalSpacing(space::m);
    actions->setVerticalSpacing(space::xs);
    int place = 0;
    for (Action action : allActions()) {
        auto *box = new QCheckBox(KeyText::word(action));
        box->setToolTip(KeyText::explanation(action));
        box->setAccessibleDescription(KeyText::explanation(action));
        box->setChecked(kUsual.contains(action));
        actions->addWidget(box, place / 3, place % 3);
        m_actions << std::pair(action, box);
        ++place;
        connect(box, &QCheckBox::toggled, this, &KeyDialog::refresh);
    }

    auto *page = new QWidget;
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, space::s, 0, 0);
    column->setSpacing(space::s);
    column->addWidget(m_scope, 1);
    column->addSpacing(space::s);
    column->addWidget(heading(tr("May do")));
    column->addLayout(actions);
    column->addSpacing(space::s);
    column->addWidget(heading(tr("Expires")));
    column->addWidget(m_expiry);
    return page;
}

QWidget *KeyDialog::policyPage()
{
    auto *inner = new QWidget;
    auto *column = new QVBoxLayout(inner);
    column->setContentsMargins(0, space::s, 0, 0);
    column->addWidget(m_policy);
    auto *area = new QScrollArea;
    area->setWidget(inner);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->viewport()->setAutoFillBackground(false);
    inner->setAutoFillBackground(false);
    return area;
}

void KeyDialog::showPolicy()
{
    m_tabs->setCurrentIndex(1);
}

void KeyDialog::askLastCaller()
{
    AuditFilter filter;
    filter.keyId = m_keyId;
    m_client->auditPage(filter, 0, kRowsLookedAt, {this, [this](const Result<clavitor::AuditPage> &page) {
        if (!page)
            return; // an offer only: without it the person types the path
        for (const AuditEvent &event : page->events)
            if (event.isByAgent() && !event.caller.program.isEmpty()) {
                m_policy->setLastCaller(event.caller);
                return;
            }
    }});
}

void KeyDialog::edit(const Agent &agent)
{
    m_keyId = agent.keyId;
    setWindowTitle(tr("Change key"));
    m_title->setText(tr("Change key"));
    m_go->setText(tr("Save"));
    m_name->setText(agent.name);
    m_note->setText(agent.note);
    m_scope->setScope(agent.scope);
    for (const auto &[action, box] : std::as_const(m_actions))
        box->setChecked(agent.actions.contains(action));
    m_expiry->setExpiresAt(agent.expiresAt);
    m_policy->setPolicy(agent.policy);
    askLastCaller();
    refresh();
}

AgentDraft KeyDialog::draft() const
{
    AgentDraft draft;
    draft.name = m_name->text().trimmed();
    draft.note = m_note->text().trimmed();
    draft.scope = m_scope->scope();
    for (const auto &[action, box] : m_actions)
        if (box->isChecked())
            draft.actions << action;
    draft.policy = m_policy->policy();
    draft.expiresAt = m_expiry->expiresAt();
    return draft;
}

QString KeyDialog::missing() const
{
    const AgentDraft now = draft();
    if (now.name.isEmpty())
        return tr("Give the key a name: it stands in the audit log.");
    if (!isValidAgentName(now.name))
        return tr("The name holds signs that cannot be shown. Use letters, digits and dashes.");
    if (now.scope.isEmpty())
        return tr("Choose at least one tag, type or entry.");
    if (now.actions.isEmpty())
        return tr("Tick at least one thing it may do.");
    if (!m_expiry->isComplete())
        return tr("Type \"never\", or choose a day.");
    return m_policy->problem();
}

void KeyDialog::refresh()
{
    const QString why = missing();
    m_missing->setText(why);
    m_summary->setText(capitalised(PolicyText::summary(m_policy->policy())));
    m_go->setEnabled(why.isEmpty() && !m_busy);
}

void KeyDialog::setBusy(bool busy)
{
    m_busy = busy;
    refresh();
}

void KeyDialog::save()
{
    if (m_busy || !missing().isEmpty())
        return;
    m_error->hide();
    setBusy(true);
    if (m_keyId.isEmpty()) {
        m_client->createKey(draft(), {this, [this](Result<NewKey> key) {
            setBusy(false);
            if (!key) {
                showError(key.error());
                return;
            }
            accept();
            if (made)
                made(std::move(*key));
        }});
        return;
    }
    m_client->updateKey(m_keyId, draft(), {this, [this](const Result<> &result) {
        setBusy(false);
        if (result)
            accept();
        else
            showError(result.error());
    }});
}

void KeyDialog::showError(const Error &error)
{
    const ErrorText text = ErrorText::of(error.code);
    m_error->setMessage(InlineMessage::Kind::Error, text.title + u'\n' + text.body());
    m_error->show();
    if (error.code == ErrorCode::NameTaken) {
        m_name->setFocus();
        m_name->selectAll();
    }
}

} // namespace clavitor::ui
