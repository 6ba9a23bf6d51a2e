// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/RunPlan.h"

#include "app/link/Messages.h"
#include "app/model/Command.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;
using Trouble = RunPlan::Trouble;

class tst_RunPlan : public QObject {
    Q_OBJECT
private slots:
    void takesVariablesFromTheCommandLineAndTheEnvironment()
    {
        const auto plan = RunPlan::of({u"TOKEN=clavitor://github.com/deploy token"_s},
                                      {"HOME=/home/me", "DB=clavitor://staging/password", "TOKEN=clavitor://other/password", "=C:=odd", "BARE"},
                                      {u"sh"_s, u"-c"_s, u"true"_s});
        QVERIFY(plan);
        QCOMPARE(plan->variables.size(), 2);
        QCOMPARE(plan->variables[0].name, "TOKEN"_ba);
        QCOMPARE(plan->variables[0].reference, u"clavitor://github.com/deploy token"_s);
        QCOMPARE(plan->variables[1].name, "DB"_ba);
        QVERIFY(QDir::isAbsolutePath(plan->program));
        QCOMPARE(plan->arguments, QStringList({u"-c"_s, u"true"_s}));
    }

    void saysWhatRunsAsAShellWouldTakeIt_data()
    {
        QTest::addColumn<QString>("argument");
        QTest::addColumn<QString>("word");
        QTest::newRow("plain") << u"--limit=5"_s << u"--limit=5"_s;
        QTest::newRow("empty") << u""_s << u"''"_s;
        QTest::newRow("a space") << u"a b"_s << u"'a b'"_s;
        QTest::newRow("a quote") << u"it's"_s << u"'it'\\''s'"_s;
        QTest::newRow("what a shell acts on") << u"$(id);`id`|x"_s << u"'$(id);`id`|x'"_s;
        QTest::newRow("a line end") << u"a\nb\t'\\\x1b"_s << u"$'a\\nb\\t\\'\\\\\\u001b'"_s;
        QTest::newRow("a control character of the other block") << u"a\u0085"_s << u"$'a\\u0085'"_s;
        QTest::newRow("many spaces") << u"a    b"_s << u"$'a \\u0020\\u0020\\u0020b'"_s;
        QTest::newRow("what turns the line around") << u"a\u202eb"_s << u"$'a\\u202eb'"_s;
        QTest::newRow("letters from right to left") << u"\u05d0"_s << u"$'\\u05d0'"_s;
        QTest::newRow("beyond the first plane") << u"\U0001F511 \U000E0041"_s << u"$'\U0001F511 \\U000e0041'"_s;
        QTest::newRow("letters of others") << u"ä"_s << u"'ä'"_s;
    }
    void saysWhatRunsAsAShellWouldTakeIt()
    {
        QFETCH(QString, argument);
        QFETCH(QString, word);
        const RunPlan plan{{{"T", u"clavitor://a/b c"_s}}, u"/usr/bin/gh"_s, {argument}};
        QCOMPARE(plan.statement(), u"T='clavitor://a/b c' /usr/bin/gh "_s + word);
        QVERIFY(isReadable(plan.statement()));
    }

    void findsAProgramByItsPath()
    {
        QTemporaryDir folder;
        QFile script(folder.filePath(u"tool"_s));
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.close();
        const QStringList wanted{u"T=clavitor://a/b"_s};
        QCOMPARE(RunPlan::of(wanted, {}, {script.fileName()}).error().trouble, Trouble::NotFound);
        QVERIFY(script.setPermissions(QFile::ReadOwner | QFile::ExeOwner));
        QCOMPARE(RunPlan::of(wanted, {}, {folder.path() + u"/../"_s + QDir(folder.path()).dirName() + u"/tool"_s})->program, script.fileName());
        QCOMPARE(RunPlan::of(wanted, {}, {folder.path()}).error().trouble, Trouble::NotFound);
    }

    void refusesWhatItCannotDoBeforeAnybodyIsAsked_data()
    {
        QTest::addColumn<QStringList>("assignments");
        QTest::addColumn<QStringList>("command");
        QTest::addColumn<Trouble>("trouble");
        const QString good = u"T=clavitor://a/b"_s;
        QTest::newRow("nothing to put in") << QStringList{} << QStringList{u"sh"_s} << Trouble::NothingToPutIn;
        QTest::newRow("no command") << QStringList{good} << QStringList{} << Trouble::NoProgram;
        QTest::newRow("an empty command") << QStringList{good} << QStringList{u""_s} << Trouble::NoProgram;
        QTest::newRow("no such program") << QStringList{good} << QStringList{u"no-such-program-7"_s} << Trouble::NotFound;
        QTest::newRow("no assignment") << QStringList{u"clavitor://a/b"_s} << QStringList{u"sh"_s} << Trouble::BadVariable;
        QTest::newRow("no name") << QStringList{u"=clavitor://a/b"_s} << QStringList{u"sh"_s} << Trouble::BadVariable;
        QTest::newRow("a name of other letters") << QStringList{u"A-B=clavitor://a/b"_s} << QStringList{u"sh"_s} << Trouble::BadVariable;
        QTest::newRow("a name that begins with a digit") << QStringList{u"1A=clavitor://a/b"_s} << QStringList{u"sh"_s} << Trouble::BadVariable;
        QTest::newRow("a name twice") << QStringList{good, good} << QStringList{u"sh"_s} << Trouble::BadVariable;
        QTest::newRow("a value in place of a reference") << QStringList{u"T=hunter2"_s} << QStringList{u"sh"_s} << Trouble::BadReference;
        QTest::newRow("half a reference") << QStringList{u"T=clavitor://a"_s} << QStringList{u"sh"_s} << Trouble::BadReference;
        QTest::newRow("longer than a person reads") << QStringList{good} << QStringList{u"sh"_s, u"-c"_s, QString(link::MaxCommand, u'x')} << Trouble::TooLong;
    }
    void refusesWhatItCannotDoBeforeAnybodyIsAsked()
    {
        QFETCH(QStringList, assignments);
        QFETCH(QStringList, command);
        QFETCH(Trouble, trouble);
        const auto plan = RunPlan::of(assignments, {}, command);
        QVERIFY(!plan);
        QCOMPARE(plan.error().trouble, trouble);
        QVERIFY(plan.error().sentence.endsWith(u'.'));
        // Somebody may have typed a value.
        QVERIFY(!plan.error().sentence.contains(u"hunter2"_s));
    }
};

QTEST_GUILESS_MAIN(tst_RunPlan)
#include "tst_RunPlan.moc"
