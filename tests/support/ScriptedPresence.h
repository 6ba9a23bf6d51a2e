// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/presence/UserPresence.h"

#include <memory>
#include <optional>

namespace clavitor::test {

/// A reader that finds and says what a test has it. UI thread.
class ScriptedPresence : public UserPresence {
public:
    Probe found{Means::Fingerprint, Reason::None};
    /// Given at once to each check; none: answer() is waited for.
    std::optional<Answer> gives;
    int checks = 0;
    int ends = 0;
    Purpose purpose = Purpose::OpenVault;

    using UserPresence::UserPresence;

    void probe(Probed probed) override;
    void answer(Answer answer) { finish(answer); }
    void tellProgress(Progress progress) { tell(progress); }

protected:
    void begin(Purpose why) override;
    void end() override { ++ends; }
};

} // namespace clavitor::test
