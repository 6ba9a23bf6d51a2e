// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/RequestSocket.h"

#include <algorithm>
#include <cstring>

namespace clavitor::bridge {

RequestSocket::RequestSocket(QByteArray request)
    : m_request(std::move(request))
{
    setOpenMode(QIODevice::ReadWrite);
    setSocketState(QAbstractSocket::ConnectedState);
}

void RequestSocket::run()
{
    emit readyRead();
    setSocketState(QAbstractSocket::UnconnectedState);
    emit disconnected();
}

qint64 RequestSocket::bytesAvailable() const
{
    return QIODevice::bytesAvailable() + m_request.size() - m_read;
}

qint64 RequestSocket::readData(char *data, qint64 maxSize)
{
    const qsizetype count = std::min<qsizetype>(maxSize, m_request.size() - m_read);
    std::memcpy(data, m_request.constData() + m_read, static_cast<std::size_t>(count));
    m_read += count;
    return count;
}

qint64 RequestSocket::writeData(const char *, qint64 size)
{
    return size;
}

} // namespace clavitor::bridge
