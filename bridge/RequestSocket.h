// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTcpSocket>

namespace clavitor::bridge {

/// A socket without a wire: it holds one whole request for QtHttpServer to read, and throws away what is
/// written to it.
///
/// QtHttpServer takes connections as QTcpSocket only, and was made for one that lives as long as its client.
/// This one is made per request and "disconnects" once it was read, so nothing QtHttpServer keeps about a
/// connection outlives the request (as QSslSocket does it, the data comes from readData() and no descriptor
/// is ever opened). QtHttpServer owns it.
class RequestSocket : public QTcpSocket
{
    Q_OBJECT
public:
    explicit RequestSocket(QByteArray request);

    /// Lets QtHttpServer read the request, then disconnects. QtHttpServer deletes it later.
    void run();

    [[nodiscard]] qint64 bytesAvailable() const override;
    [[nodiscard]] qint64 bytesToWrite() const override { return 0; }
    void disconnectFromHost() override {}
    void close() override {}

protected:
    qint64 readData(char *data, qint64 maxSize) override;
    qint64 writeData(const char *data, qint64 size) override;

private:
    QByteArray m_request;
    qsizetype m_read = 0;
};

} // namespace clavitor::bridge
