// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/LockedMemory.h"

#include <QFile>
#include <QTest>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace clavitor;

class tst_LockedMemory : public QObject {
    Q_OBJECT
private slots:
    void readsWhatTheKernelWrites();
    void asksNoLimitOfWhoMayLockAnything();
    void saysNothingOfWhatItCannotRead_data();
    void saysNothingOfWhatItCannotRead();
    void knowsWhenItIsTooLittleAndWhenItIsUsedUp();
    void readsARunningProcess();
    void knowsWhoStartedAProcess();
};

namespace {

const QByteArray status("Name:\tclavitor\nVmLck:\t    1092 kB\nCapEff:\t0000000000000000\nSeccomp:\t0\n");
const QByteArray limits("Limit                     Soft Limit           Hard Limit           Units     \n"
                        "Max processes             94317                94317                processes \n"
                        "Max locked memory         8388608              16777216             bytes     \n");

} // namespace

void tst_LockedMemory::readsWhatTheKernelWrites()
{
    QCOMPARE(lockedMemoryIn(status, limits), std::optional(LockedMemory{8388608, quint64(1092) * 1024}));
    const QByteArray none("Max locked memory         unlimited            unlimited            bytes     \n");
    QCOMPARE(lockedMemoryIn(status, none), std::optional(LockedMemory{std::nullopt, quint64(1092) * 1024}));
}

void tst_LockedMemory::asksNoLimitOfWhoMayLockAnything()
{
    QByteArray root = status;
    root.replace("CapEff:\t0000000000000000", "CapEff:\t0000000000004000");
    QVERIFY(!lockedMemoryIn(root, limits)->limit);
}

void tst_LockedMemory::saysNothingOfWhatItCannotRead_data()
{
    QTest::addColumn<QByteArray>("status");
    QTest::addColumn<QByteArray>("limits");
    QTest::newRow("nothing") << QByteArray() << QByteArray();
    QTest::newRow("no limits") << status << QByteArray();
    QTest::newRow("no status") << QByteArray() << limits;
    QTest::newRow("no number locked") << QByteArray("VmLck:\tmuch kB\nCapEff:\t0\n") << limits;
    QTest::newRow("no number as limit") << status << QByteArray("Max locked memory    much    much   bytes\n");
    QTest::newRow("no mask") << QByteArray("VmLck:\t1 kB\nCapEff:\tnone\n") << limits;
}

void tst_LockedMemory::saysNothingOfWhatItCannotRead()
{
    QFETCH(QByteArray, status);
    QFETCH(QByteArray, limits);
    QVERIFY(!lockedMemoryIn(status, limits));
}

void tst_LockedMemory::knowsWhenItIsTooLittleAndWhenItIsUsedUp()
{
    constexpr quint64 mebibyte = 1024 * 1024;
    const LockedMemory unlimited{std::nullopt, 40 * mebibyte};
    QVERIFY(!unlimited.isTooLittle() && !unlimited.isUsedUp());
    const LockedMemory usual{8 * mebibyte, mebibyte};
    QVERIFY(!usual.isTooLittle() && !usual.isUsedUp());
    const LockedMemory full{8 * mebibyte, 7 * mebibyte};
    QVERIFY(!full.isTooLittle() && full.isUsedUp());
    const LockedMemory nothing{0, 0};
    QVERIFY(nothing.isTooLittle());
}

void tst_LockedMemory::readsARunningProcess()
{
#ifdef Q_OS_LINUX
    const auto now = lockedMemoryOf(::getpid());
    QVERIFY(now);
    // A process that may lock nothing, also when the tests run as root.
    const pid_t child = ::fork();
    QVERIFY(child != -1);
    if (child == 0) {
        const rlimit none{0, 0};
        const bool isLimited = ::setrlimit(RLIMIT_MEMLOCK, &none) == 0 && (::geteuid() != 0 || ::setuid(65534) == 0);
        const auto found = lockedMemoryOf(::getpid());
        ::_exit(isLimited && found && found->limit == 0 && found->isTooLittle() ? 0 : 1);
    }
    int how = 0;
    QCOMPARE(::waitpid(child, &how, 0), child);
    QVERIFY(WIFEXITED(how));
    QCOMPARE(WEXITSTATUS(how), 0);
#endif
    QVERIFY(!lockedMemoryOf(-1));
}

void tst_LockedMemory::knowsWhoStartedAProcess()
{
#ifdef Q_OS_LINUX
    QCOMPARE(parentOf(::getpid()), std::optional<qint64>(::getppid()));
#endif
    QVERIFY(!parentOf(-1));
}

QTEST_GUILESS_MAIN(tst_LockedMemory)
#include "tst_LockedMemory.moc"
