// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QString>

#include <optional>

namespace clavitor {

/// An address as an export holds it. Addresses stand in lists, searches and agents' summaries, so one that
/// carries a password ("postgres://app:secret@db.example/app") or a token in the user's place
/// ("https://ghp_…@github.com/o/r") is split: the open part is the address, the whole is a secret.
struct ImportedAddress
{
    QString open;             ///< byte for byte as given, or without what stands before the "@"
    bool hasPassword = false; ///< the given text must be kept as a masked field, too
};

[[nodiscard]] ImportedAddress importedAddress(QByteArrayView utf8);

/// http or https with a host. Everything else ("androidapp://…", "192.0.2.10:8443") is kept as given but is
/// no link.
[[nodiscard]] bool isWebAddress(const QString &url);

} // namespace clavitor
