// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/recovery/RecoveryPage.h"

#include "app/base/SecretString.h"
#include "tests/support/Adversity.h"
#include "ui/recovery/QrCode.h"
#include "ui/recovery/RecoveryFault.h"

#include <QDir>
#include <QFileInfo>
#include <QImage>
#include <QPainter>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using crypto::RecoverySheet;
using crypto::RecoverySheetFault;

namespace {

QString textOf(const RecoverySheet &sheet)
{
    return revealToQString(sheet.text());
}

QString output(const QString &program, const QStringList &arguments)
{
    QProcess process;
    process.start(program, arguments);
    return process.waitForFinished(60'000) ? QString::fromUtf8(process.readAllStandardOutput()) : QString();
}

} // namespace

/// What is printed can be read again, by people and by machines that are not ours.
class tst_RecoveryPage : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }

    void closesAFileToOthersBeforeThereIsAnythingInIt_data()
    {
        QTest::addColumn<bool>("isThere");
        QTest::newRow("a new one") << false;
        QTest::newRow("one that others may read") << true;
    }
    void closesAFileToOthersBeforeThereIsAnythingInIt()
    {
        QFETCH(bool, isThere);
        QTemporaryDir folder;
        const QString path = folder.filePath(u"printed.pdf"_s);
        if (isThere) {
            QFile earlier(path);
            QVERIFY(earlier.open(QIODevice::WriteOnly) && earlier.write("earlier") == 7);
            QVERIFY(earlier.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup | QFile::ReadOther));
        }
        QVERIFY(ui::RecoveryPage::makePrivate(path));
        QCOMPARE(QFile::permissions(path) & (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther), QFile::Permissions());
        QCOMPARE(QFileInfo(path).size(), isThere ? 7 : 0);
        QCOMPARE(ui::RecoveryPage::makePrivate(folder.filePath(u"no/such/file"_s)).error().code, ErrorCode::ReadOnly);
    }

    void savesAPageForTheOwnerAlone()
    {
        const auto sheet = RecoverySheet::make(crypto::systemRandom());
        const QTemporaryDir folder;
        const ui::RecoveryPage page(sheet, u"Home"_s, u"8k3v0q7m2x5d"_s, QDate(2026, 3, 11));
        const QString path = folder.filePath(page.fileName());
        const mode_t before = ::umask(0);
        const Result<> saved = page.save(path);
        ::umask(before);
        QVERIFY(saved);
        QCOMPARE(QFileInfo(path).permissions() & ~(QFile::ReadUser | QFile::WriteUser), QFile::ReadOwner | QFile::WriteOwner);
        QVERIFY(page.fileName().endsWith(u"8k3v0q7m2x5d.pdf"_s));
    }

    void theGroupsAndTheCodeCanBeReadFromThePdf()
    {
        if (QStandardPaths::findExecutable(u"pdftoppm"_s).isEmpty() || QStandardPaths::findExecutable(u"zbarimg"_s).isEmpty())
            QSKIP("poppler-utils and zbar-tools read the page back");
        const auto sheet = RecoverySheet::make(crypto::systemRandom());
        const QTemporaryDir folder;
        const ui::RecoveryPage page(sheet, u"Home"_s, u"8k3v0q7m2x5d"_s, QDate(2026, 3, 11));
        const QString path = folder.filePath(u"sheet.pdf"_s);
        QVERIFY(page.save(path));

        const QString text = output(u"pdftotext"_s, {u"-layout"_s, path, u"-"_s});
        for (const QString &word : {u"Home"_s, u"8k3v0q7m2x5d"_s, u"2026"_s, u"Recovery sheet"_s})
            QVERIFY2(text.contains(word), qPrintable(word));
        for (const QString &group : textOf(sheet).split(u'-'))
            QVERIFY2(text.contains(group), "a group is missing");
        QVERIFY(output(u"pdfinfo"_s, {path}).contains(QRegularExpression(u"Pages:\\s+1\\b"_s)));

        const QString picture = folder.filePath(u"sheet"_s);
        output(u"pdftoppm"_s, {u"-r"_s, u"150"_s, u"-png"_s, u"-singlefile"_s, path, picture});
        const QString read = output(u"zbarimg"_s, {u"--quiet"_s, u"--raw"_s, picture + u".png"_s}).trimmed();
        QCOMPARE(read, textOf(sheet));
        const auto back = RecoverySheet::parse(read.toStdString());
        QVERIFY(back.has_value());
        QVERIFY(back->slotSecret().equals(sheet.slotSecret().bytes()));
    }

    void aNameThatIsLongOrHostileFitsThePage()
    {
        const auto sheet = RecoverySheet::make(crypto::systemRandom());
        const QTemporaryDir folder;
        const ui::RecoveryPage page(sheet, u"<b>x</b>\n\u202e"_s + QString(300, u'W'), u"8k3v0q7m2x5d"_s, QDate(2026, 3, 11));
        const QString path = folder.filePath(u"sheet.pdf"_s);
        QVERIFY(page.save(path));
        QVERIFY(QFileInfo(path).size() > 1000);
    }

    void leavesNothingWhereItCannotWrite()
    {
        const auto sheet = RecoverySheet::make(crypto::systemRandom());
        const QTemporaryDir folder;
        const ui::RecoveryPage page(sheet, u"Home"_s, u"8k3v0q7m2x5d"_s, QDate(2026, 3, 11));
        const Result<> nowhere = page.save(folder.filePath(u"no/such/folder/sheet.pdf"_s));
        QVERIFY(!nowhere);
        QCOMPARE(nowhere.error().code, ErrorCode::ReadOnly);
        const QString path = folder.filePath(u"sheet.pdf"_s);
        QVERIFY(page.save(path));
        const auto size = static_cast<rlim_t>(QFileInfo(path).size());
        QVERIFY(QFile::remove(path));
        for (const rlim_t room : {rlim_t(0), rlim_t(500), size / 2, size - 1000}) { // the last piece, too
            const FullDisk full(room);
            QVERIFY2(!page.save(path), qPrintable(u"room for %1 of %2 bytes"_s.arg(room).arg(size)));
            QVERIFY(QDir(folder.path()).isEmpty());
        }
    }

    void refusesACodeForMoreThanFits()
    {
        QVERIFY(!ui::QrCode::of(crypto::SecretText::copyOf(std::string(8000, 'x'))));
        const auto code = ui::QrCode::of(crypto::SecretText::copyOf("ABC"));
        QVERIFY(code);
        QCOMPARE(code->width(), 21);
        QVERIFY(code->isDark(0, 0));
        QVERIFY(!code->isDark(7, 0)); // beside the finder pattern
    }

    void saysWhichGroupsAreWrong()
    {
        using Kind = RecoverySheetFault::Kind;
        const auto sentence = [](RecoverySheetFault fault) { return ui::RecoveryFault::sentence(fault); };
        QVERIFY(sentence({Kind::WrongGroups, {3}}).contains(u"Group 3 "_s));
        QVERIFY(sentence({Kind::WrongGroups, {3, 5}}).contains(u"Groups 3 and 5 "_s));
        QVERIFY(sentence({Kind::WrongGroups, {1, 3, 5}}).contains(u"Groups 1, 3 and 5 "_s));
        QVERIFY(sentence({Kind::WrongGroups, {1, 2, 3, 4, 5, 6, 7, 8}}).contains(u"None of the groups"_s));
        for (const Kind kind : {Kind::Empty, Kind::TooShort, Kind::TooLong})
            QVERIFY(sentence({kind, {}}).contains(u"eight groups"_s));
    }
};

QTEST_MAIN(tst_RecoveryPage)
#include "tst_RecoveryPage.moc"
