// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/ShimArguments.h"

#include <algorithm>

namespace clavitor::link {

using namespace Qt::StringLiterals;

bool isKeyId(QStringView text)
{
    const auto isBase62 = [](QChar c) { return (c >= u'0' && c <= u'9') || (c >= u'A' && c <= u'Z') || (c >= u'a' && c <= u'z'); };
    return text.size() == KeyIdLength && std::all_of(text.begin(), text.end(), isBase62);
}

std::optional<ShimArguments> ShimArguments::read(const QStringList &arguments)
{
    ShimArguments read;
    for (qsizetype at = 0; at < arguments.size(); ++at) {
        if (arguments.at(at) == "--port"_L1 && at + 1 < arguments.size()) {
            bool isNumber = false;
            read.port = arguments.at(++at).toUShort(&isNumber);
            if (!isNumber || read.port == 0)
                return std::nullopt;
        } else if (read.keyId.isEmpty() && isKeyId(arguments.at(at))) {
            read.keyId = arguments.at(at);
        } else {
            return std::nullopt;
        }
    }
    return read.keyId.isEmpty() ? std::nullopt : std::optional(read);
}

QStringList ShimArguments::list() const
{
    QStringList list{keyId};
    if (port != DefaultPort)
        list << u"--port"_s << QString::number(port);
    return list;
}

} // namespace clavitor::link
