// SPDX-License-Identifier: GPL-3.0-or-later
// Each function is a scenario with a process, a bus and a keyring of its own, which keychain-scenario prepares.
#include "app/session/KeychainMirror.h"
#include "app/session/QtKeychainSlot.h"
#include "tests/support/ResultChecks.h"
#include "tests/support/VaultSamples.h"

#include <QDBusConnection>
#include <QDBusInterface>
#include <QDBusObjectPath>
#include <QTest>

#include <optional>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_KeychainMirror : public QObject {
    Q_OBJECT

    const QString m_id = u"7k3m9q2w4x8z"_s;
    KeychainMirror m_mirror;
    QtKeychainSlot m_slot;

    Result<QByteArray> read()
    {
        std::optional<Result<QByteArray>> answer;
        m_mirror.read(m_id, [&](Result<QByteArray> found) { answer = std::move(found); });
        (void)QTest::qWaitFor([&] { return answer.has_value(); }, 20'000);
        return answer ? std::move(*answer) : fail(ErrorCode::Internal, u"never answered"_s);
    }
    Result<> write(const QByteArray &record)
    {
        std::optional<Result<>> answer;
        m_mirror.write(m_id, record, [&](Result<> done) { answer = std::move(done); });
        (void)QTest::qWaitFor([&] { return answer.has_value(); }, 20'000);
        return answer ? *answer : fail(ErrorCode::Internal, u"never answered"_s);
    }

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }

    void mirrorOpen()
    {
        REQUIRE_ERROR(read(), ErrorCode::KeychainNoItem);
        REQUIRE_OK(write("first"));
        // In place of the one before, and beside the vault's own item.
        REQUIRE_OK(write("second\nwith lines\n"));
        const auto found = read();
        REQUIRE_OK(found);
        QCOMPARE(*found, "second\nwith lines\n"_ba);
        std::optional<Result<crypto::SecretBytes>> secret;
        m_slot.read(m_id, [&](Result<crypto::SecretBytes> answer) { secret = std::move(answer); });
        QTRY_VERIFY(secret);
        REQUIRE_ERROR(*secret, ErrorCode::KeychainNoItem);
    }

    void mirrorLocked()
    {
        REQUIRE_OK(write("first"));
        int changes = 0;
        m_mirror.onChange([&] { ++changes; });
        QDBusInterface service(u"org.freedesktop.secrets"_s, u"/org/freedesktop/secrets"_s, u"org.freedesktop.Secret.Service"_s);
        const QDBusObjectPath collection(u"/org/freedesktop/secrets/collection/login"_s);
        QVERIFY(service.call(u"Lock"_s, QVariant::fromValue(QList<QDBusObjectPath>{collection})).type() != QDBusMessage::ErrorMessage);
        REQUIRE_ERROR(read(), ErrorCode::KeychainLocked);
        REQUIRE_ERROR(write("second"), ErrorCode::KeychainLocked);
        // The keyring says that it is another now; it does the same when it is unlocked.
        QTRY_VERIFY(changes > 0);
        m_mirror.onChange({});
    }

    void neverUsed()
    {
        // No keyring was ever made: nothing is asked of the person for this.
        REQUIRE_ERROR(read(), ErrorCode::KeychainAbsent);
        REQUIRE_ERROR(write("first"), ErrorCode::KeychainAbsent);
    }

    void noBusAddress() { REQUIRE_ERROR(read(), ErrorCode::KeychainAbsent); }
};

QTEST_GUILESS_MAIN(tst_KeychainMirror)
#include "tst_KeychainMirror.moc"
