// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/VaultLock.h"
#include "tests/support/TemporaryStore.h"

#include <QCoreApplication>
#include <QProcess>
#include <QTest>

#include <csignal>
#include <cstdio>

#include <sys/wait.h>
#include <unistd.h>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_VaultLock : public QObject {
    Q_OBJECT
private slots:
    void refusesASecondHolderAndNamesTheFirst();
    void letsGoWhenItGoesAway();
    void survivesAMove();
    void isFreeOnceItsHolderWasKilled();
    void isNotInheritedByAChild();
    void tellsAMissingFolder();
    void followsNoPlantedLink();
};

void tst_VaultLock::refusesASecondHolderAndNamesTheFirst()
{
    const QTemporaryDir folder;
    const auto first = VaultLock::acquire(folder.path());
    REQUIRE_OK(first);
    const auto second = VaultLock::acquire(folder.path());
    REQUIRE_ERROR(second, ErrorCode::AlreadyOpen);
    QCOMPARE(second.error().detail, "process "_L1 + QString::number(QCoreApplication::applicationPid()));
}

void tst_VaultLock::letsGoWhenItGoesAway()
{
    const QTemporaryDir folder;
    {
        const auto first = VaultLock::acquire(folder.path());
        REQUIRE_OK(first);
    }
    REQUIRE_OK(VaultLock::acquire(folder.path()));
}

void tst_VaultLock::survivesAMove()
{
    const QTemporaryDir folder;
    auto first = VaultLock::acquire(folder.path());
    REQUIRE_OK(first);
    const VaultLock moved = std::move(*first);
    REQUIRE_ERROR(VaultLock::acquire(folder.path()), ErrorCode::AlreadyOpen);
}

void tst_VaultLock::isFreeOnceItsHolderWasKilled()
{
    const QTemporaryDir folder;
    QProcess holder;
    holder.start(QCoreApplication::applicationFilePath(), {u"--hold"_s, folder.path()});
    QVERIFY(holder.waitForReadyRead(30000));
    QCOMPARE(holder.readAll(), QByteArray("held\n"));
    const auto refused = VaultLock::acquire(folder.path());
    REQUIRE_ERROR(refused, ErrorCode::AlreadyOpen);
    QCOMPARE(refused.error().detail, "process "_L1 + QString::number(holder.processId()));
    holder.kill();
    QVERIFY(holder.waitForFinished(30000));
    REQUIRE_OK(VaultLock::acquire(folder.path()));
}

void tst_VaultLock::isNotInheritedByAChild()
{
    const QTemporaryDir folder;
    QProcess child;
    {
        const auto lock = VaultLock::acquire(folder.path());
        REQUIRE_OK(lock);
        child.start(u"sleep"_s, {u"60"_s});
        QVERIFY(child.waitForStarted(30000));
    }
    REQUIRE_OK(VaultLock::acquire(folder.path()));
    child.kill();
    child.waitForFinished();
}

void tst_VaultLock::tellsAMissingFolder()
{
    const QTemporaryDir folder;
    REQUIRE_ERROR(VaultLock::acquire(folder.filePath(u"nowhere"_s)), ErrorCode::NoVault);
}

void tst_VaultLock::followsNoPlantedLink()
{
    const QTemporaryDir folder;
    const QString victim = folder.filePath(u"victim"_s);
    QVERIFY(QFile(victim).open(QIODevice::WriteOnly));
    QVERIFY(QFile::link(victim, folder.filePath(u"lock"_s)));
    QVERIFY(!VaultLock::acquire(folder.path()));
    QCOMPARE(QFileInfo(victim).size(), 0);
}

namespace {

/// The child of isFreeOnceItsHolderWasKilled(): takes the lock, says so and waits to be killed.
int hold(const char *folder)
{
    const auto lock = VaultLock::acquire(QFile::decodeName(folder));
    if (!lock)
        return 1;
    std::puts("held");
    std::fflush(stdout);
    ::alarm(60);
    ::pause();
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc == 3 && std::string_view(argv[1]) == "--hold")
        return hold(argv[2]);
    QCoreApplication application(argc, argv);
    tst_VaultLock test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_VaultLock.moc"
