// SPDX-License-Identifier: GPL-3.0-or-later
// What can be done with a key, from its card.
#include "ui/keys/AgentsPage.h"

#include "ui/keys/GrantsPane.h"
#include "ui/keys/KeyCard.h"
#include "ui/keys/KeyDialog.h"
#include "ui/keys/NewKeySheet.h"
#include "ui/keys/ReceiptDialog.h"
#include "ui/keys/SeenDialog.h"
#include "ui/keys/TokenReplacement.h"
#include "ui/keys/ViewAsDialog.h"
#include "ui/widgets/ConfirmSheet.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Toast.h"
#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"

namespace clavitor::ui {

void AgentsPage::connectCard(const KeyCard *card)
{
    const Agent agent = card->agent();
    connect(card, &KeyCard::pauseRequested, this, [this, agent](bool paused) { pause(agent, paused); });
    connect(card, &KeyCard::editRequested, this, [this, agent] { edit(agent); });
    connect(card, &KeyCard::rotateRequested, this, [this, agent] { rotate(agent); });
    connect(card, &KeyCard::revokeRequested, this, [this, agent] { revoke(agent); });
    connect(card, &KeyCard::releaseRequested, this, [this, agent] { release(agent); });
    connect(card, &KeyCard::historyRequested, this, [this, agent] { emit historyRequested(agent.keyId); });
    connect(card, &KeyCard::viewRequested, this, [this, agent] { viewAs(agent); });
    connect(card, &KeyCard::receiptRequested, this, [this, agent] { showReceipt(agent); });
    connect(card, &KeyCard::seenRequested, this, [this, agent] { showSeen(agent); });
    connect(card, &KeyCard::leaseRequested, this, [this, agent] { m_grants->addLease(agent.keyId); });
}

void AgentsPage::createKey()
{
    auto *dialog = new KeyDialog(m_client, m_clock, this);
    dialog->made = [this](NewKey key) { showToken(std::move(key)); };
    dialog->open();
}

void AgentsPage::edit(const Agent &agent)
{
    auto *dialog = new KeyDialog(m_client, m_clock, this);
    dialog->edit(agent);
    dialog->open();
}

void AgentsPage::pause(const Agent &agent, bool paused)
{
    m_client->setKeyPaused(agent.keyId, paused, {this, [this, agent, paused](const Result<> &result) {
        if (!result) {
            showError(result.error());
            return;
        }
        const QString name = displayText(agent.name, 64);
        m_toast->say(paused ? tr("%1 is paused. Its calls are refused.").arg(name) : tr("%1 works again.").arg(name),
                      [this, agent, paused] { pause(agent, !paused); });
    }});
}

void AgentsPage::rotate(const Agent &agent)
{
    replaceToken(m_client, m_clipboard, m_ours, agent, this,
                 {[this](const QString &former, const QString &) { emit tokenEnded(former); }, [this](const Error &error) { showError(error); }});
}

void AgentsPage::revoke(const Agent &agent)
{
    auto *ask = new ConfirmSheet(tr("Revoke %1?").arg(displayText(agent.name, 64)),
                                 tr("Its token stops with the next call and cannot be brought back. Its rows in the audit log stay. "
                                    "To stop it for a while, pause it instead."),
                                 tr("Revoke key"), agent.name, this);
    connect(ask, &QDialog::accepted, this, [this, agent] {
        m_client->revokeKey(agent.keyId, {this, [this, agent](const Result<> &result) {
            if (result)
                emit tokenEnded(agent.keyId);
            else
                showError(result.error());
        }});
    });
    ask->open();
}

void AgentsPage::release(const Agent &agent)
{
    m_client->releaseKey(agent.keyId, {this, [this, agent](const Result<> &result) {
        if (!result) {
            showError(result.error());
            return;
        }
        // There is no freezing by hand; paused, it gets as little.
        m_toast->say(tr("%1 works again.").arg(displayText(agent.name, 64)), [this, agent] { pause(agent, true); });
    }});
}

void AgentsPage::viewAs(const Agent &agent)
{
    (new ViewAsDialog(m_client, m_agents, agent.keyId, this))->open();
}

void AgentsPage::showReceipt(const Agent &agent)
{
    (new ReceiptDialog(m_client, m_clock, agent, this))->open();
}

void AgentsPage::showSeen(const Agent &agent)
{
    auto *dialog = new SeenDialog(m_client, m_clock, agent, this);
    connect(dialog, &SeenDialog::entryRequested, this, &AgentsPage::entryRequested);
    dialog->open();
}

void AgentsPage::showToken(NewKey key)
{
    auto *sheet = new NewKeySheet(std::move(key), m_clipboard, m_ours, this);
    sheet->open();
}

void AgentsPage::showError(const Error &error)
{
    const ErrorText text = ErrorText::of(error.code);
    m_error->setMessage(InlineMessage::Kind::Error, text.title + u' ' + text.body());
    m_error->show();
}

} // namespace clavitor::ui
