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

    void read(const QString &vaultId, Found found) override
    {
        ++reads;
        if (isSilent)
            return;
        QTimer::singleShot(0, this, [this, vaultId, shared = std::make_shared<Found>(std::move(found))] {
            if (readError)
                return (*shared)(fail(*readError));
            const auto record = records.find(vaultId);
            (*shared)(record == records.end() ? Result<QByteArray>(fail(ErrorCode::KeychainNoItem)) : record->second);
        });
    }

    void onChange(std::move_only_function<void()> told) override { changed = std::move(told); }
    /// What it was given to call.
    std::move_only_function<void()> changed;

    void write(const QString &vaultId, const QByteArray &record, Done done) override
    {
        ++writes;
        if (isHung)
            return;
        const auto store = [this, vaultId, record, shared = std::make_shared<Done>(std::move(done))] {
            records.insert_or_assign(vaultId, record);
            (*shared)({});
        };
        if (writeDelay == 0)
            return store();
        QTimer::singleShot(writeDelay, this, store);
    }
};

} // namespace clavitor::test
