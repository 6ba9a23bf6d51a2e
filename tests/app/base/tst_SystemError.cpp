// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/SystemError.h"

#include <QTest>

#include <cerrno>

using namespace clavitor;
using namespace Qt::StringLiterals;

class tst_SystemError : public QObject {
    Q_OBJECT

private slots:
    void saysWhatAFailedCallMeans_data()
    {
        QTest::addColumn<int>("number");
        QTest::addColumn<ErrorCode>("code");
        QTest::newRow("a file system mounted read-only") << EROFS << ErrorCode::ReadOnly;
        QTest::newRow("no permission") << EACCES << ErrorCode::ReadOnly;
        QTest::newRow("not the owner") << EPERM << ErrorCode::ReadOnly;
        QTest::newRow("no space left") << ENOSPC << ErrorCode::DiskFull;
        QTest::newRow("over quota") << EDQUOT << ErrorCode::DiskFull;
        QTest::newRow("over the longest file") << EFBIG << ErrorCode::DiskFull;
        QTest::newRow("no such file") << ENOENT << ErrorCode::Io;
        QTest::newRow("a file where a folder should be") << ENOTDIR << ErrorCode::Io;
        QTest::newRow("already there") << EEXIST << ErrorCode::Io;
        QTest::newRow("a broken disk") << EIO << ErrorCode::Io;
    }

    void saysWhatAFailedCallMeans()
    {
        QFETCH(const int, number);
        QFETCH(const ErrorCode, code);
        QCOMPARE(systemError(number).code, code);
    }

    void tellsWhatIsNotThereFromWhatCannotBeReached()
    {
        QVERIFY(saysMissing(ENOENT));
        QVERIFY(saysMissing(ENOTDIR));
        QVERIFY(!saysMissing(EACCES));
        QVERIFY(!saysMissing(EIO));
    }

    void putsThePathBeforeTheSystemsWords()
    {
        QVERIFY(systemError(ENOSPC, u"/mnt/stick/vault"_s).detail.startsWith("/mnt/stick/vault: "_L1));
        QVERIFY(!systemError(ENOSPC).detail.isEmpty());
        QVERIFY(!systemError(ENOSPC).detail.startsWith(u':'));
    }
};

QTEST_GUILESS_MAIN(tst_SystemError)
#include "tst_SystemError.moc"
