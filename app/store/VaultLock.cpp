// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/VaultLock.h"

#include "app/base/SystemError.h"

#include <QFile>

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

/// Digits only: the file may hold anything.
QString holderOf(int descriptor)
{
    char text[16];
    const ssize_t size = ::pread(descriptor, text, sizeof text, 0);
    QString pid;
    for (ssize_t i = 0; i < size && text[i] >= '0' && text[i] <= '9'; ++i)
        pid += QLatin1Char(text[i]);
    return pid.isEmpty() ? u"another process"_s : "process "_L1 + pid;
}

} // namespace

VaultLock::VaultLock(int descriptor)
    : m_descriptor(descriptor)
{
}

VaultLock::VaultLock(VaultLock &&other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1))
{
}

VaultLock &VaultLock::operator=(VaultLock &&other) noexcept
{
    if (this != &other) {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
        m_descriptor = std::exchange(other.m_descriptor, -1);
    }
    return *this;
}

VaultLock::~VaultLock()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

Result<VaultLock> VaultLock::acquire(const QString &folder)
{
    const QByteArray path = QFile::encodeName(folder + "/lock"_L1);
    // Close-on-exec: the lock belongs to the open file, and the bridge must not keep it alive after us.
    const int descriptor = ::open(path.constData(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0)
        return saysMissing(errno) ? fail(ErrorCode::NoVault, folder) : std::unexpected(systemError(errno));
    VaultLock lock(descriptor);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            return fail(ErrorCode::AlreadyOpen, holderOf(descriptor));
        return std::unexpected(systemError(errno));
    }
    // Only for the message of the next one who tries, so failing to write it (a full disk) is no reason to stop.
    const QByteArray pid = QByteArray::number(::getpid()) + '\n';
    if (::ftruncate(descriptor, 0) == 0)
        (void)!::pwrite(descriptor, pid.constData(), static_cast<std::size_t>(pid.size()), 0);
    return lock;
}

} // namespace clavitor
