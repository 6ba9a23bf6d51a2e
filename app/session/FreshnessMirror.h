// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"

#include <QByteArray>

#include <functional>

namespace clavitor {

/// Where the latest state of a vault is remembered outside its file, as a record only the vault can read: so that an older
/// copy of the whole folder is noticed.
///
/// Lives on the UI thread. Every call is asynchronous: its callback runs once, later, on the UI thread, and not at all when
/// the mirror has been destroyed before. Never opens a dialog.
class FreshnessMirror {
public:
    /// Bytes in a record, at most.
    static constexpr qsizetype largest = 1024;

    using Found = std::move_only_function<void(Result<QByteArray>)>;
    using Done = std::move_only_function<void(Result<>)>;

    FreshnessMirror() = default;
    FreshnessMirror(const FreshnessMirror &) = delete;
    FreshnessMirror &operator=(const FreshnessMirror &) = delete;
    virtual ~FreshnessMirror() = default;

    /// KeychainNoItem only when it is open and has none: then, and after a good read, it may be written.
    virtual void read(const QString &vaultId, Found found) = 0;
    /// From now on `changed` is called when it may answer otherwise than before: it was unlocked, came or went. One at a time; the
    /// mirror keeps it. A mirror that does not know never calls it.
    virtual void onChange(std::move_only_function<void()> changed) = 0;
    /// In place of an earlier one.
    virtual void write(const QString &vaultId, const QByteArray &record, Done done) = 0;
};

} // namespace clavitor
