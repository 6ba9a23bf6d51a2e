// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/ReceiptDialog.h"

#include "app/base/Clock.h"
#include "ui/audit/ReceiptText.h"
#include "ui/keys/PageFile.h"
#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/ButtonRow.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"
#include "ui/words/TimeText.h"

#include <QClipboard>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

enum Span { LastHour, Today, Since };

} // namespace

ReceiptDialog::ReceiptDialog(VaultClient *client, Clock clock, const Agent &agent, QWidget *parent)
    : QDialog(parent)
    , m_client(client)
    , m_clock(std::move(clock))
    , m_agent(agent)
    , m_span(new QComboBox)
    , m_since(new QDateTimeEdit)
    , m_sum(new Label({}, TextStyle::Quiet, Ink::Quiet))
    , m_preview(new QPlainTextEdit)
    , m_error(new InlineMessage(InlineMessage::Kind::Error))
    , m_copy(new QPushButton(tr("Copy")))
    , m_save(new QPushButton(tr("Save as Markdown…")))
{
    const QString name = displayText(agent.name, 64);
    setWindowTitle(tr("Receipt of %1").arg(name));
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(true);
    resize(700, 560);
    m_span->setAccessibleName(tr("Time"));
    m_span->addItem(tr("Last hour"), LastHour);
    m_span->addItem(tr("Today"), Today);
    m_span->addItem(tr("Since…"), Since);
    m_span->setCurrentIndex(Today);
    m_since->setAccessibleName(tr("Since"));
    m_since->setCalendarPopup(true);
    m_since->setDisplayFormat(u"yyyy-MM-dd HH:mm"_s);
    m_since->setDateTime(QDateTime::fromMSecsSinceEpoch(m_clock() - ms::day));
    m_since->setMaximumDateTime(QDateTime::fromMSecsSinceEpoch(m_clock()));
    m_since->hide();
    m_preview->setReadOnly(true);
    m_preview->setTabChangesFocus(true);
    m_preview->setFont(fontOf(TextStyle::MonoQuiet));
    m_preview->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_preview->setAccessibleName(tr("Receipt"));
    m_error->hide();
    m_copy->setIcon(icon(Symbol::Copy));
    m_copy->setAutoDefault(false);
    m_save->setIcon(icon(Symbol::Export, Ink::OnAccent));
    setButtonRole(m_save, ButtonRole::Primary);
    auto *close = new QPushButton(tr("Close"));
    close->setAutoDefault(false);

    auto *range = new QHBoxLayout;
    range->setSpacing(space::s);
    range->addWidget(m_span);
    range->addWidget(m_since);
    range->addWidget(m_sum, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::m);
    column->addWidget(new Label(tr("Receipt of %1").arg(name), TextStyle::Title));
    column->addWidget((new Label(tr("What the key used, counted, with times and without values. For a pull request, a ticket or yourself."),
                                 TextStyle::Body, Ink::Quiet))->wrapping());
    column->addLayout(range);
    column->addWidget(m_preview, 1);
    column->addWidget(m_error);
    column->addLayout(new ButtonRow({close, m_save}, {m_copy}));

    connect(m_span, &QComboBox::currentIndexChanged, this, [this] {
        m_since->setVisible(m_span->currentData().toInt() == Since);
        load();
    });
    connect(m_since, &QDateTimeEdit::dateTimeChanged, this, &ReceiptDialog::load);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_markdown);
        m_copy->setText(tr("Copied"));
        m_copy->setIcon(icon(Symbol::Check, Ink::Allowed));
    });
    connect(m_save, &QPushButton::clicked, this, &ReceiptDialog::choosePath);
    load();
}

qint64 ReceiptDialog::from() const
{
    const qint64 now = m_clock();
    switch (m_span->currentData().toInt()) {
    case LastHour:
        return now - ms::hour;
    case Today:
        return TimeText(now).startOfDay(now);
    default:
        return m_since->dateTime().toMSecsSinceEpoch();
    }
}

void ReceiptDialog::load()
{
    const int generation = ++m_generation;
    // The end is exclusive, and what was done at this very moment belongs to it.
    m_client->receipt(m_agent.keyId, from(), m_clock() + 1, {this, [this, generation](const Result<KeyReceipt> &receipt) {
        if (generation != m_generation)
            return;
        m_error->hide();
        m_markdown = receipt ? ReceiptText().markdown(*receipt) : QString();
        m_preview->setPlainText(m_markdown);
        m_copy->setEnabled(receipt.has_value());
        m_copy->setText(tr("Copy"));
        m_copy->setIcon(icon(Symbol::Copy));
        m_save->setEnabled(receipt.has_value());
        if (!receipt) {
            m_sum->clear();
            m_error->setMessage(InlineMessage::Kind::Error, ErrorText::of(receipt.error().code).sentence());
            m_error->show();
            return;
        }
        m_sum->setText(receipt->calls == 1 ? tr("1 call") : tr("%Ln calls", nullptr, receipt->calls));
    }});
}

void ReceiptDialog::choosePath()
{
    PageFile::choose(tr("Save the receipt"), u"receipt-%1.md"_s.arg(m_agent.keyId), this, [this](const QString &path) { saveAs(path); });
}

void ReceiptDialog::saveAs(const QString &path)
{
    const Result<> written = PageFile::write(path, m_markdown);
    m_error->setMessage(written ? InlineMessage::Kind::Good : InlineMessage::Kind::Error,
                        written ? tr("Saved.") : ErrorText::of(written.error().code).sentence());
    m_error->show();
}

} // namespace clavitor::ui
