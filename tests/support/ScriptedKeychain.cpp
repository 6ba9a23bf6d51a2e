// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ScriptedKeychain.h"

#include <QTimer>

#include <memory>

namespace clavitor::test {

ScriptedKeychain::ScriptedKeychain() = default;
ScriptedKeychain::~ScriptedKeychain() = default;

void ScriptedKeychain::read(const QString &vaultId, Found found)
{
    ++reads;
    later([this, vaultId, found = std::move(found)]() mutable { found(look(vaultId)); });
}

void ScriptedKeychain::write(const QString &vaultId, crypto::SecretBytes secret, Done done)
{
    ++writes;
    later([this, vaultId, secret = std::move(secret), done = std::move(done)]() mutable {
        done(store(vaultId, std::move(secret)));
    });
}

void ScriptedKeychain::remove(const QString &vaultId, Done done)
{
    ++removals;
    later([this, vaultId, done = std::move(done)]() mutable {
        if (removeError)
            return done(fail(*removeError));
        items.erase(vaultId);
        done({});
    });
}

void ScriptedKeychain::open(const QString &, Done done)
{
    ++openings;
    later([this, done = std::move(done)]() mutable {
        if (openError)
            return done(fail(*openError));
        readError.reset();
        done({});
    });
}

void ScriptedKeychain::later(std::move_only_function<void()> work)
{
    auto *timer = new QTimer(this);
    timer->setSingleShot(true);
    connect(timer, &QTimer::timeout, this, [timer, shared = std::make_shared<std::move_only_function<void()>>(std::move(work))] {
        timer->deleteLater();
        (*shared)();
    });
    timer->start(delay);
}

Result<crypto::SecretBytes> ScriptedKeychain::look(const QString &vaultId) const
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

Result<> ScriptedKeychain::store(const QString &vaultId, crypto::SecretBytes secret)
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

} // namespace clavitor::test
