// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/SetUpSheet.h"

#include "app/connect/ClientSight.h"
#include "ui/approval/DeadTime.h"
#include "ui/connection/DiffView.h"
#include "ui/keys/PresetChoice.h"
#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/Badge.h"
#include "ui/widgets/ButtonRow.h"
#include "ui/widgets/CodeBlock.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace clavitor::ui {

namespace {

constexpr int kIndent = 26; ///< under a radio button's words
constexpr int kLongestNewKeyName = 64;

QVBoxLayout *columnOf(QWidget *page)
{
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::s);
    return column;
}

QHBoxLayout *indented(QWidget *widget)
{
    auto *row = new QHBoxLayout;
    row->setContentsMargins(kIndent, 0, 0, space::s);
    row->addWidget(widget);
    return row;
}

} // namespace

SetUpSheet::SetUpSheet(VaultClient *vault, ClipboardGuard *clipboard, Clock clock, ThisComputer computer, InstalledClient client, quint16 port,
                       QWidget *parent)
    : QDialog(parent)
    , m_vault(vault)
    , m_clipboard(clipboard)
    , m_clock(std::move(clock))
    , m_computer(std::move(computer))
    , m_to(std::move(client))
    , m_port(port)
    , m_pages(new QStackedWidget)
    , m_error(new InlineMessage(InlineMessage::Kind::Error))
    , m_undo(new QPushButton(tr("Undo")))
    , m_cancel(new QPushButton(tr("Cancel")))
    , m_next(new QPushButton(tr("Show the change")))
{
    setWindowTitle(tr("Set up %1").arg(m_to.name));
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(true);
    resize(640, 660);
    m_error->hide();
    m_pages->addWidget(keyPage());
    m_pages->addWidget(changePage());
    m_pages->addWidget(donePage());
    m_undo->setIcon(icon(Symbol::Undo));
    m_undo->setAutoDefault(false);
    m_cancel->setAutoDefault(false);
    setButtonRole(m_next, ButtonRole::Primary);
    m_next->setDefault(true);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::m);
    column->addWidget((new Label(tr("Set up %1").arg(m_to.name), TextStyle::Title))->wrapping());
    column->addWidget(m_pages, 1);
    column->addWidget(m_error);
    column->addLayout(new ButtonRow({m_cancel, m_next}, {m_undo}));

    connect(m_error->setAction({}), &QPushButton::clicked, this, &SetUpSheet::putIntoFile); // has its words when it is of use
    connect(m_undo, &QPushButton::clicked, this, &SetUpSheet::undo);
    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_next, &QPushButton::clicked, this, &SetUpSheet::next);
    m_next->installEventFilter(this);
    m_reading.setSingleShot(true);
    m_reading.setInterval(DeadTime::Milliseconds);
    connect(&m_reading, &QTimer::timeout, this, &SetUpSheet::endReading);
    connect(m_vault, &VaultClient::auditAppended, this, &SetUpSheet::takeCalls);
    connect(m_vault, &VaultClient::factsChanged, this, [this](const VaultFacts &facts) {
        if (facts.state != LockState::Unlocked)
            reject(); // with a token in it it may not stay
    });

    if (Result<ClientSetting> setting = settingOf(m_to, m_port, m_computer.places.programFolders)) {
        m_present = std::move(*setting);
        m_present.token = {};
        m_present.projects.clear(); // with theirs
    }
    m_vault->agents({this, [this](const Result<QList<Agent>> &agents) { takeAgents(agents.value_or(QList<Agent>())); }});
    for (const QRadioButton *key : {m_ownKey, m_newKey, m_oldKey})
        connect(key, &QRadioButton::clicked, this, [this] { m_hasChosenKey = true; });
    takeVersion(m_to.version);
    if (m_to.version.isEmpty() && !m_to.program.isEmpty() && knowsHeadersCommand(m_to.client))
        askVersion(m_to.program, {this, [this](const QString &version) { takeVersion(version); }});
    lookForKeychain();
    refresh();
    m_newKey->setFocus(); // else a page behind takes the first key
}

QWidget *SetUpSheet::keyPage()
{
    auto *page = new QWidget;
    auto *column = columnOf(page);
    m_newKey = new QRadioButton(tr("Make a key for %1").arg(m_to.name));
    m_newKey->setChecked(true);
    m_name = new QLineEdit;
    m_name->setMaxLength(kLongestNewKeyName);
    m_name->setAccessibleName(tr("Name of the key"));
    m_oldKey = new QRadioButton(tr("Give it a new token of a key you have"));
    m_keys = new QComboBox;
    m_keys->setAccessibleName(tr("Key"));
    m_ownKey = new QRadioButton(tr("Keep its key"));
    m_ownKey->hide();
    auto *group = new QButtonGroup(page);
    for (QRadioButton *choice : {m_newKey, m_oldKey, m_ownKey}) {
        group->addButton(choice);
        connect(choice, &QRadioButton::toggled, this, &SetUpSheet::refresh);
    }
    connect(m_name, &QLineEdit::textChanged, this, &SetUpSheet::refresh);
    auto *oldWords = new Label(tr("With Apply the old token of that key stops at once, wherever it is."), TextStyle::Quiet, Ink::Quiet);
    column->addWidget(new SectionTitle(tr("Its key")));
    column->addWidget(m_ownKey);
    column->addWidget(m_newKey);
    m_newKeyChoices = new QWidget;
    auto *choices = columnOf(m_newKeyChoices);
    m_preset = new PresetChoice;
    choices->addWidget(m_name);
    choices->addWidget(m_preset);
    choices->addWidget((new Label(tr("It reaches every Shared entry and never Personal. You can narrow that under Keys."),
                                  TextStyle::Quiet, Ink::Quiet))->wrapping());
    column->addLayout(indented(m_newKeyChoices));
    column->addWidget(m_oldKey);
    column->addLayout(indented(m_keys));
    column->addLayout(indented(oldWords->wrapping()));
    connect(m_oldKey, &QRadioButton::toggled, oldWords, &QWidget::setVisible);
    oldWords->hide();
    column->addSpacing(space::s);
    addTokenChoices(page);
    column->addStretch();
    return page;
}

void SetUpSheet::addTokenChoices(QWidget *page)
{
    auto *column = static_cast<QVBoxLayout *>(page->layout());
    m_inKeychain = new QRadioButton(tr("In the keychain of this computer"));
    m_inFile = new QRadioButton(tr("In the file of %1, as plain text").arg(m_to.name));
    m_placeWords = new Label({}, TextStyle::Quiet, Ink::Quiet);
    auto *group = new QButtonGroup(page);
    group->addButton(m_inKeychain);
    group->addButton(m_inFile);
    column->addWidget(new SectionTitle(tr("Where its token lies")));
    column->addWidget(m_placeWords->wrapping());
    column->addWidget(m_inKeychain);
    column->addWidget(m_inFile);
    connect(m_inKeychain, &QRadioButton::toggled, this, &SetUpSheet::tellPlace);
    for (const QRadioButton *place : {m_inKeychain, m_inFile})
        connect(place, &QRadioButton::clicked, this, [this] { m_hasChosenPlace = true; });
}

QWidget *SetUpSheet::changePage()
{
    auto *page = new QWidget;
    auto *column = columnOf(page);
    m_path = new ElidedLabel({}, TextStyle::Mono);
    m_changeWords = new Label({}, TextStyle::Body, Ink::Quiet);
    m_diff = new DiffView;
    m_lines = new CodeBlock(tr("Lines to put in"));
    m_copyLines = new QPushButton(tr("Copy the lines"));
    m_copyLines->setIcon(icon(Symbol::Copy));
    m_copyLines->setAutoDefault(false);
    m_readByOthers = new InlineMessage(InlineMessage::Kind::Warning);
    column->addWidget(m_path);
    column->addWidget(m_changeWords->wrapping());
    column->addWidget(m_readByOthers);
    column->addWidget(m_diff, 1);
    column->addWidget(m_lines);
    column->addWidget(m_copyLines, 0, Qt::AlignLeft);
    column->addStretch(0);
    connect(m_copyLines, &QPushButton::clicked, this, &SetUpSheet::copyLines);
    return page;
}

QWidget *SetUpSheet::donePage()
{
    auto *page = new QWidget;
    auto *column = columnOf(page);
    m_doneWords = new Label({}, TextStyle::Body, Ink::Quiet);
    m_oldToken = new InlineMessage(InlineMessage::Kind::Warning,
                                   tr("The backup holds the token that stood in the file. Once %1 works, nobody needs it.").arg(m_to.name));
    connect(m_oldToken->setAction(tr("Delete the backup")), &QPushButton::clicked, this, &SetUpSheet::deleteOldToken);
    m_oldToken->hide();
    m_call = new Badge(Symbol::Timer, tr("Waiting for the first call"), Ink::Quiet);
    m_callWords = new Label({}, TextStyle::Body);
    column->addWidget(m_doneWords->wrapping());
    column->addSpacing(space::m);
    column->addWidget(m_call, 0, Qt::AlignLeft);
    column->addWidget(m_callWords->wrapping());
    column->addSpacing(space::m);
    column->addWidget(m_oldToken);
    column->addStretch();
    return page;
}

} // namespace clavitor::ui
