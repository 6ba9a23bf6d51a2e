// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/recovery/SheetField.h"

#include "app/service/VaultTypes.h"
#include "ui/recovery/RecoveryFault.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/MarkedLabel.h"
#include "ui/widgets/SecretField.h"
#include "ui/words/DisplayText.h"

#include <QVBoxLayout>

#include <utility>

namespace clavitor::ui {

using namespace Qt::StringLiterals;
using crypto::RecoverySheet;
using FaultKind = crypto::RecoverySheetFault::Kind;

SheetField::SheetField(const VaultFacts &vault, QWidget *parent)
    : QWidget(parent)
    , m_typed(new SecretField(tr("The eight groups of the sheet")))
    , m_verdict(new MarkedLabel(Symbol::Denied, Ink::Denied))
{
    m_typed->setShown(true);
    m_typed->setMonospace();
    m_typed->setLineEnd(u' '); // a line of the page may be a group
    m_typed->setPlaceholder(u"XXXXX-XXXXX-XXXXX-XXXXX-XXXXX-XXXXX-XXXXX-XXXXX"_s);
    m_verdict->wrapping();
    m_verdict->setMinimumHeight(2 * m_verdict->fontMetrics().lineSpacing());
    m_verdict->setAlignment(Qt::AlignTop);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::s);
    column->addWidget(m_typed);
    column->addWidget(m_verdict);
    column->addWidget((new Label(tr("For the vault %1 with the id %2").arg(displayText(vault.name, 60), vault.vaultId), TextStyle::Quiet,
                                 Ink::Quiet))->wrapping());
    setFocusProxy(m_typed);
    connect(m_typed, &SecretField::edited, this, &SheetField::look);
    connect(m_typed, &SecretField::submitted, this, &SheetField::submitted);
}

bool SheetField::isEmpty() const
{
    return m_typed->isEmpty();
}

std::optional<RecoverySheet> SheetField::sheet()
{
    auto parsed = RecoverySheet::parse(m_typed->copySecret().view());
    if (!parsed) {
        m_verdict->setText(RecoveryFault::sentence(parsed.error()));
        m_typed->setFocus();
        return std::nullopt;
    }
    m_verdict->clear();
    return std::move(*parsed);
}

void SheetField::wipe()
{
    m_typed->wipe();
}

/// Says what is wrong only once a whole sheet is typed, or more.
void SheetField::look()
{
    const auto parsed = RecoverySheet::parse(m_typed->copySecret().view());
    const bool isKnown = !parsed && (parsed.error().kind == FaultKind::WrongGroups || parsed.error().kind == FaultKind::TooLong);
    // In eight runs, the last of which is still being typed, only earlier ones are told.
    const bool isTyping = isKnown && parsed.error().groups == std::vector<int>{RecoverySheet::groupCount};
    m_verdict->setText(isKnown && !isTyping ? RecoveryFault::sentence(parsed.error()) : QString());
    emit edited();
}

} // namespace clavitor::ui
