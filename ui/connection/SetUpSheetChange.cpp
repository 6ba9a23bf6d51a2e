// SPDX-License-Identifier: GPL-3.0-or-later
// The change of the client's file: shown, made, taken back.
#include "ui/connection/SetUpSheet.h"

#include "app/base/SecretString.h"
#include "app/connect/TokenItem.h"
#include "app/link/SafeLog.h"
#include "app/link/Wipe.h"
#include "ui/ClipboardGuard.h"
#include "ui/connection/ConnectionText.h"
#include "ui/connection/DiffView.h"
#include "ui/connection/LastCall.h"
#include "ui/keys/NewKeySheet.h"
#include "ui/style/Icons.h"
#include "ui/widgets/Badge.h"
#include "ui/widgets/CodeBlock.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/words/ErrorText.h"

#include <QPushButton>
#include <QRadioButton>
#include <QStackedWidget>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

Wiring SetUpSheet::wiring() const
{
    Wiring wiring;
    wiring.url = bridgeAddress(m_port) + u"/mcp"_s;
    if (m_inKeychain->isChecked() && m_way == KeychainWay::Program)
        wiring.server = StdioServer{m_computer.shim, m_keyId, m_port};
    else if (m_inKeychain->isChecked())
        wiring.command = headersCommand(m_computer.program, m_keyId);
    else
        wiring.token = m_token.clone();
    return wiring;
}

void SetUpSheet::plan()
{
    m_way = keychainWay();
    m_paste = {};
    planSetup(m_to, wiring(), {this, [this](Result<SetupPlan> plan) { showPlan(std::move(plan)); }});
}

void SetUpSheet::showPlan(Result<SetupPlan> plan)
{
    m_pages->setCurrentIndex(Change);
    startReading();
    m_plan.reset();
    m_path->setText(ConnectionText::path(m_to.configFile));
    m_diff->setVisible(plan && !plan->isDone());
    m_lines->setVisible(!plan);
    m_copyLines->setVisible(!plan);
    m_readByOthers->hide();
    if (!plan) {
        // The token stands nowhere yet: the copy hands it over.
        QString words = m_inKeychain->isChecked()
            ? tr("Clavitor leaves this file alone. Put these lines into it yourself: they fetch the token, which goes into the keychain when you copy them.")
            : tr("Clavitor leaves this file alone. Put these lines into it yourself; the copy holds the whole token.");
        if (m_origin == Origin::Replaced && !m_agent)
            words += u' ' + tr("The copy ends the old token of %1.").arg(m_replacedName);
        m_changeWords->setText(words);
        QByteArray lines = linesToPaste(m_to.client, wiring());
        m_lines->setCode(link::maskTokens(QString::fromUtf8(lines)));
        m_paste = takeSecret(std::move(lines));
        fail(ConnectionText::trouble(plan.error(), m_to.name));
        return;
    }
    m_plan.emplace(std::move(*plan));
    QString words = m_plan->isDone() ? tr("There is nothing to change: the file says all of it already.")
        : m_plan->makesFile()              ? tr("This file will be made. Nothing was written yet.")
                                           : tr("This will change in the file.") + u' ' + ConnectionText::backup(*m_plan, m_computer.places);
    if (m_origin == Origin::Replaced && !m_agent)
        words += u' ' + tr("Apply ends the old token of %1.").arg(m_replacedName);
    m_changeWords->setText(std::exchange(m_isChangedMeanwhile, false)
                               ? QString(tr("The file was changed meanwhile; this is the change now.") + u' ' + words)
                               : words);
    m_readByOthers->setVisible((m_plan->isReadByOthers() || m_plan->isInProject()) && !m_inKeychain->isChecked());
    QStringList warnings;
    if (m_plan->isInProject())
        warnings.append(tr("This file lies in a repository, and the token will stand in it for whoever gets that."));
    if (m_plan->isReadByOthers())
        warnings.append(tr("Other users of this computer can read this file, and the token will stand in it."));
    m_readByOthers->setMessage(InlineMessage::Kind::Warning, warnings.join(u' '));
    m_diff->setLines(m_plan->diff());
    setBusy(false);
    m_next->setFocus();
}

void SetUpSheet::apply()
{
    // Before anything ends for it.
    if (const Result<> may = m_plan->check(); !may) {
        if (may.error().code == ErrorCode::Conflict)
            planAnew();
        else
            fail(ConnectionText::trouble(may.error(), m_to.name));
        return;
    }
    setBusy(true);
    const auto takeAndWrite = [this] { putIntoVault([this] { write(); }); };
    if (m_inKeychain->isChecked() && m_origin != Origin::FromKeychain) // where it lies already
        keepToken(takeAndWrite);
    else
        takeAndWrite();
}

void SetUpSheet::planAnew()
{
    setBusy(true);
    m_isChangedMeanwhile = true;
    plan();
}

void SetUpSheet::putIntoVault(std::function<void()> then)
{
    if (m_origin == Origin::FromFile || m_origin == Origin::FromKeychain || m_agent) {
        then();
        return;
    }
    Reply<Result<NewKey>> reply{this, [this, then = std::move(then)](Result<NewKey> key) {
        if (!key) {
            forgetKept();
            fail(ErrorText::of(key.error().code).sentence());
            return;
        }
        m_agent = std::move(key->agent);
        if (m_origin == Origin::Replaced)
            tokenItem::forgetEnded(*m_computer.keychain, m_replacedId);
        then();
    }};
    if (m_origin == Origin::MadeHere)
        m_vault->createKey(draft(), m_token.clone(), std::move(reply));
    else
        m_vault->rotateKey(m_replacedId, m_token.clone(), std::move(reply));
}

void SetUpSheet::giveBack()
{
    if (m_origin == Origin::Replaced && m_agent && !m_isShown) {
        // Others use this key, and its old token is gone: now, for a lock may come next.
        m_isShown = true;
        (new NewKeySheet({*m_agent, m_token.clone()}, m_clipboard, m_computer.ours(m_port), this))->open();
    } else if (m_origin == Origin::MadeHere && m_agent) {
        leaveToken(this);
        mint(Origin::MadeHere);
    }
}

void SetUpSheet::keepToken(std::function<void()> then)
{
    // One that lies there already is another client's as well: taken back, this change must not take that.
    tokenItem::read(*m_computer.keychain, m_keyId, [this, guard = QPointer(this), then = std::move(then)](const Result<crypto::SecretText> &before) mutable {
        if (guard && !m_token.isEmpty())
            keepToken(before.has_value(), std::move(then));
    });
}

void SetUpSheet::keepToken(bool wasThere, std::function<void()> then)
{
    const auto forget = [keychain = m_computer.keychain, keyId = m_keyId] { tokenItem::forgetEnded(*keychain, keyId); };
    tokenItem::keep(*m_computer.keychain, m_token.clone(), [this, guard = QPointer(this), wasThere, forget, then = std::move(then)](const Result<> &kept) {
        if (!guard || m_token.isEmpty()) {
            if (!wasThere)
                forget(); // the sheet was left meanwhile, so nobody is to fetch it
            return;
        }
        if (!kept) {
            fail(ConnectionText::keychain(kept.error().code, m_keyId));
            m_error->setAction(tr("Put it into the file"));
            return;
        }
        m_isKept = !wasThere;
        then();
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
    Result<AppliedChange> change = m_plan->apply(m_clock(), m_computer.places.backups);
    if (!change) {
        const Error error = change.error();
        giveBack();
        if (error.code != ErrorCode::Conflict)
            fail(ConnectionText::trouble(error, m_to.name));
        m_isChangedMeanwhile = error.code == ErrorCode::Conflict;
        setBusy(true);
        plan(); // the token may be another now
        return;
    }
    m_change = std::move(*change);
    m_oldToken->setVisible(m_plan->holdsToken() && !m_change->backup.isEmpty());
    m_plan.reset();
    m_isHanded = true;
    if (m_origin != Origin::Replaced) // which Undo takes out of the file again
        m_token = {};
    m_pages->setCurrentIndex(Done);
    startReading();
    tellDone();
    setBusy(false);
    m_next->setFocus();
    emit fileChanged();
}

void SetUpSheet::tellDone()
{
    QString words = tr("Start %1 anew: it reads its configuration when it starts. Its first call shows here.").arg(m_to.name);
    if (m_change && !m_change->backup.isEmpty())
        words += u' ' + tr("The file as it was is kept as %1.").arg(ConnectionText::path(m_change->backup));
    m_doneWords->setText(words);
}

void SetUpSheet::deleteOldToken()
{
    if (const Result<> deleted = deleteBackup(*m_change); !deleted) {
        fail(ConnectionText::trouble(deleted.error(), m_to.name));
        return;
    }
    m_change.reset(); // there is no way back now
    m_token = {};
    m_oldToken->hide();
    tellDone();
    refresh();
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
    m_isHanded = false;
    leaveToken(this);
    m_doneWords->setText(tr("The file is what it was before."));
    m_call->hide();
    m_callWords->hide();
    m_oldToken->hide();
    refresh();
    emit fileChanged();
}

void SetUpSheet::takeCalls(const QList<AuditEvent> &events)
{
    if (step() != Done || !m_isHanded)
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
    const auto takeAndCopy = [this] {
        putIntoVault([this] {
            setBusy(false);
            handLinesOver();
        });
    };
    setBusy(true);
    // What the lines fetch has to be there before they are anywhere.
    if (m_inKeychain->isChecked() && m_origin != Origin::FromKeychain) // where it lies already
        keepToken(takeAndCopy);
    else
        takeAndCopy();
}

void SetUpSheet::handLinesOver()
{
    m_clipboard->copySecret(m_paste.clone(), tr("Configuration of %1").arg(m_to.name));
    m_isHanded = true;
}

void SetUpSheet::forgetKept()
{
    if (m_isKept)
        tokenItem::forgetEnded(*m_computer.keychain, m_keyId); // nobody is to fetch it there
    m_isKept = false;
}

void SetUpSheet::leaveToken(QWidget *over)
{
    forgetKept();
    const std::optional<Agent> key = std::exchange(m_agent, std::nullopt);
    if (!key || m_isShown)
        return;
    if (m_origin == Origin::MadeHere)
        m_vault->revokeKey(key->keyId, {});
    else // others use this key, and its old token is gone
        (new NewKeySheet({*key, std::move(m_token)}, m_clipboard, m_computer.ours(m_port), over))->open();
}

} // namespace clavitor::ui
