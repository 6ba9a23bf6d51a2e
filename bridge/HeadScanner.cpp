// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/HeadScanner.h"

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

namespace {

/// A method and a version around the target: the longest of each we would ever read, with their spaces.
constexpr qsizetype MethodAndVersion = 16 + 10;

bool isControl(char byte)
{
    const auto code = static_cast<unsigned char>(byte);
    return (code < 0x20 && byte != '\t' && byte != '\r' && byte != '\n') || code == 0x7f;
}

std::unexpected<Refusal> refuseHead(Problem problem, QString detail = {})
{
    return std::unexpected(Refusal{problem, std::move(detail)});
}

} // namespace

std::expected<std::optional<qsizetype>, Refusal> HeadScanner::scan(QByteArrayView arrived)
{
    for (; m_seen < arrived.size(); ++m_seen) {
        const char byte = arrived[m_seen];
        if (m_seen >= m_limits.head)
            return refuseHead(Problem::HeadTooLarge);
        if (isControl(byte))
            return refuseHead(Problem::BadRequest, u"The request head has control characters."_s);
        if ((byte == '\n') != (m_previous == '\r'))
            return refuseHead(Problem::BadRequest, u"Every line of the request head must end with CR LF."_s);
        m_previous = byte;
        if (m_lines == 0 && m_seen >= m_limits.target + MethodAndVersion)
            return refuseHead(Problem::UriTooLong);
        if (byte != '\n')
            continue;
        const bool isBlank = m_seen - m_lineStart == 1;
        if (isBlank && m_lines == 0)
            return refuseHead(Problem::BadRequest, u"The request begins with an empty line."_s);
        if (isBlank)
            return ++m_seen;
        if (++m_lines > 1 + m_limits.fields)
            return refuseHead(Problem::HeadTooLarge);
        m_lineStart = m_seen + 1;
    }
    return std::nullopt;
}

} // namespace clavitor::bridge
