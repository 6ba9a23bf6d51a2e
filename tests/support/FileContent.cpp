// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FileContent.h"

namespace clavitor::test {

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

bool overwrite(const QString &path, const QByteArray &content)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly | QIODevice::Truncate) && file.write(content) == content.size();
}

std::optional<QByteArray> withPageOf(const QByteArray &before, const QByteArray &after, qsizetype at)
{
    const QByteArray page = before.mid(at, pageSize);
    if (page.size() < pageSize || at + pageSize > after.size() || page == after.mid(at, pageSize))
        return std::nullopt;
    QByteArray mixed = after;
    mixed.replace(at, pageSize, page);
    return mixed;
}

bool copyFolder(const QString &from, const QString &to)
{
    if (!QDir().mkpath(to))
        return false;
    const QStringList names = QDir(from).entryList(QDir::Files | QDir::Hidden);
    for (const QString &name : names) {
        if (!QFile::copy(from + u'/' + name, to + u'/' + name))
            return false;
    }
    return true;
}

} // namespace clavitor::test
