// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/VaultSession.h"
#include "crypto/PasswordHash.h"

#include <QDir>
#include <QFile>

#include <string_view>

namespace clavitor::test {

inline constexpr auto Password = "correct horse battery";
inline constexpr auto NextPassword = "another horse, another battery";

/// Argon2id at the floor of what a header may ask for: a seventh of a second.
inline PasswordCost quickCost()
{
    return [](const crypto::RandomSource &random) -> std::expected<crypto::Calibration, crypto::CryptoError> {
        crypto::PasswordHashParameters::Salt salt{};
        random(salt);
        auto parameters = crypto::PasswordHashParameters::make(crypto::PasswordHashParameters::fewestPasses,
                                                               crypto::PasswordHashParameters::leastMemory, salt);
        if (!parameters)
            return std::unexpected(parameters.error());
        return crypto::Calibration{*parameters, true};
    };
}

inline crypto::SecretText secretText(std::string_view utf8)
{
    return crypto::SecretText::copyOf(utf8);
}

/// `size` bytes of one value.
inline crypto::SecretBytes secretBytes(unsigned char value, std::size_t size = 32)
{
    crypto::SecretBytes bytes(size);
    for (auto &byte : bytes.writable())
        byte = std::byte(value);
    return bytes;
}

inline QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline bool overwrite(const QString &path, const QByteArray &content)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly | QIODevice::Truncate) && file.write(content) == content.size();
}

/// The files of a folder, not its subfolders; a copy of a vault that nobody has open.
inline bool copyFolder(const QString &from, const QString &to)
{
    if (!QDir().mkpath(to))
        return false;
    const QStringList names = QDir(from).entryList(QDir::Files | QDir::Hidden);
    for (const QString &name : names) {
        if (!QFile::copy(from + u'/' + name, to + u'/' + name))
            return false;
    }
    return true;
}

} // namespace clavitor::test
