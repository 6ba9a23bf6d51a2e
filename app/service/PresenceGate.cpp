// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/PresenceGate.h"

#include <memory>
#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

PresenceGate::PresenceGate(UserPresence &presence, QObject *parent)
    : QObject(parent)
    , m_presence(presence)
{
}

Result<> PresenceGate::resultOf(UserPresence::Answer answer)
{
    switch (answer.outcome) {
    case UserPresence::Outcome::Present:
        return {};
    case UserPresence::Outcome::Refused:
        return fail(ErrorCode::PresenceRefused);
    case UserPresence::Outcome::TimedOut:
        return fail(ErrorCode::PresenceTimeout);
    case UserPresence::Outcome::Cancelled:
        return fail(ErrorCode::Cancelled);
    case UserPresence::Outcome::Unavailable:
        break;
    }
    return fail(ErrorCode::PresenceUnavailable, u"reason %1"_s.arg(static_cast<int>(answer.reason)));
}

void PresenceGate::beforeKeychain(Passed passed)
{
    if (m_check == Check::Never) {
        QMetaObject::invokeMethod(this, [passed = std::make_shared<Passed>(std::move(passed))] { (*passed)({}); }, Qt::QueuedConnection);
        return;
    }
    const bool begins = !m_presence.isChecking();
    m_asksForKeychain = m_asksForKeychain || begins;
    m_presence.check(UserPresence::Purpose::OpenVault, [this, begins, passed = std::move(passed)](UserPresence::Answer answer) mutable {
        if (begins)
            m_asksForKeychain = false;
        passed(resultOf(answer));
    });
}

void PresenceGate::vaultOpened()
{
    if (m_asksForKeychain)
        m_presence.cancel();
}

void PresenceGate::beforePersonal(Passed passed)
{
    m_presence.check(UserPresence::Purpose::OpenPersonal, [this, passed = std::move(passed)](UserPresence::Answer answer) mutable {
        if (answer.outcome == UserPresence::Outcome::Present) {
            m_refusals = 0;
        } else if (answer.outcome == UserPresence::Outcome::Refused && ++m_refusals >= refusalsAllowed) {
            m_refusals = 0;
            emit refusedTooOften();
        }
        passed(resultOf(answer));
    });
}

} // namespace clavitor
