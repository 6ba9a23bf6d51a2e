// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <string>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

namespace clavitor::test {

/// A TPM 2.0 of its own: swtpm on a port of the loopback, with its own seeds, gone with this object.
class Swtpm {
public:
    Swtpm() = default;
    ~Swtpm() { stop(); }
    Swtpm(const Swtpm &) = delete;
    Swtpm &operator=(const Swtpm &) = delete;

    [[nodiscard]] bool start()
    {
        using namespace Qt::StringLiterals;
        for (int attempt = 0; attempt < 20; ++attempt) {
            // The control channel is looked for one port above.
            m_port = static_cast<quint16>(QRandomGenerator::global()->bounded(20000, 60000));
            m_process.setProcessChannelMode(QProcess::MergedChannels);
            m_process.start(u"swtpm"_s,
                            {u"socket"_s, u"--tpm2"_s, u"--tpmstate"_s, u"dir="_s + m_state.path(), u"--server"_s,
                             u"type=tcp,bindaddr=127.0.0.1,port=%1"_s.arg(m_port), u"--ctrl"_s,
                             u"type=tcp,bindaddr=127.0.0.1,port=%1"_s.arg(m_port + 1), u"--flags"_s,
                             u"not-need-init,startup-clear"_s});
            if (!m_process.waitForStarted())
                return false;
            QElapsedTimer waited;
            waited.start();
            while (waited.elapsed() < 10'000 && !m_process.waitForFinished(20)) {
                if (listens(static_cast<quint16>(m_port + 1)))
                    return true;
            }
            stop();
        }
        return false;
    }
    /// As if the chip were pulled: no goodbye.
    void stop()
    {
        if (m_process.state() != QProcess::NotRunning) {
            m_process.kill();
            m_process.waitForFinished();
        }
    }
    /// From any thread.
    void kill() const { ::kill(static_cast<pid_t>(m_process.processId()), SIGKILL); }

    [[nodiscard]] std::string connection() const { return "swtpm:host=127.0.0.1,port=" + std::to_string(m_port); }

private:
    [[nodiscard]] static bool listens(quint16 port)
    {
        const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const bool open = ::connect(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0;
        ::close(fd);
        return open;
    }

    QTemporaryDir m_state;
    QProcess m_process;
    quint16 m_port = 0;
};

} // namespace clavitor::test
