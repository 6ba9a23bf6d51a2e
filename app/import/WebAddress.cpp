// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/WebAddress.h"

#include <QUrl>

namespace clavitor {

using namespace Qt::StringLiterals;

ImportedAddress importedAddress(QByteArrayView utf8)
{
    // The authority of RFC 3986 §3.2, found by hand: QUrl would rewrite what it parses, and refuse some of
    // it.
    const qsizetype scheme = utf8.indexOf("://");
    if (scheme > 0) {
        const qsizetype start = scheme + 3;
        qsizetype end = start;
        while (end < utf8.size() && utf8[end] != '/' && utf8[end] != '?' && utf8[end] != '#')
            ++end;
        const QByteArrayView authority = utf8.sliced(start, end - start);
        const qsizetype at = authority.lastIndexOf('@');
        const qsizetype colon = authority.indexOf(':');
        if (at > 0 && colon >= 0 && colon < at - 1)
            return {QString::fromUtf8(utf8.first(start)) + QString::fromUtf8(utf8.sliced(start + at + 1)),
                    true};
    }
    return {QString::fromUtf8(utf8), false};
}

bool isWebAddress(const QString &url)
{
    const QUrl parsed(url);
    return (parsed.scheme() == "https"_L1 || parsed.scheme() == "http"_L1) && !parsed.host().isEmpty();
}

} // namespace clavitor
