// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connect/Examination.h"

namespace clavitor {

struct CommandLine;

/// What an examination is to look at: this person's clients, and the vault and port that the command line names.
[[nodiscard]] Examiner::Parts examinerParts(const CommandLine &line, Keychain &keychain);

/// `clavitor doctor`: prints the doctor's lines, as text or as JSON. Opens no window and no vault and takes no lock, so it may run
/// beside the program. The exit code: 0 when there is nothing to do, 1 when there is.
[[nodiscard]] int runDoctor(const CommandLine &line, int &argc, char **argv);

} // namespace clavitor
