// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/PasswordHash.h"

#include "tests/crypto/Vectors.h"

#include <QTest>

#include <sodium.h>

#include <fstream>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace clavitor;
using crypto::CryptoError;
using crypto::PasswordHashParameters;
using crypto::SecretText;

namespace {

constexpr std::uint64_t mebibyte = 1 << 20;
constexpr PasswordHashParameters::Salt noSalt{};

/// A machine that needs `perPass` for each pass over 256 MiB and has `memory`.
crypto::HashTrial machine(double millisecondsPerPass, std::uint64_t memory, int *trials = nullptr)
{
    return [=](const PasswordHashParameters &parameters)
               -> std::expected<std::chrono::milliseconds, CryptoError> {
        if (trials != nullptr)
            ++*trials;
        if (parameters.memoryBytes() > memory)
            return std::unexpected(CryptoError::OutOfMemory);
        const double size = static_cast<double>(parameters.memoryBytes()) / (256.0 * mebibyte);
        return std::chrono::milliseconds(static_cast<int>(millisecondsPerPass * parameters.passes() * size));
    };
}

} // namespace

class tst_PasswordHash : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void argon2IsLibsodiumsOwn();
    void agreesWithTheArgon2Command();
    void holdsTheFloorAndTheCeiling_data();
    void holdsTheFloorAndTheCeiling();
    void dependsOnPasswordSaltAndCost();
    void drawsAFreshSalt();
    void saysWhenMemoryIsShort();
    void calibrates_data();
    void calibrates();
    void triesOnceAndOnceMoreForMemory();
    void givesUpWhenNoMemoryIsEnough();
    void measuresThisMachine();
};

void tst_PasswordHash::argon2IsLibsodiumsOwn()
{
    for (const auto &row : test::tsvRows("pwhash/libsodium-argon2id.tsv")) {
        const auto password = test::fromHex(row[0]);
        const auto salt = test::fromHex(row[1]);
        std::vector<std::byte> out(static_cast<std::size_t>(row[4].size() / 2));
        QCOMPARE(crypto_pwhash(reinterpret_cast<unsigned char *>(out.data()), out.size(),
                               reinterpret_cast<const char *>(password.data()), password.size(),
                               reinterpret_cast<const unsigned char *>(salt.data()), row[2].toULongLong(),
                               row[3].toULongLong(), crypto_pwhash_ALG_ARGON2ID13),
                 0);
        QCOMPARE(test::toHex(out), row[4]);
    }
}

void tst_PasswordHash::agreesWithTheArgon2Command()
{
    int hashed = 0;
    int refused = 0;
    for (const auto &row : test::tsvRows("pwhash/argon2id.tsv")) {
        PasswordHashParameters::Salt salt;
        std::ranges::copy(test::bytesOf(row[1]), salt.begin());
        const auto parameters =
            PasswordHashParameters::make(row[2].toUInt(), row[3].toULongLong() * 1024, salt);
        if (parameters) {
            ++hashed;
            const SecretText password =
                SecretText::copyOf({row[0].constData(), static_cast<std::size_t>(row[0].size())});
            QCOMPARE(test::toHex(crypto::hashPassword(password, *parameters).value().bytes()), row[4]);
            continue;
        }
        // Below the floor our interface refuses; the function under it still has to agree.
        ++refused;
        QCOMPARE(parameters.error(), CryptoError::Refused);
        std::array<std::byte, 32> out;
        QCOMPARE(crypto_pwhash(reinterpret_cast<unsigned char *>(out.data()), out.size(), row[0].constData(),
                               static_cast<unsigned long long>(row[0].size()),
                               reinterpret_cast<const unsigned char *>(salt.data()), row[2].toULongLong(),
                               row[3].toULongLong() * 1024, crypto_pwhash_ALG_ARGON2ID13),
                 0);
        QCOMPARE(test::toHex(out), row[4]);
    }
    QCOMPARE(hashed, 12);
    QCOMPARE(refused, 36);
}

void tst_PasswordHash::holdsTheFloorAndTheCeiling_data()
{
    QTest::addColumn<quint32>("passes");
    QTest::addColumn<quint64>("memory");
    QTest::addColumn<bool>("allowed");
    QTest::newRow("floor") << 3u << quint64(64 * mebibyte) << true;
    QTest::newRow("usual") << 3u << quint64(256 * mebibyte) << true;
    QTest::newRow("ceiling") << 20u << quint64(1024 * mebibyte) << true;
    QTest::newRow("no pass") << 0u << quint64(256 * mebibyte) << false;
    QTest::newRow("two passes") << 2u << quint64(256 * mebibyte) << false;
    QTest::newRow("too many passes") << 21u << quint64(256 * mebibyte) << false;
    QTest::newRow("no memory") << 3u << quint64(0) << false;
    QTest::newRow("just too little memory") << 3u << quint64(64 * mebibyte - 1024) << false;
    QTest::newRow("just too much memory") << 3u << quint64(1024 * mebibyte + 1024) << false;
    QTest::newRow("1 TiB") << 3u << (quint64(1) << 40) << false;
    QTest::newRow("not whole KiB") << 3u << quint64(64 * mebibyte + 1) << false;
}

void tst_PasswordHash::holdsTheFloorAndTheCeiling()
{
    QFETCH(quint32, passes);
    QFETCH(quint64, memory);
    QFETCH(bool, allowed);
    const auto parameters = PasswordHashParameters::make(passes, memory, noSalt);
    QCOMPARE(parameters.has_value(), allowed);
    if (allowed) {
        QCOMPARE(parameters->passes(), passes);
        QCOMPARE(parameters->memoryBytes(), memory);
    } else {
        QCOMPARE(parameters.error(), CryptoError::Refused);
    }
}

void tst_PasswordHash::dependsOnPasswordSaltAndCost()
{
    const auto base = PasswordHashParameters::make(3, 64 * mebibyte, noSalt).value();
    const SecretText password = SecretText::copyOf("password");
    const auto hash = crypto::hashPassword(password, base).value();
    QVERIFY(crypto::hashPassword(password, base).value().equals(hash.bytes()));
    QVERIFY(!crypto::hashPassword(SecretText::copyOf("Password"), base).value().equals(hash.bytes()));
    QVERIFY(!crypto::hashPassword(SecretText(), base).value().equals(hash.bytes()));
    PasswordHashParameters::Salt salt{};
    salt.back() = std::byte(1);
    QVERIFY(!crypto::hashPassword(password, PasswordHashParameters::make(3, 64 * mebibyte, salt).value())
                 .value()
                 .equals(hash.bytes()));
    QVERIFY(!crypto::hashPassword(password, PasswordHashParameters::make(4, 64 * mebibyte, noSalt).value())
                 .value()
                 .equals(hash.bytes()));
}

void tst_PasswordHash::drawsAFreshSalt()
{
    const auto base = PasswordHashParameters::make(5, 128 * mebibyte, noSalt).value();
    const auto fresh = base.withFreshSalt(test::seededRandom(1));
    QVERIFY(fresh.salt() != base.salt());
    QCOMPARE(fresh.passes(), 5u);
    QCOMPARE(fresh.memoryBytes(), 128 * mebibyte);
}

void tst_PasswordHash::saysWhenMemoryIsShort()
{
    // In a child, since a lowered limit stays.
    const pid_t child = fork();
    if (child == 0) {
        std::ifstream status("/proc/self/status");
        std::uint64_t used = 0;
        for (std::string word; status >> word;) {
            if (word == "VmData:")
                status >> used;
        }
        const rlimit limit{used * 1024 + 256 * mebibyte, RLIM_INFINITY};
        if (used == 0 || setrlimit(RLIMIT_DATA, &limit) != 0)
            _exit(2);
        const auto parameters = PasswordHashParameters::make(3, 1024 * mebibyte, noSalt).value();
        const auto hash = crypto::hashPassword(SecretText::copyOf("password"), parameters);
        _exit(!hash && hash.error() == CryptoError::OutOfMemory ? 0 : 1);
    }
    int status = 0;
    QCOMPARE(waitpid(child, &status, 0), child);
    QVERIFY(WIFEXITED(status));
    QCOMPARE(WEXITSTATUS(status), 0);
}

void tst_PasswordHash::calibrates_data()
{
    QTest::addColumn<int>("target");
    QTest::addColumn<double>("msPerPass");
    QTest::addColumn<quint64>("memory");
    QTest::addColumn<quint32>("passes");
    QTest::addColumn<quint64>("chosenMemory");
    QTest::addColumn<bool>("reduced");
    const quint64 plenty = quint64(16384) * mebibyte;
    QTest::newRow("fits a few passes") << 1000 << 200.0 << plenty << 5u << quint64(256 * mebibyte) << false;
    QTest::newRow("slow machine gets the floor")
        << 1000 << 900.0 << plenty << 3u << quint64(256 * mebibyte) << false;
    QTest::newRow("quick machine gets passes first")
        << 1000 << 60.0 << plenty << 16u << quint64(256 * mebibyte) << false;
    QTest::newRow("quicker still, then memory")
        << 1000 << 40.0 << plenty << 12u << quint64(512 * mebibyte) << false;
    QTest::newRow("the ceiling holds") << 1000 << 1.0 << plenty << 20u << quint64(1024 * mebibyte) << false;
    QTest::newRow("no time at all") << 1000 << 0.0 << plenty << 20u << quint64(1024 * mebibyte) << false;
    QTest::newRow("little memory is told")
        << 1000 << 400.0 << quint64(100 * mebibyte) << 10u << quint64(64 * mebibyte) << true;
    QTest::newRow("little memory, quick machine")
        << 1000 << 4.0 << quint64(100 * mebibyte) << 20u << quint64(64 * mebibyte) << true;
    QTest::newRow("a target too short is raised")
        << 1 << 100.0 << plenty << 7u << quint64(256 * mebibyte) << false;
    QTest::newRow("a target too long is cut")
        << 60000 << 100.0 << plenty << 15u << quint64(256 * mebibyte) << false;
}

void tst_PasswordHash::calibrates()
{
    QFETCH(int, target);
    QFETCH(double, msPerPass);
    QFETCH(quint64, memory);
    QFETCH(quint32, passes);
    QFETCH(quint64, chosenMemory);
    QFETCH(bool, reduced);
    const auto calibration = crypto::calibrate(std::chrono::milliseconds(target), test::seededRandom(4),
                                               machine(msPerPass, memory));
    QVERIFY(calibration.has_value());
    QCOMPARE(calibration->parameters.passes(), passes);
    QCOMPARE(calibration->parameters.memoryBytes(), chosenMemory);
    QCOMPARE(calibration->memoryReduced, reduced);
    QVERIFY(calibration->parameters.salt() != noSalt);
}

void tst_PasswordHash::triesOnceAndOnceMoreForMemory()
{
    int trials = 0;
    QVERIFY(crypto::calibrate(1s, test::seededRandom(4), machine(100, 1024 * mebibyte, &trials)).has_value());
    QCOMPARE(trials, 1);
    QVERIFY(crypto::calibrate(1s, test::seededRandom(4), machine(100, 64 * mebibyte, &trials)).has_value());
    QCOMPARE(trials, 3);
}

void tst_PasswordHash::givesUpWhenNoMemoryIsEnough()
{
    const auto calibration = crypto::calibrate(1s, test::seededRandom(4), machine(100, 32 * mebibyte));
    QCOMPARE(calibration.error(), CryptoError::OutOfMemory);
}

void tst_PasswordHash::measuresThisMachine()
{
    const auto elapsed = crypto::timedHash()(PasswordHashParameters::make(3, 64 * mebibyte, noSalt).value());
    QVERIFY(elapsed.has_value());
    QVERIFY(*elapsed > 5ms);
}

QTEST_GUILESS_MAIN(tst_PasswordHash)
#include "tst_PasswordHash.moc"
