// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/recovery/RecoveryOpenDialog.h"

#include "app/service/VaultClient.h"
#include "ui/recovery/SheetField.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/ButtonRow.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/words/ErrorText.h"

#include <QPushButton>
#include <QVBoxLayout>

namespace clavitor::ui {

namespace {

constexpr int kOpenWidth = 560;

} // namespace

RecoveryOpenDialog::RecoveryOpenDialog(VaultClient *client, QWidget *parent)
    : QDialog(parent)
    , m_client(client)
    , m_typed(new SheetField(client->facts()))
    , m_error(new InlineMessage(InlineMessage::Kind::Error))
    , m_cancel(new QPushButton(tr("Cancel")))
    , m_go(new QPushButton(tr("Open")))
{
    setWindowTitle(tr("Open Personal fields with a recovery sheet"));
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(true);
    setFixedWidth(kOpenWidth);
    m_error->hide();
    m_cancel->setAutoDefault(false);
    m_go->setDefault(true);
    m_go->setEnabled(false);
    setButtonRole(m_go, ButtonRole::Primary);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::m);
    column->addWidget(new Label(tr("Your recovery sheet"), TextStyle::Title));
    column->addWidget((new Label(tr("Type the eight groups in their order. Personal fields stay open for a minute, or until you turn to another entry."), TextStyle::Body,
                                 Ink::Quiet))->wrapping());
    column->addWidget(m_typed);
    column->addWidget(m_error);
    column->addLayout(new ButtonRow({m_cancel, m_go}));

    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_go, &QPushButton::clicked, this, &RecoveryOpenDialog::go);
    connect(m_typed, &SheetField::submitted, this, &RecoveryOpenDialog::go);
    connect(m_typed, &SheetField::edited, this, [this] {
        m_error->hide();
        m_go->setEnabled(!m_typed->isEmpty());
    });
    connect(m_client, &VaultClient::factsChanged, this, [this](const VaultFacts &now) {
        if (now.state == LockState::Unlocked)
            return;
        m_busy = false;
        reject();
    });
    m_typed->setFocus();
}

void RecoveryOpenDialog::go()
{
    if (m_busy || m_typed->isEmpty())
        return;
    const auto sheet = m_typed->sheet();
    if (!sheet)
        return;
    setBusy(true);
    m_client->openPersonalWithSecret({crypto::SlotKind::Recovery, 0}, sheet->slotSecret(),
                                     {this, [this](const Result<> &result) { answered(result); }});
}

void RecoveryOpenDialog::answered(const Result<> &result)
{
    setBusy(false);
    if (result) {
        accept();
        return;
    }
    m_error->setMessage(InlineMessage::Kind::Error, ErrorText::of(result.error().code).sentence());
    m_error->show();
    m_typed->setFocus();
}

void RecoveryOpenDialog::setBusy(bool busy)
{
    m_busy = busy;
    m_typed->setEnabled(!busy);
    m_cancel->setEnabled(!busy);
    m_go->setEnabled(!busy);
    if (busy)
        m_error->hide();
}

void RecoveryOpenDialog::done(int result)
{
    if (m_busy)
        return;
    m_typed->wipe();
    QDialog::done(result);
}

} // namespace clavitor::ui
