// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QObject>
#include <QSocketNotifier>

#include <deque>
#include <functional>

namespace clavitor::shim {

/// Writes whole lines to a descriptor that is somebody else's as well, so its mode is not touched: never more at once than a pipe that is
/// ready takes without blocking (PIPE_BUF, pipe(7)).
///
/// Lives on one thread. What was written is wiped.
class LineWriter : public QObject
{
    Q_OBJECT
public:
    explicit LineWriter(int descriptor);
    ~LineWriter() override;

    /// Line ends within it become spaces, and one is added. Wipes `text`.
    void write(QByteArray text);
    [[nodiscard]] qsizetype unwritten() const { return m_unwritten; }

    std::function<void()> drained; ///< all is written
    std::function<void()> broken;  ///< nobody reads any more; once

private:
    void send();

    int m_descriptor;
    QSocketNotifier m_writable;
    std::deque<QByteArray> m_lines;
    qsizetype m_sent = 0; ///< of the first
    qsizetype m_unwritten = 0;
    bool m_isBroken = false;
};

} // namespace clavitor::shim
