// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/import/ImportDialog.h"

#include "app/import/ImportFile.h"
#include "ui/PersonalAccess.h"
#include "ui/import/ImportPreview.h"
#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/ButtonRow.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"

#include <QDragEnterEvent>
#include <QFileDialog>
#include <QMimeData>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QThread>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

ImportDialog::ImportDialog(VaultClient *client, Clock clock, QWidget *parent)
    : QDialog(parent)
    , m_client(client)
    , m_clock(std::move(clock))
    , m_personal(new PersonalAccess(client, steadyClock(), this))
    , m_pages(new QStackedWidget)
    , m_error(new InlineMessage(InlineMessage::Kind::Error))
    , m_preview(new ImportPreview)
    , m_cancel(new QPushButton(tr("Cancel")))
    , m_go(new QPushButton(tr("Import")))
{
    setWindowTitle(tr("Import"));
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(true);
    setAcceptDrops(true);
    resize(880, 640);
    m_error->hide();
    m_pages->addWidget(choosePage());
    m_pages->addWidget(waitPage(tr("Reading the file…")));
    m_pages->addWidget(m_preview);
    m_pages->addWidget(waitPage(tr("Writing the entries…")));
    m_pages->addWidget(waitPage(tr("Taking the import back…")));
    m_pages->addWidget(resultPage());

    setButtonRole(m_go, ButtonRole::Primary);
    m_cancel->setAutoDefault(false);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::m);
    column->addWidget(new Label(tr("Import"), TextStyle::Title));
    column->addWidget(m_error);
    column->addWidget(m_pages, 1);
    column->addLayout(new ButtonRow({m_cancel, m_go}));
    connect(m_preview, &ImportPreview::changed, this, &ImportDialog::refreshCount);
    connect(m_cancel, &QPushButton::clicked, this, &ImportDialog::reject);
    connect(m_go, &QPushButton::clicked, this, [this] {
        if (page() == Preview)
            compareAndWrite();
        else
            accept();
    });
    goTo(Choose);
}

ImportDialog::~ImportDialog() = default;

ImportDialog::Page ImportDialog::page() const
{
    return static_cast<Page>(m_pages->currentIndex());
}

void ImportDialog::goTo(Page page)
{
    m_pages->setCurrentIndex(page);
    m_cancel->setVisible(page != Result);
    m_cancel->setEnabled(!isChangingTheVault());
    m_go->setVisible(page == Preview || page == Result);
    m_go->setText(page == Result ? tr("Done") : tr("Import"));
    m_go->setEnabled(true);
    m_go->setDefault(true);
    if (page == Preview)
        refreshCount();
}

QWidget *ImportDialog::choosePage()
{
    auto *empty = new EmptyState(Symbol::Import, tr("Drop an export here"),
                                 tr("Bitwarden as JSON or CSV, Chrome, Edge, Brave, Firefox and Safari as CSV. "
                                    "Nothing is written before you have seen what the file holds."));
    connect(empty->addButton(tr("Choose a file")), &QPushButton::clicked, this, &ImportDialog::chooseFile);
    return empty;
}

QWidget *ImportDialog::waitPage(const QString &words)
{
    auto *wait = new QWidget;
    auto *bar = new QProgressBar;
    bar->setRange(0, 0);
    bar->setTextVisible(false);
    bar->setFixedSize(240, space::xs);
    bar->setAccessibleName(words);
    auto *column = new QVBoxLayout(wait);
    column->addStretch();
    column->addWidget(new Label(words, TextStyle::Section), 0, Qt::AlignHCenter);
    column->addSpacing(space::m);
    column->addWidget(bar, 0, Qt::AlignHCenter);
    column->addStretch();
    return wait;
}

QWidget *ImportDialog::resultPage()
{
    auto *result = new QWidget;
    m_result = new EmptyState(Symbol::Allowed, {}, {});
    m_deleteHint = new InlineMessage(InlineMessage::Kind::Warning);
    m_undo = new QPushButton(tr("Take the import back"));
    m_undo->setIcon(icon(Symbol::Undo));
    m_undo->setAutoDefault(false);
    connect(m_undo, &QPushButton::clicked, this, &ImportDialog::undo);
    auto *column = new QVBoxLayout(result);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::m);
    column->addWidget(m_result, 1);
    column->addWidget(m_deleteHint);
    column->addWidget(m_undo, 0, Qt::AlignLeft);
    return result;
}

void ImportDialog::chooseFile()
{
    auto *dialog = new QFileDialog(this, tr("Choose an export"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("Exports (%1)").arg(importFilePatterns().join(u' ')), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, &ImportDialog::openFile);
    dialog->open();
}

void ImportDialog::openFile(const QString &path)
{
    if (isChangingTheVault())
        return;
    m_failed.reset();
    read(path);
}

void ImportDialog::read(const QString &path)
{
    m_path = path;
    m_error->hide();
    goTo(Reading);
    // The reply belongs to this dialog: when it is closed meanwhile, the plan and its secrets die on arrival.
    auto reply = std::make_shared<Reply<clavitor::Result<ImportPlan>>>(
        this, [this, reading = ++m_reading](clavitor::Result<ImportPlan> plan) {
            if (reading == m_reading)
                take(std::move(plan));
        });
    QThread *reader = QThread::create([path, now = m_clock(), reply] { (*reply)(importFile(path, now)); });
    connect(reader, &QThread::finished, reader, &QObject::deleteLater);
    reader->start();
}

void ImportDialog::take(clavitor::Result<ImportPlan> plan)
{
    const std::optional<FailedWrite> failed = std::exchange(m_failed, {});
    if (!plan) {
        goTo(Choose);
        showError(failed ? failed->error : plan.error());
        return;
    }
    m_plan = std::move(*plan);
    m_preview->setPlan(m_plan);
    // The same file again, after it could not be written: as it was left.
    if (failed && failed->entries == m_plan.entries.size())
        m_preview->setTicked(failed->ticked);
    goTo(Preview);
    m_preview->setFocus();
    if (failed)
        showError(failed->error);
}

void ImportDialog::refreshCount()
{
    const int count = m_preview->tickedCount();
    m_go->setText(count == 1 ? tr("Import 1 entry") : tr("Import %Ln entries", nullptr, count));
    m_go->setEnabled(count > 0);
}

void ImportDialog::compareAndWrite()
{
    // An entry with dates is known again by them.
    const bool unsure = std::ranges::any_of(m_preview->ticked(), [this](std::size_t index) {
        const EntryDraft &entry = m_plan.entries[index];
        return entry.updatedAt == 0 && std::ranges::count(entry.fields, Tier::Personal, &FieldDraft::tier) > 0;
    });
    if (!unsure) {
        write();
        return;
    }
    const auto go = [this] {
        if (page() == Preview)
            write();
    };
    m_client->counts({this, [this, go](const clavitor::Result<EntryCounts> &counts) {
        if (counts && counts->all > 0)
            m_personal->request(this, this, go);
        else
            go();
    }});
}

void ImportDialog::write()
{
    m_error->hide();
    const std::size_t all = m_plan.entries.size();
    const std::vector<std::size_t> ticked = m_preview->ticked();
    std::vector<EntryDraft> entries;
    for (const std::size_t index : ticked)
        entries.push_back(std::move(m_plan.entries[index]));
    m_plan.entries = std::move(entries);
    goTo(Writing);
    m_client->applyImport(std::exchange(m_plan, {}), {this, [this, ticked, all](const clavitor::Result<ImportOutcome> &outcome) {
        // The lock takes this dialog away; what is to be said comes after the next unlock, and no secret is read again for it.
        if (!outcome && outcome.error().code == ErrorCode::Locked) {
            goTo(Choose);
            showError(outcome.error());
            return;
        }
        if (!outcome) {
            // The entries went with the call. Reading the file again spares a second copy of every secret meanwhile.
            m_failed = FailedWrite{ticked, all, outcome.error()};
            read(m_path);
            return;
        }
        m_outcome = *outcome;
        QStringList parts;
        if (outcome->personalFields > 0)
            parts << (outcome->personalFields == 1 ? tr("1 field is Personal.")
                                                   : tr("%Ln fields are Personal.", nullptr, outcome->personalFields));
        if (const int left = outcome->alreadyThere - outcome->completed; left > 0)
            parts << (left == 1 ? tr("1 entry was already there and was left as it is.")
                                : tr("%Ln entries were already there and were left as they are.", nullptr, left));
        if (outcome->completed > 0)
            parts << (outcome->completed == 1 ? tr("1 entry was already there and got its tags or star of the file.")
                                              : tr("%Ln entries were already there and got their tags or stars of the file.", nullptr,
                                                   outcome->completed));
        if (outcome->cut > 0)
            parts << (outcome->cut == 1 ? tr("1 of them could not take all tags of the file: an entry has its limits.")
                                        : tr("%Ln of them could not take all tags of the file: an entry has its limits.", nullptr,
                                             outcome->cut));
        if (outcome->maybeTwice > 0)
            parts << (outcome->maybeTwice == 1
                          ? tr("1 entry may be there twice now: its Personal fields could not be compared.")
                          : tr("%Ln entries may be there twice now: their Personal fields could not be compared.", nullptr,
                               outcome->maybeTwice));
        m_result->setWords(Symbol::Allowed, outcome->written == 1 ? tr("1 entry imported") : tr("%Ln entries imported", nullptr, outcome->written),
                           parts.join(u' '));
        m_deleteHint->setMessage(InlineMessage::Kind::Warning,
                                 tr("The export still holds every password in the clear. Delete it once you are content."));
        m_deleteHint->show();
        m_undo->setVisible(outcome->written > 0);
        goTo(Result);
        emit imported(outcome->written);
    }});
}

void ImportDialog::undo()
{
    m_error->hide();
    goTo(TakingBack);
    m_client->undoImport(m_outcome.id, {this, [this](const clavitor::Result<int> &kept) {
        goTo(Result);
        if (!kept) {
            showError(kept.error());
            return;
        }
        m_undo->hide();
        m_deleteHint->hide();
        m_result->setWords(Symbol::Undo, tr("The import was taken back"),
                           *kept == 0 && m_outcome.completed > 0 ? tr("Entries that were there before keep the tags and stars they got.")
                               : *kept == 0 ? tr("The vault is as it was before.")
                               : *kept == 1 ? tr("1 entry changed since was kept.")
                                            : tr("%Ln entries changed since were kept.", nullptr, *kept));
    }});
}

void ImportDialog::showError(const Error &error)
{
    const ErrorText text = ErrorText::of(error.code);
    // Details of imports are whole sentences about the file, written for the person.
    const bool aboutFile = !error.detail.isEmpty()
        && ((error.code >= ErrorCode::ImportEmpty && error.code <= ErrorCode::ImportTooLarge) || error.code == ErrorCode::InvalidValue);
    m_error->setMessage(InlineMessage::Kind::Error,
                        text.title + u'\n' + (aboutFile ? displayText(error.detail, 300) + u'\n' : QString()) + text.body());
    m_error->show();
}

void ImportDialog::reject()
{
    if (isChangingTheVault())
        return;
    if (page() == Result)
        accept();
    else
        QDialog::reject();
}

void ImportDialog::dragEnterEvent(QDragEnterEvent *event)
{
    const QList<QUrl> urls = event->mimeData()->urls();
    if ((page() == Choose || page() == Preview) && urls.size() == 1 && urls.first().isLocalFile())
        event->acceptProposedAction();
}

void ImportDialog::dropEvent(QDropEvent *event)
{
    event->acceptProposedAction();
    openFile(event->mimeData()->urls().value(0).toLocalFile());
}

} // namespace clavitor::ui
