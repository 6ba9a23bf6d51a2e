// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/SecretPool.h"

#include "crypto/SecretText.h"
#include "tests/support/LockableMemory.h"

#include <QFile>
#include <QTest>

#include <sodium.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace clavitor;
using crypto::SecretBytes;
using crypto::SecretPool;
using crypto::SecretText;

namespace {

qsizetype mappings()
{
    QFile maps(QStringLiteral("/proc/self/maps"));
    return maps.open(QIODevice::ReadOnly) ? maps.readAll().count('\n') : -1;
}

// Random growth and death of texts, each compared with a plain copy when it dies; false at the first
// difference.
bool churn(unsigned seed)
{
    std::mt19937 random(seed);
    std::vector<std::pair<SecretText, std::string>> held;
    for (int i = 0; i < 5000; ++i) {
        if (held.size() < 100 || random() % 2 == 0) {
            std::string plain(random() % (SecretPool::largest + 200), static_cast<char>('a' + random() % 26));
            SecretText text = SecretText::copyOf(plain);
            if (random() % 3 == 0) {
                text.append("tail");
                plain += "tail";
            }
            held.emplace_back(std::move(text), std::move(plain));
            continue;
        }
        const std::size_t chosen = random() % held.size();
        if (held[chosen].first.view() != held[chosen].second)
            return false;
        std::swap(held[chosen], held.back());
        held.pop_back();
    }
    return std::ranges::all_of(held, [](const auto &pair) { return pair.first.view() == pair.second; });
}

} // namespace

class tst_SecretPool : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void handsOutZerosOfEverySize();
    void wipesWhatIsGivenBack();
    void holdsMoreSecretsThanAProcessHasMappings();
    void keepsNeighboursApart();
    void servesSeveralThreads();
    void leavesKeysABlockOfTheirOwn();
    void saysWhatItCouldNotLock();
};

void tst_SecretPool::handsOutZerosOfEverySize()
{
    for (std::size_t size = 1; size <= SecretPool::largest; ++size) {
        std::byte *bytes = SecretPool::take(size);
        QVERIFY(sodium_is_zero(reinterpret_cast<const unsigned char *>(bytes), size));
        std::fill_n(bytes, size, std::byte{0x5a});
        SecretPool::give(bytes, size);
    }
}

void tst_SecretPool::wipesWhatIsGivenBack()
{
    SecretBytes keepsTheSlabAlive = SecretBytes::pooled(20);
    const std::byte *place = nullptr;
    {
        SecretBytes secret = SecretBytes::pooled(20);
        place = secret.bytes().data();
        std::ranges::fill(secret.writable(), std::byte{0x5a});
    }
    QVERIFY(sodium_is_zero(reinterpret_cast<const unsigned char *>(place), 20));
    const SecretBytes next = SecretBytes::pooled(20);
    QCOMPARE(next.bytes().data(), place);
}

void tst_SecretPool::holdsMoreSecretsThanAProcessHasMappings()
{
    const qsizetype before = mappings();
    std::vector<SecretText> secrets;
    for (int i = 0; i < 70'000; ++i)
        secrets.push_back(SecretText::copyOf("dummy secret"));
    QVERIFY(mappings() - before < 5'000);
    for (const SecretText &secret : secrets)
        QVERIFY(secret.equals("dummy secret"));
    secrets.clear();
    QVERIFY(mappings() - before < 500);
}

void tst_SecretPool::keepsNeighboursApart()
{
    QVERIFY(churn(1));
}

void tst_SecretPool::servesSeveralThreads()
{
    bool first = false;
    bool second = false;
    std::thread one([&first] { first = churn(2); });
    std::thread two([&second] { second = churn(3); });
    one.join();
    two.join();
    QVERIFY(first && second);
}

void tst_SecretPool::leavesKeysABlockOfTheirOwn()
{
    // Two pages between a fenced block and its neighbour, slots of one slab lie close together.
    const SecretBytes pooled = SecretBytes::pooled(32);
    const SecretBytes neighbour = SecretBytes::pooled(32);
    const SecretBytes key(32);
    const auto distance = [](const SecretBytes &a, const SecretBytes &b) {
        return std::abs(a.bytes().data() - b.bytes().data());
    };
    QVERIFY(distance(pooled, neighbour) < 32 * 1024);
    QVERIFY(distance(pooled, key) >= 4096);
}

void tst_SecretPool::saysWhatItCouldNotLock()
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QSKIP("the sanitizers turn mlock() into nothing: see plain_SecretPool");
#endif
    if (!test::mayLockMemory())
        QSKIP("this login may lock less memory than these want");
    QCOMPARE(SecretPool::unlockedBytes(), 0u);
    // In a process of its own that may lock nothing more, also when the tests run as root.
    const pid_t child = ::fork();
    if (child == 0) {
        const rlimit none{0, 0};
        if (::setrlimit(RLIMIT_MEMLOCK, &none) != 0 || (::geteuid() == 0 && ::setuid(65534) != 0))
            ::_exit(2);
        for (int i = 0; i < 20; ++i)
            (void)SecretPool::take(SecretPool::largest);
        ::_exit(SecretPool::unlockedBytes() >= std::size_t{64} * 1024 ? 0 : 1);
    }
    int status = 0;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QVERIFY(WIFEXITED(status));
    QCOMPARE(WEXITSTATUS(status), 0);
}

QTEST_GUILESS_MAIN(tst_SecretPool)
#include "tst_SecretPool.moc"
