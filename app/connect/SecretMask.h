// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace clavitor {

/// A piece of a configuration, JSON or TOML, as it may be shown: our tokens as "clavitor_[MASKED]", and "…" in place of
///
/// - every string whose name speaks of a key, token, secret, password, authorization, cookie or credential, a list of them, and
///   what follows such an option of a command;
/// - what follows "Bearer" or "Basic", a password in an address, and what has the shape of a well-known service's token.
///
/// What a client fills in by itself ("${input:token}", "$TOKEN") stays, and so do numbers and the number of lines. It errs on
/// the side of hiding. Any thread; linear.
[[nodiscard]] QString maskSecrets(const QString &text);

} // namespace clavitor
