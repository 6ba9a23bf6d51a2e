// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/CheckpointSheet.h"

#include "app/base/Settings.h"
#include "app/service/VaultClient.h"
#include "ui/style/ThemeStyle.h"
#include "ui/style/Tokens.h"
#include "ui/widgets/Label.h"
#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

CheckpointSheet::CheckpointSheet(VaultClient *client, Settings *settings, QWidget *parent)
    : RaisedDialog(parent)
    , m_client(client)
    , m_settings(settings)
    , m_where(new Label({}, TextStyle::Body))
    , m_stop(new QPushButton(tr("Keep none")))
{
    setWindowTitle(tr("Checkpoints outside the vault"));
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(true);
    setMinimumWidth(480);
    m_where->wrapping();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::m);
    column->addWidget((new Label(windowTitle(), TextStyle::Title))->wrapping());
    column->addWidget((new Label(tr("Every hundred rows and at each lock, Clavitor signs what the log is. These checkpoints are in the vault and, the last "
                                    "one, in the keychain. They can also be added to a text file elsewhere: on a stick, a share, in another account. Who "
                                    "wants to rewrite the log unnoticed has to change that file, too. It holds no names and no values."),
                                 TextStyle::Body, Ink::Quiet))
                          ->wrapping());
    column->addWidget(m_where);
    auto *choose = new QPushButton(tr("Choose a file…"));
    auto *close = new QPushButton(tr("Close"));
    for (QPushButton *button : {choose, m_stop, close})
        setButtonRole(button, ButtonRole::Ordinary);
    m_stop->setAutoDefault(false);
    close->setDefault(true);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(0, space::m, 0, 0);
    row->setSpacing(space::s);
    row->addWidget(choose);
    row->addWidget(m_stop);
    row->addStretch();
    row->addWidget(close);
    column->addLayout(row);
    connect(choose, &QPushButton::clicked, this, &CheckpointSheet::choose);
    connect(m_stop, &QPushButton::clicked, this, [this] { keep({}); });
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    connect(m_settings, &Settings::changed, this, &CheckpointSheet::refresh);
    refresh();
    resize(minimumWidth(), column->totalHeightForWidth(minimumWidth()));
}

void CheckpointSheet::refresh()
{
    tell({});
    m_client->keptCheckpoints({this, [this](const Result<KeptCheckpoints> &kept) { tell(kept.value_or(KeptCheckpoints{})); }});
}

void CheckpointSheet::tell(const KeptCheckpoints &kept)
{
    const QString path = m_settings->checkpointFile();
    const bool isUnnamed = !kept.path.isEmpty() && kept.path != path;
    QString words = path.isEmpty() ? tr("No file is kept.") : tr("Added to %1.").arg(displayText(path, 300));
    if (isUnnamed)
        words += u' ' + tr("The vault remembers %1, which was chosen before. Choose it again, or keep none to give it up.").arg(displayText(kept.path, 300));
    m_where->setText(words);
    m_stop->setVisible(!path.isEmpty() || isUnnamed);
}

void CheckpointSheet::keep(const QString &path)
{
    m_client->keepCheckpoints(path, {this, [this, path](const Result<> &kept) {
        if (!kept) {
            m_where->setText(ErrorText::of(kept.error().code).sentence());
            return;
        }
        m_settings->setCheckpointFile(path);
        refresh();
    }});
}

void CheckpointSheet::choose()
{
    auto *dialog = new QFileDialog(this, tr("Keep checkpoints in"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    // What is there already stays: notes are added to it.
    dialog->setOption(QFileDialog::DontConfirmOverwrite);
    dialog->setNameFilters({tr("Text (*.txt)")});
    dialog->setDefaultSuffix(u"txt"_s);
    dialog->selectFile(u"clavitor-checkpoints"_s);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &path) { keep(path); });
    dialog->open();
}

} // namespace clavitor::ui
