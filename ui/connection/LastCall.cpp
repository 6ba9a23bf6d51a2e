// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/LastCall.h"

#include "app/model/RefusalReasons.h"
#include "ui/words/DisplayText.h"
#include "ui/words/TimeText.h"

namespace clavitor::ui {

using namespace Qt::StringLiterals;

bool LastCall::isCall(const AuditEvent &event)
{
    // A refused call has no key when its token is wrong, and is an agent's all the same.
    return event.actor.startsWith("mcp:"_L1) || event.actor.startsWith("api:"_L1);
}

QString LastCall::whyRefused(const AuditEvent &event, const QString &when)
{
    const auto isFor = [&event](QLatin1StringView reason) { return reason::isFor(event.why, reason); };
    if (isFor(reason::NoToken))
        return tr("Its last call (%1) was refused: it came without a usable token. Its file names none, or the command for it gave none.").arg(when);
    if (event.keyId.isEmpty())
        return tr("Its last call (%1) was refused: the file has another token than the vault knows.").arg(when);
    if (isFor(reason::KeyRevoked))
        return tr("Its last call (%1) was refused: its key was revoked.").arg(when);
    if (isFor(reason::KeyExpired))
        return tr("Its last call (%1) was refused: its key has expired.").arg(when);
    if (isFor(reason::KeyPaused) || isFor(reason::AllKeysPaused))
        return tr("Its last call (%1) was refused: its key is paused. Resume it under Keys.").arg(when);
    if (isFor(reason::KeyFrozen))
        return tr("Its last call (%1) was refused: its key is frozen. Look at Audit, then release it under Keys.").arg(when);
    if (isFor(reason::Resting))
        return tr("Its last call (%1) was refused: its key rests for some minutes, as five of its questions were denied or got no answer.").arg(when);
    if (isFor(reason::WrongVault))
        return tr("Its last call (%1) was refused: the address in its file names another vault.").arg(when);
    if (isFor(reason::OtherProgram) || isFor(reason::UnknownProgram) || isFor(reason::OtherFolder) || isFor(reason::UnknownFolder))
        return tr("Its last call (%1) was refused: its key works in another program or folder only. Change that under Keys.").arg(when);
    // One that may not have this entry reaches the vault all the same, with a key of it.
    return {};
}

std::optional<LastCall> LastCall::of(AgentClient client, const QString &keyId, const QList<AuditEvent> &events, qint64 now)
{
    for (const AuditEvent &event : events) {
        const bool isOtherKey = !keyId.isEmpty() && !event.keyId.isEmpty() && event.keyId != keyId;
        if (!isCall(event) || isOtherKey || !isSaidBy(client, event.caller.client))
            continue;
        const QString when = TimeText(now).past(event.time);
        if (event.outcome == Outcome::Locked)
            return LastCall{Kind::Waits, tr("Its last call (%1) found the vault locked. Unlock it, and the next one works.").arg(when), event.time};
        if (event.outcome == Outcome::Error)
            return LastCall{Kind::Refused, tr("Its last call (%1) failed: %2").arg(when, displayText(event.why, 120)), event.time};
        if (const QString why = event.outcome == Outcome::Denied ? whyRefused(event, when) : QString(); !why.isEmpty())
            return LastCall{Kind::Refused, why, event.time};
        const QString version = versionSaid(event.caller.client);
        const QString who = version.isEmpty() ? nameOf(client) : QString(nameOf(client) + u' ' + version);
        return LastCall{Kind::Connected, tr("%1, %2").arg(displayText(who, 60), when), event.time};
    }
    return std::nullopt;
}

} // namespace clavitor::ui
