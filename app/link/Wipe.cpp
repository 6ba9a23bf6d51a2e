// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/Wipe.h"

#include <cstring>

namespace clavitor::link {

void wipe(QByteArray &bytes)
{
    if (bytes.capacity() > 0) {
        bytes.resize(bytes.capacity());
        explicit_bzero(bytes.data(), static_cast<std::size_t>(bytes.size()));
    }
    bytes = QByteArray();
}

void wipe(QString &text)
{
    if (text.capacity() > 0) {
        text.resize(text.capacity());
        explicit_bzero(text.data(), static_cast<std::size_t>(text.size()) * sizeof(QChar));
    }
    text = QString();
}

} // namespace clavitor::link
