// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <openssl/evp.h>

#include <memory>

namespace clavitor::test {

/// What a security key reckons with, by OpenSSL: P-256, SHA-256, AES-256-CBC. Made apart from what libfido2 does with the same, so
/// that the two have to agree.
struct SoftCrypto {
    using Key = std::shared_ptr<EVP_PKEY>;
    struct Point {
        QByteArray x;
        QByteArray y;
    };

    static Key makeKey();
    static Point publicPoint(const Key &key);
    /// The x coordinate of the shared point; empty for a point that is not on the curve.
    static QByteArray agree(const Key &own, const Point &other);
    static QByteArray sign(const Key &key, const QByteArray &message);

    static QByteArray sha256(const QByteArray &data);
    static QByteArray hmac(const QByteArray &key, const QByteArray &data);
    /// One block of HKDF with 32 zeros as salt (RFC 5869).
    static QByteArray expand(const QByteArray &secret, const char *purpose);
    static QByteArray random(int size);
    /// Whole blocks, no padding.
    static QByteArray encrypt(const QByteArray &key, const QByteArray &start, const QByteArray &plain);
    static QByteArray decrypt(const QByteArray &key, const QByteArray &start, const QByteArray &cipher);
};

} // namespace clavitor::test
