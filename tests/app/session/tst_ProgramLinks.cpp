// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/ProgramLinks.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;

/// A folder as an installer makes it: versions/1 … and a link that an update turns.
class tst_ProgramLinks : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    QString at(const QString &path) const { return QDir(QFileInfo(m_folder->path()).canonicalFilePath()).filePath(path); }
    QString version(int number) const
    {
        const QString path = at(u"versions/%1"_s.arg(number));
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly))
            qFatal("no file");
        return path;
    }
    void turn(const QString &target, const QString &name = u"claude"_s) const
    {
        QFile::remove(at(name));
        if (!QFile::link(target, at(name)))
            qFatal("no link");
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(QDir(m_folder->path()).mkdir(u"versions"_s));
    }

    void aFileLeadsNowhereElse()
    {
        const ProgramLinks links = systemProgramLinks();
        QCOMPARE(links(version(1)), QStringList());
        QCOMPARE(links(at(u"nothing"_s)), QStringList());
        QCOMPARE(links(QString()), QStringList());
    }

    void whatIsNoWholePathLeadsNowhere()
    {
        turn(version(1));
        const QString here = QDir::currentPath();
        QDir::setCurrent(m_folder->path());
        QCOMPARE(systemProgramLinks()(u"claude"_s), QStringList());
        QDir::setCurrent(here);
    }

    void followsLinksOfLinksAndOfFolders()
    {
        const QString file = version(1);
        turn(file, u"one"_s);
        turn(u"one"_s, u"two"_s);
        turn(u"versions"_s, u"current"_s);
        const ProgramLinks links = systemProgramLinks();
        QCOMPARE(links(at(u"two"_s)), QStringList{file});
        QCOMPARE(links(at(u"current/1"_s)), QStringList{file});
    }

    void knowsWhatItLedToBeforeAnUpdate()
    {
        const ProgramLinks links = systemProgramLinks();
        const ProgramLinks copy = links;
        turn(version(1));
        QCOMPARE(links(at(u"claude"_s)), QStringList{version(1)});
        turn(version(2));
        QCOMPARE(copy(at(u"claude"_s)), (QStringList{version(2), version(1)}));
        turn(version(1));
        QCOMPARE(links(at(u"claude"_s)), (QStringList{version(1), version(2)}));
        // Each has its own, and a new one knows nothing from before.
        QCOMPARE(systemProgramLinks()(at(u"claude"_s)), QStringList{version(1)});
    }

    void keepsWhatItKnowsWhileAnUpdateIsAtIt()
    {
        const ProgramLinks links = systemProgramLinks();
        turn(version(1));
        QCOMPARE(links(at(u"claude"_s)), QStringList{version(1)});
        QFile::remove(at(u"claude"_s));
        QCOMPARE(links(at(u"claude"_s)), QStringList{version(1)});
        turn(at(u"versions/none"_s));
        QCOMPARE(links(at(u"claude"_s)), QStringList{version(1)});
    }

    void isNotDrawnIntoALoop()
    {
        turn(at(u"claude"_s));
        QCOMPARE(systemProgramLinks()(at(u"claude"_s)), QStringList());
    }

    void remembersEightFiles()
    {
        const ProgramLinks links = systemProgramLinks();
        QStringList files;
        for (int number = 1; number <= 12; ++number) {
            turn(version(number));
            files = links(at(u"claude"_s));
        }
        QCOMPARE(files.size(), 8);
        QCOMPARE(files.first(), version(12));
        QCOMPARE(files.last(), version(5));
    }
};

QTEST_APPLESS_MAIN(tst_ProgramLinks)
#include "tst_ProgramLinks.moc"
