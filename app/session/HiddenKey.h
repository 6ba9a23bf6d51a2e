// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/SecretBytes.h"

#include <functional>
#include <memory>
#include <optional>

namespace clavitor {

/// 32 bytes where no reader of this process's memory finds them, core files and swap included: in the kernel's keyring of
/// the process, or in pages that the kernel maps for the process alone (memfd_secret). Gone with the object, and with the
/// process at the latest.
///
/// One thread: the kernel hands each a keyring of its own. Linux only; elsewhere, and where a kernel or a container has
/// neither place, there is none to be had.
class HiddenKey {
public:
    static constexpr std::size_t size = 32;
    using Maker = std::function<std::unique_ptr<HiddenKey>(const crypto::SecretBytes &key)>;

    HiddenKey() = default;
    HiddenKey(const HiddenKey &) = delete;
    HiddenKey &operator=(const HiddenKey &) = delete;
    virtual ~HiddenKey() = default;

    /// Empty when the kernel lost it.
    [[nodiscard]] virtual std::optional<crypto::SecretBytes> read() const = 0;

    /// The first of the places below that this kernel has; null without any. `key` has 32 bytes.
    [[nodiscard]] static std::unique_ptr<HiddenKey> hide(const crypto::SecretBytes &key);
    [[nodiscard]] static std::unique_ptr<HiddenKey> inKeyring(const crypto::SecretBytes &key);
    [[nodiscard]] static std::unique_ptr<HiddenKey> inSecretMemory(const crypto::SecretBytes &key);
};

} // namespace clavitor
