// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/LoginStart.h"

#include "app/base/DesktopEntry.h"
#include "tests/support/Adversity.h"
#include "tests/support/FileContent.h"

#include <QDirIterator>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

const QByteArray kOff = "[Desktop Entry]\nType=Application\nName=Clavitor\nHidden=true\n";

QByteArray entryOf(const QByteArray &lines)
{
    return "[Desktop Entry]\nType=Application\nName=Mine\n" + lines;
}

/// To whom NotRoot is.
void giveAway(const QString &folder)
{
    if (::geteuid() != 0)
        return;
    QStringList paths{folder};
    for (QDirIterator all(folder, QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDirIterator::Subdirectories); all.hasNext();)
        paths.append(all.next());
    for (const QString &path : paths)
        QCOMPARE(::chown(QFile::encodeName(path).constData(), 65534, static_cast<gid_t>(-1)), 0);
}

} // namespace

class tst_LoginStart : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<LoginStart> m_start;

    [[nodiscard]] QString at(const QString &name) const { return m_home->filePath(name); }
    [[nodiscard]] QString own() const { return at(u"config/autostart/clavitor.desktop"_s); }
    [[nodiscard]] QString systems() const { return at(u"xdg/autostart/clavitor.desktop"_s); }

    /// With "@" for the folder of programs.
    bool put(const QString &path, QByteArray text) const
    {
        QDir().mkpath(QFileInfo(path).path());
        return overwrite(path, text.replace("@", QFile::encodeName(at(u"bin"_s))));
    }
    bool putProgram(const QString &path) const
    {
        return put(path, "#!/bin/sh\n") && QFile::setPermissions(path, QFile::ReadOwner | QFile::ExeOwner);
    }
    [[nodiscard]] LoginStart startOf(const QString &program, const QStringList &desktops = {u"ubuntu"_s, u"GNOME"_s}) const
    {
        return LoginStart(program, {at(u"config/autostart"_s), {at(u"xdg/autostart"_s), at(u"xdg2/autostart"_s)}, desktops, {at(u"bin"_s)}});
    }
    [[nodiscard]] QStringList filesBeside() const { return QDir(at(u"config/autostart"_s)).entryList(QDir::Files | QDir::Hidden | QDir::System); }

private slots:
    void init()
    {
        m_home = std::make_unique<QTemporaryDir>();
        QVERIFY(putProgram(at(u"bin/clavitor"_s)));
        QVERIFY(putProgram(at(u"apps/my clavitor"_s)));
        m_start = std::make_unique<LoginStart>(startOf(at(u"apps/my clavitor"_s)));
    }

    void isOffWhereNobodySaidAnything()
    {
        QVERIFY(!m_start->isOn());
        QVERIFY(m_start->turnOff());
        QVERIFY2(!QFileInfo::exists(at(u"config"_s)), "nothing is written for what is so anyway");
    }

    void startsThisVeryProgram()
    {
        QVERIFY(m_start->turnOn());
        QVERIFY(m_start->isOn());
        const DesktopEntry entry(contentOf(own()));
        QCOMPARE(entry.program(), at(u"apps/my clavitor"_s));
        QCOMPARE(entry.value("Exec"), "\"" + at(u"apps/my clavitor"_s).toUtf8() + "\" \"--minimised\"");
        QCOMPARE(filesBeside(), QStringList{u"clavitor.desktop"_s});
        struct stat folder{};
        QCOMPARE(::stat(QFile::encodeName(at(u"config/autostart"_s)).constData(), &folder), 0);
        QCOMPARE(folder.st_mode & 07777, mode_t(0700));
        QVERIFY(m_start->turnOn());
        QVERIFY(m_start->turnOff());
        QVERIFY(!m_start->isOn());
        QVERIFY(m_start->turnOn());
        QCOMPARE(contentOf(own()), m_start->ownEntry());
    }

    void writesWhatThePackageHas()
    {
        const DesktopEntry packaged(contentOf(QStringLiteral(CLAVITOR_AUTOSTART)));
        const DesktopEntry written(m_start->ownEntry());
        QVERIFY(packaged.isOne());
        QStringList lines[2];
        for (const QByteArray &line : packaged.text().split('\n'))
            lines[0].append(QString::fromUtf8(line.startsWith("Exec=") ? QByteArray() : line));
        for (const QByteArray &line : written.text().split('\n'))
            lines[1].append(QString::fromUtf8(line.startsWith("Exec=") ? QByteArray() : line));
        QCOMPARE(lines[1], lines[0]);
        QCOMPARE(packaged.value("Exec"), QByteArray("clavitor --minimised"));
    }

    void followsTheFilesThereAre_data()
    {
        QTest::addColumn<QByteArray>("ownText"); // null: no file
        QTest::addColumn<QByteArray>("systemText");
        QTest::addColumn<bool>("on");
        const QByteArray none;
        const QByteArray good = entryOf("Exec=clavitor --minimised\n");
        QTest::newRow("the system's") << none << good << true;
        QTest::newRow("a person's") << good << none << true;
        QTest::newRow("a person's before the system's") << good << entryOf("Exec=gone\n") << true;
        QTest::newRow("switched off by the person") << kOff << good << false;
        QTest::newRow("no more than Hidden") << QByteArray("[Desktop Entry]\nHidden=true\n") << good << false;
        QTest::newRow("hidden by the system") << none << entryOf("Exec=clavitor\nHidden=true\n") << false;
        QTest::newRow("not hidden") << entryOf("Exec=clavitor\nHidden=false\n") << none << true;
        QTest::newRow("switched off by GNOME's own switch") << entryOf("Exec=clavitor\nX-GNOME-Autostart-enabled=false\n") << good << false;
        QTest::newRow("an empty file") << QByteArray("") << good << false;
        QTest::newRow("without a type") << QByteArray("[Desktop Entry]\nName=A\nExec=clavitor\n") << good << false;
        QTest::newRow("a link of the menu") << QByteArray("[Desktop Entry]\nType=Link\nExec=clavitor\n") << good << false;
        QTest::newRow("nothing to start") << entryOf("") << good << false;
        QTest::newRow("a program that is gone") << entryOf("Exec=/nowhere/clavitor\n") << good << false;
        QTest::newRow("a path with an equals sign") << entryOf("Exec=@/a=b/clavitor\n") << none << false;
        QTest::newRow("only here") << none << entryOf("Exec=clavitor\nOnlyShowIn=GNOME;KDE;\n") << true;
        QTest::newRow("only elsewhere") << none << entryOf("Exec=clavitor\nOnlyShowIn=KDE;\n") << false;
        QTest::newRow("only on none") << none << entryOf("Exec=clavitor\nOnlyShowIn=\n") << false;
        QTest::newRow("not here") << none << entryOf("Exec=clavitor\nNotShowIn=GNOME;\n") << false;
        QTest::newRow("not elsewhere") << none << entryOf("Exec=clavitor\nNotShowIn=KDE\n") << true;
        QTest::newRow("the desktop's first name counts") << none << entryOf("Exec=clavitor\nOnlyShowIn=ubuntu;\nNotShowIn=GNOME;\n") << true;
        QTest::newRow("with the program to try") << none << entryOf("Exec=clavitor\nTryExec=@/clavitor\n") << true;
        QTest::newRow("with a name to try") << none << entryOf("Exec=clavitor\nTryExec=clavitor\n") << true;
        QTest::newRow("without the program to try") << none << entryOf("Exec=clavitor\nTryExec=@/other\n") << false;
    }
    void followsTheFilesThereAre()
    {
        QFETCH(const QByteArray, ownText);
        QFETCH(const QByteArray, systemText);
        QFETCH(const bool, on);
        QVERIFY(putProgram(at(u"bin/a=b/clavitor"_s)));
        QVERIFY(ownText.isNull() || put(own(), ownText));
        QVERIFY(systemText.isNull() || put(systems(), systemText));
        QCOMPARE(m_start->isOn(), on);
    }

    void looksAtTheMostImportantOfTheSystemsFiles()
    {
        QVERIFY(put(at(u"xdg2/autostart/clavitor.desktop"_s), entryOf("Exec=clavitor\n")));
        QVERIFY(m_start->isOn());
        QVERIFY(put(systems(), entryOf("Exec=clavitor\nHidden=true\n")));
        QVERIFY(!m_start->isOn());
    }

    void overridesTheSystemsAndTakesTheOverrideAway()
    {
        QVERIFY(put(systems(), entryOf("Exec=clavitor --minimised\n")));
        QVERIFY(m_start->turnOff());
        QVERIFY(!m_start->isOn());
        QCOMPARE(contentOf(own()), kOff);
        QVERIFY(m_start->turnOn());
        QVERIFY(m_start->isOn());
        QVERIFY(filesBeside().isEmpty());
        QCOMPARE(contentOf(systems()), entryOf("Exec=clavitor --minimised\n"));
    }

    void startsHereWhatTheSystemsDoesNot_data()
    {
        QTest::addColumn<QByteArray>("systemText");
        QTest::newRow("hidden") << entryOf("Exec=clavitor\nHidden=true\n");
        QTest::newRow("for another desktop") << entryOf("Exec=clavitor\nOnlyShowIn=KDE;\n");
        QTest::newRow("not for this one") << entryOf("Exec=clavitor\nNotShowIn=GNOME;\n");
        QTest::newRow("of a program that is gone") << entryOf("Exec=clavitor\nTryExec=/nowhere/clavitor\n");
    }
    void startsHereWhatTheSystemsDoesNot()
    {
        QFETCH(const QByteArray, systemText);
        QVERIFY(put(systems(), systemText));
        for (const bool wasSwitchedOff : {false, true}) {
            if (wasSwitchedOff)
                QVERIFY(put(own(), kOff));
            QVERIFY(m_start->turnOn());
            QVERIFY(m_start->isOn());
            QCOMPARE(contentOf(own()), m_start->ownEntry());
        }
        QVERIFY(m_start->turnOff());
        QVERIFY(!m_start->isOn());
    }

    void keepsWhatAPersonWrote_data()
    {
        QTest::addColumn<QByteArray>("on");
        QTest::addColumn<QByteArray>("off");
        const QByteArray theirs = "# as I like it\n[Desktop Entry]\nType=Application\nName=Mine\nName[de]=Meins\nExec=clavitor --vault /v\nX-KDE-autostart-after=panel\n";
        QTest::newRow("a command of their own") << theirs << QByteArray(theirs + "Hidden=true\n");
        QTest::newRow("a switch of GNOME's that is on") << entryOf("Exec=clavitor\nX-GNOME-Autostart-enabled=true\nX-GNOME-Autostart-Delay=8\n")
                                                        << entryOf("Exec=clavitor\nX-GNOME-Autostart-enabled=true\nX-GNOME-Autostart-Delay=8\nHidden=true\n");
        QTest::newRow("another group") << entryOf("Exec=clavitor\n\n[X-Mine]\nHidden=no\n") << entryOf("Exec=clavitor\nHidden=true\n\n[X-Mine]\nHidden=no\n");
    }
    void keepsWhatAPersonWrote()
    {
        QFETCH(const QByteArray, on);
        QFETCH(const QByteArray, off);
        QVERIFY(put(systems(), entryOf("Exec=clavitor --minimised\n")));
        QVERIFY(put(own(), on));
        QVERIFY(QFile::setPermissions(own(), QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup));
        QVERIFY(m_start->isOn());
        QVERIFY(m_start->turnOff());
        QVERIFY(!m_start->isOn());
        QCOMPARE(contentOf(own()), off);
        QVERIFY(m_start->turnOn());
        QVERIFY(m_start->isOn());
        QCOMPARE(contentOf(own()), on);
        struct stat facts{};
        QCOMPARE(::stat(QFile::encodeName(own()).constData(), &facts), 0);
        QCOMPARE(facts.st_mode & 07777, mode_t(0640));
        QCOMPARE(filesBeside(), QStringList{u"clavitor.desktop"_s});
    }

    void mendsAFileThatStartsNothing_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after"); // with "!" for the command
        QTest::newRow("a program that moved") << entryOf("Exec=/nowhere/clavitor --minimised\nX-Mine=1\n") << entryOf("Exec=!\nX-Mine=1\n");
        QTest::newRow("a program to try that moved") << entryOf("TryExec=/nowhere/clavitor\nExec=/nowhere/clavitor\n") << entryOf("TryExec=@@\nExec=!\n");
        QTest::newRow("no command, but a line of the person's") << entryOf("X-Mine=1\n") << entryOf("X-Mine=1\nExec=!\n");
        QTest::newRow("no type") << QByteArray("[Desktop Entry]\nExec=clavitor\n") << QByteArray("[Desktop Entry]\nExec=clavitor\nType=Application\n");
        QTest::newRow("GNOME's own switch") << entryOf("Exec=clavitor\nX-GNOME-Autostart-enabled=false\n") << entryOf("Exec=clavitor\nX-GNOME-Autostart-enabled=true\n");
    }
    void mendsAFileThatStartsNothing()
    {
        QFETCH(const QByteArray, before);
        QFETCH(QByteArray, after);
        const QString program = at(u"apps/my clavitor"_s);
        after.replace("!", DesktopEntry::command({program, u"--minimised"_s})).replace("@@", program.toUtf8());
        QVERIFY(put(own(), before));
        QVERIFY(!m_start->isOn());
        QVERIFY(m_start->turnOn());
        QCOMPARE(contentOf(own()), after);
        QVERIFY(m_start->isOn());
    }

    void leavesWhatItMayNotChange_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<ErrorCode>("code");
        QTest::addColumn<QString>("says");
        QTest::newRow("a line for other desktops") << entryOf("Exec=clavitor\nOnlyShowIn=KDE;\n") << ErrorCode::Conflict << u"The line OnlyShowIn in "_s;
        QTest::newRow("a line against this desktop") << entryOf("Exec=clavitor\nNotShowIn=GNOME;\n") << ErrorCode::Conflict << u"The line NotShowIn in "_s;
        QTest::newRow("a program to try") << entryOf("Exec=clavitor\nTryExec=/nowhere/x\n") << ErrorCode::Conflict << u"The line TryExec in "_s;
        QTest::newRow("another type") << QByteArray("[Desktop Entry]\nType=Link\nURL=x\n") << ErrorCode::Conflict << u"The line Type in "_s;
        QTest::newRow("an empty file") << QByteArray("") << ErrorCode::InvalidValue << u" is no desktop file."_s;
        QTest::newRow("another file") << QByteArray("#!/bin/sh\nclavitor\n") << ErrorCode::InvalidValue << u" is no desktop file."_s;
        QTest::newRow("a file beyond all measure") << QByteArray(entryOf("") + QByteArray(300'000, '#')) << ErrorCode::InvalidValue << u" is no desktop file."_s;
    }
    void leavesWhatItMayNotChange()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const ErrorCode, code);
        QFETCH(const QString, says);
        QVERIFY(put(own(), text));
        const Result<> on = m_start->turnOn();
        QVERIFY(!on);
        QCOMPARE(on.error().code, code);
        QVERIFY2(on.error().detail.contains(says), qPrintable(on.error().detail));
        QVERIFY2(on.error().detail.contains(u" Nothing was changed. "_s), qPrintable(on.error().detail));
        QCOMPARE(contentOf(own()), text);
        QCOMPARE(filesBeside(), QStringList{u"clavitor.desktop"_s});
    }

    void neverWritesThroughALink_data()
    {
        QTest::addColumn<QByteArray>("text"); // of what it leads to; null: nothing
        QTest::addColumn<bool>("on");
        QTest::newRow("to a file that starts it") << entryOf("Exec=clavitor\n") << true;
        QTest::newRow("to a file that does not") << kOff << false;
        QTest::newRow("to nothing") << QByteArray() << false;
    }
    void neverWritesThroughALink()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const bool, on);
        const QString far = at(u"dotfiles/clavitor.desktop"_s);
        QVERIFY(put(systems(), entryOf("Exec=clavitor\n")));
        QVERIFY(QDir().mkpath(at(u"dotfiles"_s)) && QDir().mkpath(at(u"config/autostart"_s)));
        QVERIFY(text.isNull() || put(far, text));
        QVERIFY(QFile::link(far, own()));
        QCOMPARE(m_start->isOn(), on);
        const Result<> done = on ? m_start->turnOff() : m_start->turnOn();
        QVERIFY(!done);
        QCOMPARE(done.error().code, ErrorCode::InvalidValue);
        QVERIFY2(done.error().detail.contains(u" is a link. Nothing was changed. "_s), qPrintable(done.error().detail));
        QVERIFY(QFileInfo(own()).isSymLink());
        QCOMPARE(QFileInfo::exists(far), !text.isNull());
        QVERIFY(text.isNull() || contentOf(far) == text);
        QCOMPARE(QDir(at(u"dotfiles"_s)).entryList(QDir::Files | QDir::Hidden).size(), text.isNull() ? 0 : 1);
    }

    void waitsForNoPipe()
    {
        QVERIFY(QDir().mkpath(at(u"config/autostart"_s)));
        QCOMPARE(::mkfifo(QFile::encodeName(own()).constData(), 0600), 0);
        QVERIFY(!m_start->isOn());
        const Result<> on = m_start->turnOn();
        QVERIFY(!on);
        QCOMPARE(on.error().code, ErrorCode::InvalidValue);
    }

    void saysWhatKeptItFromWriting_data()
    {
        QTest::addColumn<QString>("readOnly");
        QTest::addColumn<QString>("says");
        QTest::newRow("a file") << u"config/autostart/clavitor.desktop"_s << u"clavitor.desktop is read-only."_s;
        QTest::newRow("its folder") << u"config/autostart"_s << u"cannot be written"_s;
        QTest::newRow("the folder above, and no folder yet") << u"config"_s << u"The system said: "_s;
    }
    void saysWhatKeptItFromWriting()
    {
        QFETCH(const QString, readOnly);
        QFETCH(const QString, says);
        const QFileInfo barred(at(readOnly));
        QVERIFY(QDir().mkpath(barred.fileName().endsWith(u".desktop"_s) ? barred.path() : barred.filePath()));
        const QByteArray text = entryOf("Exec=clavitor\nHidden=true\n");
        QVERIFY(barred.fileName() == u"config"_s || put(own(), text));
        giveAway(m_home->path());
        QVERIFY(QFile::setPermissions(barred.filePath(), QFile::ReadOwner | (barred.isDir() ? QFile::ExeOwner : QFile::Permissions())));
        {
            const NotRoot person;
            const Result<> on = m_start->turnOn();
            QVERIFY(!on);
            QVERIFY2(on.error().detail.contains(says), qPrintable(on.error().detail));
            QVERIFY2(on.error().detail.contains(u" Nothing was changed. "_s), qPrintable(on.error().detail));
            QVERIFY(!m_start->isOn());
        }
        QCOMPARE(contentOf(own()), barred.fileName() == u"config"_s ? QByteArray() : text);
        QVERIFY(QFile::setPermissions(barred.filePath(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        QVERIFY(filesBeside().size() <= 1);
    }

    void changesNothingWhenTheDiskIsFull()
    {
        const QByteArray text = entryOf("Exec=clavitor\nHidden=true\n");
        QVERIFY(put(own(), text));
        {
            const FullDisk full(0);
            const Result<> on = m_start->turnOn();
            QVERIFY(!on);
            QVERIFY2(on.error().detail.contains(u" Nothing was changed. "_s), qPrintable(on.error().detail));
        }
        QCOMPARE(contentOf(own()), text);
        QCOMPARE(filesBeside(), QStringList{u"clavitor.desktop"_s});
    }

    void saysSoOfAPathNoDesktopStarts_data()
    {
        QTest::addColumn<QString>("program");
        QTest::newRow("with an equals sign") << u"a=b/clavitor"_s;
        QTest::newRow("with a percent sign") << u"100%f/clavitor"_s;
        QTest::newRow("that is gone") << u"nowhere/clavitor"_s;
    }
    void saysSoOfAPathNoDesktopStarts()
    {
        QFETCH(const QString, program);
        QVERIFY(program.startsWith(u"nowhere"_s) || putProgram(at(program)));
        const Result<> on = startOf(at(program)).turnOn();
        QVERIFY(!on);
        QCOMPARE(on.error().code, ErrorCode::InvalidValue);
        QVERIFY(on.error().detail.startsWith(u"No desktop can start a program by the path "_s));
        QVERIFY(!QFileInfo::exists(own()));
    }

    void startsWhateverThePathIsCalled_data()
    {
        QTest::addColumn<QString>("folder");
        for (const QString &folder : {u"my apps"_s, u"a$HOME`b`"_s, u"quote\"d"_s, u"back\\slash"_s, u"häuser"_s, u"line\nHidden"_s})
            QTest::newRow(qPrintable(folder)) << folder;
    }
    void startsWhateverThePathIsCalled()
    {
        QFETCH(const QString, folder);
        const QString program = at(folder + u"/clavitor"_s);
        QVERIFY(putProgram(program));
        const LoginStart start = startOf(program);
        QVERIFY(start.turnOn());
        QVERIFY(start.isOn());
        QCOMPARE(DesktopEntry(contentOf(own())).program(), program);
        // As GNOME reads it.
        const QString gio = QStandardPaths::findExecutable(u"gio"_s);
        if (gio.isEmpty())
            QSKIP("no gio here to start it as a desktop does");
        QVERIFY(QFile::remove(program));
        QVERIFY(overwrite(program, "#!/bin/sh\nprintf '%s\\n' \"$@\" > started.part && mv started.part started\n"));
        QVERIFY(QFile::setPermissions(program, QFile::ReadOwner | QFile::ExeOwner));
        QProcess desktop;
        desktop.setWorkingDirectory(m_home->path());
        desktop.start(gio, {u"launch"_s, own()});
        QVERIFY(desktop.waitForFinished());
        QVERIFY2(desktop.exitCode() == 0, desktop.readAllStandardError().constData());
        QTRY_COMPARE(contentOf(at(u"started"_s)), QByteArray("--minimised\n"));
    }

    void findsItsPlacesInTheEnvironment()
    {
        qputenv("XDG_CONFIG_HOME", QFile::encodeName(at(u"mine"_s)));
        qputenv("XDG_CONFIG_DIRS", QFile::encodeName(at(u"one"_s) + u":"_s + at(u"two"_s)));
        qputenv("XDG_CURRENT_DESKTOP", "ubuntu:GNOME");
        const auto session = LoginStart::Session::ofThisOne();
        qunsetenv("XDG_CONFIG_HOME");
        qunsetenv("XDG_CONFIG_DIRS");
        qunsetenv("XDG_CURRENT_DESKTOP");
        QVERIFY(session);
        QCOMPARE(session->folder, at(u"mine/autostart"_s));
        QCOMPARE(session->systemFolders, (QStringList{at(u"one/autostart"_s), at(u"two/autostart"_s)}));
        QCOMPARE(session->desktops, (QStringList{u"ubuntu"_s, u"GNOME"_s}));
        QVERIFY(!session->programFolders.isEmpty());
    }
};

QTEST_GUILESS_MAIN(tst_LoginStart)
#include "tst_LoginStart.moc"
