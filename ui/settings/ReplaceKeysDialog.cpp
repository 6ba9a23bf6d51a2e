// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/ReplaceKeysDialog.h"

#include "app/service/VaultClient.h"
#include "ui/settings/WayText.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/ButtonRow.h"
#include "ui/widgets/GrowDialog.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/Point.h"
#include "ui/widgets/SecretField.h"
#include "ui/widgets/StepColumn.h"
#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"

#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <limits>

namespace clavitor::ui {

using namespace Qt::StringLiterals;
using crypto::SlotKind;

namespace {

constexpr int kReplaceWidth = 560;

QStringList titlesOf(const QList<UnlockWay> &ways)
{
    QStringList titles;
    for (const UnlockWay &way : ways)
        if (way.name.kind != SlotKind::Password && way.name.kind != SlotKind::Keychain)
            titles.append(WayText::title(way));
    return titles;
}

Label *point(const QString &text)
{
    return (new Label(text, TextStyle::Body, Ink::Quiet))->wrapping();
}

} // namespace

ReplaceKeysDialog::ReplaceKeysDialog(VaultClient *client, QWidget *parent)
    : QDialog(parent)
    , m_client(client)
    , m_pages(new QStackedWidget)
    , m_later(new QPushButton(tr("Later")))
    , m_cancel(new QPushButton(tr("Cancel")))
    , m_next(new QPushButton)
{
    setWindowTitle(tr("Replace all keys"));
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(true);
    m_pages->addWidget(beforePage());
    m_pages->addWidget(workingPage());
    m_pages->addWidget(afterPage());
    for (QPushButton *button : {m_later, m_cancel})
        button->setAutoDefault(false);
    setButtonRole(m_next, ButtonRole::Primary);
    m_next->setDefault(true);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::l);
    column->addWidget(m_pages, 1);
    column->addLayout(new ButtonRow({m_cancel, m_later, m_next}));
    setFixedWidth(kReplaceWidth);

    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_later, &QPushButton::clicked, this, &QDialog::accept);
    connect(m_next, &QPushButton::clicked, this, [this] {
        if (m_pages->currentIndex() == Before)
            return start();
        accept();
        if (m_wantsSheet)
            emit sheetWanted();
    });
    connect(m_password, &SecretField::edited, this, &ReplaceKeysDialog::refresh);
    connect(m_client, &VaultClient::replacementProgress, this, &ReplaceKeysDialog::showProgress);
    connect(m_client, &VaultClient::keychainIsRenewed, this, &ReplaceKeysDialog::showKeychain);
    connect(m_client, &VaultClient::factsChanged, this, [this](const VaultFacts &facts) {
        m_isLocked = facts.state != LockState::Unlocked;
        if (m_isLocked)
            reject();
    });
    tellKeys();
    goTo(Before);
}

QWidget *ReplaceKeysDialog::beforePage()
{
    auto *page = new QWidget;
    auto *column = stepColumn(page, tr("Replace all keys"),
                              tr("Clavitor makes new keys and writes the whole vault anew with them. Do it when somebody may have had a copy of the vault "
                                 "and something that opens it. A new master password alone keeps the keys as they are."));
    const QList<UnlockWay> &ways = m_client->facts().ways;
    const QStringList again = titlesOf(ways);
    m_points = new QVBoxLayout;
    m_points->setSpacing(space::xs);
    if (!again.isEmpty())
        m_points->addWidget(new Point(Symbol::Note, tr("Make again: %1").arg(again.join(tr(", "))), tr("Their secrets are not at hand, so they open the vault no more.")));
    QString meanwhile = tr("The vault as it is stays until the new file is open.");
    if (m_client->facts().opensBy(SlotKind::Keychain))
        meanwhile += u' ' + tr("The keychain of this computer gets a new secret by itself.");
    m_points->addWidget(new Point(Symbol::Lock, tr("Agents wait while it runs"), meanwhile));
    m_points->addWidget(new Point(Symbol::Warning, tr("Change what may have been read"),
                                  tr("Older copies of the vault stay as they are, and so does the master password."), Ink::Asks));
    column->addLayout(m_points);
    column->addSpacing(space::s);
    column->addWidget(new Label(tr("Master password"), TextStyle::BodyStrong));
    m_password = new SecretField(tr("Master password"));
    column->addWidget(m_password);
    m_error = new InlineMessage(InlineMessage::Kind::Error);
    m_error->hide();
    column->addWidget(m_error);
    column->addStretch();
    return page;
}

QWidget *ReplaceKeysDialog::workingPage()
{
    auto *page = new QWidget;
    auto *column = stepColumn(page, tr("Replacing all keys"), {});
    m_mayStop = point({});
    column->addWidget(m_mayStop);
    m_step = new Label({}, TextStyle::Body, Ink::Quiet);
    m_progress = new QProgressBar;
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(space::xs);
    m_progress->setAccessibleName(tr("Replacing all keys"));
    column->addWidget(m_step);
    column->addWidget(m_progress);
    column->addStretch();
    return page;
}

QWidget *ReplaceKeysDialog::afterPage()
{
    auto *page = new QWidget;
    m_toDo = stepColumn(page, tr("All keys are new"), tr("The vault lies in a new file, and the one from before is gone."));
    return page;
}

void ReplaceKeysDialog::tellKeys()
{
    m_client->agents({this, [this](const Result<QList<Agent>> &agents) {
        const auto count = agents ? std::ranges::count_if(*agents, [](const Agent &agent) { return !agent.isRevoked() && !agent.needsToken; }) : -1;
        if (count == 0)
            return;
        m_points->insertWidget(0, new Point(Symbol::Key,
                                            count < 0        ? tr("The tokens of all keys of agents end")
                                                : count == 1 ? tr("The token of your agents' one key ends")
                                                             : tr("The tokens of all %1 keys of agents end").arg(count),
                                            tr("What each may do stays; each needs a new token.")));
        growDialog(this);
    }});
}

void ReplaceKeysDialog::refresh()
{
    m_next->setEnabled(m_pages->currentIndex() != Before || !m_password->isEmpty());
}

void ReplaceKeysDialog::goTo(Stage stage)
{
    m_pages->setCurrentIndex(stage);
    m_cancel->setVisible(stage != After);
    m_cancel->setText(stage == Working ? tr("Stop") : tr("Cancel"));
    m_cancel->setEnabled(true);
    m_later->setVisible(stage == After && m_wantsSheet);
    m_next->setVisible(stage != Working);
    m_next->setText(stage == Before ? tr("Replace all keys") : m_wantsSheet ? tr("Make a recovery sheet…") : tr("Done"));
    refresh();
    if (stage == Before)
        m_password->setFocus();
    else
        (stage == Working ? m_cancel : m_next)->setFocus();
}

void ReplaceKeysDialog::start()
{
    if (!m_next->isEnabled())
        return;
    m_error->hide();
    auto password = m_password->takeSecret();
    m_mayStop->setText(tr("Until it is done the vault is as it was, and you can stop."));
    showProgress(0, 0);
    goTo(Working);
    m_client->replaceKeys(std::move(password), {this, [this](const Result<KeysReplaced> &result) { finish(result); }});
}

void ReplaceKeysDialog::stop()
{
    m_cancel->setEnabled(false);
    m_client->cancelReplacement();
}

void ReplaceKeysDialog::showProgress(qint64 rows, qint64 total)
{
    const QLocale locale;
    m_progress->setRange(0, static_cast<int>(std::min<qint64>(total, std::numeric_limits<int>::max())));
    m_progress->setValue(static_cast<int>(std::min<qint64>(rows, m_progress->maximum())));
    m_step->setText(total == 0      ? tr("Making the keys…")
                    : rows == total ? tr("Checking the new file…")
                                    : tr("Writing the vault anew: %1 of %2 rows").arg(locale.toString(rows), locale.toString(total)));
}

void ReplaceKeysDialog::showKeychain()
{
    m_mayStop->setText(tr("The new keys are in force. The keychain of this computer is given its new secret, too."));
    m_step->setText(tr("Waiting for the keychain…"));
    m_progress->setRange(0, 0);
    m_cancel->setEnabled(false);
    m_cancel->hide();
}

void ReplaceKeysDialog::finish(const Result<KeysReplaced> &result)
{
    if (m_isLocked) {
        goTo(Before);
        return QDialog::done(result ? Accepted : Rejected);
    }
    if (result) {
        tellAfter(*result);
        goTo(After);
        return;
    }
    const ErrorText text = ErrorText::of(result.error().code);
    const QString kept = tr("The keys were not replaced, the vault is as it was.");
    if (result.error().code == ErrorCode::Cancelled)
        m_error->setMessage(InlineMessage::Kind::Note, kept);
    else if (result.error().code == ErrorCode::DamagedFile && !result.error().detail.isEmpty())
        m_error->setMessage(InlineMessage::Kind::Error, tr("Part of the vault cannot be read, so it cannot be written anew: %1.").arg(displayText(result.error().detail, 200))
                                                            + u'\n' + kept);
    else
        m_error->setMessage(InlineMessage::Kind::Error, text.title + u'\n' + kept + u' ' + text.next);
    m_error->show();
    goTo(Before);
}

void ReplaceKeysDialog::tellAfter(const KeysReplaced &replaced)
{
    if (replaced.tokens > 0)
        m_toDo->addWidget(point(replaced.tokens == 1 ? tr("One key of an agent waits for a new token, under Keys.")
                                                     : tr("%1 keys of agents wait for new tokens, under Keys.").arg(replaced.tokens)));
    if (const QStringList again = titlesOf(replaced.gone); !again.isEmpty())
        m_toDo->addWidget(point(tr("These open the vault no more until you make them again: %1.").arg(again.join(tr(", ")))));
    if (replaced.keychain)
        m_toDo->addWidget(new InlineMessage(InlineMessage::Kind::Warning, tr("The keychain could not be given a new secret, so it opens the vault no more. %1")
                                                                              .arg(ErrorText::of(replaced.keychain->code).title)));
    m_wantsSheet = !WayText::singlePoint(m_client->facts().ways).isEmpty();
    if (m_wantsSheet)
        m_toDo->addWidget(new InlineMessage(InlineMessage::Kind::Warning,
                                            tr("Now only the master password opens Personal. A recovery sheet keeps the vault from being lost with it.")));
    m_toDo->addStretch();
}

void ReplaceKeysDialog::done(int result)
{
    if (m_pages->currentIndex() == Working) {
        if (!m_isLocked && m_cancel->isEnabled())
            stop();
        return; // its answer comes, also after a lock
    }
    m_password->wipe();
    // However the last page is left.
    QDialog::done(m_pages->currentIndex() == After ? Accepted : result);
}

} // namespace clavitor::ui
