// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/HistorySheet.h"

#include "ui/PersonalAccess.h"
#include "ui/Remask.h"
#include "ui/entries/EntryText.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/ButtonRow.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/IconButton.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/SecretView.h"
#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"
#include "ui/words/TimeText.h"

#include <QHBoxLayout>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace clavitor::ui {

namespace {

constexpr int kRevealMilliseconds = 20'000;

} // namespace

HistorySheet::HistorySheet(VaultClient *client, PersonalAccess *personal, Clock clock, const EntrySummary &entry, QWidget *parent)
    : QDialog(parent)
    , m_client(client)
    , m_personal(personal)
    , m_clock(std::move(clock))
    , m_entry(entry)
    , m_list(new QListWidget)
    , m_area(new QScrollArea)
    , m_error(new InlineMessage(InlineMessage::Kind::Error))
    , m_restore(new QPushButton(tr("Restore this version")))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("History of %1").arg(displayText(EntryText::title(entry), 60)));
    resize(680, 460);
    m_error->hide();
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setFixedWidth(220);
    m_list->setAccessibleName(tr("Versions"));
    m_area->setFrameShape(QFrame::NoFrame);
    m_area->setWidgetResizable(true);
    m_restore->setEnabled(false);
    setButtonRole(m_restore, ButtonRole::Primary);
    auto *close = new QPushButton(tr("Close"));
    close->setAutoDefault(false);

    auto *middle = new QHBoxLayout;
    middle->addWidget(m_list);
    middle->addWidget(m_area, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::m);
    column->addWidget(new ElidedLabel(windowTitle(), TextStyle::Title));
    column->addWidget(m_error);
    column->addLayout(middle, 1);
    column->addLayout(new ButtonRow({close, m_restore}));

    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_restore, &QPushButton::clicked, this, &HistorySheet::restore);
    connect(m_list, &QListWidget::currentRowChanged, this, &HistorySheet::showVersion);
    const auto maskAll = [this] {
        for (SecretView *view : m_area->findChildren<SecretView *>())
            view->mask();
    };
    m_remask = new Remask(this, maskAll);
    connect(m_personal, &PersonalAccess::changed, this, [this, maskAll] {
        if (!m_personal->isOpen())
            maskAll();
    });
    m_client->history(entry.id, Reply<Result<QList<EntryVersion>>>(this, [this](Result<QList<EntryVersion>> versions) {
        if (versions)
            fill(std::move(*versions));
        else
            showError(versions.error());
    }));
}

void HistorySheet::fill(QList<EntryVersion> versions)
{
    m_versions = std::move(versions);
    std::ranges::sort(m_versions, std::greater{}, &EntryVersion::version);
    const TimeText time(m_clock());
    for (const EntryVersion &version : std::as_const(m_versions))
        m_list->addItem(tr("Version %1\n%2").arg(version.version).arg(time.past(version.savedAt)));
    if (m_versions.isEmpty())
        m_area->setWidget(new Label(tr("This entry has not been changed since it was made."), TextStyle::Body, Ink::Quiet));
    else
        m_list->setCurrentRow(0);
}

void HistorySheet::showVersion(int index)
{
    m_remask->stop();
    m_restore->setEnabled(index >= 0);
    if (index < 0)
        return;
    const EntryVersion &version = m_versions.at(index);
    auto *page = new Pane;
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(space::l, space::m, space::l, space::m);
    column->addWidget(new ElidedLabel(displayText(EntryText::title(version.summary)), TextStyle::Section));
    for (const QString &url : version.summary.urls)
        column->addWidget(new ElidedLabel(displayText(url), TextStyle::Quiet, Ink::Quiet));
    column->addWidget(new Hairline);
    for (const FieldOutline &field : version.summary.fields)
        column->addWidget(fieldLine(version, field));
    column->addStretch(1);
    m_area->setWidget(page);
}

QWidget *HistorySheet::fieldLine(const EntryVersion &version, const FieldOutline &field)
{
    auto *line = new QWidget;
    auto *row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    auto *label = new ElidedLabel(displayText(EntryText::label(field), 60), TextStyle::Quiet, Ink::Quiet);
    label->setFixedWidth(120);
    auto *value = new SecretView;
    auto *eye = new IconButton(Symbol::Eye, tr("Show %1").arg(displayText(EntryText::label(field), 40)));
    row->addWidget(label);
    row->addWidget(value, 1);
    row->addWidget(eye);
    connect(eye, &IconButton::clicked, this, [this, value, number = field.number, at = version.version, tier = field.tier] {
        if (value->isRevealed())
            value->mask();
        else if (tier == Tier::Personal)
            m_personal->request(this, value, [this, value, at, number] { revealInto(value, at, number); });
        else
            revealInto(value, at, number);
    });
    return line;
}

void HistorySheet::revealInto(SecretView *view, int version, int field)
{
    m_client->revealVersion(m_entry.id, version, field,
                            Reply<Result<crypto::SecretText>>(view, [this, view](Result<crypto::SecretText> value) {
                                if (!value) {
                                    showError(value.error());
                                    return;
                                }
                                view->reveal(std::move(*value));
                                m_remask->start(kRevealMilliseconds);
                            }));
}

void HistorySheet::restore()
{
    const int index = m_list->currentRow();
    if (index < 0)
        return;
    m_restore->setEnabled(false);
    m_client->restoreVersion(m_entry.id, m_versions.at(index).version,
                             Reply<Result<EntrySummary>>(this, [this](Result<EntrySummary> entry) {
                                 if (!entry) {
                                     m_restore->setEnabled(true);
                                     showError(entry.error());
                                     return;
                                 }
                                 emit restored(*entry);
                                 accept();
                             }));
}

void HistorySheet::showError(const Error &error)
{
    m_error->setMessage(InlineMessage::Kind::Error, ErrorText::of(error.code).sentence());
    m_error->show();
}

} // namespace clavitor::ui
