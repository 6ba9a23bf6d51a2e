// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/FreshnessWatch.h"
#include "tests/app/service/ReplacementTest.h"

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// What lies in the folder beside a vault whose keys were replaced, and what is taken from there.
class tst_ReplacementFiles : public ReplacementTest {
    Q_OBJECT
private slots:
    void noticesACopyFromBefore();
    void goesBackWhenTheNewFileDoesNotOpen();
    void keepsTheFormerFileUntilTheNewOneIsTrusted();
    void saysWhenTheFormerFileCannotBeRemovedAndTriesAgain();
    void removesWhatWasBegunOnlyWhenNothingRemembersALaterOne();
    void removesNoFileButItsOwn();
    void takesNoLaterFileAwayFromACopyPutBack();
    void takesNothingFromACopyLeftBehind();
    void noticesAnOlderHeaderOfTheNewKeys();

private:
    /// Replaces all keys, keeps what lay there before, and leaves it locked.
    void replaceAll()
    {
        REQUIRE_OK(vault().lock());
        m_database = contentOf(file("vault.db"));
        m_header = contentOf(file("vault.keys"));
        REQUIRE_OK(m_vault->unlock());
        REQUIRE_OK(replaceKeys(vault()));
        REQUIRE_OK(vault().lock());
    }

    QByteArray m_database;  ///< as they were before
    QByteArray m_header;
};

void tst_ReplacementFiles::noticesACopyFromBefore()
{
    ScriptedMirror mirror;
    auto watch = std::make_unique<FreshnessWatch>(&vault(), mirror);
    QCoreApplication::processEvents();
    fill();
    REQUIRE_OK(vault().lock());
    QHash<QString, QByteArray> yesterday;
    for (const QString &name : files())
        yesterday.insert(name, contentOf(m_vault->folder() + u'/' + name));
    REQUIRE_OK(m_vault->unlock());
    QTRY_VERIFY(!vault().awaitsMirror());
    const int writes = mirror.writes;
    REQUIRE_OK(replaceKeys(vault()));
    QTRY_VERIFY(mirror.writes > writes);
    QTRY_VERIFY(mirror.records.begin()->second.contains(" 2\n"));
    REQUIRE_OK(vault().lock());
    // The vault itself is what is remembered.
    REQUIRE_OK(m_vault->unlock());
    QTRY_VERIFY(!vault().awaitsMirror());
    QVERIFY(!vault().isDistrusted());
    REQUIRE_OK(vault().lock());
    watch.reset();

    for (const QString &name : files())
        QFile::remove(m_vault->folder() + u'/' + name);
    for (auto it = yesterday.cbegin(); it != yesterday.cend(); ++it)
        QVERIFY(overwrite(m_vault->folder() + u'/' + it.key(), *it));
    m_vault->restart();
    watch = std::make_unique<FreshnessWatch>(&vault(), mirror);
    QCoreApplication::processEvents();
    REQUIRE_OK(m_vault->unlock());
    QTRY_VERIFY(vault().isDistrusted());
    QCOMPARE(vault().initialFacts().distrust->kind, Distrust::Kind::OlderCopy);
}

void tst_ReplacementFiles::goesBackWhenTheNewFileDoesNotOpen()
{
    fill();
    const QStringList before = everything();
    REQUIRE_OK(vault().lock());
    QVERIFY(QFile::copy(file("vault.db"), file("kept.db")));
    QVERIFY(QFile::copy(file("vault.keys"), file("kept.keys")));
    REQUIRE_OK(m_vault->unlock());
    REQUIRE_OK(replaceKeys(vault()));
    REQUIRE_OK(vault().lock());
    // As a crash behind the switch leaves it, on a disk that lost the new file's pages.
    QVERIFY(QFile::rename(file("kept.db"), file("vault.db")));
    QVERIFY(QFile::rename(file("kept.keys"), file("vault.keys.before")));
    QByteArray pages = contentOf(file("vault.2.db"));
    pages.replace(4096, pages.size() - 4096, QByteArray(pages.size() - 4096, 'x'));
    QVERIFY(overwrite(file("vault.2.db"), pages));
    m_vault->restart();
    REQUIRE_ERROR(m_vault->unlock(), ErrorCode::DamagedFile);
    QVERIFY(vault().initialFacts().repairNote.contains(u".aside"_s));
    QCOMPARE(contentOf(file("vault.2.db.aside")), pages);
    QVERIFY(QFile::remove(file("vault.2.db.aside")));
    isAsItWas(before);
    QVERIFY(!QFile::exists(file("vault.keys.before")));
}

void tst_ReplacementFiles::keepsTheFormerFileUntilTheNewOneIsTrusted()
{
    fill();
    REQUIRE_OK(vault().lock());
    QVERIFY(QFile::copy(file("vault.db"), file("kept.db")));
    QVERIFY(QFile::copy(file("vault.keys"), file("kept.keys")));
    REQUIRE_OK(m_vault->unlock());
    REQUIRE_OK(replaceKeys(vault()));
    REQUIRE_OK(m_vault->open().database().run("DROP TRIGGER temp.watch_agents_UPDATE"));
    REQUIRE_OK(m_vault->open().database().run("UPDATE agents SET expires_at = 1"));
    REQUIRE_OK(vault().lock());
    QVERIFY(QFile::rename(file("kept.db"), file("vault.db")));
    QVERIFY(QFile::rename(file("kept.keys"), file("vault.keys.before")));
    m_vault->restart();
    REQUIRE_OK(m_vault->unlock());
    QVERIFY(vault().isDistrusted());
    QVERIFY(QFile::exists(file("vault.db")));
    QVERIFY(QFile::exists(file("vault.keys.before")));
    REQUIRE_OK(vault().trustContents());
    REQUIRE_OK(vault().lock());
    REQUIRE_OK(m_vault->unlock());
    QVERIFY(!QFile::exists(file("vault.db")));
    QVERIFY(!QFile::exists(file("vault.keys.before")));
}

void tst_ReplacementFiles::saysWhenTheFormerFileCannotBeRemovedAndTriesAgain()
{
    REQUIRE_OK(vault().lock());
    QVERIFY(QFile::copy(file("vault.keys"), file("kept.keys")));
    REQUIRE_OK(m_vault->unlock());
    REQUIRE_OK(replaceKeys(vault()));
    REQUIRE_OK(vault().lock());
    QVERIFY(QFile::rename(file("kept.keys"), file("vault.keys.before")));
    QVERIFY(QDir().mkdir(file("vault.db-journal"))); // which unlink() does not remove
    m_vault->restart();
    QSignalSpy trouble(&vault(), &Vault::trouble);
    REQUIRE_OK(m_vault->unlock());
    QCOMPARE(trouble.size(), 1);
    QVERIFY2(QFile::exists(file("vault.keys.before")), "so that it is tried again");
    REQUIRE_OK(vault().lock());
    QVERIFY(QDir().rmdir(file("vault.db-journal")));
    REQUIRE_OK(m_vault->unlock());
    QCOMPARE(trouble.size(), 1);
    QVERIFY(!QFile::exists(file("vault.keys.before")));
}

void tst_ReplacementFiles::removesWhatWasBegunOnlyWhenNothingRemembersALaterOne()
{
    vault().expectMirror(true);
    QSignalSpy mirrored(&vault(), &Vault::mirrored);
    REQUIRE_OK(vault().lock());
    REQUIRE_OK(m_vault->unlock());
    vault().compareWith({});
    REQUIRE_OK(vault().lock());
    QVERIFY(!mirrored.isEmpty());
    // As a kill before the switch leaves it, and as well a copy put back over a later vault.
    QVERIFY(QFile::copy(file("vault.keys"), file("vault.keys.before")));
    QVERIFY(overwrite(file("vault.2.db"), "begun, or later"));
    REQUIRE_OK(m_vault->unlock());
    vault().compareWith({});
    QVERIFY(QFile::exists(file("vault.2.db")));
    REQUIRE_OK(vault().lock());
    REQUIRE_OK(m_vault->unlock());
    QVERIFY2(QFile::exists(file("vault.2.db")), "nothing is known yet");
    vault().compareWith(mirrored.last().at(1).toByteArray());
    QVERIFY(!vault().isDistrusted());
    QVERIFY(!QFile::exists(file("vault.2.db")));
    QVERIFY(!QFile::exists(file("vault.keys.before")));
}

void tst_ReplacementFiles::removesNoFileButItsOwn()
{
    const QStringList others{u"vault.2025.db"_s, u"vault.1.db"_s, u"vault.3.db"_s, u"vault.keys.old"_s};
    for (const QString &name : others)
        QVERIFY(overwrite(m_vault->folder() + u'/' + name, "a copy of a person's own"));
    REQUIRE_OK(vault().lock());
    REQUIRE_OK(m_vault->unlock());
    REQUIRE_OK(replaceKeys(vault()));
    REQUIRE_OK(vault().lock());
    REQUIRE_OK(m_vault->unlock());
    for (const QString &name : others)
        QVERIFY2(QFile::exists(m_vault->folder() + u'/' + name), qPrintable(name));
}

void tst_ReplacementFiles::takesNoLaterFileAwayFromACopyPutBack()
{
    replaceAll();
    const QByteArray later = contentOf(file("vault.2.db"));
    QVERIFY(overwrite(file("vault.db"), m_database));
    QVERIFY(overwrite(file("vault.keys"), m_header));
    QVERIFY(overwrite(file("vault.keys.copy"), m_header));
    m_vault->restart();
    REQUIRE_OK(m_vault->unlock());
    REQUIRE_OK(vault().lock());
    QCOMPARE(contentOf(file("vault.2.db")), later);
    // Where the next one goes, it is set aside.
    REQUIRE_OK(m_vault->unlock());
    REQUIRE_OK(replaceKeys(vault()));
    REQUIRE_OK(vault().lock());
    QCOMPARE(contentOf(file("vault.2.db.aside")), later);
    REQUIRE_OK(m_vault->unlock());
}

void tst_ReplacementFiles::takesNothingFromACopyLeftBehind()
{
    REQUIRE_OK(vault().addKeychainSlot(secretBytes(0x11)));
    fill();
    replaceAll();
    // As a crash between the header's two renames leaves it.
    QVERIFY(overwrite(file("vault.db"), m_database));
    QVERIFY(overwrite(file("vault.keys.copy"), m_header));
    QVERIFY(overwrite(file("vault.keys.before"), m_header));
    m_vault->restart();
    REQUIRE_ERROR(vault().unlockWithKeychainSecret(secretBytes(0x11)), ErrorCode::KeychainNoItem);
    REQUIRE_OK(m_vault->unlock());
    QCOMPARE(lastAction(1), u"lock allowed"_s);
    REQUIRE_OK(vault().lock());
    QCOMPARE(files(), (QStringList{u"lock"_s, u"vault.2.db"_s, u"vault.keys"_s, u"vault.keys.copy"_s}));
    QCOMPARE(contentOf(file("vault.keys")), contentOf(file("vault.keys.copy")));
}

void tst_ReplacementFiles::noticesAnOlderHeaderOfTheNewKeys()
{
    fill();
    replaceAll();
    const QByteArray header = contentOf(file("vault.keys"));
    REQUIRE_OK(m_vault->unlock());
    REQUIRE_OK(m_vault->changePassword(TemporaryVault::password(), crypto::SecretText::copyOf("another horse, another battery")));
    REQUIRE_OK(vault().lock());
    // From before all keys were replaced it names a file that is gone.
    for (const char *name : {"vault.keys", "vault.keys.copy"})
        QVERIFY(overwrite(file(name), m_header));
    REQUIRE_ERROR(m_vault->unlock(), ErrorCode::DamagedFile);
    for (const char *name : {"vault.keys", "vault.keys.copy"})
        QVERIFY(overwrite(file(name), header));
    m_vault->restart();
    REQUIRE_OK(m_vault->unlock());
    QVERIFY(vault().isDistrusted());
}

QTEST_GUILESS_MAIN(tst_ReplacementFiles)
#include "tst_ReplacementFiles.moc"
