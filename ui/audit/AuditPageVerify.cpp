// SPDX-License-Identifier: GPL-3.0-or-later
// The part of AuditPage about verifying the log.
#include "ui/audit/AuditPage.h"

#include "app/base/Settings.h"
#include "app/base/Post.h"
#include "app/service/VaultClient.h"
#include "app/session/CheckpointFile.h"
#include "ui/PersonalAccess.h"
#include "ui/audit/AuditFilterBar.h"
#include "ui/audit/AuditModel.h"
#include "ui/audit/AuditTable.h"
#include "ui/audit/AuditTimeline.h"
#include "ui/audit/CheckpointSheet.h"
#include "ui/audit/VerifyBar.h"

#include <QMenu>
#include <QPushButton>
#include <QThreadPool>

#include <memory>

namespace clavitor::ui {

void AuditPage::setVerification(PersonalAccess *personal, Settings *settings)
{
    m_personal = personal;
    m_settings = settings;
    auto *menu = new QMenu(m_verify);
    menu->addAction(tr("Verify the log"), this, &AuditPage::verify);
    menu->addAction(tr("Checkpoints outside the vault…"), this, [this] { (new CheckpointSheet(m_client, m_settings, this))->open(); });
    m_verify->setMenu(menu);
    m_verify->show();
    connect(m_verifyBar, &VerifyBar::runningChanged, this, [this](bool running) { m_verify->setEnabled(!running); });
    connect(m_verifyBar, &VerifyBar::rowRequested, this, &AuditPage::showRow);
}

void AuditPage::verify()
{
    // The chain begins with a key that is sealed to the person.
    m_personal->request(this, this, [this] {
        m_client->keptCheckpoints({this, [this](const Result<KeptCheckpoints> &kept) { verifyBeside(kept.value_or(KeptCheckpoints{})); }});
    });
}

void AuditPage::verifyBeside(const KeptCheckpoints &kept)
{
    // The setting is a line in a file that any program of the person's can write; what the vault remembers counts.
    const QString named = m_settings->checkpointFile();
    VerdictText::File file;
    file.path = kept.path.isEmpty() ? named : kept.path;
    file.row = kept.row;
    file.isUnnamed = !kept.path.isEmpty() && kept.path != named;
    if (file.path.isEmpty()) {
        m_verifyBar->start();
        return;
    }
    // A share may keep whoever reads it waiting.
    auto reply = std::make_shared<Reply<Result<QByteArray>>>(this, [this, file](const Result<QByteArray> &notes) { m_verifyBar->start(file, notes); });
    QThreadPool::globalInstance()->start([reply, path = file.path] { (*reply)(CheckpointFile(path).read()); });
}

void AuditPage::showRow(qint64 sequence)
{
    m_filters->reset();
    m_timeline->clearChosen();
    m_wantedRow = sequence;
    m_model->showFrom(sequence);
}

void AuditPage::selectWanted()
{
    if (m_wantedRow == 0)
        return;
    // One that is missing has a neighbour.
    const QModelIndex index = m_model->nearest(m_wantedRow);
    if (!index.isValid())
        return;
    m_wantedRow = 0;
    m_table->setCurrentIndex(index);
    m_table->scrollTo(index, QAbstractItemView::PositionAtCenter);
    m_table->setFocus();
}

} // namespace clavitor::ui
