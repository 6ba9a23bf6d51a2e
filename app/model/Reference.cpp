// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model/Reference.h"

#include <QByteArray>

#include <algorithm>
#include <cctype>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr auto kReferenceScheme = "clavitor://"_L1;

QString encodedPart(QString text)
{
    return text.replace(u'%', "%25"_L1).replace(u'/', "%2F"_L1);
}

/// nullopt for a percent sign that encodes nothing, and for bytes that are no UTF-8.
std::optional<QString> decodedPart(QStringView text)
{
    const QByteArray utf8 = text.toUtf8();
    const auto isHex = [&utf8](qsizetype at) { return at < utf8.size() && std::isxdigit(static_cast<unsigned char>(utf8[at])); };
    for (qsizetype at = utf8.indexOf('%'); at >= 0; at = utf8.indexOf('%', at + 1))
        if (!isHex(at + 1) || !isHex(at + 2))
            return std::nullopt;
    const QByteArray decoded = QByteArray::fromPercentEncoding(utf8);
    if (decoded.isEmpty() || !decoded.isValidUtf8())
        return std::nullopt;
    QString part = QString::fromUtf8(decoded);
    // Neither a title nor a label has any, and the log takes them as they come.
    if (std::ranges::any_of(part, [](QChar c) { return c.category() == QChar::Other_Control; }))
        return std::nullopt;
    return part;
}

} // namespace

QString Reference::toString() const
{
    return kReferenceScheme + encodedPart(entry) + u'/' + encodedPart(field);
}

bool Reference::isAttempt(QStringView text)
{
    return text.startsWith(kReferenceScheme);
}

std::optional<Reference> Reference::fromString(QStringView text)
{
    if (!isAttempt(text))
        return std::nullopt;
    text = text.sliced(kReferenceScheme.size());
    const qsizetype slash = text.indexOf(u'/');
    if (slash < 0 || text.indexOf(u'/', slash + 1) >= 0)
        return std::nullopt;
    const auto entry = decodedPart(text.first(slash));
    const auto field = decodedPart(text.sliced(slash + 1));
    if (!entry || !field)
        return std::nullopt;
    return Reference{*entry, *field};
}

} // namespace clavitor
