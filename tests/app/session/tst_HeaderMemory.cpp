// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/HeaderMemory.h"

#include "tests/app/session/HeaderBytes.h"
#include "tests/app/session/SessionFixture.h"

#include <QTest>

#include <functional>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using crypto::SlotKind;

namespace {

/// Both copies of the header, to be put back later.
class KeyFiles {
public:
    explicit KeyFiles(const QString &path)
        : m_folder(path)
        , m_header(contentOf(m_folder.headerPath()))
        , m_copy(contentOf(m_folder.headerCopyPath()))
    {
    }
    [[nodiscard]] bool putBack() const { return overwrite(m_folder.headerPath(), m_header) && overwrite(m_folder.headerCopyPath(), m_copy); }

private:
    VaultFolder m_folder;
    QByteArray m_header;
    QByteArray m_copy;
};

Result<> addSheet(VaultSession &vault, unsigned char secret)
{
    auto work = vault.beginAddWay({SlotKind::Recovery}, secretBytes(secret), secretText(Password));
    if (!work)
        return std::unexpected(work.error());
    auto header = (*work)();
    return header ? vault.finishRewrap(std::move(*header)) : std::unexpected(header.error());
}

/// No manifest watches: as whoever has the key of the database could write it, or an earlier version of the program left it.
Result<> forget(VaultSession &vault)
{
    return MetaStore(vault.database()).remove("header.newest"_L1);
}

Result<> nothing()
{
    return {};
}

} // namespace

/// The two files of a vault are of one time: header files of before are noticed beside the newest database.
class tst_HeaderMemory : public SessionFixture
{
    Q_OBJECT

    [[nodiscard]] Result<> open(VaultSession &vault, unsigned char secret)
    {
        return secret == 0 ? vault.unlockWithPassword(secretText(Password)) : vault.unlockWithSecret({SlotKind::Recovery, 0}, secretBytes(secret));
    }

private slots:
    void remembersTheNewestAndTellsAnOlderFromIt()
    {
        auto vault = session(sample());
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        HeaderMemory memory(vault.database());
        const auto reading = vault.folder().readHeader();
        REQUIRE_OK(reading);
        const crypto::VaultHeader header = reading->headers.front();
        crypto::VaultHeader newer = header;
        ++newer.revision;
        crypto::VaultHeader older = header;
        --older.revision;
        crypto::VaultHeader other = header;
        other.name += '!';
        using Standing = HeaderMemory::Standing;
        QCOMPARE(memory.standingOf(header), Result<Standing>(Standing::Same));
        QCOMPARE(memory.standingOf(newer), Result<Standing>(Standing::Newer));
        QCOMPARE(memory.standingOf(older), Result<Standing>(Standing::Older));
        QCOMPARE(memory.standingOf(other), Result<Standing>(Standing::Older));
        REQUIRE_OK(memory.remember(newer));
        QCOMPARE(memory.standingOf(header), Result<Standing>(Standing::Older));
        QCOMPARE(memory.standingOf(newer), Result<Standing>(Standing::Same));
        REQUIRE_OK(forget(vault));
        QCOMPARE(memory.standingOf(older), Result<Standing>(Standing::Unknown));
        REQUIRE_OK(MetaStore(vault.database()).setValue("header.newest"_L1, "short"));
        QCOMPARE(memory.standingOf(newer), Result<Standing>(Standing::Older));
    }

    void noticesKeyFilesFromBeforeAChange_data()
    {
        using Act = std::function<Result<>(VaultSession &)>;
        QTest::addColumn<Act>("change");
        QTest::addColumn<unsigned char>("opensBy");
        QTest::newRow("the password was changed") << Act([](VaultSession &vault) { return vault.changePassword(secretText(Password), secretText(NextPassword)); })
                                                  << static_cast<unsigned char>(0);
        QTest::newRow("another sheet took its place") << Act([](VaultSession &vault) { return addSheet(vault, 's'); }) << static_cast<unsigned char>('r');
        QTest::newRow("the sheet was taken away") << Act([](VaultSession &vault) { return vault.removeWay({SlotKind::Recovery, 0}); })
                                                  << static_cast<unsigned char>('r');
        QTest::newRow("the keychain's slot was taken away") << Act([](VaultSession &vault) { return vault.removeKeychainSlot(); })
                                                            << static_cast<unsigned char>(0);
        QTest::newRow("a way was added") << Act([](VaultSession &vault) {
            return vault.addKeychainSlot(secretBytes(0x22));
        }) << static_cast<unsigned char>(0);
    }
    void noticesKeyFilesFromBeforeAChange()
    {
        using Act = std::function<Result<>(VaultSession &)>;
        QFETCH(Act, change);
        QFETCH(unsigned char, opensBy);
        const QString path = sample();
        auto vault = session(path);
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        REQUIRE_OK(addSheet(vault, 'r'));
        const KeyFiles before(path);
        REQUIRE_OK(change(vault));
        REQUIRE_OK(vault.lock());
        QVERIFY(before.putBack());

        for (int turn = 0; turn < 2; ++turn) { // it stays so until somebody decides
            REQUIRE_OK(open(vault, opensBy));
            QCOMPARE(vault.contents().wrong, QList{VaultPart::KeyFile});
            REQUIRE_ERROR(MetaStore(vault.database()).setValue("canary"_L1, "screams"), ErrorCode::ChangedOutside);
            REQUIRE_ERROR(vault.narrow(), ErrorCode::ChangedOutside);
            REQUIRE_OK(vault.lock());
        }
        // What was put back is not made the newest by a change to it.
        REQUIRE_OK(open(vault, opensBy));
        const QByteArray lies = contentOf(vault.folder().headerPath());
        REQUIRE_ERROR(vault.addKeychainSlot(secretBytes(0x33)), ErrorCode::ChangedOutside);
        QCOMPARE(contentOf(vault.folder().headerPath()), lies);
        // Taken as it is, it is the one that counts.
        REQUIRE_OK(vault.trustContents(0, nothing));
        QVERIFY(vault.contents().wrong.isEmpty());
        REQUIRE_OK(vault.addKeychainSlot(secretBytes(0x33)));
        REQUIRE_OK(vault.lock());
        REQUIRE_OK(vault.unlockWithKeychainSecret(secretBytes(0x33)));
        QVERIFY(vault.contents().wrong.isEmpty());
    }

    void anotherHeaderOfTheSameRevisionIsNotTheSame()
    {
        const QString path = sample();
        auto vault = session(path);
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        const KeyFiles before(path);
        // Two changes to one header, of which one was put on the disk by a copy of the vault.
        REQUIRE_OK(vault.addKeychainSlot(secretBytes(0x22)));
        const KeyFiles theirs(path);
        REQUIRE_OK(forget(vault));
        REQUIRE_OK(vault.lock());
        QVERIFY(before.putBack());
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        REQUIRE_OK(vault.addKeychainSlot(secretBytes(0x33)));
        REQUIRE_OK(vault.lock());
        QVERIFY(theirs.putBack());
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        QCOMPARE(vault.contents().wrong, QList{VaultPart::KeyFile});
    }

    void learnsTheHeaderOfAVaultFromBefore()
    {
        const QString path = sample();
        auto vault = session(path);
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        const KeyFiles before(path);
        REQUIRE_OK(vault.changePassword(secretText(Password), secretText(NextPassword)));
        REQUIRE_OK(forget(vault));
        const KeyFiles after(path);
        REQUIRE_OK(vault.lock());
        // At its first unlock nothing is known; from then on it is.
        REQUIRE_OK(vault.unlockWithPassword(secretText(NextPassword)));
        QVERIFY(vault.contents().wrong.isEmpty());
        REQUIRE_OK(vault.lock());
        QVERIFY(before.putBack());
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        QCOMPARE(vault.contents().wrong, QList{VaultPart::KeyFile});
        REQUIRE_OK(vault.lock());
        // The files that belong there, back in their place, are enough.
        QVERIFY(after.putBack());
        REQUIRE_OK(vault.unlockWithPassword(secretText(NextPassword)));
        QVERIFY(vault.contents().wrong.isEmpty());
    }

    void takesOverAHeaderThatTheDatabaseHasNotHeardOf()
    {
        const QString path = sample();
        auto vault = session(path);
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        REQUIRE_OK(vault.lock());
        const QByteArray database = contentOf(vault.folder().databasePath());
        const KeyFiles before(path);
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        REQUIRE_OK(vault.changePassword(secretText(Password), secretText(NextPassword)));
        REQUIRE_OK(vault.lock());
        QVERIFY(overwrite(vault.folder().databasePath(), database));
        REQUIRE_OK(vault.unlockWithPassword(secretText(NextPassword)));
        QVERIFY(vault.contents().wrong.isEmpty());
        REQUIRE_OK(vault.lock());
        QVERIFY(before.putBack());
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        QCOMPARE(vault.contents().wrong, QList{VaultPart::KeyFile});
    }

    void tellsAnOlderHeaderAlsoWhereTheNewestIsForged()
    {
        const QString path = sample();
        auto vault = session(path);
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        const QByteArray older = contentOf(vault.folder().headerPath());
        REQUIRE_OK(vault.changePassword(secretText(Password), secretText(NextPassword)));
        REQUIRE_OK(vault.lock());
        // One copy is a header of before, the other says that it is newer and is nobody's.
        QByteArray forged = older;
        forged[10] = '\x7f';
        forged = withFreshChecksum(forged);
        QVERIFY(overwrite(vault.folder().headerPath(), forged));
        QVERIFY(overwrite(vault.folder().headerCopyPath(), older));
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        QCOMPARE(vault.contents().wrong, QList{VaultPart::KeyFile});
        // Neither copy is written over before the person has said which holds.
        QCOMPARE(contentOf(vault.folder().headerPath()), forged);
        REQUIRE_OK(vault.trustContents(0, nothing));
        QCOMPARE(contentOf(vault.folder().headerPath()), older);
        QCOMPARE(contentOf(vault.folder().headerCopyPath()), older);
    }

    void aTrustThatFailsLeavesTheHeaderAsUntrustedAsItWas()
    {
        const QString path = sample();
        auto vault = session(path);
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        const KeyFiles before(path);
        REQUIRE_OK(vault.changePassword(secretText(Password), secretText(NextPassword)));
        REQUIRE_OK(vault.lock());
        QVERIFY(before.putBack());
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        REQUIRE_ERROR(vault.trustContents(0, [] { return Result<>(fail(ErrorCode::AuditUnavailable)); }), ErrorCode::AuditUnavailable);
        QCOMPARE(vault.contents().wrong, QList{VaultPart::KeyFile});
        REQUIRE_OK(vault.lock());
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        QCOMPARE(vault.contents().wrong, QList{VaultPart::KeyFile});
    }

    void aLockThatKeepsALeaseKnowsTheHeaderItWasOpenedBy()
    {
        const QString path = sample();
        auto vault = session(path);
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        const KeyFiles before(path);
        REQUIRE_OK(vault.changePassword(secretText(Password), secretText(NextPassword)));
        REQUIRE_OK(vault.narrow());
        // Put back meanwhile, they open nothing now, and are noticed next.
        QVERIFY(before.putBack());
        REQUIRE_ERROR(vault.unlockWithPassword(secretText(Password)), ErrorCode::WrongPassword);
        REQUIRE_OK(vault.unlockWithPassword(secretText(NextPassword)));
        QVERIFY(vault.contents().wrong.isEmpty());
        REQUIRE_OK(vault.lock());
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        QCOMPARE(vault.contents().wrong, QList{VaultPart::KeyFile});
    }
};

QTEST_GUILESS_MAIN(tst_HeaderMemory)
#include "tst_HeaderMemory.moc"
