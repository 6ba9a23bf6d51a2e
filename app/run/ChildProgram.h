// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/run/OutputMask.h"
#include "crypto/SecretText.h"

#include <QByteArray>
#include <QByteArrayList>

#include <expected>
#include <vector>

namespace clavitor {

/// A program that runs in place of this one: it has our input, working folder and process group, and gets the signals we are sent. What
/// it prints goes where ours would, through a mask each, so it sees pipes and no terminal there.
struct ChildProgram {
    QByteArray path;
    QByteArrayList arguments;                       ///< without the program's own name
    std::vector<crypto::SecretText> environment;    ///< whole: "NAME=value", values among them

    /// What a shell says of it: the exit code, or 128 and the number of the signal that ended it; the system's error when it could not be
    /// started. Ends with the program, though others it started may still hold its output. Takes over the process's signals;
    /// once, since the environment is gone with it.
    [[nodiscard]] std::expected<int, int> run(OutputMask &output, OutputMask &errors);
};

/// The variables of this process for a program that is none of ours: without those named, and without what hardenProcess() has
/// put among them. What that took out, as LD_PRELOAD, stays out.
[[nodiscard]] QByteArrayList environmentWithout(const QByteArrayList &names);

} // namespace clavitor
