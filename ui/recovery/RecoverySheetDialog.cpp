// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/recovery/RecoverySheetDialog.h"

#include "app/service/VaultClient.h"
#include "ui/recovery/RecoveryGroups.h"
#include "ui/recovery/RecoveryPage.h"
#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/ButtonRow.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/MarkedLabel.h"
#include "ui/widgets/SecretField.h"
#include "ui/widgets/StepColumn.h"
#include "ui/words/ErrorText.h"

#include <QDateTime>
#include <QDir>
#include <QFileDialog>
#include <QGridLayout>
#include <QPrintDialog>
#include <QPrinter>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QStandardPaths>
#include <QVBoxLayout>

#include <algorithm>

namespace clavitor::ui {

using namespace Qt::StringLiterals;
using crypto::RecoverySheet;
using crypto::SlotKind;

namespace {

constexpr int kSheetWidth = 560;

/// Distinct numbers of groups, ascending.
std::array<int, RecoverySheetDialog::asked> drawGroups(const crypto::RandomSource &random)
{
    std::array<int, RecoverySheet::groupCount> numbers{};
    for (int i = 0; i < RecoverySheet::groupCount; ++i)
        numbers[static_cast<std::size_t>(i)] = i + 1;
    std::array<int, RecoverySheetDialog::asked> drawn{};
    for (std::size_t i = 0; i < drawn.size(); ++i) {
        std::swap(numbers[i], numbers[i + crypto::uniformBelow(static_cast<std::uint32_t>(numbers.size() - i), random)]);
        drawn[i] = numbers[i];
    }
    std::ranges::sort(drawn);
    return drawn;
}

} // namespace

RecoverySheetDialog::RecoverySheetDialog(Parts parts, QWidget *parent)
    : QDialog(parent)
    , m_client(parts.client)
    , m_clock(std::move(parts.clock))
    , m_given(std::move(parts.password))
    , m_sheet(RecoverySheet::make(parts.random))
    , m_pages(new QStackedWidget)
    , m_error(new InlineMessage(InlineMessage::Kind::Error))
    , m_progress(new QProgressBar)
    , m_back(new QPushButton(tr("Back")))
    , m_cancel(new QPushButton(tr("Cancel")))
    , m_next(new QPushButton)
{
    setWindowTitle(tr("Recovery sheet"));
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(true);
    const auto numbers = drawGroups(parts.random);
    for (std::size_t i = 0; i < m_asked.size(); ++i)
        m_asked[i].number = numbers[i];
    m_pages->addWidget(sheetPage());
    m_pages->addWidget(groupsPage());
    m_pages->addWidget(passwordPage());
    m_error->hide();
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_progress->setFixedSize(120, space::xs);
    m_progress->setAccessibleName(tr("Adding the sheet"));
    m_progress->hide();
    setButtonRole(m_next, ButtonRole::Primary);
    m_next->setDefault(true);
    for (QPushButton *button : {m_back, m_cancel})
        button->setAutoDefault(false);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::l);
    column->addWidget(m_pages, 1);
    column->addWidget(m_error);
    column->addLayout(new ButtonRow({m_cancel, m_back, m_next}, {m_progress}));
    setFixedWidth(kSheetWidth);

    connect(m_back, &QPushButton::clicked, this, [this] { goTo(static_cast<Step>(m_pages->currentIndex() - 1)); });
    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_next, &QPushButton::clicked, this, &RecoverySheetDialog::next);
    connect(m_client, &VaultClient::factsChanged, this, [this](const VaultFacts &facts) {
        if (facts.state != LockState::Unlocked && !facts.isUnfinished) {
            m_busy = false;
            reject();
        }
    });
    goTo(Sheet);
    fit();
}

/// By itself a dialog is as high as its words take at a width they never have.
void RecoverySheetDialog::fit()
{
    layout()->invalidate();
    layout()->activate();
    setMinimumHeight(layout()->totalHeightForWidth(kSheetWidth));
}

RecoverySheetDialog::~RecoverySheetDialog() = default;

QWidget *RecoverySheetDialog::sheetPage()
{
    auto *made = new QWidget;
    QString text = tr("Eight groups of characters on paper. Whoever has them opens everything in this vault, Shared and Personal, "
                      "should you forget the master password. Print them, or write them down.");
    if (m_client->facts().opensBy(SlotKind::Recovery))
        text += u' ' + tr("The sheet you have now opens the vault until this one is added, and only older copies of it after that.");
    auto *column = stepColumn(made, tr("Your recovery sheet"), text);
    m_groups = new RecoveryGroups(m_sheet);
    m_show = new QPushButton(tr("Show the groups"));
    m_show->setIcon(icon(Symbol::Eye));
    setButtonRole(m_show, ButtonRole::Flat);
    m_saved = new InlineMessage(InlineMessage::Kind::Warning);
    m_saved->hide();
    auto *printing = new QPushButton(tr("Print…"));
    auto *saving = new QPushButton(tr("Save as PDF…"));
    for (QPushButton *button : {printing, saving, m_show})
        button->setAutoDefault(false);
    auto *row = new QHBoxLayout;
    row->setSpacing(space::s);
    row->addWidget(printing);
    row->addWidget(saving);
    row->addStretch();
    row->addWidget(m_show);
    auto *paper = new Card;
    paper->column()->addWidget(m_groups, 0, Qt::AlignHCenter);
    column->addWidget(paper);
    column->addLayout(row);
    column->addWidget(m_saved);
    column->addStretch();
    connect(m_show, &QPushButton::clicked, this, [this] { m_groups->setShown(!m_groups->isShown()); });
    connect(m_groups, &RecoveryGroups::shownChanged, this, [this](bool shown) {
        m_show->setText(shown ? tr("Hide the groups") : tr("Show the groups"));
        m_show->setIcon(icon(shown ? Symbol::EyeOff : Symbol::Eye));
    });
    connect(printing, &QPushButton::clicked, this, &RecoverySheetDialog::print);
    connect(saving, &QPushButton::clicked, this, &RecoverySheetDialog::save);
    return made;
}

QWidget *RecoverySheetDialog::groupsPage()
{
    auto *made = new QWidget;
    auto *column = stepColumn(made, tr("Can it be read?"),
                            tr("Take the sheet in your hand and type these four groups from the paper. The sheet is added only then, "
                               "so that you never keep one that does not work."));
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(space::xl);
    grid->setVerticalSpacing(space::xs);
    for (std::size_t i = 0; i < m_asked.size(); ++i) {
        Asked &one = m_asked[i];
        const QString name = tr("Group %1").arg(one.number);
        one.field = new SecretField(name);
        one.field->setMonospace();
        one.field->setShown(true);
        one.field->setEyeVisible(false);
        one.verdict = new MarkedLabel(TextStyle::Quiet);
        one.verdict->setMinimumHeight(one.verdict->fontMetrics().lineSpacing() + space::s);
        one.verdict->setAlignment(Qt::AlignTop);
        auto *label = new Label(name, TextStyle::BodyStrong);
        label->setBuddy(one.field);
        const int row = static_cast<int>(i / 2) * 3;
        const int side = static_cast<int>(i % 2);
        grid->addWidget(label, row, side);
        grid->addWidget(one.field, row + 1, side);
        grid->addWidget(one.verdict, row + 2, side);
        connect(one.field, &SecretField::edited, this, [this, i] { judge(m_asked[i]); });
        connect(one.field, &SecretField::submitted, this, [this, i] {
            if (i + 1 < m_asked.size())
                m_asked[i + 1].field->setFocus();
            else
                next();
        });
    }
    column->addSpacing(space::s);
    column->addLayout(grid);
    column->addStretch();
    return made;
}

QWidget *RecoverySheetDialog::passwordPage()
{
    auto *made = new QWidget;
    auto *column = stepColumn(made, tr("Add it to the vault"),
                            tr("The sheet opens Personal as well, and only the master password can hand that on."));
    m_password = new SecretField(tr("Master password"));
    m_password->setPlaceholder(tr("Master password"));
    column->addWidget(m_password);
    column->addStretch();
    connect(m_password, &SecretField::edited, this, &RecoverySheetDialog::refresh);
    connect(m_password, &SecretField::submitted, this, &RecoverySheetDialog::next);
    return made;
}

RecoveryPage RecoverySheetDialog::page() const
{
    const VaultFacts &facts = m_client->facts();
    return RecoveryPage(m_sheet, facts.name, facts.vaultId, QDateTime::fromMSecsSinceEpoch(m_clock()).date());
}

void RecoverySheetDialog::goTo(Step step)
{
    m_error->hide();
    m_pages->setCurrentIndex(step);
    if (step == Groups)
        m_asked.front().field->setFocus();
    else if (step == Password)
        m_password->setFocus();
    else
        m_next->setFocus();
    refresh();
}

void RecoverySheetDialog::refresh()
{
    const auto step = static_cast<Step>(m_pages->currentIndex());
    const bool isLast = step == Password || (step == Groups && m_given);
    m_back->setVisible(step != Sheet);
    m_back->setEnabled(!m_busy);
    m_cancel->setEnabled(!m_busy);
    m_next->setText(m_busy ? tr("Adding the sheet…") : isLast ? tr("Add the sheet") : tr("I have it"));
    if (!m_busy && step == Groups && !m_given)
        m_next->setText(tr("Next"));
    const bool ready = step == Sheet || (step == Groups ? areGroupsRight() : !m_password->isEmpty());
    m_next->setEnabled(ready && !m_busy);
    m_next->setToolTip(step == Groups && !ready ? tr("Type all four groups as they are printed.") : QString());
}

void RecoverySheetDialog::judge(const Asked &one)
{
    const crypto::SecretText typed = one.field->copySecret();
    const bool right = m_sheet.groupIs(one.number, typed.view());
    // Silent while it is being typed and may become right.
    const bool wrong = !right && typed.size() >= static_cast<std::size_t>(RecoverySheet::groupLength);
    one.verdict->setMark(right ? Symbol::Allowed : Symbol::Denied, right ? Ink::Allowed : Ink::Denied);
    one.verdict->setText(right ? tr("As printed") : wrong ? tr("Not as printed") : QString());
    refresh();
}

bool RecoverySheetDialog::areGroupsRight() const
{
    return std::ranges::all_of(m_asked, [this](const Asked &one) { return m_sheet.groupIs(one.number, one.field->copySecret().view()); });
}

void RecoverySheetDialog::next()
{
    if (m_busy || !m_next->isEnabled())
        return;
    const auto step = static_cast<Step>(m_pages->currentIndex());
    if (step == Sheet)
        goTo(Groups);
    else if (step == Groups && !m_given)
        goTo(Password);
    else
        store();
}

void RecoverySheetDialog::print()
{
    m_printer = std::make_unique<QPrinter>(QPrinter::HighResolution);
    m_printer->setDocName(tr("Recovery sheet"));
    m_printer->setCreator(u"Clavitor"_s);
    m_printer->setFullPage(true);
    auto *dialog = new QPrintDialog(m_printer.get(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setOptions(QAbstractPrintDialog::PrintToFile);
    connect(dialog, &QDialog::accepted, this, [this] {
        // "Print to a file" of the dialog makes one that others may read.
        const QString file = m_printer->outputFileName();
        Result<> printed = file.isEmpty() ? Result<>() : RecoveryPage::makePrivate(file);
        if (printed)
            printed = page().paint(*m_printer);
        if (!printed) {
            showError(printed.error());
            return;
        }
        m_saved->setMessage(InlineMessage::Kind::Note, tr("Sent to the printer. When the paper is in your hand, go on."));
        m_saved->show();
        fit();
        m_next->setFocus();
    });
    dialog->open();
}

void RecoverySheetDialog::save()
{
    auto *dialog = new QFileDialog(this, tr("Save the recovery sheet"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilter(tr("PDF (*.pdf)"));
    dialog->setDefaultSuffix(u"pdf"_s);
    dialog->setDirectory(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
    dialog->selectFile(page().fileName());
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &path) {
        if (const Result<> saved = page().save(path); !saved) {
            showError(saved.error());
            return;
        }
        m_error->hide();
        m_saved->setMessage(InlineMessage::Kind::Warning,
                            tr("Saved. Whoever gets this file can open the vault, so print it, put the paper away and delete the file."));
        m_saved->show();
        fit();
        m_next->setFocus();
    });
    dialog->open();
}

void RecoverySheetDialog::store()
{
    m_error->hide();
    crypto::SecretText password = m_given ? m_given->clone() : m_password->takeSecret();
    setBusy(true);
    m_client->addWay({SlotKind::Recovery}, m_sheet.slotSecret(), std::move(password), {this, [this](const Result<> &added) {
        setBusy(false);
        if (added) {
            accept();
            return;
        }
        if (added.error().code == ErrorCode::WrongPassword) {
            m_given.reset();
            goTo(Password);
        }
        showError(added.error());
    }});
}

void RecoverySheetDialog::setBusy(bool busy)
{
    m_busy = busy;
    m_progress->setVisible(busy);
    m_pages->setEnabled(!busy);
    refresh();
}

void RecoverySheetDialog::showError(const Error &error)
{
    const ErrorText text = ErrorText::of(error.code);
    m_error->setMessage(InlineMessage::Kind::Error, text.title + u' ' + text.body());
    m_error->show();
    fit();
}

void RecoverySheetDialog::done(int result)
{
    if (m_busy)
        return;
    for (const Asked &one : m_asked)
        one.field->wipe();
    m_password->wipe();
    m_given.reset();
    QDialog::done(result);
}

} // namespace clavitor::ui
