// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/HiddenKey.h"

#include <cstring>

#include <linux/keyctl.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif

namespace clavitor {

namespace {

/// For whoever has the keyring, which is this process: view, read, search (to invalidate), setattr. Nothing for others of
/// the same user, who otherwise may look.
constexpr unsigned long OnlyThisProcess = 0x2b000000;

class KeyringKey : public HiddenKey {
public:
    explicit KeyringKey(long serial)
        : m_serial(serial)
    {
    }
    ~KeyringKey() override
    {
        ::syscall(SYS_keyctl, KEYCTL_INVALIDATE, m_serial);
    }
    [[nodiscard]] std::optional<crypto::SecretBytes> read() const override
    {
        crypto::SecretBytes key(size);
        if (::syscall(SYS_keyctl, KEYCTL_READ, m_serial, key.writable().data(), size) != static_cast<long>(size))
            return std::nullopt;
        return key;
    }

private:
    long m_serial;
};

class SecretMemoryKey : public HiddenKey {
public:
    SecretMemoryKey(std::byte *page, std::size_t length)
        : m_page(page)
        , m_length(length)
    {
    }
    ~SecretMemoryKey() override
    {
        ::explicit_bzero(m_page, size);
        ::munmap(m_page, m_length);
    }
    [[nodiscard]] std::optional<crypto::SecretBytes> read() const override
    {
        return crypto::SecretBytes::copyOf({m_page, size});
    }

private:
    std::byte *m_page;
    std::size_t m_length;
};

} // namespace

std::unique_ptr<HiddenKey> HiddenKey::inKeyring(const crypto::SecretBytes &key)
{
    if (key.size() != size)
        return nullptr;
    const long serial = ::syscall(SYS_add_key, "user", "clavitor session slot", key.bytes().data(), size, KEY_SPEC_PROCESS_KEYRING);
    if (serial < 0)
        return nullptr;
    auto hidden = std::make_unique<KeyringKey>(serial);
    if (::syscall(SYS_keyctl, KEYCTL_SETPERM, serial, OnlyThisProcess) != 0)
        return nullptr;
    const auto again = hidden->read();
    return again && again->equals(key.bytes()) ? std::move(hidden) : nullptr;
}

std::unique_ptr<HiddenKey> HiddenKey::inSecretMemory(const crypto::SecretBytes &key)
{
    if (key.size() != size)
        return nullptr;
    const auto length = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const int file = static_cast<int>(::syscall(SYS_memfd_secret, O_CLOEXEC));
    if (file < 0)
        return nullptr;
    void *page = MAP_FAILED;
    if (::ftruncate(file, static_cast<off_t>(length)) == 0)
        page = ::mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    ::close(file);
    if (page == MAP_FAILED)
        return nullptr;
    // A child of a fork is another process.
    ::madvise(page, length, MADV_DONTFORK);
    std::memcpy(page, key.bytes().data(), size);
    return std::make_unique<SecretMemoryKey>(static_cast<std::byte *>(page), length);
}

std::unique_ptr<HiddenKey> HiddenKey::hide(const crypto::SecretBytes &key)
{
    auto hidden = inKeyring(key);
    return hidden ? std::move(hidden) : inSecretMemory(key);
}

} // namespace clavitor
