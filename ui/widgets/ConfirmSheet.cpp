// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ConfirmSheet.h"

#include "ui/style/ThemeStyle.h"
#include "ui/style/Tokens.h"
#include "ui/widgets/ButtonRow.h"
#include "ui/widgets/Label.h"
#include "ui/words/DisplayText.h"

#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace clavitor::ui {

ConfirmSheet::ConfirmSheet(const QString &title, const QString &loss, const QString &verb, const QString &typed, QWidget *parent)
    : RaisedDialog(parent)
    , m_typed(escapedText(typed).trimmed())
    , m_go(new QPushButton(verb))
{
    setWindowTitle(title);
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(true);
    setMinimumWidth(420);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::m);
    column->addWidget((new Label(title, TextStyle::Section))->wrapping());
    column->addWidget((new Label(loss, TextStyle::Body, Ink::Quiet))->wrapping());

    auto *keep = new QPushButton(tr("Cancel"));
    setButtonRole(m_go, ButtonRole::Danger);
    m_go->setAutoDefault(false);
    setButtonRole(keep, ButtonRole::Ordinary); // Enter keeps; the colour marks what the question is about
    keep->setDefault(true);
    if (!m_typed.isEmpty()) {
        // Shown beside our words it may need isolates, which nobody can type.
        auto *ask = new Label(tr("Type %1 to go on.").arg(displayText(typed)));
        ask->wrapping();
        m_word = new QLineEdit;
        m_word->setAccessibleName(tr("Type %1 to go on.").arg(m_typed));
        ask->setBuddy(m_word);
        column->addSpacing(space::xs);
        column->addWidget(ask);
        column->addWidget(m_word);
        m_go->setEnabled(false);
        connect(m_word, &QLineEdit::textChanged, this, [this](const QString &text) { m_go->setEnabled(text.trimmed() == m_typed); });
    }
    auto *row = new ButtonRow({keep, m_go});
    row->setContentsMargins(0, space::m, 0, 0);
    column->addLayout(row);
    // What wraps asks for more height than it takes at this width; the rest would part the lines.
    resize(minimumWidth(), column->totalHeightForWidth(minimumWidth()));
    connect(keep, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_go, &QPushButton::clicked, this, &QDialog::accept);
    if (m_word)
        m_word->setFocus();
    else
        keep->setFocus();
}

} // namespace clavitor::ui
