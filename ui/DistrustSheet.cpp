// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/DistrustSheet.h"

#include "ui/style/ThemeStyle.h"
#include "ui/style/Tokens.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/words/DistrustText.h"
#include "ui/words/ErrorText.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace clavitor::ui {

DistrustSheet::DistrustSheet(VaultClient *client, const Distrust &distrust, QWidget *parent)
    : RaisedDialog(parent)
    , m_client(client)
    , m_error(new InlineMessage(InlineMessage::Kind::Error))
{
    const DistrustText text = DistrustText::of(distrust);
    setWindowTitle(text.title);
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(true);
    setMinimumWidth(480);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::m);
    m_title = (new Label(text.title, TextStyle::Section))->wrapping();
    m_words = {(new Label(text.found, TextStyle::Body))->wrapping(), (new Label(text.means, TextStyle::Body, Ink::Quiet))->wrapping(),
               (new Label(text.next, TextStyle::Body, Ink::Quiet))->wrapping()};
    column->addWidget(m_title);
    for (Label *words : m_words)
        column->addWidget(words);
    column->addWidget(m_error);
    m_error->hide();

    m_look = new QPushButton(tr("Look around first"));
    m_trust = new QPushButton(text.verb);
    setButtonRole(m_trust, ButtonRole::Danger);
    m_trust->setAutoDefault(false);
    setButtonRole(m_look, ButtonRole::Ordinary); // Enter looks; the colour marks what cannot be taken back
    m_look->setDefault(true);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(0, space::m, 0, 0);
    row->setSpacing(space::s);
    row->addStretch();
    row->addWidget(m_look);
    row->addWidget(m_trust);
    column->addLayout(row);
    resize(minimumWidth(), column->totalHeightForWidth(minimumWidth()));
    connect(m_look, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_trust, &QPushButton::clicked, this, &DistrustSheet::trust);
    m_look->setFocus();
}

void DistrustSheet::trust()
{
    m_trust->setEnabled(false);
    m_error->hide();
    m_client->trustContents({this, [this](const Result<> &trusted) {
        if (trusted && m_client->facts().removedSurplus.isEmpty())
            return accept();
        if (trusted) {
            m_title->setText(tr("The vault is used as it is now"));
            for (Label *words : m_words)
                words->hide();
            m_error->show();
            m_error->setMessage(InlineMessage::Kind::Note, DistrustText::removed(m_client->facts().removedSurplus));
            m_trust->hide();
            m_look->setText(tr("Close"));
            m_look->setFocus();
            resize(width(), layout()->totalHeightForWidth(width()));
            return;
        }
        m_trust->setEnabled(true);
        m_error->show();
        m_error->setMessage(InlineMessage::Kind::Error, ErrorText::of(trusted.error().code).sentence());
    }});
}

} // namespace clavitor::ui
