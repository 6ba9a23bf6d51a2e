// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QString>
#include <QStringDecoder>

namespace clavitor::link {

/// The text of valid UTF-8, all of it: QString::fromUtf8() drops a byte order mark at the beginning, so that two texts read alike
/// and one does not come back as it was sent.
[[nodiscard]] inline QString fromUtf8(QByteArrayView bytes)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::ConvertInitialBom);
    return decoder(bytes);
}

} // namespace clavitor::link
