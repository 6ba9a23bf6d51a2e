// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/Keychain.h"

#include <QObject>
#include <QTimer>

#include <map>
#include <memory>
#include <optional>

namespace clavitor::test {

/// A keychain in memory that fails as it is told. Answers from the event loop like the real one, and keeps its rules: a
/// failed read writes nothing, what is there already stays. UI thread.
class ScriptedKeychain : public QObject, public Keychain {
public:
    /// Set to make the next calls fail; nullopt for success.
    std::optional<ErrorCode> readError;
    std::optional<ErrorCode> writeError;
    std::optional<ErrorCode> removeError;
    std::optional<ErrorCode> openError;
    /// Milliseconds until an answer.
    int delay = 0;
    /// What is stored, by vault id. May be planted or inspected.
    std::map<QString, crypto::SecretBytes> items;
    int reads = 0;
    int writes = 0;
    int removals = 0;
    int openings = 0;

    void read(const QString &vaultId, Found found) override
    {
        ++reads;
        later([this, vaultId, found = std::move(found)]() mutable { found(look(vaultId)); });
    }

    void write(const QString &vaultId, crypto::SecretBytes secret, Done done) override
    {
        ++writes;
        later([this, vaultId, secret = std::move(secret), done = std::move(done)]() mutable {
            done(store(vaultId, std::move(secret)));
        });
    }

    void remove(const QString &vaultId, Done done) override
    {
        ++removals;
        later([this, vaultId, done = std::move(done)]() mutable {
            if (removeError)
                return done(fail(*removeError));
            items.erase(vaultId);
            done({});
        });
    }

    void open(const QString &, Done done) override
    {
        ++openings;
        later([this, done = std::move(done)]() mutable {
            if (openError)
                return done(fail(*openError));
            readError.reset();
            done({});
        });
    }

private:
    template<typename Work>
    void later(Work work)
    {
        auto *timer = new QTimer(this);
        timer->setSingleShot(true);
        connect(timer, &QTimer::timeout, this, [timer, shared = std::make_shared<Work>(std::move(work))] {
            timer->deleteLater();
            (*shared)();
        });
        timer->start(delay);
    }

    [[nodiscard]] Result<crypto::SecretBytes> look(const QString &vaultId) const
    {
        if (readError)
            return fail(*readError);
        const auto item = items.find(vaultId);
        if (item == items.end())
            return fail(ErrorCode::KeychainNoItem);
        if (item->second.size() != SecretSize)
            return fail(ErrorCode::KeychainBrokenItem);
        return crypto::SecretBytes::copyOf(item->second.bytes());
    }

    [[nodiscard]] Result<> store(const QString &vaultId, crypto::SecretBytes secret)
    {
        if (secret.size() != SecretSize)
            return fail(ErrorCode::InvalidValue);
        auto found = look(vaultId);
        if (found && !found->equals(secret.bytes()))
            return fail(ErrorCode::KeychainWrongItem);
        if (!found && found.error().code != ErrorCode::KeychainNoItem)
            return std::unexpected(found.error());
        if (writeError)
            return fail(*writeError);
        items.insert_or_assign(vaultId, std::move(secret));
        return {};
    }
};

} // namespace clavitor::test
