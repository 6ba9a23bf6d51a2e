// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/presence/UserPresence.h"

#include <QList>
#include <QTest>

#include <memory>
#include <optional>

namespace clavitor {

char *toString(const UserPresence::Answer &answer);
char *toString(const UserPresence::Probe &probe);

} // namespace clavitor

namespace clavitor::test {

/// One check, with what was said meanwhile. May die before its answer comes.
class PresenceRun {
public:
    explicit PresenceRun(UserPresence &presence, UserPresence::Purpose purpose = UserPresence::Purpose::OpenVault);
    ~PresenceRun();
    PresenceRun(const PresenceRun &) = delete;
    PresenceRun &operator=(const PresenceRun &) = delete;

    [[nodiscard]] bool isAnswered() const { return !m_answer->isEmpty(); }
    /// Waits for the answer; Failed with TimedOut's outcome stands for none within `milliseconds`.
    [[nodiscard]] UserPresence::Answer answer(int milliseconds = 15'000) const;
    /// Until it waits for the finger that follows so many wrong ones.
    [[nodiscard]] bool waits(int misses = 0) const;
    [[nodiscard]] bool saw(UserPresence::Progress::Stage stage) const;
    [[nodiscard]] qsizetype answers() const { return m_answer->size(); }

private:
    std::shared_ptr<QList<UserPresence::Answer>> m_answer = std::make_shared<QList<UserPresence::Answer>>();
    std::shared_ptr<QList<UserPresence::Progress>> m_seen = std::make_shared<QList<UserPresence::Progress>>();
    QMetaObject::Connection m_listening;
};

/// Waits, as no program of ours does.
UserPresence::Probe probed(UserPresence &presence);

} // namespace clavitor::test
