// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/SecretBytes.h"
#include "crypto/SecretText.h"

#include <QRectF>

#include <optional>

class QPainter;

namespace clavitor::ui {

/// A secret text as a QR code (ISO/IEC 18004, error correction M). Its modules say all that the text says, so they lie in
/// guarded memory; the library's own copies on the way are beyond our reach and are freed at once.
///
/// Move-only. GUI thread.
class QrCode {
public:
    /// Nothing when the library cannot: no memory, or more than a code holds.
    [[nodiscard]] static std::optional<QrCode> of(const crypto::SecretText &text);

    /// Modules on a side.
    [[nodiscard]] int width() const { return m_width; }
    [[nodiscard]] bool isDark(int x, int y) const;
    /// Fills the square: black on white, with the quiet zone of four modules that readers need.
    void paint(QPainter *painter, const QRectF &square) const;

private:
    QrCode(crypto::SecretBytes modules, int width);

    crypto::SecretBytes m_modules;
    int m_width;
};

} // namespace clavitor::ui
