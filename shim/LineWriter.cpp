// SPDX-License-Identifier: GPL-3.0-or-later
#include "shim/LineWriter.h"

#include "app/link/Wipe.h"

#include <algorithm>
#include <cerrno>
#include <climits>

#include <unistd.h>

namespace clavitor::shim {

LineWriter::LineWriter(int descriptor)
    : m_descriptor(descriptor)
    , m_writable(descriptor, QSocketNotifier::Write)
{
    m_writable.setEnabled(false);
    connect(&m_writable, &QSocketNotifier::activated, this, &LineWriter::send);
}

LineWriter::~LineWriter()
{
    for (QByteArray &line : m_lines)
        link::wipe(line);
}

void LineWriter::write(QByteArray text)
{
    if (m_isBroken) {
        link::wipe(text);
        return;
    }
    // In JSON they can stand between tokens only.
    std::ranges::replace_if(text, [](char c) { return c == '\n' || c == '\r'; }, ' ');
    QByteArray line;
    line.reserve(text.size() + 1);
    line.append(text).append('\n');
    link::wipe(text);
    m_unwritten += line.size();
    m_lines.push_back(std::move(line));
    m_writable.setEnabled(true);
}

void LineWriter::send()
{
    if (m_lines.empty()) {
        m_writable.setEnabled(false);
        return;
    }
    QByteArray &line = m_lines.front();
    const auto portion = static_cast<std::size_t>(std::min<qsizetype>(line.size() - m_sent, PIPE_BUF));
    const ssize_t taken = ::write(m_descriptor, line.constData() + m_sent, portion);
    if (taken < 0) {
        if (errno == EAGAIN || errno == EINTR)
            return;
        m_isBroken = true;
        m_writable.setEnabled(false);
        if (broken)
            broken();
        return;
    }
    m_sent += taken;
    m_unwritten -= taken;
    if (m_sent < line.size())
        return;
    link::wipe(line);
    m_lines.pop_front();
    m_sent = 0;
    if (m_lines.empty()) {
        m_writable.setEnabled(false);
        if (drained)
            drained();
    }
}

} // namespace clavitor::shim
