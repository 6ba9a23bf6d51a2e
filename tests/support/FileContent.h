// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDir>
#include <QFile>

#include <optional>

namespace clavitor::test {

QByteArray contentOf(const QString &path);
bool overwrite(const QString &path, const QByteArray &content);

/// Of a vault's file: SQLCipher 4's, which we leave alone.
inline constexpr qsizetype pageSize = 4096;
/// `after` with the page of `before` that begins at `at`; nothing where that is the same in both, or in one of them only.
std::optional<QByteArray> withPageOf(const QByteArray &before, const QByteArray &after, qsizetype at);

/// The files of a folder, not its subfolders; a copy of a vault that nobody has open.
bool copyFolder(const QString &from, const QString &to);

} // namespace clavitor::test
