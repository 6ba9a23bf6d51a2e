// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/SettingsPage.h"

#include "app/base/Settings.h"
#include "app/service/VaultClient.h"
#include "ui/settings/AboutDialog.h"
#include "ui/settings/LoginStartRow.h"
#include "ui/settings/PresenceRows.h"
#include "ui/settings/UnlockWaysCard.h"
#include "ui/style/Icons.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/FlowLayout.h"
#include "ui/widgets/IconButton.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/Toast.h"
#include "ui/words/DisplayText.h"
#include "ui/words/DistrustText.h"
#include "ui/words/ErrorText.h"

#include <QButtonGroup>
#include <QDesktopServices>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QUrl>
#include <QVBoxLayout>

namespace clavitor::ui {

namespace {

constexpr int kWidestColumn = 860;
constexpr int kNumberWidth = 104;
constexpr int kLeastWords = 100; // the choice beside them gives way first

/// Name and explanation to the left, what is set to the right; `more` is for who wants to know all of it.
void addRow(QVBoxLayout *column, const QString &name, const QString &text, QWidget *control, Label **words = nullptr, const QString &more = {})
{
    auto *row = new QHBoxLayout;
    row->setSpacing(space::l);
    auto *left = new QVBoxLayout;
    left->setSpacing(2);
    left->addWidget((new Label(name))->wrapping());
    auto *quiet = new Label(text, TextStyle::Quiet, Ink::Quiet);
    quiet->wrapping();
    quiet->setMinimumWidth(kLeastWords);
    quiet->setVisible(!text.isEmpty());
    left->addWidget(quiet);
    row->addLayout(left, 1);
    row->addWidget(control, 0, Qt::AlignVCenter);
    if (!more.isEmpty()) {
        quiet->setToolTip(more);
        control->setToolTip(more);
        control->setAccessibleDescription(more);
    }
    column->addLayout(row);
    if (words)
        *words = quiet;
}

QWidget *choice(QButtonGroup *group, const QList<std::pair<int, QString>> &options)
{
    auto *box = new QWidget;
    auto *row = new FlowLayout(space::m, box); // one below the other where the window is narrow
    for (const auto &[id, word] : options) {
        auto *button = new QRadioButton(word);
        group->addButton(button, id);
        row->addWidget(button);
    }
    return box;
}

Card *card(QVBoxLayout *column, const QString &title)
{
    auto *group = new Card;
    group->column()->addWidget(new SectionTitle(title));
    column->addWidget(group);
    return group;
}

} // namespace

SettingsPage::SettingsPage(VaultClient *client, Settings *settings, Clock clock, const LoginStart *start, QWidget *parent)
    : QWidget(parent)
    , m_client(client)
    , m_settings(settings)
    , m_theme(new QButtonGroup(this))
    , m_density(new QButtonGroup(this))
    , m_autoLock(new QSpinBox)
    , m_clipboard(new QSpinBox)
    , m_startMinimised(new Switch(tr("Start in the tray")))
    , m_keepsLeases(new Switch(tr("Keep a lease going")))
    , m_ways(new UnlockWaysCard(client, std::move(clock)))
    , m_notice(new InlineMessage(InlineMessage::Kind::Warning))
    , m_uncompared(new InlineMessage(InlineMessage::Kind::Note))
    , m_error(new InlineMessage(InlineMessage::Kind::Error))
    , m_toast(new Toast(this))
{
    m_error->hide();
    m_error->setClosable(true);
    auto *content = new QWidget;
    auto *outer = new QHBoxLayout(content);
    outer->setContentsMargins(0, 0, space::xl, space::xl);
    auto *middle = new QWidget;
    middle->setMaximumWidth(kWidestColumn);
    outer->addWidget(middle, 1);
    outer->addStretch(0);
    auto *column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::l);
    column->addWidget(m_notice);
    column->addWidget(m_uncompared);
    addLook(column);
    addStart(column, start);
    addLocking(column);
    column->addWidget(m_ways);
    addVault(column);
    addAbout(column);
    column->addStretch();

    auto *scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(content);
    auto *page = new QVBoxLayout(this);
    page->setContentsMargins(space::xl, space::l, 0, 0);
    page->setSpacing(space::l);
    page->addWidget(new Label(tr("Settings"), TextStyle::Title));
    // Not with the rest of it, which may be scrolled away.
    auto *trouble = new QHBoxLayout;
    trouble->setContentsMargins(0, 0, space::xl, 0);
    m_error->setMaximumWidth(kWidestColumn);
    trouble->addWidget(m_error);
    page->addLayout(trouble);
    page->addWidget(scroll, 1);

    connect(m_settings, &Settings::changed, this, &SettingsPage::take);
    connect(m_ways, &UnlockWaysCard::said, this, [this](const QString &sentence) {
        m_error->hide();
        m_toast->say(sentence);
    });
    connect(m_ways, &UnlockWaysCard::failed, this, &SettingsPage::showError);
    connect(m_client, &VaultClient::factsChanged, this, &SettingsPage::takeFacts);
    setAutoFillBackground(true); // cards stand on the ground
    take();
    takeFacts();
}

void SettingsPage::addLook(QVBoxLayout *column)
{
    Card *look = card(column, tr("Look"));
    addRow(look->column(), tr("Colours"), tr("“As the desktop” follows its light or dark setting."),
           choice(m_theme, {{int(Settings::Theme::System), tr("As the desktop")},
                            {int(Settings::Theme::Light), tr("Light")},
                            {int(Settings::Theme::Dark), tr("Dark")}}));
    look->column()->addWidget(new Hairline);
    addRow(look->column(), tr("Rows"), {},
           choice(m_density, {{int(Settings::Density::Comfortable), tr("Comfortable")}, {int(Settings::Density::Compact), tr("Compact")}}));
    connect(m_theme, &QButtonGroup::idClicked, this, [this](int id) { m_settings->setTheme(static_cast<Settings::Theme>(id)); });
    connect(m_density, &QButtonGroup::idClicked, this, [this](int id) { m_settings->setDensity(static_cast<Settings::Density>(id)); });
}

void SettingsPage::addStart(QVBoxLayout *column, const LoginStart *start)
{
    Card *starting = card(column, tr("Start"));
    if (start) {
        starting->column()->addWidget(new LoginStartRow(start));
        starting->column()->addWidget(new Hairline);
    }
    addRow(starting->column(), tr("Start in the tray"), tr("Without a window; the tray icon opens it."), m_startMinimised);
    connect(m_startMinimised, &Switch::toggled, this, [this](bool on) {
        if (!m_taking)
            m_settings->setStartMinimised(on);
    });
}

void SettingsPage::addLocking(QVBoxLayout *column)
{
    m_autoLock->setRange(Settings::AutoLockMinimum, Settings::AutoLockMaximum);
    m_autoLock->setSuffix(tr(" min"));
    m_autoLock->setAccessibleName(tr("Lock after minutes without input"));
    m_clipboard->setRange(Settings::ClipboardMinimum, Settings::ClipboardMaximum);
    m_clipboard->setSuffix(tr(" s"));
    m_clipboard->setAccessibleName(tr("Clear the clipboard after seconds"));
    for (QSpinBox *box : {m_autoLock, m_clipboard})
        box->setFixedWidth(kNumberWidth);
    Card *locking = card(column, tr("Locking"));
    addRow(locking->column(), tr("Lock when idle"), tr("After this many minutes without input, and at once when the screen is locked, another user takes it, the lid is closed or the computer sleeps."),
           m_autoLock, nullptr, tr("Agents get no answer then. Where the desktop does not tell its idle time, only input to Clavitor counts."));
    locking->column()->addWidget(new Hairline);
    addRow(locking->column(), tr("Keep a lease going"),
           tr("While you are away, a key with a night lease still gets what it allows, and nobody else gets anything. "
              "The keys to Shared values stay in this computer's memory for it."),
           m_keepsLeases, nullptr,
           tr("Also while the screen is locked, until the lease ends. Sleep, a closed lid and another user lock the vault for good."));
    locking->column()->addWidget(new Hairline);
    addRow(locking->column(), tr("Clear the clipboard"), tr("A copied secret leaves it after this time, if nothing else was copied since."), m_clipboard);
    connect(m_autoLock, &QSpinBox::valueChanged, this, [this](int minutes) {
        if (!m_taking)
            m_settings->setAutoLockMinutes(minutes);
    });
    connect(m_keepsLeases, &Switch::toggled, this, [this](bool on) {
        if (!m_taking)
            m_settings->setKeepsLeases(on);
    });
    connect(m_clipboard, &QSpinBox::valueChanged, this, [this](int seconds) {
        if (!m_taking)
            m_settings->setClipboardSeconds(seconds);
    });
}

void SettingsPage::addVault(QVBoxLayout *column)
{
    card(column, tr("Checks that it is you"))->column()->addWidget(new PresenceRows(m_client, m_settings));
    Card *vault = card(column, tr("Vault"));
    auto *open = new QPushButton(tr("Open"));
    open->setIcon(icon(Symbol::Folder));
    open->setAccessibleName(tr("Open the vault's folder"));
    addRow(vault->column(), tr("Folder"), QStringLiteral(" "), open, &m_folder);
    connect(open, &QPushButton::clicked, this, [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(m_client->facts().folder)); });
}

void SettingsPage::addAbout(QVBoxLayout *column)
{
    Card *about = card(column, tr("About"));
    auto *open = new QPushButton(tr("Show"));
    open->setAccessibleName(tr("About Clavitor and its licences"));
    addRow(about->column(), tr("Version, licences, what is protected and what is not"), {}, open);
    connect(open, &QPushButton::clicked, this, [this] {
        auto *dialog = new AboutDialog(this);
        dialog->open();
    });
}

void SettingsPage::take()
{
    m_taking = true;
    m_theme->button(int(m_settings->theme()))->setChecked(true);
    m_density->button(int(m_settings->density()))->setChecked(true);
    m_autoLock->setValue(m_settings->autoLockMinutes());
    m_clipboard->setValue(m_settings->clipboardSeconds());
    m_startMinimised->setChecked(m_settings->startMinimised());
    m_keepsLeases->setChecked(m_settings->keepsLeases());
    m_taking = false;
}

void SettingsPage::takeFacts()
{
    const VaultFacts &facts = m_client->facts();
    m_folder->setText(displayText(facts.folder, 200));
    m_folder->show();
    m_notice->setMessage(InlineMessage::Kind::Warning,
                         tr("One of the two key files had to be mended: %1. Nothing is lost; keep a copy of the vault's folder.")
                             .arg(displayText(facts.repairNote, 300)));
    m_notice->setVisible(!facts.repairNote.isEmpty());
    if (facts.uncompared)
        m_uncompared->setMessage(InlineMessage::Kind::Note, tr("This vault is %1.").arg(DistrustText::uncompared(*facts.uncompared)) + u' '
                                                                + DistrustText::uncomparedMeans(*facts.uncompared));
    m_uncompared->setVisible(facts.uncompared.has_value());
}

void SettingsPage::showError(const Error &error)
{
    const ErrorText text = ErrorText::of(error.code);
    m_error->setMessage(InlineMessage::Kind::Error, text.title + u' ' + text.body());
    m_error->show();
}

} // namespace clavitor::ui
