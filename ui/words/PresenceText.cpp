// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/words/PresenceText.h"

namespace clavitor::ui {

QString PresenceText::progress(const UserPresence::Progress &progress)
{
    using Stage = UserPresence::Progress::Stage;
    if (progress.means == UserPresence::Means::SystemDialog)
        return tr("Answer the system's own dialog.");
    switch (progress.stage) {
    case Stage::Starting:
        return tr("Looking for a way to check that it is you…");
    case Stage::Waiting:
        return progress.misses == 0 ? tr("Touch the fingerprint reader.")
                                    : tr("That finger did not match (%1 of %2). Touch the reader again.").arg(progress.misses).arg(UserPresence::tries);
    case Stage::NoMatch:
        return tr("That finger did not match (%1 of %2).").arg(progress.misses).arg(UserPresence::tries);
    case Stage::Unclear:
        return tr("The finger was not read clearly. Touch the reader once more.");
    }
    return {};
}

QString PresenceText::reason(UserPresence::Reason reason)
{
    using Reason = UserPresence::Reason;
    switch (reason) {
    case Reason::NotBuilt:
        return tr("Clavitor has no such check on this system yet.");
    case Reason::NoService:
        return tr("Neither a fingerprint service nor the system's own dialog answers.");
    case Reason::Untrusted:
        return tr("Another program answers in the place of the fingerprint service. It was not asked.");
    case Reason::NoReader:
        return tr("There is no fingerprint reader.");
    case Reason::NoFinger:
        return tr("No finger of yours is enrolled in the system's settings.");
    case Reason::ReaderBusy:
        return tr("Another program is using the fingerprint reader.");
    case Reason::ReaderGone:
        return tr("The fingerprint reader was unplugged.");
    case Reason::ServiceGone:
        return tr("The system's service ended while it was asked.");
    case Reason::Denied:
        return tr("The system does not let this session ask.");
    case Reason::NoAction:
        return tr("There is no fingerprint reader, and the system's own dialog does not know Clavitor.");
    case Reason::NoAgent:
        return tr("This desktop shows no dialog of the system's.");
    case Reason::NotAsked:
        return tr("The system would have said yes without asking you.");
    case Reason::Busy:
        return tr("Another check is waiting for you.");
    case Reason::None:
    case Reason::Failed:
        break;
    }
    return tr("The check ended with an error.");
}

QString PresenceText::beforeKeychain(const UserPresence::Probe &probe, Settings::KeychainCheck check)
{
    if (check == Settings::KeychainCheck::Never)
        return tr("Without a check: whoever sits here opens it with one click.");
    if (probe.means == UserPresence::Means::Fingerprint)
        return tr("A fingerprint check comes first.");
    if (probe.means == UserPresence::Means::SystemDialog)
        return tr("The system asks for you first.");
    return UserPresence::isAbsence(probe.reason) ? tr("Nothing here can ask whether it is you. %1").arg(reason(probe.reason))
                                                 : tr("Not now, the check is missing. %1").arg(reason(probe.reason));
}

} // namespace clavitor::ui
