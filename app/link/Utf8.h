// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>
#include <QStringDecoder>

#include <algorithm>

namespace clavitor::link {

/// The text of UTF-8, all of it: QString::fromUtf8() drops a byte order mark at the beginning, so that two texts read alike
/// and one does not come back as it was sent. What is no UTF-8 is U+FFFD, also at the end.
[[nodiscard]] inline QString fromUtf8(QByteArrayView bytes)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::ConvertInitialBom | QStringDecoder::Flag::Stateless);
    return decoder(bytes);
}

/// The beginning of `text` that is at most `limit` bytes of UTF-8, cut between characters; as it comes back from UTF-8, so half
/// a character is what UTF-8 has for it.
[[nodiscard]] inline QString cutToUtf8(QStringView text, qsizetype limit)
{
    // One more than can fit, so that a character cut in half here is cut off below.
    QByteArray bytes = text.first(std::min(text.size(), limit + 1)).toUtf8();
    if (bytes.size() > limit) {
        qsizetype end = limit;
        while (end > 0 && (static_cast<unsigned char>(bytes.at(end)) & 0xC0) == 0x80)
            --end;
        bytes.truncate(end);
    }
    return fromUtf8(bytes);
}

} // namespace clavitor::link
