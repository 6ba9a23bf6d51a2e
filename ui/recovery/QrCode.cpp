// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/recovery/QrCode.h"

#include <QPainter>

#include <qrencode.h>

#include <cstring>
#include <utility>

namespace clavitor::ui {

namespace {

constexpr int kQuietZone = 4;
/// Bit 0 of a module of libqrencode; the others say what it is for.
constexpr unsigned kDark = 1;

} // namespace

QrCode::QrCode(crypto::SecretBytes modules, int width)
    : m_modules(std::move(modules))
    , m_width(width)
{
}

std::optional<QrCode> QrCode::of(const crypto::SecretText &text)
{
    crypto::SecretText ended = text.clone();
    ended.append({"\0", 1});
    // Upper case, digits and hyphens become the dense alphanumeric kind.
    QRcode *code = QRcode_encodeString(ended.view().data(), 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    if (code == nullptr)
        return std::nullopt;
    const auto count = static_cast<std::size_t>(code->width) * static_cast<std::size_t>(code->width);
    QrCode made(crypto::SecretBytes::copyOf(std::as_bytes(std::span(code->data, count))), code->width);
    std::memset(code->data, 0, count);
    QRcode_free(code);
    return made;
}

bool QrCode::isDark(int x, int y) const
{
    const auto at = static_cast<std::size_t>(y) * static_cast<std::size_t>(m_width) + static_cast<std::size_t>(x);
    return (std::to_integer<unsigned>(m_modules.bytes()[at]) & kDark) != 0;
}

void QrCode::paint(QPainter *painter, const QRectF &square) const
{
    painter->save();
    painter->setPen(Qt::NoPen);
    painter->setRenderHint(QPainter::Antialiasing, false);
    painter->fillRect(square, Qt::white);
    const qreal module = square.width() / (m_width + 2 * kQuietZone);
    painter->translate(square.topLeft() + QPointF(kQuietZone * module, kQuietZone * module));
    for (int y = 0; y < m_width; ++y)
        for (int x = 0; x < m_width;) {
            // Runs as one rectangle: neighbours drawn apart show hairlines between them in some viewers.
            int end = x;
            while (end < m_width && isDark(end, y))
                ++end;
            if (end > x)
                painter->fillRect(QRectF(x * module, y * module, (end - x) * module, module), Qt::black);
            x = end + 1;
        }
    painter->restore();
}

} // namespace clavitor::ui
