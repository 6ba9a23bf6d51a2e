// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace clavitor {

/// `clavitor keep`: puts the token on standard input into the desktop's keychain, in place of an earlier one of its key, and prints the key's
/// id, by which `clavitor headers` and `clavitor-mcp` find it. From a terminal it is read unseen. Answers the exit code of the
/// process: 0 kept, 2 no token, 4 the keychain is locked or said no, 5 it cannot be reached.
int runKeep(int &argc, char **argv);

} // namespace clavitor
