// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/SecretText.h"

#include <QByteArray>

#include <array>
#include <vector>

namespace clavitor {

/// Takes known values out of a stream of bytes: what a command prints of the values it was given.
///
/// Looked for are each value, what base64 makes of it wherever it stands, percent-encoding and JSON, and the lines of one that has
/// several; not what a program turns it into otherwise. Values under `shortest` bytes are let through: they would tear up innocent output.
/// What may be the beginning of a value is held back until the next bytes decide. One stream, one thread.
class OutputMask {
public:
    static constexpr std::size_t shortest = 4;
    static constexpr char Replacement[] = "[hidden by clavitor]";

    explicit OutputMask(const std::vector<crypto::SecretText> &values);
    ~OutputMask();
    OutputMask(const OutputMask &) = delete;
    OutputMask &operator=(const OutputMask &) = delete;

    /// What can be passed on now.
    [[nodiscard]] QByteArray take(QByteArrayView bytes);
    /// The stream has ended: what was held back. Of a value that was cut off its beginning is hidden.
    [[nodiscard]] QByteArray finish();

private:
    enum class Fit { None, Beginning, Whole };
    struct Found {
        Fit fit = Fit::None;
        std::size_t size = 0;
    };
    [[nodiscard]] Found at(QByteArrayView rest) const;
    [[nodiscard]] QByteArray pass(bool isLast);
    void look(crypto::SecretText text);

    std::vector<crypto::SecretText> m_patterns;     ///< longest first
    std::array<bool, 256> m_isFirst{};              ///< by byte: a pattern begins with it
    QByteArray m_held;
};

} // namespace clavitor
