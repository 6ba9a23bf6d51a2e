// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/Id.h"

#include <sodium.h>

namespace clavitor {

QUuid newUuid(qint64 unixMilliseconds)
{
    unsigned char bytes[16];
    randombytes_buf(bytes, sizeof bytes);
    for (int i = 0; i < 6; ++i)
        bytes[i] = static_cast<unsigned char>(static_cast<quint64>(unixMilliseconds) >> (40 - 8 * i));
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x70);
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
    return QUuid::fromRfc4122(QByteArrayView(bytes, 16));
}

} // namespace clavitor
