// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/DesktopEntry.h"

#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;

namespace {

const QByteArray kPlain = "# mine\n[Desktop Entry]\nType=Application\nName=A\nName[de]=B\nHidden = true\n\n[Desktop Action X]\nHidden=false\nExec=other\n";

} // namespace

class tst_DesktopEntry : public QObject {
    Q_OBJECT
private slots:
    void readsTheMainGroupAlone()
    {
        const DesktopEntry entry(kPlain);
        QVERIFY(entry.isOne());
        QCOMPARE(entry.string("Name"), u"A"_s);
        QVERIFY(entry.isTrue("Hidden"));
        QVERIFY(!entry.value("Exec"));
        QVERIFY(!entry.value("# mine"));
        QCOMPARE(entry.text(), kPlain);
    }

    void isNoneWithoutThatGroup_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("another group") << QByteArray("[Settings]\nHidden=true\n");
        QTest::newRow("no group") << QByteArray("Hidden=true\n");
    }
    void isNoneWithoutThatGroup()
    {
        QFETCH(const QByteArray, text);
        DesktopEntry entry(text);
        QVERIFY(!entry.isOne());
        QVERIFY(!entry.value("Hidden"));
        entry.set("Hidden", "true");
        entry.remove("Hidden");
        QCOMPARE(entry.text(), text);
    }

    void saysWhichProgramItStarts_data()
    {
        QTest::addColumn<QByteArray>("exec");
        QTest::addColumn<QString>("program");
        QTest::newRow("a name") << QByteArray("clavitor --minimised") << u"clavitor"_s;
        QTest::newRow("a path") << QByteArray("/usr/bin/clavitor") << u"/usr/bin/clavitor"_s;
        QTest::newRow("in quotes") << QByteArray("\"/opt/my apps/clavitor\" \"--minimised\"") << u"/opt/my apps/clavitor"_s;
        QTest::newRow("an escaped space") << QByteArray("/opt/a\\sb") << u"/opt/a"_s;
        QTest::newRow("what stands for itself") << QByteArray("\"/opt/\\\\$a\\\\\\\\b\\\\\"%%\"") << u"/opt/$a\\b\"%"_s;
        QTest::newRow("an open quote") << QByteArray("\"/opt/a") << u"/opt/a"_s;
        QTest::newRow("nothing") << QByteArray() << QString();
    }
    void saysWhichProgramItStarts()
    {
        QFETCH(const QByteArray, exec);
        QFETCH(const QString, program);
        QCOMPARE(DesktopEntry("[Desktop Entry]\nExec=" + exec + "\n").program(), program);
    }

    void writesACommandByTheRulesOfExec_data()
    {
        QTest::addColumn<QString>("program");
        QTest::addColumn<QByteArray>("written");
        QTest::newRow("a path") << u"/usr/bin/clavitor"_s << QByteArray("\"/usr/bin/clavitor\"");
        QTest::newRow("a space") << u"/opt/my apps/clavitor"_s << QByteArray("\"/opt/my apps/clavitor\"");
        QTest::newRow("what a shell would take") << u"/a;b|c&d'e*f?g#h(i)j<k>l~m"_s << QByteArray("\"/a;b|c&d'e*f?g#h(i)j<k>l~m\"");
        QTest::newRow("a quote") << u"/a\"b"_s << QByteArray("\"/a\\\\\"b\"");
        QTest::newRow("a dollar") << u"/a$b"_s << QByteArray("\"/a\\\\$b\"");
        QTest::newRow("a backtick") << u"/a`b"_s << QByteArray("\"/a\\\\`b\"");
        QTest::newRow("a backslash") << u"/a\\b"_s << QByteArray("\"/a\\\\\\\\b\"");
        QTest::newRow("a percent sign") << u"/a%fb"_s << QByteArray("\"/a%%fb\"");
        QTest::newRow("a line break") << u"/a\nHidden=true"_s << QByteArray("\"/a\\nHidden=true\"");
        QTest::newRow("letters beyond ASCII") << u"/häuser/clavitor"_s << QByteArray("\"/h\xc3\xa4user/clavitor\"");
    }
    void writesACommandByTheRulesOfExec()
    {
        QFETCH(const QString, program);
        QFETCH(const QByteArray, written);
        const QByteArray command = DesktopEntry::command({program, u"--minimised"_s});
        QCOMPARE(command, written + " \"--minimised\"");
        QCOMPARE(DesktopEntry("[Desktop Entry]\nExec=" + command + "\n").program(), program);
    }

    void changesOneKeyAndNothingElse_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        QTest::newRow("in its place") << kPlain << QByteArray(kPlain).replace("Hidden = true", "Hidden=x");
        QTest::newRow("at the end of the group") << QByteArray("[Desktop Entry]\nName=A\n\n[Other]\nB=c\n")
                                                 << QByteArray("[Desktop Entry]\nName=A\nHidden=x\n\n[Other]\nB=c\n");
        QTest::newRow("at the end of the file") << QByteArray("[Desktop Entry]\nName=A\n") << QByteArray("[Desktop Entry]\nName=A\nHidden=x\n");
        QTest::newRow("behind a line without an end") << QByteArray("[Desktop Entry]\nName=A ") << QByteArray("[Desktop Entry]\nName=A \nHidden=x");
        QTest::newRow("behind the name alone") << QByteArray("[Desktop Entry]") << QByteArray("[Desktop Entry]\nHidden=x");
        QTest::newRow("with Windows' line ends") << QByteArray("[Desktop Entry]\r\nName=A\r\n") << QByteArray("[Desktop Entry]\r\nName=A\r\nHidden=x\r\n");
        QTest::newRow("wherever it stands twice") << QByteArray("[Desktop Entry]\nHidden=a\nName=A\nHidden=b\n")
                                                  << QByteArray("[Desktop Entry]\nHidden=x\nName=A\nHidden=x\n");
        QTest::newRow("not a comment, a translation or a longer key") << QByteArray("[Desktop Entry]\n#Hidden=a\nHidden[de]=b\nHiddenX=c\n")
                                                                      << QByteArray("[Desktop Entry]\n#Hidden=a\nHidden[de]=b\nHiddenX=c\nHidden=x\n");
    }
    void changesOneKeyAndNothingElse()
    {
        QFETCH(const QByteArray, before);
        QFETCH(const QByteArray, after);
        DesktopEntry entry(before);
        entry.set("Hidden", "x");
        QCOMPARE(entry.text(), after);
        QCOMPARE(entry.value("Hidden"), QByteArray("x"));
        entry.set("Hidden", "x");
        QCOMPARE(entry.text(), after);
        entry.remove("Hidden");
        QVERIFY(!entry.value("Hidden"));
        QVERIFY(entry.isOne());
    }

    void takesALineOutAgain()
    {
        DesktopEntry entry("[Desktop Entry]\nName=A\n\n[Other]\nHidden=c\n");
        const QByteArray before = entry.text();
        entry.set("Hidden", "true");
        entry.remove("Hidden");
        QCOMPARE(entry.text(), before);
    }

    void knowsWhetherItHoldsAnythingElse_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("holdsOnly");
        QTest::newRow("these keys") << QByteArray("[Desktop Entry]\nHidden=true\n\nType=x\n") << true;
        QTest::newRow("another key") << QByteArray("[Desktop Entry]\nHidden=true\nX-Mine=1\n") << false;
        QTest::newRow("a translation") << QByteArray("[Desktop Entry]\nHidden=true\nType[de]=1\n") << false;
        QTest::newRow("a comment") << QByteArray("[Desktop Entry]\n# off, it eats the battery\nHidden=true\n") << false;
        QTest::newRow("a comment before") << QByteArray("# by me\n[Desktop Entry]\nHidden=true\n") << false;
        QTest::newRow("another group") << QByteArray("[Desktop Entry]\nHidden=true\n[X]\n") << false;
        QTest::newRow("nothing") << QByteArray() << false;
    }
    void knowsWhetherItHoldsAnythingElse()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const bool, holdsOnly);
        QCOMPARE(DesktopEntry(text).holdsOnly({"Hidden", "Type"}), holdsOnly);
    }
};

QTEST_GUILESS_MAIN(tst_DesktopEntry)
#include "tst_DesktopEntry.moc"
