// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/SeenDialog.h"

#include "ui/WebLink.h"
#include "ui/audit/ReceiptText.h"
#include "ui/keys/PageFile.h"
#include "ui/keys/SeenModel.h"
#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/ButtonRow.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/MarkedLabel.h"
#include "ui/widgets/RowView.h"
#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"

#include <QHeaderView>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

SeenDialog::SeenDialog(VaultClient *client, Clock clock, const Agent &agent, QWidget *parent)
    : QDialog(parent)
    , m_client(client)
    , m_clock(std::move(clock))
    , m_agent(agent)
    , m_model(new SeenModel(this))
    , m_progress(new MarkedLabel(TextStyle::BodyStrong))
    , m_empty(new EmptyState(Symbol::ShieldCheck, tr("It has seen nothing"), tr("No credential left this vault with this key.")))
    , m_message(new InlineMessage(InlineMessage::Kind::Error))
    , m_open(new QPushButton(tr("Open entry")))
    , m_address(new QPushButton(icon(Symbol::External), tr("Open address")))
    , m_save(new QPushButton(icon(Symbol::Export), tr("Save as Markdown…")))
{
    const QString name = displayText(agent.name, 64);
    setWindowTitle(tr("What %1 has seen").arg(name));
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(true);
    resize(940, 560);
    auto *view = new RowView(tr("Credentials it has seen"));
    view->setModel(m_model);
    view->setWidths({150, 150, 130, 232});
    view->setSpare({SeenModel::LastSeen, SeenModel::Times}, 700);
    m_view = view;
    m_message->hide();
    m_empty->hide();
    setButtonRole(m_open, ButtonRole::Primary);
    auto *close = new QPushButton(tr("Close"));
    for (QPushButton *button : {m_open, m_address, m_save, close})
        button->setAutoDefault(false);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::m);
    column->addWidget(new Label(tr("What %1 has seen").arg(name), TextStyle::Title));
    column->addWidget((new Label(tr("Should its token be in wrong hands: change these at their services, the oldest first, and tick them off. "
                                    "Revoke the key first."),
                                 TextStyle::Body, Ink::Quiet))->wrapping());
    column->addWidget(m_progress);
    column->addWidget(m_view, 1);
    column->addWidget(m_empty, 1);
    column->addWidget(m_message);
    column->addLayout(new ButtonRow({close, m_address, m_open}, {m_save}));

    connect(m_model, &SeenModel::ticked, this, &SeenDialog::tick);
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &SeenDialog::refresh);
    connect(m_view, &QTreeView::doubleClicked, m_open, &QPushButton::click);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_open, &QPushButton::clicked, this, [this] {
        const SeenCredential *one = m_model->at(m_view->currentIndex());
        if (!one || !one->exists)
            return;
        const EntryId entry = one->entry;
        accept();
        emit entryRequested(entry);
    });
    connect(m_address, &QPushButton::clicked, this, [this] {
        if (const SeenCredential *one = m_model->at(m_view->currentIndex()))
            if (const auto url = std::ranges::find_if(one->urls, &isWebLink); url != one->urls.end())
                openWebLink(*url);
    });
    connect(m_save, &QPushButton::clicked, this, [this] {
        PageFile::choose(tr("Save the list"), u"seen-by-%1.md"_s.arg(m_agent.keyId), this, [this](const QString &path) { saveAs(path); });
    });
    // A secret that was changed meanwhile is told as such.
    connect(m_client, &VaultClient::entriesChanged, this, &SeenDialog::load);
    refresh();
    load();
}

void SeenDialog::load()
{
    m_client->blastRadius(m_agent.keyId, {this, [this](Result<QList<SeenCredential>> seen) {
        if (!seen) {
            showError(seen.error());
            return;
        }
        const SeenCredential *was = m_model->at(m_view->currentIndex());
        const EntryId kept = was ? was->entry : EntryId{};
        m_model->setCredentials(std::move(*seen), m_clock());
        int row = 0;
        for (int i = 0; i < m_model->rowCount(); ++i)
            if (m_model->credentials().at(i).entry == kept)
                row = i;
        m_view->setCurrentIndex(m_model->index(row, 0));
        const bool none = m_model->rowCount() == 0;
        m_view->setVisible(!none);
        m_empty->setVisible(none);
        m_progress->setVisible(!none);
        refresh();
    }});
}

void SeenDialog::tick(EntryId entry, bool ticked)
{
    refresh();
    m_client->tickRotated(m_agent.keyId, entry, ticked, {this, [this, entry, ticked](const Result<> &result) {
        if (result)
            return;
        m_model->setTicked(entry, !ticked);
        refresh();
        showError(result.error());
    }});
}

void SeenDialog::refresh()
{
    const SeenCredential *one = m_model->at(m_view->currentIndex());
    m_open->setEnabled(one && one->exists);
    m_address->setEnabled(one && std::ranges::any_of(one->urls, &isWebLink));
    m_save->setEnabled(m_model->rowCount() > 0);
    const int all = m_model->rowCount();
    const int done = m_model->dealtWith();
    if (all > 0 && done == all)
        m_progress->setMark(Symbol::Allowed, Ink::Allowed);
    else
        m_progress->clearMark();
    m_progress->setText(all > 0 && done == all ? tr("All %Ln dealt with", nullptr, all) : tr("%1 of %2 dealt with").arg(done).arg(all));
}

void SeenDialog::saveAs(const QString &path)
{
    const Result<> written = PageFile::write(path, ReceiptText().markdown(m_agent.name, m_model->credentials(), m_clock()));
    if (!written) {
        showError(written.error());
        return;
    }
    m_message->setMessage(InlineMessage::Kind::Good, tr("Saved."));
    m_message->show();
}

void SeenDialog::showError(const Error &error)
{
    m_message->setMessage(InlineMessage::Kind::Error, ErrorText::of(error.code).sentence());
    m_message->show();
}

} // namespace clavitor::ui
