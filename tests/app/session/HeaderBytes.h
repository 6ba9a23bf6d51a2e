// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/Digest.h"
#include "crypto/VaultHeader.h"

#include <QByteArray>
#include <QtEndian>

namespace clavitor::test {

QByteArray bytesOf(const crypto::VaultHeader &header);
std::span<const std::byte> viewOf(const QByteArray &bytes);

/// `file` with a checksum that fits its content again: what somebody does who changes a header on purpose.
QByteArray withFreshChecksum(const QByteArray &file);

} // namespace clavitor::test
