// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/DistrustNotice.h"

#include "ui/DistrustSheet.h"
#include "ui/words/DistrustText.h"

#include <QPushButton>
#include <QTimer>

namespace clavitor::ui {

DistrustNotice::DistrustNotice(VaultClient *client, QWidget *parent)
    : InlineMessage(Kind::Warning, {}, parent)
    , m_client(client)
{
    hide();
    connect(setAction(tr("Decide…")), &QPushButton::clicked, this, &DistrustNotice::decide);
    connect(client, &VaultClient::factsChanged, this, &DistrustNotice::takeFacts);
    takeFacts(client->facts());
}

void DistrustNotice::takeFacts(const VaultFacts &facts)
{
    // What was taken out stays to be read until it is closed, or locked.
    if (!facts.distrust && facts.removedSurplus.isEmpty() && m_sheet)
        m_sheet->reject();
    if (facts.distrust == m_shown)
        return;
    m_shown = facts.distrust;
    setVisible(m_shown.has_value());
    if (!m_shown)
        return;
    setMessage(Kind::Warning, DistrustText::of(*m_shown).line());
    // Behind whatever the unlock itself still does to the screen.
    QTimer::singleShot(0, this, &DistrustNotice::decide);
}

void DistrustNotice::decide()
{
    if (!m_shown || m_sheet)
        return;
    m_sheet = new DistrustSheet(m_client, *m_shown, window());
    m_sheet->open();
}

} // namespace clavitor::ui
