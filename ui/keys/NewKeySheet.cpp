// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/NewKeySheet.h"

#include "ui/ClipboardGuard.h"
#include "ui/keys/KeyText.h"
#include "ui/keys/SnippetView.h"
#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/ButtonRow.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/ConfirmSheet.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/SecretView.h"
#include "ui/words/DisplayText.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace clavitor::ui {

NewKeySheet::NewKeySheet(NewKey key, ClipboardGuard *clipboard, const OurSide &ours, QWidget *parent)
    : QDialog(parent)
    , m_clipboard(clipboard)
    , m_name(displayText(key.agent.name, 64))
    , m_token(new SecretView)
{
    setWindowTitle(tr("Key for %1").arg(m_name));
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(true);
    resize(680, 560);

    auto *copy = new QPushButton(tr("Copy token"));
    copy->setIcon(icon(Symbol::Copy, Ink::OnAccent));
    setButtonRole(copy, ButtonRole::Primary);
    auto *tokenRow = new QHBoxLayout;
    tokenRow->setSpacing(space::m);
    tokenRow->addWidget(m_token, 1);
    tokenRow->addWidget(copy, 0, Qt::AlignTop);
    auto *card = new Card;
    card->column()->addWidget(new Label(tr("Token"), TextStyle::Quiet, Ink::Quiet));
    card->column()->addLayout(tokenRow);
    m_token->setAccessibleName(tr("Token of %1").arg(m_name));

    auto *snippets = new SnippetView(clipboard);
    snippets->setOurs(ours);
    snippets->setToken(key.token.clone());
    m_token->reveal(std::move(key.token));

    auto *finish = new QPushButton(tr("Done"));
    finish->setAutoDefault(false);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::m);
    column->addWidget(new Label(tr("Key for %1").arg(m_name), TextStyle::Title));
    column->addWidget((new Label(tr("It may %1 in %2.").arg(KeyText::actions(key.agent.actions), KeyText::scope(key.agent.scope)),
                                 TextStyle::Body, Ink::Quiet))->wrapping());
    column->addWidget(new InlineMessage(InlineMessage::Kind::Warning,
                                        tr("This is the only time the token is shown. The vault keeps no copy of it; a lost one is replaced with a new one.")));
    column->addWidget(card);
    column->addSpacing(space::xs);
    column->addWidget(new SectionTitle(tr("Put it where the agent looks")));
    column->addWidget(snippets);
    column->addStretch();
    column->addLayout(new ButtonRow({finish}));
    connect(copy, &QPushButton::clicked, this, &NewKeySheet::copyToken);
    connect(finish, &QPushButton::clicked, this, &NewKeySheet::reject);
    connect(snippets, &SnippetView::tokenCopied, this, [this] { m_copied = true; });
    copy->setFocus();
}

void NewKeySheet::copyToken()
{
    m_copied = true;
    m_clipboard->copySecret(m_token->secret().clone(), tr("Token of %1").arg(m_name));
}

void NewKeySheet::reject()
{
    if (m_copied) {
        QDialog::reject();
        return;
    }
    auto *ask = new ConfirmSheet(tr("Close without copying the token?"),
                                 tr("The token cannot be shown again. You would have to replace it with a new one."),
                                 tr("Close"), {}, this);
    connect(ask, &QDialog::accepted, this, [this] { QDialog::reject(); });
    ask->open();
}

} // namespace clavitor::ui
