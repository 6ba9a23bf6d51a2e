// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/ProgramPath.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace clavitor::ui;
using namespace Qt::StringLiterals;

class tst_ProgramPath : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    QString at(const QString &path) const { return QFileInfo(m_folder.path()).canonicalFilePath() + u'/' + path; }
    QString file(const QString &path, const QByteArray &content = {}) const
    {
        QFile made(at(path));
        if (!QDir().mkpath(QFileInfo(at(path)).path()) || !made.open(QIODevice::WriteOnly) || made.write(content) != content.size())
            qFatal("no file");
        return at(path);
    }
    QString link(const QString &path, const QString &target) const
    {
        QFile::remove(at(path));
        if (!QDir().mkpath(QFileInfo(at(path)).path()) || !QFile::link(target, at(path)))
            qFatal("no link");
        return at(path);
    }

private slots:
    void aProgramWithALinkLastsByTheLink()
    {
        const QString old = file(u"share/claude/versions/2.1.329"_s);
        const QString version = file(u"share/claude/versions/2.1.330"_s);
        const QString claude = link(u"bin/claude"_s, version);
        const QStringList folders{at(u"none"_s), at(u"bin"_s)};
        QCOMPARE(ProgramPath::lasting(version, folders), claude);
        // It does not lead there any more.
        QCOMPARE(ProgramPath::lasting(old, folders), old);
        QCOMPARE(ProgramPath::lasting(version, {}), version);
        QCOMPARE(ProgramPath::lasting(QString(), folders), QString());
    }

    void ofSeveralLinksTheOneThatIsNamedLikeItsWay()
    {
        const QString version = file(u"share/gem/versions/7"_s);
        link(u"many/agent"_s, version);
        const QString gem = link(u"many/gem"_s, version);
        const QString first = link(u"first/zed"_s, version);
        QCOMPARE(ProgramPath::lasting(version, {at(u"many"_s)}), gem);
        QCOMPARE(ProgramPath::lasting(version, {at(u"first"_s), at(u"many"_s)}), first);
    }

    void aProgramThatLiesWhereLinksDoKeepsItsName()
    {
        const QString node = file(u"usr/bin/node"_s);
        link(u"usr/bin/nodejs"_s, node);
        link(u"local/node"_s, node);
        QCOMPARE(ProgramPath::lasting(node, {at(u"local"_s), at(u"usr/bin"_s)}), node);
    }

    void looksWhereInstallersPutLinks()
    {
        const QStringList folders = ProgramPath::linkFolders();
        for (const QString &wanted : {QString(QDir::homePath() + u"/.local/bin"_s), QString(QDir::homePath() + u"/bin"_s), u"/usr/local/bin"_s, u"/usr/bin"_s, u"/snap/bin"_s})
            QVERIFY2(folders.contains(wanted), qPrintable(wanted));
    }

    void knowsInterpreters_data()
    {
        QTest::addColumn<bool>("is");
        for (const char *name : {"node", "nodejs", "node-22", "bun", "deno", "python", "python3", "python3.12", "pypy3", "ruby3.1", "perl", "bash", "sh", "dash", "zsh",
                                 "fish", "java", "electron", "electron22", "php8.2", "lua5.4", "busybox"})
            QTest::newRow(name) << true;
        for (const char *name : {"claude", "codex", "gemini", "2.1.330", "code", "pythonista", "node_exporter", "shell", "javac", "bashful", "curl", "nodemon", "deno-lint"})
            QTest::newRow(name) << false;
    }
    void knowsInterpreters()
    {
        QFETCH(bool, is);
        QCOMPARE(ProgramPath::isInterpreter(u"/usr/bin/"_s + QString::fromLatin1(QTest::currentDataTag())), is);
    }

    void knowsAnInterpreterBehindALinkOfAnotherName()
    {
        QVERIFY(ProgramPath::isInterpreter(link(u"run/tool"_s, file(u"lib/python3.12"_s))));
    }

    void namesWhatRunsAScript_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("interpreter");
        QTest::newRow("env") << QByteArray("#!/usr/bin/env node\nimport x") << u"node"_s;
        QTest::newRow("env with words") << QByteArray("#!/usr/bin/env -S A=b node --no-warnings\n") << u"node"_s;
        QTest::newRow("by its path") << QByteArray("#! /bin/sh -e\n") << u"sh"_s;
        QTest::newRow("without an end") << QByteArray("#!/usr/bin/python3") << u"python3"_s;
        QTest::newRow("of nothing") << QByteArray("#!\n") << QString();
        QTest::newRow("a program") << QByteArray("\x7f" "ELF") << QString();
        QTest::newRow("empty") << QByteArray() << QString();
    }
    void namesWhatRunsAScript()
    {
        QFETCH(QByteArray, content);
        QTEST(ProgramPath::interpreterOf(file(u"script"_s, content)), "interpreter");
        QTEST(ProgramPath::interpreterOf(link(u"to-script"_s, at(u"script"_s))), "interpreter");
    }

    void readsNothingThatIsNoFile()
    {
        QCOMPARE(mkfifo(QFile::encodeName(at(u"pipe"_s)).constData(), 0600), 0);
        QCOMPARE(ProgramPath::interpreterOf(at(u"pipe"_s)), QString());
        QCOMPARE(ProgramPath::interpreterOf(at(u"nothing"_s)), QString());
        QCOMPARE(ProgramPath::interpreterOf(m_folder.path()), QString());
    }

    void knowsWhatDoesNotLast()
    {
        QVERIFY(ProgramPath::isPassing(u"/tmp/.mount_CursorAbCdEf/usr/bin/cursor"_s));
        QVERIFY(!ProgramPath::isPassing(u"/tmp/cursor"_s));
        const QString snap = file(u"usr/bin/snap"_s);
        QVERIFY(ProgramPath::isSnapLink(link(u"snap/bin/codex"_s, snap)));
        QVERIFY(!ProgramPath::isSnapLink(snap));
        QVERIFY(!ProgramPath::isSnapLink(link(u"bin/other"_s, file(u"lib/other"_s))));
    }
};

QTEST_APPLESS_MAIN(tst_ProgramPath)
#include "tst_ProgramPath.moc"
