// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/PortHolder.h"

#include <QDir>
#include <QFile>
#include <QtEndian>

#include <array>
#include <cstring>

#ifdef Q_OS_UNIX
#include <pwd.h>
#endif

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

namespace {

/// The address column: 32-bit words in the byte order of the machine, in hexadecimal.
QByteArray addressColumn(const QHostAddress &address)
{
    if (address.protocol() == QAbstractSocket::IPv4Protocol) {
        const quint32 word = qToBigEndian(address.toIPv4Address());
        return QByteArray::number(word, 16).rightJustified(8, '0').toUpper();
    }
    const Q_IPV6ADDR bytes = address.toIPv6Address();
    std::array<quint32, 4> words{};
    std::memcpy(words.data(), &bytes, sizeof words);
    QByteArray column;
    for (const quint32 word : words) {
        column += QByteArray::number(word, 16).rightJustified(8, '0').toUpper();
    }
    return column;
}

std::optional<QString> programWithSocket(std::uint64_t inode)
{
    const QString wanted = u"socket:[%1]"_s.arg(inode);
    const QStringList processes = QDir(u"/proc"_s).entryList({u"[0-9]*"_s}, QDir::Dirs);
    for (const QString &pid : processes) {
        const QDir descriptors(u"/proc/"_s + pid + u"/fd"_s);
        const QStringList names =
            descriptors.entryList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot);
        for (const QString &name : names) {
            // readSymLink would resolve against the folder; the raw link says "socket:[…]".
            if (!QFile::symLinkTarget(descriptors.filePath(name)).endsWith(wanted))
                continue;
            QFile comm(u"/proc/"_s + pid + u"/comm"_s);
            const QString program = QFile::symLinkTarget(u"/proc/"_s + pid + u"/exe"_s);
            const QString shown = !program.isEmpty() ? program
                                  : comm.open(QIODevice::ReadOnly)
                                      ? QString::fromUtf8(comm.readAll()).trimmed()
                                      : u"a program"_s;
            return u"%1 (process %2)"_s.arg(shown, pid);
        }
    }
    return std::nullopt;
}

QString userName(std::uint32_t uid)
{
#ifdef Q_OS_UNIX
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd *found = nullptr;
    if (getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) == 0 && found)
        return QString::fromLocal8Bit(found->pw_name);
#endif
    return u"number %1"_s.arg(uid);
}

QString shownAddress(const QHostAddress &address, std::uint16_t port)
{
    const bool isIPv6 = address.protocol() == QAbstractSocket::IPv6Protocol;
    return (isIPv6 ? u"[%1]:%2"_s : u"%1:%2"_s).arg(address.toString()).arg(port);
}

} // namespace

std::optional<PortHolder> holderIn(QByteArrayView table, const QHostAddress &address, std::uint16_t port)
{
    constexpr QByteArrayView listening = "0A";
    const QByteArray portColumn = QByteArray::number(port, 16).rightJustified(4, '0').toUpper();
    const QHostAddress any(address.protocol() == QAbstractSocket::IPv4Protocol ? QHostAddress::AnyIPv4
                                                                               : QHostAddress::AnyIPv6);
    const QByteArray own = addressColumn(address) + ':' + portColumn;
    const QByteArray everywhere = addressColumn(any) + ':' + portColumn;
    const QList<QByteArray> lines = table.toByteArray().split('\n');
    for (const QByteArray &line : lines) {
        // sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode
        const QList<QByteArray> columns = line.simplified().split(' ');
        if (columns.size() < 10 || columns.at(3) != listening ||
            (columns.at(1) != own && columns.at(1) != everywhere))
            continue;
        return PortHolder{columns.at(7).toUInt(), columns.at(9).toULongLong()};
    }
    return std::nullopt;
}

QString portFailure(const QHostAddress &address, std::uint16_t port, const QString &reason)
{
    static const QString whatToDo =
        u"Stop that program, and agents are served again by themselves; or start Clavitor with --port and another number."_s;
    const QString where = shownAddress(address, port);
    std::optional<PortHolder> holder;
    // A listener on [::] takes 127.0.0.1 as well.
    for (const auto &[file, as] :
         {std::pair(u"/proc/net/tcp"_s, address), std::pair(u"/proc/net/tcp6"_s, address),
          std::pair(u"/proc/net/tcp6"_s, QHostAddress(QHostAddress::AnyIPv6))}) {
        QFile table(file);
        if (!holder && table.open(QIODevice::ReadOnly))
            holder = holderIn(table.readAll(), as, port);
    }
    if (!holder)
        return u"%1 could not be taken: %2."_s.arg(where, reason);
    if (const std::optional<QString> program = programWithSocket(holder->inode))
        return u"%1 is taken by %2. %3"_s.arg(where, *program, whatToDo);
    return u"%1 is taken by a program of the user %2. %3"_s.arg(where, userName(holder->uid), whatToDo);
}

} // namespace clavitor::bridge
