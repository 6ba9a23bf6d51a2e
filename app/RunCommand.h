// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace clavitor {

struct CommandLine;

/// Exit code of `clavitor run` when it has started nothing; as that of env(1).
inline constexpr int kNothingRun = 125;

/// `clavitor run --env NAME=clavitor://entry/field -- program …`: starts the program with values of the vault in its environment, in
/// place of who asks for it, who does not see them: what the program prints of them is hidden. The key is that of --key, from the desktop's
/// keychain, or the one in CLAVITOR_TOKEN, which the program does not get.
///
/// The exit code is the program's. 125, or 127 when there is no such program and 126 when it cannot be started: nothing was run, and
/// standard error says why and what to do.
[[nodiscard]] int runProgram(const CommandLine &line, int &argc, char **argv);

} // namespace clavitor
