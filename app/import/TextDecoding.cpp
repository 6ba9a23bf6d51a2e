// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/TextDecoding.h"

#include "app/import/Utf8.h"
#include "app/link/Wipe.h"

#include <QtEndian>

#include <array>
#include <optional>
#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// Nothing but surrogate pairing can be wrong; nullopt when it is.
std::optional<QByteArray> fromUtf16(QByteArrayView bytes, bool bigEndian)
{
    const auto unitAt = [&](qsizetype i) -> char32_t {
        return bigEndian ? qFromBigEndian<quint16>(bytes.data() + i)
                         : qFromLittleEndian<quint16>(bytes.data() + i);
    };
    QByteArray out;
    out.reserve(bytes.size() / 2 * 3); // no growth, so no forgotten copies
    for (qsizetype i = 0; i + 1 < bytes.size(); i += 2) {
        char32_t c = unitAt(i);
        if (c >= 0xd800 && c < 0xe000) {
            const char32_t low = i + 3 < bytes.size() ? unitAt(i + 2) : 0;
            if (c >= 0xdc00 || low < 0xdc00 || low > 0xdfff) {
                link::wipe(out);
                return std::nullopt;
            }
            c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
            i += 2;
        }
        appendUtf8(out, c);
    }
    return out;
}

// Bytes 0x80–0x9F as the WHATWG encoding standard decodes windows-1252; the five unassigned ones map to
// themselves.
constexpr std::array<char16_t, 32> kWindows1252{
    0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008d, 0x017d, 0x008f, 0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178,
};

QByteArray fromWindows1252(QByteArrayView bytes)
{
    QByteArray out;
    out.reserve(bytes.size() * 3);
    for (const char byte : bytes) {
        const auto c = static_cast<unsigned char>(byte);
        appendUtf8(out, c >= 0x80 && c < 0xa0 ? kWindows1252[c - 0x80u] : char32_t{c});
    }
    return out;
}

enum class ByteOrder { None, Little, Big };

// UTF-16 without a mark, as some spreadsheets write it: the first characters of a JSON or CSV file are ASCII.
ByteOrder unmarkedUtf16(QByteArrayView bytes)
{
    if (bytes.size() < 8 || bytes.size() % 2 != 0)
        return ByteOrder::None;
    const auto zeros = [&](qsizetype first) {
        for (qsizetype i = first; i < 8; i += 2)
            if (bytes[i] != '\0')
                return false;
        return true;
    };
    if (zeros(1) && !zeros(0))
        return ByteOrder::Little;
    if (zeros(0) && !zeros(1))
        return ByteOrder::Big;
    return ByteOrder::None;
}

} // namespace

Result<DecodedText> decodeText(QByteArray &&bytes)
{
    QByteArray raw = std::exchange(bytes, QByteArray());
    QByteArrayView view(raw);
    ByteOrder order = unmarkedUtf16(view);
    if (view.startsWith("\xff\xfe")) {
        order = ByteOrder::Little;
        view = view.sliced(2);
    } else if (view.startsWith("\xfe\xff")) {
        order = ByteOrder::Big;
        view = view.sliced(2);
    }

    DecodedText text;
    if (order != ByteOrder::None) {
        auto utf8 = fromUtf16(view, order == ByteOrder::Big);
        link::wipe(raw);
        if (!utf8)
            return fail(ErrorCode::ImportUnreadable,
                        u"The file says it is UTF-16 but holds half a character. Export again as UTF-8."_s);
        text = {std::move(*utf8), TextEncoding::Utf16};
    } else if (view.isValidUtf8()) {
        text = {std::move(raw), TextEncoding::Utf8};
    } else {
        text = {fromWindows1252(view), TextEncoding::Windows1252};
        link::wipe(raw);
    }
    if (text.utf8.startsWith("\xef\xbb\xbf"))
        text.utf8.remove(0, 3);
    if (text.utf8.contains('\0')) {
        link::wipe(text.utf8);
        return fail(ErrorCode::ImportUnsupported,
                    u"This is not a text file. Clavitor reads JSON and CSV exports."_s);
    }
    return text;
}

} // namespace clavitor
