// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/PasswordWork.h"

#include "app/session/VaultSession.h"
#include "tests/support/VaultSamples.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>
#include <functional>
#include <thread>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

/// As the derivation thread does it.
template<typename T>
Result<T> onAnotherThread(Result<PasswordWork<T>> work)
{
    if (!work)
        return std::unexpected(work.error());
    Result<T> answer = fail(ErrorCode::Internal);
    std::thread([&] { answer = (*work)(); }).join();
    return answer;
}

} // namespace

/// What a password takes, begun and finished on the session's thread and worked out on another.
class tst_PasswordWork : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<VaultSession> m_session;
    VaultFolder::StepWatcher m_watch;

    [[nodiscard]] QString path() const { return m_folder->filePath(u"vault"_s); }
    [[nodiscard]] bool create()
    {
        auto made = onAnotherThread(m_session->beginCreate(u"Sample"_s, secretText(Password)));
        return made && m_session->finishCreate(std::move(*made)).has_value();
    }

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init()
    {
        m_watch = {};
        m_folder = std::make_unique<QTemporaryDir>();
        const auto watch = [this](HeaderWriteStep step) {
            if (m_watch)
                m_watch(step);
        };
        m_session = std::make_unique<VaultSession>(VaultFolder(path(), watch), systemClock(), crypto::systemRandom(), quickCost());
        QVERIFY(create());
    }
    void cleanup() { m_session.reset(); }

    void opensChangesAndOpensPersonalWithWhatAnotherThreadWorkedOut()
    {
        QVERIFY(m_session->lock());
        auto opened = onAnotherThread(m_session->beginUnlock(secretText(Password)));
        QVERIFY(opened);
        QVERIFY(m_session->finishUnlock(std::move(*opened)));
        auto changed = onAnotherThread(m_session->beginChangePassword(secretText(Password), secretText(NextPassword)));
        QVERIFY(changed);
        QVERIFY(m_session->finishRewrap(std::move(*changed)));
        auto personal = onAnotherThread(m_session->beginOpenPersonal(secretText(NextPassword)));
        QVERIFY(personal);
        QVERIFY(m_session->finishOpenPersonal(std::move(*personal)));
        QVERIFY(m_session->personalKeys() != nullptr);
    }

    void aLockMeanwhileIsNotUndone()
    {
        auto changed = onAnotherThread(m_session->beginChangePassword(secretText(Password), secretText(NextPassword)));
        auto personal = onAnotherThread(m_session->beginOpenPersonal(secretText(Password)));
        QVERIFY(changed && personal);
        QVERIFY(m_session->lock());
        QCOMPARE(m_session->finishRewrap(std::move(*changed)).error().code, ErrorCode::Locked);
        QCOMPARE(m_session->finishOpenPersonal(std::move(*personal)).error().code, ErrorCode::Locked);
        QCOMPARE(m_session->personalKeys(), nullptr);
        QVERIFY(m_session->unlockWithPassword(secretText(Password)));
    }

    void aLockThatIsWantedEndsWhatWasBegun_data()
    {
        QTest::addColumn<int>("which");
        QTest::addColumn<bool>("isLocked");
        const char *const names[] = {"unlocking", "a change of the password", "a password by the sheet", "another way", "Personal", "all keys anew"};
        for (int i = 0; i < 6; ++i) {
            QTest::addRow("%s, a lock is wanted", names[i]) << i << false;
            QTest::addRow("%s, it was locked", names[i]) << i << true;
        }
    }

    void aLockThatIsWantedEndsWhatWasBegun()
    {
        QFETCH(int, which);
        QFETCH(bool, isLocked);
        const WayName recovery{crypto::SlotKind::Recovery, 0};
        if (which == 2) {
            auto added = onAnotherThread(m_session->beginAddWay({recovery.kind, {}, {}}, secretBytes(0x44), secretText(Password)));
            QVERIFY(added && m_session->finishRewrap(std::move(*added)));
        }
        const auto ended = [&](auto work) -> std::optional<ErrorCode> {
            if (!work)
                return {};
            if (isLocked)
                (void)m_session->lock();
            else
                m_session->wantLock(true);
            const auto answer = onAnotherThread(std::move(work));
            m_session->wantLock(false);
            return answer ? std::optional<ErrorCode>() : answer.error().code;
        };
        const auto end = [&]() -> std::optional<ErrorCode> {
            switch (which) {
            case 0:
                return ended(m_session->beginUnlock(secretText(Password)));
            case 1:
                return ended(m_session->beginChangePassword(secretText(Password), secretText(NextPassword)));
            case 2:
                return ended(m_session->beginSetPassword(recovery, secretBytes(0x44), secretText(NextPassword)));
            case 3:
                return ended(m_session->beginAddWay({recovery.kind, {}, {}}, secretBytes(0x55), secretText(Password)));
            case 4:
                return ended(m_session->beginOpenPersonal(secretText(Password)));
            default:
                return ended(m_session->beginReplacement(secretText(Password)));
            }
        };
        QCOMPARE(end(), std::optional(ErrorCode::Locked));
        (void)m_session->lock();
        QVERIFY(m_session->unlockWithPassword(secretText(Password)));
    }

    void whatBeginsWhileALockIsWantedEndsAsWell()
    {
        m_session->wantLock(true);
        auto personal = onAnotherThread(m_session->beginOpenPersonal(secretText(Password)));
        QCOMPARE(personal.error().code, ErrorCode::Locked);
        m_session->wantLock(false);
        QVERIFY(onAnotherThread(m_session->beginOpenPersonal(secretText(Password))));
    }

    void aLockTakesAwayWhatWaitsForItsTurn()
    {
        const crypto::VaultHeader header = m_session->folder().readHeader()->headers.front();
        WorkStop stop(secretText(Password), secretBytes(0x44));
        int drawn = 0;
        // The salt of the new password is drawn when its run begins.
        const crypto::RandomSource locking = [&](std::span<std::byte> bytes) {
            ++drawn;
            stop.stop();
            crypto::systemRandom()(bytes);
        };
        const auto changed = withPassword(header, stop, secretText(NextPassword), quickCost(), locking);
        QCOMPARE(changed.error().code, ErrorCode::Locked);
        QCOMPARE(drawn, 1); // nothing was wrapped
        QVERIFY(stop.takePassword().isEmpty());
        QVERIFY(stop.takeSecret().isEmpty());
        WorkStop other;
        const crypto::RandomSource lockingOther = [&](std::span<std::byte> bytes) {
            ++drawn;
            other.stop();
            crypto::systemRandom()(bytes);
        };
        QCOMPARE(nextKeys(header, secretText(Password), quickCost(), lockingOther, other).error().code, ErrorCode::Locked);
        QCOMPARE(drawn, 2); // and no key made
    }

    void aSlotThatWasSpoiledOnTheWayIsNotHandedOn()
    {
        const crypto::VaultHeader header = m_session->folder().readHeader()->headers.front();
        const auto hash = crypto::hashForSlot(header, secretText(Password));
        QVERIFY(hash.has_value());
        const auto keys = crypto::openBothWithHash(header, *hash);
        QVERIFY(keys.has_value());
        QVERIFY(provePassword(header, *hash, *keys));
        // One bit of each part of what was wrapped.
        const std::array<std::function<void(crypto::KeySlot &)>, 3> faults{
            [](crypto::KeySlot &slot) { slot.commitment[3] ^= std::byte(0x10); },
            [](crypto::KeySlot &slot) { slot.vaultKey[40] ^= std::byte(0x01); },
            [](crypto::KeySlot &slot) { (*slot.personalKey)[40] ^= std::byte(0x80); }};
        for (const auto &fault : faults) {
            crypto::VaultHeader spoiled = header;
            fault(*std::ranges::find(spoiled.keySlots, crypto::SlotKind::Password, &crypto::KeySlot::kind));
            const Result<> proved = provePassword(spoiled, *hash, *keys);
            QVERIFY(!proved);
            QCOMPARE(proved.error().code, ErrorCode::Internal);
        }
        // Another vault's keys, or a hash that came out wrong.
        const crypto::OpenedKeys others{crypto::makeVaultKey(crypto::systemRandom()), crypto::PersonalKeyPair::make(crypto::systemRandom())};
        QVERIFY(!provePassword(header, *hash, others));
        QVERIFY(!provePassword(header, secretBytes(0x21), *keys));
    }

    void aHeaderThatChangedMeanwhileIsNotOverwritten()
    {
        auto changed = onAnotherThread(m_session->beginChangePassword(secretText(Password), secretText(NextPassword)));
        QVERIFY(changed);
        QVERIFY(m_session->addKeychainSlot(secretBytes(0x33)));
        QCOMPARE(m_session->finishRewrap(std::move(*changed)).error().code, ErrorCode::Busy);
        QVERIFY(m_session->lock());
        QVERIFY(m_session->unlockWithKeychainSecret(secretBytes(0x33)));
    }

    void aPasswordInPlaceIsNoFailureThoughTheFolderIsNotSynced()
    {
        // Away while the folder would be synced, back for whoever looks what the disk has.
        const QString aside = m_folder->filePath(u"aside"_s);
        m_watch = [&](HeaderWriteStep step) {
            if (step == HeaderWriteStep::BothRenamed)
                QVERIFY(QDir().rename(path(), aside));
            if (step == HeaderWriteStep::Finished)
                QVERIFY(QDir().rename(aside, path()));
        };
        QVERIFY(m_session->changePassword(secretText(Password), secretText(NextPassword)));
        const std::optional<Error> trouble = m_session->takeTrouble();
        QVERIFY(trouble.has_value());
        QCOMPARE(trouble->code, ErrorCode::Io);
        QVERIFY(!m_session->takeTrouble().has_value());
        QVERIFY(m_session->lock());
        QCOMPARE(m_session->unlockWithPassword(secretText(Password)).error().code, ErrorCode::WrongPassword);
        QVERIFY(m_session->unlockWithPassword(secretText(NextPassword)));
    }

    void aVaultWhoseFolderIsGoneIsNotCalledNoVaultByAWrite()
    {
        const QString aside = m_folder->filePath(u"aside"_s);
        QVERIFY(QDir().rename(path(), aside));
        QCOMPARE(m_session->changePassword(secretText(Password), secretText(NextPassword)).error().code, ErrorCode::Io);
        QVERIFY(QDir().rename(aside, path()));
        QVERIFY(m_session->changePassword(secretText(Password), secretText(NextPassword)));
    }
};

QTEST_GUILESS_MAIN(tst_PasswordWork)
#include "tst_PasswordWork.moc"
