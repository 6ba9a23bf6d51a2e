// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/FreshnessMirror.h"

#include <QObject>
#include <QTimer>

#include <map>
#include <memory>
#include <optional>

namespace clavitor::test {

/// A mirror in memory that fails as it is told and answers from the event loop, or never. UI thread.
class ScriptedMirror : public QObject, public FreshnessMirror {
public:
    std::optional<ErrorCode> readError;
    bool isSilent = false;
    /// From now on what is written is neither stored nor answered.
    bool isHung = false;
    /// Milliseconds until a write is stored and answered; 0 at once.
    int writeDelay = 0;
    /// By vault id. May be planted or inspected.
    std::map<QString, QByteArray> records;
    int reads = 0;
    int writes = 0;

    void read(const QString &vaultId, Found found) override;

    void onChange(std::move_only_function<void()> told) override { changed = std::move(told); }
    /// What it was given to call.
    std::move_only_function<void()> changed;

    void write(const QString &vaultId, const QByteArray &record, Done done) override;
};

} // namespace clavitor::test
