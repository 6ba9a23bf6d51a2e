// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/PortUser.h"

#include "app/link/SocketTable.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QtEndian>

#include <array>

#include <unistd.h>

namespace clavitor::link {

using namespace Qt::StringLiterals;

namespace {

constexpr QByteArrayView kListening = "0A";

void findProgram(PortUser &user, std::uint64_t inode)
{
    const QString wanted = u"socket:[%1]"_s.arg(inode);
    for (const QString &pid : QDir(u"/proc"_s).entryList({u"[0-9]*"_s}, QDir::Dirs)) {
        const QDir descriptors(u"/proc/"_s + pid + u"/fd"_s);
        for (const QString &name : descriptors.entryList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot)) {
            if (!QFile::symLinkTarget(descriptors.filePath(name)).endsWith(wanted))
                continue;
            user.pid = pid.toLongLong();
            user.program = QFile::symLinkTarget(u"/proc/"_s + pid + u"/exe"_s);
            // Replaced since it was started: an update does that.
            if (constexpr auto gone = " (deleted)"_L1; user.program.endsWith(gone))
                user.program.chop(gone.size());
            return;
        }
    }
}

} // namespace

bool PortUser::isOurBridge() const
{
    return uid == ::getuid() && (program.isEmpty() || QFileInfo(program).fileName() == "clavitor-bridge"_L1);
}

std::optional<ListeningSocket> listenerIn(QByteArrayView table, LoopbackAddress address, std::uint16_t port)
{
    const bool isV4 = address == LoopbackAddress::V4;
    const std::array<std::uint32_t, 4> own6{0, 0, 0, qToBigEndian<std::uint32_t>(1)};
    const std::array<std::uint32_t, 1> own4{qToBigEndian<std::uint32_t>(0x7F000001)};
    const std::array<std::uint32_t, 4> none{};
    const QByteArray own = isV4 ? socketTableEnd(own4, port) : socketTableEnd(own6, port);
    const QByteArray every4 = socketTableEnd(std::span(none).first(1), port);
    const QByteArray every6 = socketTableEnd(none, port);
    for (const QByteArray &line : table.toByteArray().split('\n')) {
        // sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode
        const QList<QByteArray> columns = line.simplified().split(' ');
        if (columns.size() >= 10 && columns.at(3) == kListening && (columns.at(1) == own || (isV4 && columns.at(1) == every4) || columns.at(1) == every6))
            return ListeningSocket{columns.at(7).toUInt(), columns.at(9).toULongLong()};
    }
    return std::nullopt;
}

std::optional<PortUser> userOfPort(LoopbackAddress address, std::uint16_t port)
{
    const auto look = [address, port](const QString &file) -> std::optional<ListeningSocket> {
        QFile table(file);
        return table.open(QIODevice::ReadOnly) ? listenerIn(table.readAll(), address, port) : std::nullopt;
    };
    std::optional<ListeningSocket> found;
    if (address == LoopbackAddress::V4)
        found = look(u"/proc/net/tcp"_s);
    if (!found)
        found = look(u"/proc/net/tcp6"_s);
    if (!found)
        return std::nullopt;
    PortUser user;
    user.uid = found->uid;
    findProgram(user, found->inode);
    return user;
}

} // namespace clavitor::link
