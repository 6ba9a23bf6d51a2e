// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/Settings.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

using namespace clavitor;
using namespace Qt::StringLiterals;

class tst_Settings : public QObject {
    Q_OBJECT
private slots:
    void init();
    void startsWithDefaults();
    void keepsWhatWasSet();
    void readsNumbersIntoTheirRange_data();
    void readsNumbersIntoTheirRange();
    void writesNumbersInTheirRange();
    void takesAnUnknownWordAsTheDefault();
    void keepsKeysItDoesNotKnow();
    void tellsOfAChangeOnceAndOnlyWhenThereIsOne();
    void setsAForeignFileAside();
    void saysWhenItCannotWrite();

private:
    void writeFile(const QByteArray &content);
    [[nodiscard]] QByteArray fileContent() const;

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
};

void tst_Settings::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = m_folder->filePath(u"clavitor.ini"_s);
}

void tst_Settings::writeFile(const QByteArray &content)
{
    QFile file(m_path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
}

QByteArray tst_Settings::fileContent() const
{
    QFile file(m_path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void tst_Settings::startsWithDefaults()
{
    const Settings settings(m_path);
    QCOMPARE(settings.theme(), Settings::Theme::System);
    QCOMPARE(settings.density(), Settings::Density::Comfortable);
    QCOMPARE(settings.autoLockMinutes(), 10);
    QCOMPARE(settings.clipboardSeconds(), 30);
    QCOMPARE(settings.startMinimised(), false);
    QCOMPARE(settings.isSheetReminderSeen(), false);
    QCOMPARE(settings.keychainCheck(), Settings::KeychainCheck::Always);
    QCOMPARE(settings.keepsPersonal(), true);
    QCOMPARE(settings.keepsLeases(), false);
    QVERIFY(settings.windowGeometry().isEmpty());
    QVERIFY(!QFile::exists(m_path));
}

void tst_Settings::keepsWhatWasSet()
{
    const QByteArray geometry("\x01\xd9\xd0\xcb\x00\x03", 6);
    {
        Settings settings(m_path);
        settings.setTheme(Settings::Theme::Dark);
        settings.setDensity(Settings::Density::Compact);
        settings.setAutoLockMinutes(5);
        settings.setClipboardSeconds(12);
        settings.setStartMinimised(true);
        settings.setSheetReminderSeen();
        settings.setKeychainCheck(Settings::KeychainCheck::Always);
        settings.setKeepsPersonal(false);
        settings.setKeepsLeases(true);
        settings.setWindowGeometry(geometry);
        QVERIFY(settings.sync());
    }
    const Settings settings(m_path);
    QCOMPARE(settings.theme(), Settings::Theme::Dark);
    QCOMPARE(settings.density(), Settings::Density::Compact);
    QCOMPARE(settings.autoLockMinutes(), 5);
    QCOMPARE(settings.clipboardSeconds(), 12);
    QCOMPARE(settings.startMinimised(), true);
    QCOMPARE(settings.isSheetReminderSeen(), true);
    QCOMPARE(settings.keychainCheck(), Settings::KeychainCheck::Always);
    QCOMPARE(settings.keepsPersonal(), false);
    QCOMPARE(settings.keepsLeases(), true);
    QCOMPARE(settings.windowGeometry(), geometry);
}

void tst_Settings::readsNumbersIntoTheirRange_data()
{
    QTest::addColumn<QByteArray>("written");
    QTest::addColumn<int>("autoLock");
    QTest::addColumn<int>("clipboard");
    QTest::newRow("below") << QByteArray("0") << 1 << 5;
    QTest::newRow("negative") << QByteArray("-3") << 1 << 5;
    QTest::newRow("above") << QByteArray("100000") << 480 << 30;
    QTest::newRow("beyond an int") << QByteArray("99999999999999") << 480 << 30;
    QTest::newRow("no number") << QByteArray("soon") << 10 << 30;
    QTest::newRow("empty") << QByteArray("") << 10 << 30;
    QTest::newRow("in range") << QByteArray("7") << 7 << 7;
}

void tst_Settings::readsNumbersIntoTheirRange()
{
    QFETCH(QByteArray, written);
    QFETCH(int, autoLock);
    QFETCH(int, clipboard);
    writeFile("[security]\nautoLockMinutes=" + written + "\nclipboardSeconds=" + written + "\n");
    const Settings settings(m_path);
    QCOMPARE(settings.autoLockMinutes(), autoLock);
    QCOMPARE(settings.clipboardSeconds(), clipboard);
}

void tst_Settings::writesNumbersInTheirRange()
{
    Settings settings(m_path);
    settings.setAutoLockMinutes(0);
    settings.setClipboardSeconds(3600);
    QVERIFY(settings.sync());
    QVERIFY(fileContent().contains("autoLockMinutes=1\n"));
    QVERIFY(fileContent().contains("clipboardSeconds=30\n"));
}

void tst_Settings::takesAnUnknownWordAsTheDefault()
{
    writeFile("[appearance]\ntheme=solarised\ndensity=42\n[start]\nminimised=perhaps\n[security]\nkeychainCheck=sometimes\npersonalByPresence=maybe\n");
    const Settings settings(m_path);
    QCOMPARE(settings.theme(), Settings::Theme::System);
    QCOMPARE(settings.density(), Settings::Density::Comfortable);
    QCOMPARE(settings.startMinimised(), false);
    QCOMPARE(settings.keychainCheck(), Settings::KeychainCheck::Always);
    QCOMPARE(settings.keepsPersonal(), true);
}

void tst_Settings::keepsKeysItDoesNotKnow()
{
    writeFile("[appearance]\naccent=violet\ntheme=light\n[future]\nthing=7\n");
    Settings settings(m_path);
    settings.setTheme(Settings::Theme::Dark);
    QVERIFY(settings.sync());
    QVERIFY(fileContent().contains("accent=violet"));
    QVERIFY(fileContent().contains("theme=dark"));
    QVERIFY(fileContent().contains("[future]\nthing=7"));
}

void tst_Settings::tellsOfAChangeOnceAndOnlyWhenThereIsOne()
{
    Settings settings(m_path);
    QSignalSpy changes(&settings, &Settings::changed);
    settings.setTheme(Settings::Theme::Dark);
    QCOMPARE(changes.count(), 1);
    settings.setTheme(Settings::Theme::Dark);
    QCOMPARE(changes.count(), 1);
    settings.setWindowGeometry("geometry");
    QCOMPARE(changes.count(), 1);
}

void tst_Settings::setsAForeignFileAside()
{
    const QByteArray foreign("[[[\n\x00\xff this is no INI file", 27);
    writeFile(foreign);
    Settings settings(m_path);
    QCOMPARE(settings.autoLockMinutes(), 10);
    settings.setAutoLockMinutes(3);
    QVERIFY(settings.sync());
    QCOMPARE(settings.autoLockMinutes(), 3);
    QFile aside(m_path + ".damaged"_L1);
    QVERIFY(aside.open(QIODevice::ReadOnly));
    QCOMPARE(aside.readAll(), foreign);
}

void tst_Settings::saysWhenItCannotWrite()
{
    // A file where a folder should be: that stops root as well.
    writeFile("[appearance]\n");
    Settings settings(m_path + "/clavitor.ini"_L1);
    settings.setAutoLockMinutes(3);
    const auto synced = settings.sync();
    QVERIFY(!synced);
    QCOMPARE(synced.error().code, ErrorCode::Io);
    QCOMPARE(settings.autoLockMinutes(), 3);
}

QTEST_GUILESS_MAIN(tst_Settings)
#include "tst_Settings.moc"
