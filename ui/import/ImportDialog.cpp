// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/import/ImportDialog.h"

#include "app/import/ImportFile.h"
#include "ui/import/RemarksModel.h"
#include "ui/keys/KeyText.h"
#include "ui/keys/TickList.h"
#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"

#include <QClipboard>
#include <QComboBox>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QGuiApplication>
#include <QLineEdit>
#include <QListView>
#include <QMimeData>
#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QSet>
#include <QThread>
#include <QUrl>
#include <QVBoxLayout>

#include <map>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

ImportDialog::ImportDialog(VaultClient *client, Clock clock, QWidget *parent)
    : QDialog(parent)
    , m_client(client)
    , m_clock(std::move(clock))
    , m_pages(new QStackedWidget)
    , m_error(new InlineMessage(InlineMessage::Kind::Error))
    , m_remarks(new RemarksModel(this))
    , m_cancel(new QPushButton(tr("Cancel")))
    , m_go(new QPushButton(tr("Import")))
{
    setWindowTitle(tr("Import"));
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(true);
    setAcceptDrops(true);
    resize(760, 600);
    m_error->hide();
    m_pages->addWidget(choosePage());
    m_pages->addWidget(waitPage(tr("Reading the file…")));
    m_pages->addWidget(previewPage());
    m_pages->addWidget(waitPage(tr("Writing the entries…")));
    m_pages->addWidget(resultPage());

    setButtonRole(m_go, ButtonRole::Primary);
    m_cancel->setAutoDefault(false);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(m_cancel);
    buttons->addWidget(m_go);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::m);
    column->addWidget(new Label(tr("Import"), TextStyle::Title));
    column->addWidget(m_error);
    column->addWidget(m_pages, 1);
    column->addLayout(buttons);
    connect(m_cancel, &QPushButton::clicked, this, &ImportDialog::reject);
    connect(m_go, &QPushButton::clicked, this, [this] {
        if (page() == Preview)
            write();
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
    m_cancel->setEnabled(page != Writing);
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

QWidget *ImportDialog::previewPage()
{
    auto *preview = new QWidget;
    m_source = new Label({}, TextStyle::Body, Ink::Quiet);
    m_counts = new Label({}, TextStyle::Section);
    m_counts->wrapping();
    m_personal = new Label({}, TextStyle::Body, Ink::Personal);
    m_personal->wrapping();

    m_entries = new TickList(tr("Search entries"), tr("Entries to import"));
    auto *all = new QPushButton(tr("Tick all"));
    auto *none = new QPushButton(tr("Tick none"));
    for (QPushButton *button : {all, none}) {
        setButtonRole(button, ButtonRole::Flat);
        button->setAutoDefault(false);
    }
    connect(all, &QPushButton::clicked, this, [this] { m_entries->tickShown(true); });
    connect(none, &QPushButton::clicked, this, [this] { m_entries->tickShown(false); });
    connect(m_entries, &TickList::changed, this, &ImportDialog::refreshCount);
    auto *left = new QWidget;
    auto *leftColumn = new QVBoxLayout(left);
    leftColumn->setContentsMargins(0, 0, space::s, 0);
    leftColumn->setSpacing(space::s);
    auto *leftHead = new QHBoxLayout;
    leftHead->addWidget(new SectionTitle(tr("Entries")));
    leftHead->addStretch();
    leftHead->addWidget(all);
    leftHead->addWidget(none);
    leftColumn->addLayout(leftHead);
    leftColumn->addWidget(m_entries, 1);

    m_kinds = new QComboBox;
    m_kinds->setAccessibleName(tr("Kind of remark"));
    auto *search = new QLineEdit;
    search->setPlaceholderText(tr("Search remarks"));
    search->setAccessibleName(search->placeholderText());
    search->setClearButtonEnabled(true);
    auto *list = new QListView;
    list->setModel(m_remarks);
    list->setAccessibleName(tr("Remarks"));
    list->setFrameShape(QFrame::NoFrame);
    list->setUniformItemSizes(true);
    list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    list->setTextElideMode(Qt::ElideRight);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *copy = new QPushButton(tr("Copy"));
    copy->setIcon(icon(Symbol::Copy));
    copy->setAccessibleName(tr("Copy the remarks"));
    copy->setAutoDefault(false);
    setButtonRole(copy, ButtonRole::Flat);
    m_remarkSide = new QWidget;
    auto *rightColumn = new QVBoxLayout(m_remarkSide);
    rightColumn->setContentsMargins(space::s, 0, 0, 0);
    rightColumn->setSpacing(space::s);
    auto *rightHead = new QHBoxLayout;
    rightHead->addWidget(new SectionTitle(tr("What to know")));
    rightHead->addStretch();
    rightHead->addWidget(copy);
    rightColumn->addLayout(rightHead);
    auto *filters = new QHBoxLayout;
    filters->setSpacing(space::s);
    filters->addWidget(search, 1);
    filters->addWidget(m_kinds);
    rightColumn->addLayout(filters);
    rightColumn->addWidget(list, 1);
    connect(search, &QLineEdit::textChanged, m_remarks, &RemarksModel::setText);
    connect(m_kinds, &QComboBox::currentIndexChanged, this, [this] {
        const int kind = m_kinds->currentData().toInt();
        m_remarks->setKind(kind < 0 ? std::nullopt : std::optional(static_cast<ImportRemark::Kind>(kind)));
    });
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_remarks->plainText()); });

    auto *split = new QSplitter;
    split->setChildrenCollapsible(false);
    split->setHandleWidth(1);
    split->addWidget(left);
    split->addWidget(m_remarkSide);
    split->setStretchFactor(0, 1);
    split->setStretchFactor(1, 1);
    auto *column = new QVBoxLayout(preview);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::xs);
    column->addWidget(m_source);
    column->addWidget(m_counts);
    column->addWidget(m_personal);
    column->addSpacing(space::s);
    column->addWidget(split, 1);
    return preview;
}

QWidget *ImportDialog::resultPage()
{
    auto *result = new QWidget;
    m_resultTitle = new Label({}, TextStyle::Title);
    m_resultText = new Label({}, TextStyle::Body, Ink::Quiet);
    m_resultText->wrapping();
    m_deleteHint = new InlineMessage(InlineMessage::Kind::Warning);
    m_undo = new QPushButton(tr("Take the import back"));
    m_undo->setIcon(icon(Symbol::Undo));
    m_undo->setAutoDefault(false);
    connect(m_undo, &QPushButton::clicked, this, &ImportDialog::undo);
    auto *column = new QVBoxLayout(result);
    column->setSpacing(space::m);
    column->addStretch();
    column->addWidget(m_resultTitle);
    column->addWidget(m_resultText);
    column->addWidget(m_deleteHint);
    column->addWidget(m_undo, 0, Qt::AlignLeft);
    column->addStretch(2);
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
    if (page() == Writing)
        return;
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
    if (!plan) {
        goTo(Choose);
        showError(plan.error());
        return;
    }
    m_plan = std::move(*plan);
    showPlan();
    goTo(Preview);
    m_entries->setFocus();
}

void ImportDialog::showPlan()
{
    m_source->setText(tr("%1 from %2").arg(displayText(m_plan.format, 60), displayText(m_plan.source, 120)));
    std::map<EntryType, int> types;
    QList<TickList::Item> items;
    for (std::size_t i = 0; i < m_plan.entries.size(); ++i) {
        const EntryDraft &entry = m_plan.entries[i];
        ++types[entry.type];
        QString address = entry.urls.isEmpty() ? KeyText::plural(entry.type) : hostOf(entry.urls.first());
        if (address == entry.title)
            address.clear();
        items << TickList::Item{QString::number(i), displayText(entry.title, 80),
                                entry.trashed ? tr("%1, in the trash").arg(displayText(address, 60)) : displayText(address, 60), true};
    }
    QStringList parts;
    for (EntryType type : allEntryTypes())
        if (const int count = types[type]; count > 0)
            parts << KeyText::counted(type, count);
    m_counts->setText(parts.isEmpty() ? tr("No entries") : KeyText::list(parts, tr(" and ")));
    const int personal = m_plan.personalFields();
    m_personal->setVisible(personal > 0);
    m_personal->setText(personal == 1 ? tr("1 field becomes Personal: no agent ever gets it.")
                                      : tr("%n fields become Personal: no agent ever gets them.", nullptr, personal));
    m_entries->setItems(items);
    m_remarks->setRemarks(m_plan.remarks);
    m_kinds->clear();
    m_kinds->addItem(tr("All %1").arg(m_plan.remarks.size()), -1);
    for (ImportRemark::Kind kind : RemarksModel::order())
        if (const int count = m_remarks->countOf(kind); count > 0)
            m_kinds->addItem(icon(RemarksModel::symbol(kind), RemarksModel::ink(kind)),
                             tr("%1 %2").arg(RemarksModel::word(kind)).arg(count), static_cast<int>(kind));
    m_remarkSide->setVisible(!m_plan.remarks.isEmpty());
    refreshCount();
}

void ImportDialog::refreshCount()
{
    const int count = m_entries->tickedCount();
    m_go->setText(count == 1 ? tr("Import 1 entry") : tr("Import %n entries", nullptr, count));
    m_go->setEnabled(count > 0);
}

void ImportDialog::write()
{
    m_error->hide();
    const QStringList ticked = m_entries->ticked();
    const QSet<QString> wanted(ticked.begin(), ticked.end());
    std::vector<EntryDraft> entries;
    for (std::size_t i = 0; i < m_plan.entries.size(); ++i)
        if (wanted.contains(QString::number(i)))
            entries.push_back(std::move(m_plan.entries[i]));
    m_plan.entries = std::move(entries);
    goTo(Writing);
    m_client->applyImport(std::move(m_plan), {this, [this](const clavitor::Result<ImportOutcome> &outcome) {
        m_plan = {};
        if (!outcome) {
            goTo(Choose);
            showError(outcome.error());
            return;
        }
        m_outcome = *outcome;
        QStringList parts;
        if (outcome->personalFields > 0)
            parts << (outcome->personalFields == 1 ? tr("1 field is Personal.")
                                                   : tr("%n fields are Personal.", nullptr, outcome->personalFields));
        if (outcome->alreadyThere > 0)
            parts << (outcome->alreadyThere == 1 ? tr("1 entry was already there and was left as it is.")
                                                 : tr("%n entries were already there and were left as they are.", nullptr, outcome->alreadyThere));
        m_resultTitle->setText(outcome->written == 1 ? tr("1 entry imported") : tr("%n entries imported", nullptr, outcome->written));
        m_resultText->setText(parts.join(u' '));
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
    m_undo->setEnabled(false);
    m_client->undoImport(m_outcome.id, {this, [this](const clavitor::Result<int> &kept) {
        m_undo->setEnabled(true);
        if (!kept) {
            showError(kept.error());
            return;
        }
        m_undo->hide();
        m_deleteHint->hide();
        m_resultTitle->setText(tr("The import was taken back"));
        m_resultText->setText(*kept == 0   ? tr("The vault is as it was before.")
                              : *kept == 1 ? tr("1 entry changed since was kept.")
                                           : tr("%n entries changed since were kept.", nullptr, *kept));
    }});
}

void ImportDialog::showError(const Error &error)
{
    const ErrorText text = ErrorText::of(error.code);
    // Details of imports are whole sentences about the file, written for the person.
    const bool aboutFile = error.code >= ErrorCode::ImportEmpty && error.code <= ErrorCode::ImportTooLarge && !error.detail.isEmpty();
    m_error->setMessage(InlineMessage::Kind::Error,
                        text.title + u'\n' + (aboutFile ? displayText(error.detail, 300) + u'\n' : QString()) + text.body());
    m_error->show();
}

void ImportDialog::reject()
{
    if (page() == Writing)
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
