// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/QtKeychainSlot.h"
#include "app/session/VaultSession.h"
#include "crypto/RecoverySheet.h"
#include "tests/support/ResultChecks.h"
#include "tests/support/VaultSamples.h"

#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <optional>

namespace clavitor::test {

using namespace Qt::StringLiterals;

/// Calls and waits, as no program of ours ever does.
class Waiting {
public:
    explicit Waiting(QtKeychainSlot &slot)
        : m_slot(slot)
    {
    }

    Result<crypto::SecretBytes> read(const QString &id)
    {
        return wait<crypto::SecretBytes>([&](auto answer) { m_slot.read(id, std::move(answer)); });
    }
    Result<> write(const QString &id, crypto::SecretBytes secret)
    {
        return wait<void>([&](auto answer) { m_slot.write(id, std::move(secret), std::move(answer)); });
    }
    Result<> open(const QString &id)
    {
        return wait<void>([&](auto answer) { m_slot.open(id, std::move(answer)); });
    }
    Result<> remove(const QString &id)
    {
        return wait<void>([&](auto answer) { m_slot.remove(id, std::move(answer)); });
    }

private:
    template<typename T, typename Call>
    Result<T> wait(Call call)
    {
        auto result = std::make_shared<std::optional<Result<T>>>();
        call(std::move_only_function<void(Result<T>)>([result](Result<T> answer) { *result = std::move(answer); }));
        if (result->has_value())
            return fail(ErrorCode::Internal, u"answered within the call"_s);
        (void)QTest::qWaitFor([&] { return result->has_value(); }, 30'000);
        if (!result->has_value())
            return fail(ErrorCode::Internal, u"never answered"_s);
        return std::move(**result);
    }

    QtKeychainSlot &m_slot;
};

/// What is stored, read through a fresh process: libsecret does not notice that the daemon it once spoke to was replaced.
[[nodiscard]] QByteArray storedByAnotherProcess(const QString &key);
/// Of whoever is the Secret Service; 0 when nobody is.
[[nodiscard]] qint64 keyringProcess();
[[nodiscard]] QByteArray filled(char value, qsizetype size = 32);

/// A vault, locked, and a keychain. Each function of the tests is a scenario with a process, a bus and a keyring of its own, which
/// keychain-scenario prepares.
class KeychainTest : public QObject {
    Q_OBJECT
protected:
    /// P9: whatever became of the keychain, the master password opens the vault, and so does the recovery sheet, each in five seconds.
    [[nodiscard]] bool othersStillOpen();

    QtKeychainSlot m_slot;
    Waiting m_keychain{m_slot};
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<VaultSession> m_vault;
    QString m_id;
    std::optional<crypto::RecoverySheet> m_sheet;

private slots:
    void initTestCase();
};

} // namespace clavitor::test
