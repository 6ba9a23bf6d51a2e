// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/hardware/TpmKey.h"

#include "crypto/Digest.h"
#include "tests/support/ResultChecks.h"
#include "tests/support/Swtpm.h"

#include <QFile>
#include <QTest>

#include <algorithm>
#include <array>
#include <thread>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

crypto::SecretText pin(std::string_view text = "correct 42")
{
    return crypto::SecretText::copyOf(text);
}

/// The ports a test TPM listens on are no device: whether the program may open one is asked of a file.
std::string device(const QString &path)
{
    return "device:" + path.toStdString();
}

} // namespace

/// The whole way through tss2 to a TPM 2.0 that runs in software, its own rules included.
class tst_TpmKey : public QObject {
    Q_OBJECT

    std::unique_ptr<Swtpm> m_chip;

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init()
    {
        m_chip = std::make_unique<Swtpm>();
        QVERIFY(m_chip->start());
    }

    void givesTheSameSecretAgainForTheSamePin()
    {
        TpmKey key(m_chip->connection());
        QCOMPARE(key.present(), QStringList{u"TPM 2.0"_s});
        const auto made = key.enrol(pin(), u"Desk"_s, {});
        REQUIRE_OK(made);
        QCOMPARE(made->secret.size(), HardwareKey::SecretSize);
        QVERIFY(made->parameters.size() <= HardwareKey::LargestParameters);
        for (int time = 0; time < 5; ++time) {
            // A TPM without a resource manager has room for three objects: what is left lying there shows.
            const auto opened = TpmKey(m_chip->connection()).open(std::span(&made->parameters, 1), pin(), {});
            REQUIRE_OK(opened);
            QVERIFY(opened->secret.equals(made->secret.bytes()));
        }
    }

    void eachSlotHasASecretOfItsOwn()
    {
        TpmKey key(m_chip->connection());
        const auto one = key.enrol(pin(), u"One"_s, {});
        const auto two = key.enrol(pin(), u"Two"_s, {});
        REQUIRE_OK(one);
        REQUIRE_OK(two);
        QVERIFY(!one->secret.equals(two->secret.bytes()));
        const std::vector ways{two->parameters, one->parameters};
        const auto opened = key.open(ways, pin(), {});
        REQUIRE_OK(opened);
        QCOMPARE(opened->way, std::size_t(0));
        QVERIFY(opened->secret.equals(two->secret.bytes()));
    }

    void parametersHoldNeitherSecretNorPin()
    {
        TpmKey key(m_chip->connection());
        const auto made = key.enrol(pin("correct 4242"), u"Desk"_s, {});
        REQUIRE_OK(made);
        const auto holds = [&](std::span<const std::byte> part) { return !std::ranges::search(made->parameters, part).empty(); };
        QVERIFY(!holds(made->secret.bytes()));
        QVERIFY(!holds(std::as_bytes(std::span("correct 4242", 12))));
    }

    void aPinShorterThanSixCharactersIsNone()
    {
        TpmKey key(m_chip->connection());
        REQUIRE_ERROR(key.enrol(pin("12345"), u"Desk"_s, {}), ErrorCode::InvalidValue);
        REQUIRE_ERROR(key.enrol(pin("äöüß€"), u"Desk"_s, {}), ErrorCode::InvalidValue); // five, of eleven bytes
        REQUIRE_OK(key.enrol(pin("äöüß€1"), u"Desk"_s, {}));
    }

    void whatCannotBeAPinCostsNoTry()
    {
        TpmKey key(m_chip->connection());
        const auto made = key.enrol(pin(), u"Desk"_s, {});
        REQUIRE_OK(made);
        for (int i = 0; i < 12; ++i)
            REQUIRE_ERROR(key.open(std::span(&made->parameters, 1), pin(i % 2 == 0 ? "" : "12345"), {}), ErrorCode::InvalidValue);
        REQUIRE_OK(key.open(std::span(&made->parameters, 1), pin(), {}));
    }

    void aLongPinCountsToItsLastCharacter()
    {
        TpmKey key(m_chip->connection());
        const std::string longPin(200, 'x');
        const auto made = key.enrol(pin(longPin), u"Desk"_s, {});
        REQUIRE_OK(made);
        REQUIRE_OK(key.open(std::span(&made->parameters, 1), pin(longPin), {}));
        REQUIRE_ERROR(key.open(std::span(&made->parameters, 1), pin(longPin.substr(1) + 'y'), {}), ErrorCode::HardwareWrongPin);
    }

    void anAuthorisationThatEndsInZeroOpensAgain()
    {
        // The TPM cuts zeros off the end. With this salt and PIN there would be one.
        std::array<std::byte, 32> salt{};
        salt.fill(std::byte{193});
        const auto text = pin("number 193");
        QCOMPARE(crypto::KeyedDigest(salt).add("clavitor/tpm-pin/v1").addField(text.bytes()).finish().back(), std::byte{0});
        TpmKey key(m_chip->connection(), [](std::span<std::byte> out) { std::ranges::fill(out, std::byte{193}); });
        const auto made = key.enrol(text, u"Desk"_s, {});
        REQUIRE_OK(made);
        REQUIRE_OK(key.open(std::span(&made->parameters, 1), text, {}));
    }

    void aWrongPinSaysHowManyTriesAreLeftAndThenLocksOut()
    {
        TpmKey key(m_chip->connection());
        const auto made = key.enrol(pin(), u"Desk"_s, {});
        REQUIRE_OK(made);
        QStringList left;
        Result<HardwareKey::Opened> answer = fail(ErrorCode::Internal);
        for (int i = 0; i < 10; ++i) {
            answer = key.open(std::span(&made->parameters, 1), pin("wrong 42"), {});
            QVERIFY(!answer);
            if (answer.error().code != ErrorCode::HardwareWrongPin)
                break;
            left += answer.error().detail;
        }
        QCOMPARE(left, (QStringList{u"2"_s, u"1"_s, u"0"_s}));
        REQUIRE_ERROR(answer, ErrorCode::TpmLockout);
        QVERIFY(answer.error().detail.toInt() > 0);
        // The right one as well: else it could be told from the wrong ones.
        REQUIRE_ERROR(key.open(std::span(&made->parameters, 1), pin(), {}), ErrorCode::TpmLockout);
    }

    void anotherTpmIsForeignAndNoTryIsLostOnIt()
    {
        const auto made = TpmKey(m_chip->connection()).enrol(pin(), u"Desk"_s, {});
        REQUIRE_OK(made);
        Swtpm other;
        QVERIFY(other.start());
        TpmKey foreign(other.connection());
        for (int i = 0; i < 6; ++i)
            REQUIRE_ERROR(foreign.open(std::span(&made->parameters, 1), pin(), {}), ErrorCode::TpmForeign);
        const auto own = foreign.enrol(pin(), u"Other"_s, {});
        REQUIRE_OK(own);
        const std::vector ways{made->parameters, own->parameters};
        const auto opened = foreign.open(ways, pin(), {});
        REQUIRE_OK(opened);
        QCOMPARE(opened->way, std::size_t(1));
    }

    void noChangedByteOpensOrCrashes()
    {
        TpmKey key(m_chip->connection());
        const auto made = key.enrol(pin(), u"Desk"_s, {});
        REQUIRE_OK(made);
        int wrongPins = 0;
        for (std::size_t at = 0; at < made->parameters.size(); ++at) {
            auto changed = made->parameters;
            changed[at] ^= std::byte{0x41};
            const auto answer = key.open(std::span(&changed, 1), pin(), {});
            QVERIFY2(!answer, qPrintable(QString::number(at)));
            // Bytes 1 to 32 are the PIN's salt: to the TPM it is a wrong PIN, three of which are enough.
            if (answer.error().code == ErrorCode::HardwareWrongPin || answer.error().code == ErrorCode::TpmLockout) {
                QVERIFY(at >= 1 && at <= 32);
                if (++wrongPins == 3)
                    at = 32;
                continue;
            }
            QVERIFY2(answer.error().code == ErrorCode::DamagedFile || answer.error().code == ErrorCode::TpmForeign
                         || answer.error().code == ErrorCode::TpmLockout,
                     qPrintable(QString::number(at) + u' ' + errorName(answer.error().code) + u' ' + answer.error().detail));
        }
    }

    void refusesParametersThatAreNone()
    {
        TpmKey key(m_chip->connection());
        const auto made = key.enrol(pin(), u"Desk"_s, {});
        REQUIRE_OK(made);
        for (std::size_t size = 0; size < made->parameters.size(); size += 7) {
            const HardwareKey::Parameters cut(made->parameters.begin(), made->parameters.begin() + static_cast<std::ptrdiff_t>(size));
            REQUIRE_ERROR(key.open(std::span(&cut, 1), pin(), {}), ErrorCode::DamagedFile);
        }
        auto longer = made->parameters;
        longer.push_back(std::byte{0});
        REQUIRE_ERROR(key.open(std::span(&longer, 1), pin(), {}), ErrorCode::DamagedFile);
        REQUIRE_ERROR(key.open({}, pin(), {}), ErrorCode::TpmForeign);
    }

    void aTpmThatGoesAwayInTheMiddleIsAnErrorAndNothingElse()
    {
        TpmKey key(m_chip->connection(), [this](std::span<std::byte> out) {
            m_chip->stop(); // it has made the primary key by now
            std::ranges::fill(out, std::byte{7});
        });
        REQUIRE_ERROR(key.enrol(pin(), u"Desk"_s, {}), ErrorCode::TpmFailed);
        REQUIRE_ERROR(key.enrol(pin(), u"Desk"_s, {}), ErrorCode::TpmAbsent);
        QCOMPARE(key.present(), QStringList());
    }

    void goneAtAnyMomentOfOpening()
    {
        const auto made = TpmKey(m_chip->connection()).enrol(pin(), u"Desk"_s, {});
        REQUIRE_OK(made);
        for (int milliseconds = 0; milliseconds < 60; milliseconds += 6) {
            Swtpm chip;
            QVERIFY(chip.start());
            const auto own = TpmKey(chip.connection()).enrol(pin(), u"Desk"_s, {});
            REQUIRE_OK(own);
            std::thread hand([&] {
                std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
                chip.kill();
            });
            const auto answer = TpmKey(chip.connection()).open(std::span(&own->parameters, 1), pin(), {});
            hand.join();
            if (answer)
                QVERIFY(answer->secret.equals(own->secret.bytes()));
            else
                QVERIFY2(answer.error().code == ErrorCode::TpmFailed || answer.error().code == ErrorCode::TpmAbsent,
                         qPrintable(errorName(answer.error().code) + u' ' + answer.error().detail));
        }
    }

    void saysWhyThereIsNone()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath(u"tpmrm0"_s);
        REQUIRE_ERROR(TpmKey(device(path)).enrol(pin(), u"Desk"_s, {}), ErrorCode::TpmAbsent);
        QCOMPARE(TpmKey(device(path)).present(), QStringList());
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QVERIFY(file.setPermissions({}));
        QCOMPARE(TpmKey(device(path)).present(), QStringList{u"TPM 2.0"_s});
        if (::geteuid() == 0)
            QSKIP("root may open everything");
        const auto denied = TpmKey(device(path)).enrol(pin(), u"Desk"_s, {});
        REQUIRE_ERROR(denied, ErrorCode::TpmDenied);
        QVERIFY(denied.error().detail.contains(u"tss"_s));
    }

    void stopsWhenAsked()
    {
        std::stop_source stop;
        stop.request_stop();
        TpmKey key(m_chip->connection());
        REQUIRE_ERROR(key.enrol(pin(), u"Desk"_s, {stop.get_token(), {}}), ErrorCode::Cancelled);
        REQUIRE_ERROR(key.open({}, pin(), {stop.get_token(), {}}), ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(tst_TpmKey)
#include "tst_TpmKey.moc"
