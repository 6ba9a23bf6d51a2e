// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/SocketTable.h"

#include <QString>

namespace clavitor::link {

QByteArray socketTableEnd(std::span<const std::uint32_t> address, std::uint16_t port)
{
    QByteArray text;
    for (const std::uint32_t word : address)
        text += QByteArray::number(word, 16).rightJustified(8, '0').toUpper();
    return text + ':' + QByteArray::number(port, 16).rightJustified(4, '0').toUpper();
}

} // namespace clavitor::link
