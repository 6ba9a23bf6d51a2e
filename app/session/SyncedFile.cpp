// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/SyncedFile.h"

#include "app/base/SystemError.h"
#include "app/session/CryptoMeaning.h"

#include <QFile>

#include <cerrno>
#include <cstdio>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace clavitor {

namespace {

/// A file descriptor that closes itself.
class Descriptor {
public:
    explicit Descriptor(int value)
        : m_value(value)
    {
    }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    ~Descriptor()
    {
        if (m_value >= 0)
            ::close(m_value);
    }
    [[nodiscard]] bool isValid() const { return m_value >= 0; }
    [[nodiscard]] int value() const { return m_value; }

private:
    int m_value;
};

} // namespace

std::unexpected<Error> failWithErrno(const QString &path)
{
    return std::unexpected(systemError(errno, path));
}

Result<> writeSynced(const QString &path, std::span<const std::byte> bytes)
{
    const QByteArray name = QFile::encodeName(path);
    const Descriptor file(::open(name.constData(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, PrivateFile));
    if (!file.isValid() || ::fchmod(file.value(), PrivateFile) != 0)
        return failWithErrno(path);
    while (!bytes.empty()) {
        const ssize_t written = ::write(file.value(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return failWithErrno(path);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    if (::fsync(file.value()) != 0)
        return failWithErrno(path);
    return {};
}

Result<> renameFile(const QString &from, const QString &to)
{
    if (::rename(QFile::encodeName(from).constData(), QFile::encodeName(to).constData()) != 0)
        return failWithErrno(to);
    return {};
}

Result<> removeFile(const QString &path)
{
    if (::unlink(QFile::encodeName(path).constData()) != 0 && errno != ENOENT)
        return failWithErrno(path);
    return {};
}

Result<std::vector<std::byte>> readSmallFile(const QString &path, std::size_t largest)
{
    // Not blocking, because what lies there might be a pipe.
    const Descriptor file(::open(QFile::encodeName(path).constData(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file.isValid())
        return saysMissing(errno) ? fail(ErrorCode::NoVault, path) : failWithErrno(path);
    struct stat facts {};
    if (::fstat(file.value(), &facts) != 0)
        return failWithErrno(path);
    if (!S_ISREG(facts.st_mode) || facts.st_size > static_cast<off_t>(largest))
        return fail(ErrorCode::ForeignFile, path);
    std::vector<std::byte> bytes(largest + 1);
    std::size_t length = 0;
    while (length < bytes.size()) {
        const ssize_t read = ::read(file.value(), bytes.data() + length, bytes.size() - length);
        if (read < 0 && errno == EINTR)
            continue;
        if (read < 0)
            return failWithErrno(path);
        if (read == 0)
            break;
        length += static_cast<std::size_t>(read);
    }
    bytes.resize(length);
    return bytes;
}

Result<crypto::VaultHeader> readHeaderFile(const QString &path)
{
    const auto bytes = readSmallFile(path, crypto::VaultHeader::largestFile);
    if (!bytes)
        return std::unexpected(bytes.error());
    auto header = crypto::parseVaultHeader(*bytes);
    if (!header)
        return fail(meaningOf(header.error(), ErrorCode::DamagedFile), path);
    return std::move(*header);
}

} // namespace clavitor
