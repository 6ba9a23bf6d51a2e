// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/presence/UserPresence.h"

#include <QList>
#include <QTest>

#include <memory>
#include <optional>

namespace clavitor {

inline char *toString(const UserPresence::Answer &answer)
{
    return QTest::toString(QStringLiteral("outcome %1, reason %2").arg(int(answer.outcome)).arg(int(answer.reason)));
}

inline char *toString(const UserPresence::Probe &probe)
{
    return QTest::toString(QStringLiteral("means %1, reason %2").arg(int(probe.means)).arg(int(probe.reason)));
}

} // namespace clavitor

namespace clavitor::test {

/// One check, with what was said meanwhile. May die before its answer comes.
class PresenceRun {
public:
    explicit PresenceRun(UserPresence &presence, UserPresence::Purpose purpose = UserPresence::Purpose::OpenVault)
    {
        m_listening = QObject::connect(&presence, &UserPresence::progressed, &presence, [seen = m_seen](const UserPresence::Progress &progress) { seen->append(progress); });
        presence.check(purpose, [answer = m_answer](UserPresence::Answer given) { answer->append(given); });
    }
    ~PresenceRun() { QObject::disconnect(m_listening); }
    PresenceRun(const PresenceRun &) = delete;
    PresenceRun &operator=(const PresenceRun &) = delete;

    [[nodiscard]] bool isAnswered() const { return !m_answer->isEmpty(); }
    /// Waits for the answer; Failed with TimedOut's outcome stands for none within `milliseconds`.
    [[nodiscard]] UserPresence::Answer answer(int milliseconds = 15'000) const
    {
        (void)QTest::qWaitFor([this] { return isAnswered(); }, milliseconds);
        return isAnswered() ? m_answer->constFirst() : UserPresence::Answer{UserPresence::Outcome::TimedOut, UserPresence::Reason::Failed};
    }
    /// Until it waits for the finger that follows so many wrong ones.
    [[nodiscard]] bool waits(int misses = 0) const
    {
        return QTest::qWaitFor([this, misses] {
            if (m_seen->isEmpty())
                return false;
            const auto &last = m_seen->constLast();
            return last.misses == misses && last.stage == UserPresence::Progress::Stage::Waiting;
        }, 10'000);
    }
    [[nodiscard]] bool saw(UserPresence::Progress::Stage stage) const
    {
        return QTest::qWaitFor([this, stage] {
            for (const auto &progress : *m_seen)
                if (progress.stage == stage)
                    return true;
            return false;
        }, 10'000);
    }
    [[nodiscard]] qsizetype answers() const { return m_answer->size(); }

private:
    std::shared_ptr<QList<UserPresence::Answer>> m_answer = std::make_shared<QList<UserPresence::Answer>>();
    std::shared_ptr<QList<UserPresence::Progress>> m_seen = std::make_shared<QList<UserPresence::Progress>>();
    QMetaObject::Connection m_listening;
};

/// Waits, as no program of ours does.
inline UserPresence::Probe probed(UserPresence &presence)
{
    auto found = std::make_shared<std::optional<UserPresence::Probe>>();
    presence.probe([found](UserPresence::Probe probe) { *found = probe; });
    (void)QTest::qWaitFor([found] { return found->has_value(); }, 20'000);
    return found->value_or(UserPresence::Probe{UserPresence::Means::None, UserPresence::Reason::None});
}

} // namespace clavitor::test
