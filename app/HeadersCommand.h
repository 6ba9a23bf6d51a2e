// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace clavitor {

struct CommandLine;

/// `clavitor headers KEY`: prints {"Authorization":"Bearer …"} and a line end, with the token from the desktop's keychain, and
/// nothing else, to standard output; sentences go to standard error. Into a terminal only with --show, so that nobody has a token
/// in a scroll-back by trying the command. The exit code: 0, or 2 not asked rightly, 3 no such token, 4 locked or denied, 5 no
/// keychain, or it failed.
[[nodiscard]] int runHeaders(const CommandLine &line, int &argc, char **argv);

} // namespace clavitor
