// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/SoftCrypto.h"

#include <QString>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/rand.h>

namespace clavitor::test {

namespace {

const unsigned char *octets(const QByteArray &bytes)
{
    return reinterpret_cast<const unsigned char *>(bytes.constData());
}

unsigned char *octets(QByteArray &bytes)
{
    return reinterpret_cast<unsigned char *>(bytes.data());
}

SoftCrypto::Key owned(EVP_PKEY *key)
{
    return {key, EVP_PKEY_free};
}

QByteArray cipher(bool encrypting, const QByteArray &key, const QByteArray &start, const QByteArray &data)
{
    const std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX *)> context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    QByteArray out(data.size() + 32, '\0');
    int size = 0, rest = 0;
    EVP_CipherInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, octets(key), octets(start), encrypting ? 1 : 0);
    EVP_CIPHER_CTX_set_padding(context.get(), 0);
    if (EVP_CipherUpdate(context.get(), octets(out), &size, octets(data), static_cast<int>(data.size())) != 1
        || EVP_CipherFinal_ex(context.get(), octets(out) + size, &rest) != 1)
        return {};
    return out.first(size + rest);
}

} // namespace

SoftCrypto::Key SoftCrypto::makeKey()
{
    return owned(EVP_EC_gen("P-256"));
}

SoftCrypto::Point SoftCrypto::publicPoint(const Key &key)
{
    QByteArray point(65, '\0');
    std::size_t size = 0;
    EVP_PKEY_get_octet_string_param(key.get(), OSSL_PKEY_PARAM_PUB_KEY, octets(point), 65, &size);
    return {point.sliced(1, 32), point.sliced(33, 32)};
}

QByteArray SoftCrypto::agree(const Key &own, const Point &other)
{
    QByteArray point = QByteArray(1, '\x04') + other.x + other.y;
    char group[] = "P-256";
    OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
                               OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                                                 static_cast<std::size_t>(point.size())),
                               OSSL_PARAM_construct_end()};
    const std::unique_ptr<EVP_PKEY_CTX, void (*)(EVP_PKEY_CTX *)> reader(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr),
                                                                       EVP_PKEY_CTX_free);
    EVP_PKEY *peer = nullptr;
    if (EVP_PKEY_fromdata_init(reader.get()) != 1 || EVP_PKEY_fromdata(reader.get(), &peer, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
        return {};
    const Key ownedPeer = owned(peer);
    const std::unique_ptr<EVP_PKEY_CTX, void (*)(EVP_PKEY_CTX *)> context(EVP_PKEY_CTX_new(own.get(), nullptr), EVP_PKEY_CTX_free);
    QByteArray shared(32, '\0');
    std::size_t size = 32;
    if (EVP_PKEY_derive_init(context.get()) != 1 || EVP_PKEY_derive_set_peer(context.get(), peer) != 1
        || EVP_PKEY_derive(context.get(), octets(shared), &size) != 1)
        return {};
    return shared;
}

QByteArray SoftCrypto::sign(const Key &key, const QByteArray &message)
{
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX *)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    QByteArray signature(80, '\0');
    std::size_t size = 80;
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get());
    EVP_DigestSign(context.get(), octets(signature), &size, octets(message), static_cast<std::size_t>(message.size()));
    return signature.first(static_cast<qsizetype>(size));
}

QByteArray SoftCrypto::sha256(const QByteArray &data)
{
    QByteArray out(32, '\0');
    EVP_Digest(data.constData(), static_cast<std::size_t>(data.size()), octets(out), nullptr, EVP_sha256(), nullptr);
    return out;
}

QByteArray SoftCrypto::hmac(const QByteArray &key, const QByteArray &data)
{
    QByteArray out(32, '\0');
    HMAC(EVP_sha256(), key.constData(), static_cast<int>(key.size()), octets(data), static_cast<std::size_t>(data.size()), octets(out),
         nullptr);
    return out;
}

QByteArray SoftCrypto::expand(const QByteArray &secret, const char *purpose)
{
    return hmac(hmac(QByteArray(32, '\0'), secret), QByteArray(purpose) + QByteArray(1, '\x01'));
}

QByteArray SoftCrypto::random(int size)
{
    QByteArray out(size, '\0');
    RAND_bytes(octets(out), size);
    return out;
}

QByteArray SoftCrypto::encrypt(const QByteArray &key, const QByteArray &start, const QByteArray &plain)
{
    return cipher(true, key, start, plain);
}

QByteArray SoftCrypto::decrypt(const QByteArray &key, const QByteArray &start, const QByteArray &data)
{
    return cipher(false, key, start, data);
}

} // namespace clavitor::test
