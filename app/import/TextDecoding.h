// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"

#include <QByteArray>

namespace clavitor {

enum class TextEncoding {
    Utf8,
    Utf16,       ///< either byte order, by its mark or by where its zero bytes stand
    Windows1252, ///< assumed, because the bytes are not UTF-8; Latin-1 is the same for printable text
};

struct DecodedText
{
    QByteArray utf8; ///< valid, without a byte order mark; the owner overwrites it
    TextEncoding encoding = TextEncoding::Utf8;
};

/// Text of a file as UTF-8. A character is never replaced by U+FFFD: what cannot be decoded is
/// ImportUnreadable, what is no text at all (zero bytes) is ImportUnsupported. Takes the bytes and overwrites
/// them, also on failure.
[[nodiscard]] Result<DecodedText> decodeText(QByteArray &&bytes);

} // namespace clavitor
