// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/ChangePasswordDialog.h"

#include "app/service/VaultClient.h"
#include "ui/setup/NewPasswordForm.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/ButtonRow.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/SecretField.h"
#include "ui/words/ErrorText.h"

#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace clavitor::ui {

ChangePasswordDialog::ChangePasswordDialog(VaultClient *client, QWidget *parent)
    : QDialog(parent)
    , m_client(client)
    , m_current(new SecretField(tr("Present master password")))
    , m_next(new NewPasswordForm(tr("New master password")))
    , m_error(new InlineMessage(InlineMessage::Kind::Error))
    , m_progress(new QProgressBar)
    , m_go(new QPushButton(tr("Change password")))
{
    setWindowTitle(tr("Change the master password"));
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(true);
    setMinimumWidth(460);
    m_error->hide();
    m_next->setContext({client->facts().name});
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_progress->setFixedSize(120, space::xs);
    m_progress->hide();
    auto *cancel = new QPushButton(tr("Cancel"));
    cancel->setAutoDefault(false);
    setButtonRole(m_go, ButtonRole::Primary);
    m_go->setDefault(true);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::s);
    column->addWidget(new Label(tr("Change the master password"), TextStyle::Title));
    column->addSpacing(space::s);
    column->addWidget(new Label(tr("Present master password"), TextStyle::BodyStrong));
    column->addWidget(m_current);
    column->addSpacing(space::s);
    column->addWidget(m_next);
    column->addWidget(m_error);
    column->addLayout(new ButtonRow({cancel, m_go}, {m_progress}));
    m_current->setFocus();
    connect(m_current, &SecretField::edited, this, &ChangePasswordDialog::refresh);
    connect(m_next, &NewPasswordForm::changed, this, &ChangePasswordDialog::refresh);
    connect(m_next, &NewPasswordForm::submitted, this, &ChangePasswordDialog::change);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_go, &QPushButton::clicked, this, &ChangePasswordDialog::change);
    refresh();
}

void ChangePasswordDialog::refresh()
{
    m_go->setEnabled(!m_busy && !m_current->isEmpty() && m_next->isComplete());
    m_go->setToolTip(m_next->missing());
}

void ChangePasswordDialog::setBusy(bool busy)
{
    m_busy = busy;
    m_progress->setVisible(busy);
    m_current->setEnabled(!busy);
    m_next->setEnabled(!busy);
    refresh();
}

void ChangePasswordDialog::change()
{
    if (!m_go->isEnabled())
        return;
    m_error->hide();
    auto current = m_current->takeSecret();
    auto next = m_next->takePassword();
    setBusy(true);
    m_client->changePassword(std::move(current), std::move(next), {this, [this](const Result<> &result) {
        setBusy(false);
        if (result) {
            accept();
            return;
        }
        const ErrorText text = ErrorText::of(result.error().code);
        m_error->setMessage(InlineMessage::Kind::Error,
                            text.title + u'\n' + tr("The master password was not changed.") + u' ' + text.next);
        m_error->show();
        m_current->setFocus();
    }});
}

void ChangePasswordDialog::done(int result)
{
    if (m_busy)
        return;
    m_current->wipe();
    m_next->wipe();
    QDialog::done(result);
}

} // namespace clavitor::ui
