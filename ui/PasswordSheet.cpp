// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/PasswordSheet.h"

#include "ui/PresenceLine.h"
#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/ButtonRow.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/SecretField.h"
#include "ui/words/ErrorText.h"

#include <QPushButton>
#include <QVBoxLayout>

namespace clavitor::ui {

PasswordSheet::PasswordSheet(const QString &title, const QString &why, const QString &verb, QWidget *parent)
    : RaisedDialog(parent)
    , m_field(new SecretField(tr("Master password")))
    , m_error(new InlineMessage(InlineMessage::Kind::Error))
    , m_go(new QPushButton(verb))
    , m_alternatives(new QVBoxLayout)
    , m_check(new PresenceLine)
    , m_again(new QPushButton(tr("Check again")))
{
    setWindowTitle(title);
    setAttribute(Qt::WA_DeleteOnClose);
    setMinimumWidth(420);
    auto *cancel = new QPushButton(tr("Cancel"));
    cancel->setAutoDefault(false);
    m_go->setDefault(true);
    m_field->setPlaceholder(tr("Master password"));
    m_error->hide();
    m_again->setIcon(icon(Symbol::Fingerprint));
    m_again->setAutoDefault(false);
    m_again->hide();

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::m);
    column->addWidget(new Label(title, TextStyle::Title));
    column->addWidget((new Label(why, TextStyle::Body, Ink::Quiet))->wrapping());
    column->addWidget(m_check);
    column->addWidget(m_field);
    column->addWidget(m_error);
    m_alternatives->setSpacing(0);
    column->addLayout(m_alternatives);
    column->addSpacing(space::xs);
    column->addLayout(new ButtonRow({cancel, m_go}, {m_again}));

    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_field, &SecretField::edited, m_error, &QWidget::hide);
    connect(m_go, &QPushButton::clicked, this, [this] {
        if (!m_field->isEmpty())
            emit entered();
    });
    m_field->setFocus();
}

crypto::SecretText PasswordSheet::takePassword()
{
    return m_field->takeSecret();
}

QPushButton *PasswordSheet::addAlternative(const QString &words, const QIcon &icon)
{
    auto *button = new QPushButton(icon, words);
    button->setAutoDefault(false);
    setButtonRole(button, ButtonRole::Flat);
    m_alternatives->addWidget(button, 0, Qt::AlignLeft);
    return button;
}

void PasswordSheet::offerPresence(UserPresence *presence, const std::function<void()> &again)
{
    m_check->follow(presence);
    connect(m_again, &QPushButton::clicked, this, again);
}

void PasswordSheet::setChecking(bool checking, bool mayAgain)
{
    m_check->setVisible(checking);
    m_again->setVisible(mayAgain);
    if (checking)
        m_error->hide();
    m_field->setFocus();
}

void PasswordSheet::setBusy(bool busy)
{
    m_field->setEnabled(!busy);
    m_again->setEnabled(!busy);
    m_go->setEnabled(!busy);
    for (int i = 0; i < m_alternatives->count(); ++i)
        m_alternatives->itemAt(i)->widget()->setEnabled(!busy);
    if (!busy)
        m_field->setFocus();
}

void PasswordSheet::showError(const Error &error)
{
    const bool isCheck = error.code >= ErrorCode::PresenceRefused && error.code <= ErrorCode::PresenceUnavailable;
    m_error->setMessage(isCheck ? InlineMessage::Kind::Warning : InlineMessage::Kind::Error, ErrorText::of(error.code).sentence());
    m_error->show();
}

} // namespace clavitor::ui
