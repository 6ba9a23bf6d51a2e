// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/StandardInput.h"

#include <cerrno>
#include <unistd.h>

namespace clavitor {

std::optional<crypto::SecretText> readSecretLine()
{
    constexpr std::size_t kLongest = 1024;
    crypto::SecretText line;
    line.reserve(kLongest);
    char byte = 0;
    while (line.size() < kLongest) {
        const ssize_t count = ::read(STDIN_FILENO, &byte, 1);
        if (count < 0 && errno == EINTR)
            continue;
        // A line without an end still counts, as `printf %s password | clavitor` sends it.
        if (count <= 0 || byte == '\n') {
            byte = 0;
            if (count <= 0 && line.isEmpty())
                return std::nullopt;
            return line;
        }
        if (byte != '\r')
            line.append({&byte, 1});
    }
    return std::nullopt;
}

} // namespace clavitor
