// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/session/HeaderBytes.h"

namespace clavitor::test {

QByteArray bytesOf(const crypto::VaultHeader &header)
{
    const auto bytes = crypto::serialise(header);
    return QByteArray(reinterpret_cast<const char *>(bytes.data()), static_cast<qsizetype>(bytes.size()));
}

std::span<const std::byte> viewOf(const QByteArray &bytes)
{
    return std::as_bytes(std::span(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

QByteArray withFreshChecksum(const QByteArray &file)
{
    constexpr qsizetype checksumSize = 32;
    QByteArray content = file.chopped(checksumSize);
    const auto checksum = crypto::digest(viewOf(content));
    content.append(reinterpret_cast<const char *>(checksum.data()), checksumSize);
    return content;
}

} // namespace clavitor::test
