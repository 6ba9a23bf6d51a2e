// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/ProcessAge.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;

class tst_ProcessAge : public QObject
{
    Q_OBJECT
private slots:
    void tellsAFileThatWasPutThereLater();
    void knowsNothingOfWhatIsNotThere();

private:
    [[nodiscard]] static bool put(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::WriteOnly) && file.write("program") == 7;
    }
};

void tst_ProcessAge::tellsAFileThatWasPutThereLater()
{
#ifdef Q_OS_LINUX
    const QTemporaryDir folder;
    const QString before = folder.filePath(u"before"_s);
    const QString after = folder.filePath(u"after"_s);
    QVERIFY(put(before));
    QProcess process;
    process.start(u"sleep"_s, {u"60"_s});
    QVERIFY(process.waitForStarted());
    QCOMPARE(wasStartedBefore(process.processId(), before), std::optional(false));
    QTest::qWait(4500); // more than is rounded off
    QVERIFY(put(after));
    // As a package brings it: with the time of its content long ago.
    QFile content(after);
    QVERIFY(content.open(QIODevice::ReadWrite));
    QVERIFY(content.setFileTime(QDateTime::fromSecsSinceEpoch(1'000'000'000), QFileDevice::FileModificationTime));
    QCOMPARE(wasStartedBefore(process.processId(), after), std::optional(true));
    QCOMPARE(wasStartedBefore(process.processId(), before), std::optional(false));
    process.kill();
    QVERIFY(process.waitForFinished());
#else
    QSKIP("Linux tells.");
#endif
}

void tst_ProcessAge::knowsNothingOfWhatIsNotThere()
{
    QVERIFY(!wasStartedBefore(QCoreApplication::applicationPid(), u"/nowhere/at/all"_s));
    QVERIFY(!wasStartedBefore(std::numeric_limits<int>::max(), QCoreApplication::applicationFilePath()));
}

QTEST_GUILESS_MAIN(tst_ProcessAge)
#include "tst_ProcessAge.moc"
