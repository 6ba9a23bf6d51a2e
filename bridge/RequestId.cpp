// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/RequestId.h"

#include <QRandomGenerator>

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

QString newRequestId()
{
    constexpr QLatin1StringView alphabet{"0123456789abcdefghjkmnpqrstvwxyz"};
    QString id = u"req_"_s;
    quint64 bits = QRandomGenerator::system()->generate64();
    for (int i = 0; i < 12; ++i, bits >>= 5)
        id.append(alphabet[static_cast<qsizetype>(bits & 31)]);
    return id;
}

} // namespace clavitor::bridge
