// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/LastCall.h"

#include "ui/words/DisplayText.h"
#include "ui/words/TimeText.h"

namespace clavitor::ui {

using namespace Qt::StringLiterals;

bool LastCall::isCall(const AuditEvent &event)
{
    // A refused call has no key when its token is wrong, and is an agent's all the same.
    return event.actor.startsWith("mcp:"_L1) || event.actor.startsWith("api:"_L1);
}

std::optional<LastCall> LastCall::of(AgentClient client, const QString &keyId, const QList<AuditEvent> &events, qint64 now)
{
    for (const AuditEvent &event : events) {
        const bool isOtherKey = !keyId.isEmpty() && !event.keyId.isEmpty() && event.keyId != keyId;
        if (!isCall(event) || isOtherKey || !isSaidBy(client, event.caller.client))
            continue;
        LastCall call;
        call.time = event.time;
        const QString when = TimeText(now).past(event.time);
        const QString version = versionSaid(event.caller.client);
        const QString who = version.isEmpty() ? nameOf(client) : QString(nameOf(client) + u' ' + version);
        if (event.outcome == Outcome::Locked) {
            call.kind = Kind::Waits;
            call.words = tr("Its last call (%1) found the vault locked. Unlock it, and the next one works.").arg(when);
        } else if (event.outcome == Outcome::Denied && event.keyId.isEmpty()) {
            call.kind = Kind::Refused;
            call.words = tr("Its last call (%1) was refused: the file has another token than the vault knows.").arg(when);
        } else if (event.outcome == Outcome::Denied && (event.why == "key revoked"_L1 || event.why == "key expired"_L1)) {
            call.kind = Kind::Refused;
            call.words = event.why == "key revoked"_L1 ? tr("Its last call (%1) was refused: its key was revoked.").arg(when)
                                                       : tr("Its last call (%1) was refused: its key has expired.").arg(when);
        } else if (event.outcome == Outcome::Denied && (event.why == "key paused"_L1 || event.why == "all keys paused"_L1)) {
            call.kind = Kind::Refused;
            call.words = tr("Its last call (%1) was refused: its key is paused. Resume it on the page Keys.").arg(when);
        } else if (event.outcome == Outcome::Denied && event.why == "key frozen"_L1) {
            call.kind = Kind::Refused;
            call.words = tr("Its last call (%1) was refused: its key is frozen. Look at Audit, then release it on the page Keys.").arg(when);
        } else if (event.outcome == Outcome::Error) {
            call.kind = Kind::Refused;
            call.words = tr("Its last call (%1) failed: %2").arg(when, displayText(event.why, 120));
        } else {
            // Also one that may not have this entry: the client reaches the vault with a key of it.
            call.words = tr("%1, %2").arg(displayText(who, 60), when);
        }
        return call;
    }
    return std::nullopt;
}

} // namespace clavitor::ui
