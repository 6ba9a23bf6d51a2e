// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/SetUpSheet.h"

#include "app/base/SecretString.h"
#include "app/connect/ClientSight.h"
#include "app/connect/TokenItem.h"
#include "app/link/SafeLog.h"
#include "app/link/Wipe.h"
#include "ui/ClipboardGuard.h"
#include "ui/connection/ConnectionText.h"
#include "ui/connection/DiffView.h"
#include "ui/connection/LastCall.h"
#include "ui/keys/KeyText.h"
#include "ui/style/Icons.h"
#include "ui/widgets/Badge.h"
#include "ui/widgets/CodeBlock.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"

#include <QComboBox>
#include <QLineEdit>
#include <QPointer>
#include <QPushButton>
#include <QRadioButton>
#include <QStackedWidget>

#include <algorithm>
#include <chrono>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::milliseconds kKeyLife = std::chrono::hours(24 * 90);

/// "claude-code": as it will stand in the audit log.
QString freeKeyName(const QString &client, const QList<Agent> &agents)
{
    const QString base = client.toLower().simplified().replace(u' ', u'-').replace(u"---"_s, u"-"_s);
    QString name = base;
    const auto isTaken = [&](const Agent &agent) { return !agent.isRevoked() && agent.name.compare(name, Qt::CaseInsensitive) == 0; };
    for (int number = 2; std::any_of(agents.begin(), agents.end(), isTaken); ++number)
        name = base + u'-' + QString::number(number);
    return name;
}

} // namespace

SetUpSheet::~SetUpSheet() = default;

SetUpSheet::Step SetUpSheet::step() const
{
    return static_cast<Step>(m_pages->currentIndex());
}

void SetUpSheet::takeAgents(const QList<Agent> &agents)
{
    m_agents = agents;
    m_name->setText(freeKeyName(m_to.name, agents));
    m_keys->clear();
    for (const Agent &agent : agents)
        if (KeyText::state(agent, m_clock()) == KeyState::Active)
            m_keys->addItem(icon(Symbol::Key), displayText(agent.name, 40), agent.keyId);
    m_oldKey->setVisible(m_keys->count() > 0);
    m_keys->setVisible(m_keys->count() > 0);
    // The key the client has already is the one it will want a new token for.
    if (const int own = m_keys->findData(m_keyId); own >= 0)
        m_keys->setCurrentIndex(own);
    refresh();
}

void SetUpSheet::takeVersion(const QString &version)
{
    m_to.version = version;
    if (!m_busy && step() == Key)
        (canRunHeadersCommand(m_to.client, version) ? m_inKeychain : m_inFile)->setChecked(true);
    m_inKeychain->setEnabled(knowsHeadersCommand(m_to.client));
    tellPlace();
}

void SetUpSheet::tellPlace()
{
    const QString plain = tr("Whoever can read the file can use the key, as far as it reaches.");
    if (!knowsHeadersCommand(m_to.client))
        m_placeWords->setText(tr("%1 cannot run a command for its token.").arg(m_to.name) + u' ' + plain);
    else if (!canRunHeadersCommand(m_to.client, m_to.version) && m_to.version.isEmpty())
        m_placeWords->setText(tr("Which version of %1 this is could not be found out. An old one would not run the command for its token, and say nothing.").arg(m_to.name));
    else if (!canRunHeadersCommand(m_to.client, m_to.version))
        m_placeWords->setText(tr("%1 %2 is older than what the command for its token was tried with, and may ignore it.").arg(m_to.name, m_to.version));
    else if (m_inKeychain->isChecked())
        m_placeWords->setText(tr("The file of %1 then holds a command that fetches the token, and not the token itself.").arg(m_to.name));
    else
        m_placeWords->setText(plain);
}

void SetUpSheet::takeFileToken()
{
    const Result<ClientSetting> setting = settingOf(m_to, m_port);
    if (!setting || setting->token.isEmpty()) {
        fail(tr("The token is not in the file any more. Choose another way."));
        return;
    }
    m_token = setting->token.clone();
    m_keyId = setting->keyId;
    m_keyName = setting->keyId;
    plan();
}

void SetUpSheet::refresh()
{
    const bool isKeyStep = step() == Key;
    const bool canGoOn = !isKeyStep || !m_newKey->isChecked() || isValidAgentName(m_name->text().trimmed());
    m_next->setText(isKeyStep ? tr("Show the change") : step() == Change ? (m_plan && !m_plan->isDone() ? tr("Apply") : tr("Done")) : tr("Done"));
    m_next->setEnabled(canGoOn && !m_busy);
    m_cancel->setVisible(isKeyStep || (step() == Change && m_plan && !m_plan->isDone()));
    m_undo->setVisible(step() == Done && m_change);
    m_undo->setEnabled(!m_busy);
    m_name->setEnabled(m_newKey->isChecked());
    m_keys->setEnabled(m_oldKey->isChecked());
}

void SetUpSheet::setBusy(bool busy)
{
    m_busy = busy;
    refresh();
}

void SetUpSheet::fail(const QString &sentence)
{
    setBusy(false);
    m_error->setAction({}); // of an earlier failure
    m_error->setMessage(InlineMessage::Kind::Error, sentence);
    m_error->show();
    m_next->setFocus(); // it was disabled meanwhile, and the focus went elsewhere
}

void SetUpSheet::next()
{
    if (m_busy)
        return;
    m_error->hide();
    if (step() == Key)
        chooseKey();
    else if (step() == Change && m_plan && !m_plan->isDone())
        apply();
    else
        accept();
}

AgentDraft SetUpSheet::draft() const
{
    AgentDraft draft;
    draft.name = m_name->text().trimmed();
    draft.scope.everything = true;
    draft.actions = QList<Action>(allActions().begin(), allActions().end());
    draft.policy = policyOf(Preset::AskFirst);
    draft.expiresAt = m_clock() + kKeyLife.count();
    return draft;
}

void SetUpSheet::chooseKey()
{
    setBusy(true);
    const auto made = [this](bool isNew) {
        return [this, isNew](Result<NewKey> key) {
            if (!key) {
                fail(ErrorText::of(key.error().code).sentence());
                return;
            }
            m_isNewKey = isNew;
            takeKey(std::move(*key));
        };
    };
    if (m_fileToken->isChecked())
        takeFileToken();
    else if (m_oldKey->isChecked())
        m_vault->rotateKey(m_keys->currentData().toString(), {this, made(false)});
    else
        m_vault->createKey(draft(), {this, made(true)});
}

void SetUpSheet::takeKey(NewKey key)
{
    m_token = std::move(key.token);
    m_keyId = key.agent.keyId;
    m_keyName = key.agent.name;
    plan();
}

Wiring SetUpSheet::wiring() const
{
    Wiring wiring;
    wiring.url = bridgeAddress(m_port) + u"/mcp"_s;
    if (m_inKeychain->isChecked())
        wiring.command = headersCommand(m_computer.program, m_keyId);
    else
        wiring.token = m_token.clone();
    return wiring;
}

void SetUpSheet::plan()
{
    planSetup(m_to, wiring(), {this, [this](Result<SetupPlan> plan) { showPlan(std::move(plan)); }});
}

void SetUpSheet::showPlan(Result<SetupPlan> plan)
{
    m_pages->setCurrentIndex(Change);
    m_plan.reset();
    m_path->setText(ConnectionText::path(m_to.configFile));
    m_diff->setVisible(plan && !plan->isDone());
    m_lines->setVisible(!plan);
    m_copyLines->setVisible(!plan);
    m_readByOthers->hide();
    if (!plan) {
        // The token was made and stands nowhere yet: it is handed over on the clipboard.
        m_changeWords->setText(tr("Clavitor leaves this file alone. Put these lines into it yourself; the copy holds the whole token."));
        QByteArray lines = linesToPaste(m_to.client, wiring());
        m_lines->setCode(link::maskTokens(QString::fromUtf8(lines)));
        link::wipe(lines);
        fail(ConnectionText::trouble(plan.error(), m_to.name));
        return;
    }
    m_plan.emplace(std::move(*plan));
    if (m_plan->isDone()) {
        m_changeWords->setText(tr("There is nothing to change: the file says all of it already."));
    } else if (m_plan->makesFile()) {
        m_changeWords->setText(tr("This file will be made. Nothing was written yet."));
    } else {
        m_changeWords->setText(tr("This will change in the file. Nothing was written yet; a backup of it is kept beside it."));
    }
    m_readByOthers->setVisible(m_plan->isReadByOthers() && !m_inKeychain->isChecked());
    m_diff->setLines(m_plan->diff());
    setBusy(false);
    m_next->setFocus();
}

void SetUpSheet::apply()
{
    setBusy(true);
    if (!m_inKeychain->isChecked()) {
        write();
        return;
    }
    tokenItem::keep(*m_computer.keychain, m_token.clone(), [this, guard = QPointer(this)](const Result<> &kept) {
        if (!guard)
            return;
        if (!kept) {
            fail(ConnectionText::keychain(kept.error().code, m_keyId));
            m_error->setAction(tr("Put it into the file"));
            return;
        }
        m_isKept = true;
        write();
    });
}

void SetUpSheet::putIntoFile()
{
    m_error->hide();
    m_inFile->setChecked(true);
    setBusy(true);
    plan();
}

void SetUpSheet::write()
{
    Result<AppliedChange> change = m_plan->apply(m_clock());
    if (!change) {
        fail(ConnectionText::trouble(change.error(), m_to.name));
        return;
    }
    m_change = std::move(*change);
    m_plan.reset();
    m_token = {};
    m_pages->setCurrentIndex(Done);
    m_doneWords->setText(tr("Start %1 anew: it reads its configuration when it starts. Its first call shows here.").arg(m_to.name)
                         + (m_change->backup.isEmpty() ? QString() : QString(u' ' + tr("The file as it was is kept as %1.").arg(ConnectionText::path(m_change->backup)))));
    setBusy(false);
    m_next->setFocus();
    emit fileChanged();
}

void SetUpSheet::undo()
{
    if (const Result<> undone = undoChange(*m_change); !undone) {
        fail(ConnectionText::trouble(undone.error(), m_to.name));
        return;
    }
    m_change.reset();
    dropUnusedKey();
    m_doneWords->setText(tr("The file is what it was before."));
    m_call->hide();
    m_callWords->hide();
    refresh();
    emit fileChanged();
}

void SetUpSheet::takeCalls(const QList<AuditEvent> &events)
{
    if (step() != Done || !m_change)
        return;
    QList<AuditEvent> newestFirst(events.rbegin(), events.rend());
    const auto call = LastCall::of(m_to.client, m_keyId, newestFirst, m_clock());
    if (!call)
        return;
    const bool isGood = call->kind == LastCall::Kind::Connected;
    const bool waits = call->kind == LastCall::Kind::Waits;
    m_call->setBadge(isGood ? Symbol::Allowed : waits ? Symbol::Lock : Symbol::Denied, isGood ? tr("Connected") : waits ? tr("Waits for you") : tr("Refused"),
                     isGood ? Ink::Allowed : waits ? Ink::Asks : Ink::Denied);
    m_callWords->setText(call->words);
}

void SetUpSheet::copyLines()
{
    QByteArray lines = linesToPaste(m_to.client, wiring());
    m_clipboard->copySecret(takeSecret(std::move(lines)), tr("Configuration of %1").arg(m_to.name));
    m_isNewKey = false; // the person has its token now
}

void SetUpSheet::dropUnusedKey()
{
    if (m_isKept)
        tokenItem::forget(*m_computer.keychain, m_keyId, [](const Result<> &) {}); // of a key that ends now: nothing to be told
    if (m_isNewKey)
        m_vault->revokeKey(m_keyId, {});
    m_isKept = false;
    m_isNewKey = false;
}

void SetUpSheet::done(int result)
{
    if (m_busy && m_vault->isUnlocked())
        return;
    if (!m_change && !m_keyId.isEmpty() && m_isNewKey)
        dropUnusedKey();
    m_token = {};
    m_plan.reset();
    QDialog::done(result);
}

} // namespace clavitor::ui
