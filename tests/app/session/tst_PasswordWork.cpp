// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/PasswordWork.h"

#include "app/session/VaultSession.h"
#include "tests/support/VaultSamples.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

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
