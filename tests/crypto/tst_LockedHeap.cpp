// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/LockedHeap.h"

#include "tests/support/LockableMemory.h"

#include <QFile>
#include <QTest>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <functional>
#include <random>
#include <span>
#include <thread>
#include <vector>

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using clavitor::crypto::LockedHeap;
namespace test = clavitor::test;

namespace {

constexpr std::size_t everything = ~std::size_t{0};

std::span<std::byte> bytesOf(void *block, std::size_t size)
{
    return {static_cast<std::byte *>(block), size};
}

bool allAre(std::span<const std::byte> bytes, std::byte value)
{
    return std::ranges::all_of(bytes, [value](std::byte byte) { return byte == value; });
}

// The kernel's count of locked memory.
long lockedKilobytes()
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly))
        return -1;
    for (const QByteArray &line : status.readAll().split('\n'))
        if (line.startsWith("VmLck:"))
            return line.mid(6).simplified().split(' ').first().toLong();
    return -1;
}

/// Random sizes, each filled with its own byte and checked when it goes; false at the first difference.
bool churn(LockedHeap &heap, unsigned seed)
{
    struct Held {
        void *block;
        std::size_t size;
        std::byte value;
    };
    std::mt19937 random(seed);
    std::vector<Held> held;
    for (int round = 0; round < 4000; ++round) {
        if (held.size() < 50 || random() % 2 == 0) {
            // Mostly small, some pages, a few larger than a slab.
            const std::size_t size = 1 + random() % (random() % 50 == 0 ? 200'000u : random() % 5 == 0 ? 9'000u : 300u);
            void *const block = heap.take(size);
            if (!block)
                continue;
            if (heap.sizeOf(block) < size || heap.sizeOf(block) != LockedHeap::roundedUp(size)
                || reinterpret_cast<std::uintptr_t>(block) % 16 != 0
                || !allAre(bytesOf(block, heap.sizeOf(block)), std::byte{0}))
                return false;
            const auto value = static_cast<std::byte>(1 + random() % 255);
            std::memset(block, std::to_integer<int>(value), heap.sizeOf(block));
            held.push_back({block, heap.sizeOf(block), value});
            continue;
        }
        std::swap(held[random() % held.size()], held.back());
        if (!allAre(bytesOf(held.back().block, held.back().size), held.back().value))
            return false;
        heap.give(held.back().block);
        held.pop_back();
    }
    for (const Held &each : held)
        heap.give(each.block);
    return true;
}

} // namespace

Q_DECLARE_METATYPE(std::function<void(LockedHeap &)>)

class tst_LockedHeap : public QObject
{
    Q_OBJECT
private slots:
    void givesNothingForNothing();
    void knowsItsBlocks();
    void handsOutZeros();
    void keepsBlocksApart();
    void takesMoreThanASlab();
    void endsAtItsCapacity();
    void usesFreedSlabsForOtherSizes();
    void servesThreads();
    void locksWhatItUses();
    void saysWhatItCouldNotLock();
    void locksAgainWhatSomebodyUnlocked();
    void saysWhatItCouldNotLockAgain();
    void endsTheProcessOverAPointerItDidNotHandOut_data();
    void endsTheProcessOverAPointerItDidNotHandOut();
};

void tst_LockedHeap::givesNothingForNothing()
{
    LockedHeap heap(LockedHeap::step, everything);
    QVERIFY(!heap.take(0));
    QVERIFY(!heap.take(LockedHeap::step + 1));
    QVERIFY(!heap.owns(nullptr));
    QCOMPARE(heap.usage().blocks, 0u);
    QCOMPARE(heap.usage().reached, 0u);
}

void tst_LockedHeap::knowsItsBlocks()
{
    LockedHeap heap(LockedHeap::step, everything);
    void *const block = heap.take(100);
    QVERIFY(block);
    QVERIFY(heap.owns(block));
    int elsewhere = 0;
    QVERIFY(!heap.owns(&elsewhere));
    QCOMPARE(heap.sizeOf(block), 112u);
    QCOMPARE(heap.usage().blocks, 1u);
    heap.give(block);
    QCOMPARE(heap.usage().blocks, 0u);
}

void tst_LockedHeap::handsOutZeros()
{
    LockedHeap heap(LockedHeap::step, everything);
    for (const std::size_t size : {1, 32, 33, 4368, 65536, 65537, 300'000}) {
        void *const block = heap.take(size);
        QVERIFY(block);
        std::memset(block, 0x5a, size);
        heap.give(block);
        void *const again = heap.take(size);
        QCOMPARE(again, block);
        QVERIFY(allAre(bytesOf(again, heap.sizeOf(again)), std::byte{0}));
        heap.give(again);
    }
}

void tst_LockedHeap::keepsBlocksApart()
{
    LockedHeap heap(16 * LockedHeap::step, everything);
    QVERIFY(churn(heap, 4711));
    QCOMPARE(heap.usage().blocks, 0u);
}

void tst_LockedHeap::takesMoreThanASlab()
{
    LockedHeap heap(LockedHeap::step, everything);
    void *const small = heap.take(10);
    void *const large = heap.take(5 * LockedHeap::slabSize + 1);
    QVERIFY(large);
    QCOMPARE(heap.sizeOf(large), 6 * LockedHeap::slabSize);
    std::memset(large, 1, heap.sizeOf(large));
    void *const other = heap.take(10);
    QVERIFY(allAre(bytesOf(other, heap.sizeOf(other)), std::byte{0}));
    heap.give(large);
    heap.give(other);
    heap.give(small);
    QVERIFY(heap.take(LockedHeap::step));
}

void tst_LockedHeap::endsAtItsCapacity()
{
    LockedHeap heap(LockedHeap::step, everything);
    std::vector<void *> blocks;
    while (void *const block = heap.take(1024))
        blocks.push_back(block);
    QCOMPARE(blocks.size(), LockedHeap::step / 1024);
    QVERIFY(!heap.take(32));
    heap.give(blocks.back());
    QCOMPARE(heap.take(1000), blocks.back());
}

void tst_LockedHeap::usesFreedSlabsForOtherSizes()
{
    LockedHeap heap(LockedHeap::step, everything);
    for (int round = 0; round < 3; ++round) {
        for (const std::size_t size : {64, 4096, 20'000}) {
            std::vector<void *> blocks;
            while (void *const block = heap.take(size))
                blocks.push_back(block);
            QVERIFY(blocks.size() >= 16 * (LockedHeap::slabSize / LockedHeap::roundedUp(size)));
            for (void *const block : blocks)
                heap.give(block);
        }
    }
}

void tst_LockedHeap::servesThreads()
{
    LockedHeap heap(64 * LockedHeap::step, everything);
    bool good[4] = {};
    {
        std::vector<std::jthread> threads;
        for (unsigned i = 0; i < 4; ++i)
            threads.emplace_back([&, i] { good[i] = churn(heap, i); });
    }
    QVERIFY(std::ranges::all_of(good, [](bool each) { return each; }));
    QCOMPARE(heap.usage().blocks, 0u);
}

void tst_LockedHeap::locksWhatItUses()
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QSKIP("the sanitizers turn mlock() into nothing: see plain_LockedHeap");
#endif
    if (!test::mayLockMemory())
        QSKIP("this login may lock less memory than these want");
    const long before = lockedKilobytes();
    LockedHeap heap(4 * LockedHeap::step, 2 * LockedHeap::step);
    QCOMPARE(lockedKilobytes(), before);
    QVERIFY(heap.take(1));
    QCOMPARE(lockedKilobytes(), before + static_cast<long>(LockedHeap::step / 1024));
    for (int i = 0; i < 60; ++i)
        QVERIFY(heap.take(LockedHeap::slabSize));
    QCOMPARE(lockedKilobytes(), before + static_cast<long>(2 * LockedHeap::step / 1024));
}

void tst_LockedHeap::saysWhatItCouldNotLock()
{
    LockedHeap heap(4 * LockedHeap::step, LockedHeap::step + 1);
    QVERIFY(heap.take(1));
    QCOMPARE(heap.usage().unlocked, 0u);
    QVERIFY(heap.take(LockedHeap::step));
    QCOMPARE(heap.usage().reached, 2 * LockedHeap::step);
    QCOMPARE(heap.usage().unlocked, LockedHeap::step);
}

void tst_LockedHeap::locksAgainWhatSomebodyUnlocked()
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QSKIP("the sanitizers turn mlock() into nothing: see plain_LockedHeap");
#endif
    if (!test::mayLockMemory())
        QSKIP("this login may lock less memory than these want");
    const long page = ::sysconf(_SC_PAGESIZE);
    LockedHeap heap(LockedHeap::step, everything);
    void *const block = heap.take(LockedHeap::slabSize);
    QVERIFY(block);
    const long locked = lockedKilobytes();
    QCOMPARE(::munlock(block, static_cast<std::size_t>(page)), 0);
    QCOMPARE(lockedKilobytes(), locked - page / 1024);
    heap.lockAgain();
    QCOMPARE(lockedKilobytes(), locked);
    QCOMPARE(heap.usage().unlocked, 0u);
}

void tst_LockedHeap::saysWhatItCouldNotLockAgain()
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QSKIP("the sanitizers turn mlock() into nothing: see plain_LockedHeap");
#endif
    if (!test::mayLockMemory())
        QSKIP("this login may lock less memory than these want");
    LockedHeap heap(2 * LockedHeap::step, LockedHeap::step);
    void *const block = heap.take(LockedHeap::slabSize);
    QVERIFY(block);
    // A hole cannot be locked.
    QCOMPARE(::munmap(block, LockedHeap::slabSize), 0);
    heap.lockAgain();
    QCOMPARE(heap.usage().unlocked, LockedHeap::step);
    QCOMPARE(::mmap(block, LockedHeap::slabSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0), block);
    heap.lockAgain();
    QVERIFY(heap.take(LockedHeap::step));
    QCOMPARE(heap.usage().unlocked, heap.usage().reached);
}

void tst_LockedHeap::endsTheProcessOverAPointerItDidNotHandOut_data()
{
    QTest::addColumn<std::function<void(LockedHeap &)>>("wrong");
    const auto row = [](const char *name, std::function<void(LockedHeap &)> wrong) { QTest::newRow(name) << wrong; };
    const auto at = [](void *block, std::size_t offset) { return static_cast<std::byte *>(block) + offset; };
    constexpr std::size_t large = 3 * LockedHeap::slabSize;
    row("a block given twice", [](LockedHeap &heap) {
        void *const block = heap.take(100);
        void *const neighbour = heap.take(100);
        heap.give(block);
        heap.give(block);
        heap.give(neighbour);
    });
    row("the only block, twice", [](LockedHeap &heap) {
        void *const block = heap.take(100);
        heap.give(block);
        heap.give(block);
    });
    row("within a block", [at](LockedHeap &heap) { heap.give(at(heap.take(100), 16)); });
    row("a block that nobody has", [at](LockedHeap &heap) { heap.give(at(heap.take(32), 32)); });
    row("within the first slab of a large block", [at](LockedHeap &heap) { heap.give(at(heap.take(large), 16)); });
    row("a later slab of a large block", [at](LockedHeap &heap) { heap.give(at(heap.take(large), LockedHeap::slabSize)); });
    row("a large block, twice", [](LockedHeap &heap) {
        void *const block = heap.take(large);
        heap.give(block);
        heap.give(block);
    });
    row("memory that was never used", [at](LockedHeap &heap) { heap.give(at(heap.take(32), LockedHeap::slabSize)); });
    row("behind the range", [at](LockedHeap &heap) { heap.give(at(heap.take(32), LockedHeap::step)); });
    row("somebody else's", [](LockedHeap &heap) {
        int elsewhere = 0;
        heap.give(&elsewhere);
    });
}

void tst_LockedHeap::endsTheProcessOverAPointerItDidNotHandOut()
{
    QFETCH(const std::function<void(LockedHeap &)>, wrong);
    const pid_t child = ::fork();
    if (child == 0) {
        std::signal(SIGABRT, SIG_DFL);
        const rlimit noCore{0, 0};
        ::setrlimit(RLIMIT_CORE, &noCore);
        LockedHeap heap(LockedHeap::step, everything);
        wrong(heap);
        ::_exit(0);
    }
    int status = 0;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QVERIFY(WIFSIGNALED(status));
    QCOMPARE(WTERMSIG(status), SIGABRT);
}

QTEST_GUILESS_MAIN(tst_LockedHeap)
#include "tst_LockedHeap.moc"
