// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/presence/UserPresence.h"

#include <memory>
#include <vector>

namespace clavitor {

/// The first of several ways to ask that this computer has: on Linux the fingerprint reader when a finger is enrolled, else
/// the system's own dialog. Which it is, is looked up at each question; once one has begun to ask, its answer counts and no
/// other is tried.
///
/// UI thread. Owns the ways.
class SystemPresence : public UserPresence {
    Q_OBJECT
public:
    using Ways = std::vector<std::unique_ptr<UserPresence>>;

    explicit SystemPresence(Ways ways, QObject *parent = nullptr);
    ~SystemPresence() override;

    /// What this platform has; without any the answer is always NotBuilt.
    [[nodiscard]] static Ways ofThisComputer();

    /// Without any means, the reason of the first way.
    void probe(Probed probed) override;

protected:
    void begin(Purpose purpose) override;
    void end() override;

private:
    using Chosen = std::function<void(UserPresence *way, Probe probe)>;
    /// Null when none can ask.
    void choose(std::size_t from, Probe first, Chosen chosen);

    Ways m_ways;
    UserPresence *m_asking = nullptr;
    quint64 m_turn = 0; ///< which check an answer of a way belongs to
};

} // namespace clavitor
