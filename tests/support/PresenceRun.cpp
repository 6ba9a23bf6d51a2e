// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/PresenceRun.h"

namespace clavitor {

char *toString(const UserPresence::Answer &answer)
{
    return QTest::toString(QStringLiteral("outcome %1, reason %2").arg(int(answer.outcome)).arg(int(answer.reason)));
}

char *toString(const UserPresence::Probe &probe)
{
    return QTest::toString(QStringLiteral("means %1, reason %2").arg(int(probe.means)).arg(int(probe.reason)));
}

} // namespace clavitor

namespace clavitor::test {

PresenceRun::PresenceRun(UserPresence &presence, UserPresence::Purpose purpose)
{
    m_listening = QObject::connect(&presence, &UserPresence::progressed, &presence, [seen = m_seen](const UserPresence::Progress &progress) { seen->append(progress); });
    presence.check(purpose, [answer = m_answer](UserPresence::Answer given) { answer->append(given); });
}

PresenceRun::~PresenceRun()
{
    QObject::disconnect(m_listening);
}

UserPresence::Answer PresenceRun::answer(int milliseconds) const
{
    (void)QTest::qWaitFor([this] { return isAnswered(); }, milliseconds);
    return isAnswered() ? m_answer->constFirst() : UserPresence::Answer{UserPresence::Outcome::TimedOut, UserPresence::Reason::Failed};
}

bool PresenceRun::waits(int misses) const
{
    return QTest::qWaitFor([this, misses] {
        if (m_seen->isEmpty())
            return false;
        const auto &last = m_seen->constLast();
        return last.misses == misses && last.stage == UserPresence::Progress::Stage::Waiting;
    }, 10'000);
}

bool PresenceRun::saw(UserPresence::Progress::Stage stage) const
{
    return QTest::qWaitFor([this, stage] {
        for (const auto &progress : *m_seen)
            if (progress.stage == stage)
                return true;
        return false;
    }, 10'000);
}

UserPresence::Probe probed(UserPresence &presence)
{
    auto found = std::make_shared<std::optional<UserPresence::Probe>>();
    presence.probe([found](UserPresence::Probe probe) { *found = probe; });
    (void)QTest::qWaitFor([found] { return found->has_value(); }, 20'000);
    return found->value_or(UserPresence::Probe{UserPresence::Means::None, UserPresence::Reason::None});
}

} // namespace clavitor::test
