// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/recovery/RecoveryUnlockDialog.h"

#include "app/service/VaultClient.h"
#include "ui/recovery/SheetField.h"
#include "ui/setup/NewPasswordForm.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/ButtonRow.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/StepColumn.h"
#include "ui/words/ErrorText.h"

#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace clavitor::ui {

using namespace Qt::StringLiterals;
using crypto::SlotKind;

namespace {

constexpr int kUnlockWidth = 560;
constexpr WayName kSheet{SlotKind::Recovery, 0};

} // namespace

RecoveryUnlockDialog::RecoveryUnlockDialog(VaultClient *client, QWidget *parent)
    : QDialog(parent)
    , m_client(client)
    , m_pages(new QStackedWidget)
    , m_typed(new SheetField(client->facts()))
    , m_password(new NewPasswordForm(tr("New master password")))
    , m_error(new InlineMessage(InlineMessage::Kind::Error))
    , m_progress(new QProgressBar)
    , m_leave(new QPushButton)
    , m_go(new QPushButton)
{
    setWindowTitle(tr("Unlock with a recovery sheet"));
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(true);
    m_pages->addWidget(sheetPage());
    m_pages->addWidget(passwordPage());
    m_error->hide();
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_progress->setFixedSize(120, space::xs);
    m_progress->hide();
    m_leave->setAutoDefault(false);
    setButtonRole(m_go, ButtonRole::Primary);
    m_go->setDefault(true);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::l);
    column->addWidget(m_pages, 1);
    column->addWidget(m_error);
    column->addLayout(new ButtonRow({m_leave, m_go}, {m_progress}));
    setFixedWidth(kUnlockWidth);

    connect(m_leave, &QPushButton::clicked, this, [this] { m_opened ? accept() : reject(); });
    connect(m_go, &QPushButton::clicked, this, &RecoveryUnlockDialog::go);
    const auto leave = [this] {
        m_busy = false;
        reject();
    };
    // Whoever locks a vault that is locked has left it, and the groups open everything.
    connect(m_client, &VaultClient::lockAsked, this, leave);
    connect(m_client, &VaultClient::factsChanged, this, [this, leave](const VaultFacts &facts) {
        if (m_opened && facts.state != LockState::Unlocked)
            leave();
    });
    m_typed->setFocus();
    refresh();
    showPage(0); // last, when the layout can tell its height
}

QWidget *RecoveryUnlockDialog::sheetPage()
{
    auto *made = new QWidget;
    auto *column = stepColumn(made, tr("Unlock with your sheet"),
                            tr("Type the eight groups in their order. Small letters, blanks and hyphens do not matter, "
                               "nor whether it is 0 or O, 1 or I."));
    column->addWidget(m_typed);
    column->addStretch();
    connect(m_typed, &SheetField::edited, this, [this] {
        m_error->hide();
        refresh();
    });
    connect(m_typed, &SheetField::submitted, this, &RecoveryUnlockDialog::go);
    return made;
}

QWidget *RecoveryUnlockDialog::passwordPage()
{
    auto *made = new QWidget;
    auto *column = stepColumn(made, tr("The vault is open"),
                            tr("Choose a new master password if you have lost the old one, which then opens nothing any more. "
                               "The recovery sheet stays good."));
    m_password->setContext({m_client->facts().name});
    column->addWidget(m_password);
    column->addStretch();
    connect(m_password, &NewPasswordForm::changed, this, &RecoveryUnlockDialog::refresh);
    connect(m_password, &NewPasswordForm::submitted, this, &RecoveryUnlockDialog::go);
    return made;
}

void RecoveryUnlockDialog::showPage(int index)
{
    // The dialog is as high as the page on show, not as the higher of the two.
    for (int i = 0; i < m_pages->count(); ++i) {
        const auto policy = i == index ? QSizePolicy::Preferred : QSizePolicy::Ignored;
        m_pages->widget(i)->setSizePolicy(policy, policy);
    }
    m_pages->setCurrentIndex(index);
    if (!layout())
        return;
    // Qt reckons with the highest page even so.
    const int inner = kUnlockWidth - 2 * space::xl;
    const int highest = m_pages->layout()->totalHeightForWidth(inner);
    const int own = m_pages->currentWidget()->layout()->totalHeightForWidth(inner);
    resize(kUnlockWidth, layout()->totalHeightForWidth(kUnlockWidth) - highest + own);
}

bool RecoveryUnlockDialog::isOnSheet() const
{
    return m_pages->currentIndex() == 0;
}

void RecoveryUnlockDialog::go()
{
    if (m_busy || !m_go->isEnabled())
        return;
    isOnSheet() ? unlock() : setPassword();
}

void RecoveryUnlockDialog::unlock()
{
    m_sheet = m_typed->sheet();
    if (!m_sheet)
        return;
    setBusy(true, tr("Unlocking…"));
    m_client->unlockWithSecret(kSheet, m_sheet->slotSecret(), {this, [this](const Result<> &unlocked) {
        setBusy(false);
        if (!unlocked) {
            m_sheet.reset();
            showError(unlocked.error());
            m_typed->setFocus();
            return;
        }
        m_opened = true;
        m_typed->wipe();
        showPage(1);
        m_password->setFocus();
        refresh();
    }});
}

void RecoveryUnlockDialog::setPassword()
{
    setBusy(true, tr("Setting the password…"));
    m_client->setPassword(kSheet, m_sheet->slotSecret(), m_password->takePassword(), {this, [this](const Result<> &set) {
        setBusy(false);
        if (set) {
            accept();
            return;
        }
        showError(set.error(), tr("The master password was not changed."));
        m_password->setFocus();
    }});
}

void RecoveryUnlockDialog::refresh()
{
    m_leave->setText(m_opened ? tr("Keep the present password") : tr("Cancel"));
    m_leave->setEnabled(!m_busy);
    if (!m_busy)
        m_go->setText(isOnSheet() ? tr("Unlock") : tr("Set the new password"));
    m_go->setEnabled(!m_busy && (isOnSheet() ? !m_typed->isEmpty() : m_password->isComplete()));
    m_go->setToolTip(isOnSheet() || m_busy ? QString() : m_password->missing());
}

void RecoveryUnlockDialog::setBusy(bool busy, const QString &words)
{
    m_busy = busy;
    m_progress->setVisible(busy);
    m_pages->setEnabled(!busy);
    if (busy) {
        m_error->hide();
        m_go->setText(words);
    }
    refresh();
}

void RecoveryUnlockDialog::showError(const Error &error, const QString &more)
{
    const ErrorText text = ErrorText::of(error.code);
    m_error->setMessage(InlineMessage::Kind::Error, text.title + u' ' + (more.isEmpty() ? text.body() : QString(more + u' ' + text.next)));
    m_error->show();
}

void RecoveryUnlockDialog::done(int result)
{
    if (m_busy)
        return;
    m_sheet.reset();
    m_typed->wipe();
    m_password->wipe();
    QDialog::done(result);
}

} // namespace clavitor::ui
