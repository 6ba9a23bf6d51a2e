// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDir>
#include <QFile>

namespace clavitor::test {

QByteArray contentOf(const QString &path);
bool overwrite(const QString &path, const QByteArray &content);

/// The files of a folder, not its subfolders; a copy of a vault that nobody has open.
bool copyFolder(const QString &from, const QString &to);

} // namespace clavitor::test
