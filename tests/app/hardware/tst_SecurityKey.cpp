// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/hardware/SecurityKey.h"

#include "tests/support/ResultChecks.h"
#include "tests/support/SoftAuthenticator.h"

#include <QTest>

#include <algorithm>
#include <chrono>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

using Model = SoftAuthenticator::Model;
using Hand = SoftAuthenticator::Hand;
using Ways = std::span<const HardwareKey::Parameters>;

crypto::SecretText pin(std::string_view text)
{
    return crypto::SecretText::copyOf(text);
}

} // namespace

/// The whole way through libfido2 to a key that reckons for itself.
class tst_SecurityKey : public QObject {
    Q_OBJECT

    QList<std::shared_ptr<SoftAuthenticator>> m_plugged;
    std::unique_ptr<SecurityKey> m_key;

    SoftAuthenticator &plug(Model model)
    {
        m_plugged = {std::make_shared<SoftAuthenticator>(std::move(model))};
        return *m_plugged.first();
    }

    static void models()
    {
        QTest::addColumn<QByteArray>("pinOfKey");
        QTest::addColumn<int>("protocol");
        QTest::addColumn<bool>("protects");
        QTest::newRow("no PIN, first protocol") << QByteArray() << 1 << true;
        QTest::newRow("no PIN, second protocol") << QByteArray() << 2 << true;
        QTest::newRow("PIN, first protocol") << QByteArray("123456") << 1 << true;
        QTest::newRow("PIN, second protocol") << QByteArray("123456") << 2 << true;
        QTest::newRow("no PIN, no credProtect") << QByteArray() << 2 << false;
    }

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init()
    {
        m_plugged.clear();
        m_key = std::make_unique<SecurityKey>(std::make_unique<SoftPort>(&m_plugged), crypto::systemRandom(), 5s);
    }

    void givesTheSameSecretAgain_data() { models(); }
    void givesTheSameSecretAgain()
    {
        QFETCH(QByteArray, pinOfKey);
        QFETCH(int, protocol);
        QFETCH(bool, protects);
        Model model;
        model.pin = pinOfKey;
        model.pinProtocol = protocol;
        model.credProtect = protects;
        SoftAuthenticator &soft = plug(model);
        QList<HardwareCall::Step> steps;
        const HardwareCall call{{}, [&](HardwareCall::Step step) { steps += step; }};
        const auto made = m_key->enrol(pin({pinOfKey.data(), static_cast<std::size_t>(pinOfKey.size())}), u"Blue key"_s, call);
        REQUIRE_OK(made);
        QCOMPARE(steps, (QList{HardwareCall::Step::Touch, HardwareCall::Step::TouchAgain}));
        QCOMPARE(soft.touches(), 2);
        QCOMPARE(made->secret.size(), HardwareKey::SecretSize);
        QVERIFY(made->parameters.size() <= HardwareKey::LargestParameters);
        QVERIFY(soft.residents().isEmpty());
        for (int time = 0; time < 2; ++time) {
            soft.replug();
            steps.clear();
            const auto opened = m_key->open(Ways(&made->parameters, 1), pin({pinOfKey.data(), static_cast<std::size_t>(pinOfKey.size())}), call);
            REQUIRE_OK(opened);
            QVERIFY(opened->secret.equals(made->secret.bytes()));
            QCOMPARE(steps, QList{HardwareCall::Step::Touch});
        }
        QCOMPARE(soft.touches(), 4);
    }

    void neitherSecretNorPinCrossesTheWire_data() { models(); }
    void neitherSecretNorPinCrossesTheWire()
    {
        QFETCH(QByteArray, pinOfKey);
        QFETCH(int, protocol);
        Model model;
        model.pin = pinOfKey;
        model.pinProtocol = protocol;
        SoftAuthenticator &soft = plug(model);
        const auto made = m_key->enrol(pin({pinOfKey.data(), static_cast<std::size_t>(pinOfKey.size())}), u"Blue key"_s, {});
        REQUIRE_OK(made);
        const QByteArray secret(reinterpret_cast<const char *>(made->secret.bytes().data()), 32);
        QVERIFY(soft.traffic().contains("hmac-secret"));
        QVERIFY(!soft.traffic().contains(soft.lastSecret()));
        QVERIFY(secret != soft.lastSecret() && !soft.traffic().contains(secret));
        if (!pinOfKey.isEmpty())
            QVERIFY(!soft.traffic().contains(pinOfKey));
        QVERIFY(std::ranges::search(made->parameters, made->secret.bytes()).empty());
    }

    void eachSlotHasASecretOfItsOwn()
    {
        plug({});
        const auto one = m_key->enrol({}, u"One"_s, {});
        const auto two = m_key->enrol({}, u"Two"_s, {});
        REQUIRE_OK(one);
        REQUIRE_OK(two);
        QVERIFY(!one->secret.equals(two->secret.bytes()));
    }

    void findsItsOwnAmongTheWaysOfSeveralKeysWithOneTouch()
    {
        const auto blue = std::make_shared<SoftAuthenticator>(Model{.pin = "1234"});
        const auto green = std::make_shared<SoftAuthenticator>();
        m_plugged = {blue};
        const auto madeBlue = m_key->enrol(pin("1234"), u"Blue"_s, {});
        m_plugged = {green};
        const auto madeGreen = m_key->enrol({}, u"Green"_s, {});
        REQUIRE_OK(madeBlue);
        REQUIRE_OK(madeGreen);
        const std::vector ways{madeBlue->parameters, madeGreen->parameters};
        const int before = green->touches();
        auto opened = m_key->open(ways, {}, {});
        REQUIRE_OK(opened);
        QCOMPARE(opened->way, std::size_t(1));
        QVERIFY(opened->secret.equals(madeGreen->secret.bytes()));
        QCOMPARE(green->touches(), before + 1);
        m_plugged = {blue};
        REQUIRE_ERROR(m_key->open(ways, {}, {}), ErrorCode::SecurityKeyPinNeeded);
        opened = m_key->open(ways, pin("1234"), {});
        REQUIRE_OK(opened);
        QCOMPARE(opened->way, std::size_t(0));
        QVERIFY(opened->secret.equals(madeBlue->secret.bytes()));
    }

    void aKeyThatIsNoneOfOursIsUnknownAndNotTouched()
    {
        plug({});
        const auto made = m_key->enrol({}, u"Ours"_s, {});
        REQUIRE_OK(made);
        SoftAuthenticator &other = plug({});
        REQUIRE_ERROR(m_key->open(Ways(&made->parameters, 1), {}, {}), ErrorCode::SecurityKeyUnknown);
        QCOMPARE(other.touches(), 0);
        REQUIRE_ERROR(m_key->open({}, {}, {}), ErrorCode::SecurityKeyUnknown);
    }

    void aResetKeyIsUnknown()
    {
        SoftAuthenticator &soft = plug({.pin = "1234"});
        const auto made = m_key->enrol(pin("1234"), u"Ours"_s, {});
        REQUIRE_OK(made);
        soft.reset();
        REQUIRE_ERROR(m_key->open(Ways(&made->parameters, 1), pin("1234"), {}), ErrorCode::SecurityKeyUnknown);
        soft.setPin("1234");
        REQUIRE_ERROR(m_key->open(Ways(&made->parameters, 1), pin("1234"), {}), ErrorCode::SecurityKeyUnknown);
    }

    void aWayMadeWithAPinDoesNotOpenWithout()
    {
        SoftAuthenticator &soft = plug({.pin = "1234"});
        const auto made = m_key->enrol(pin("1234"), u"Ours"_s, {});
        REQUIRE_OK(made);
        const int before = soft.touches();
        REQUIRE_ERROR(m_key->open(Ways(&made->parameters, 1), {}, {}), ErrorCode::SecurityKeyPinNeeded);
        // Somebody takes the flag away: the key itself does not answer to it without its PIN.
        auto changed = made->parameters;
        changed[1] = std::byte{0};
        REQUIRE_ERROR(m_key->open(Ways(&changed, 1), {}, {}), ErrorCode::SecurityKeyUnknown);
        QCOMPARE(soft.touches(), before);
    }

    void aPinSetLaterChangesNothingForWhatWasMadeBefore()
    {
        SoftAuthenticator &soft = plug({});
        const auto made = m_key->enrol({}, u"Ours"_s, {});
        REQUIRE_OK(made);
        soft.setPin("1234");
        for (const char *given : {"", "1234"}) {
            const auto opened = m_key->open(Ways(&made->parameters, 1), pin(given), {});
            REQUIRE_OK(opened);
            QVERIFY(opened->secret.equals(made->secret.bytes()));
        }
    }

    void enrolmentAsksForThePinOfAKeyThatHasOne()
    {
        SoftAuthenticator &soft = plug({.pin = "1234"});
        REQUIRE_ERROR(m_key->enrol({}, u"Ours"_s, {}), ErrorCode::SecurityKeyPinNeeded);
        QCOMPARE(soft.touches(), 0);
        QCOMPARE(soft.credentials(), 0);
    }

    void aWrongPinIsTriedOnceAndSaysHowManyAreLeft()
    {
        SoftAuthenticator &soft = plug({.pin = "1234"});
        const auto made = m_key->enrol(pin("1234"), u"Ours"_s, {});
        REQUIRE_OK(made);
        const auto first = m_key->open(Ways(&made->parameters, 1), pin("4321"), {});
        REQUIRE_ERROR(first, ErrorCode::HardwareWrongPin);
        QCOMPARE(first.error().detail, u"7"_s);
        QCOMPARE(soft.retries(), 7);
        QCOMPARE(m_key->enrol(pin("4321"), u"Again"_s, {}).error().detail, u"6"_s);
        // The third in a row: the key wants to be plugged in anew before it counts on.
        REQUIRE_ERROR(m_key->open(Ways(&made->parameters, 1), pin("4321"), {}), ErrorCode::SecurityKeyPinPaused);
        REQUIRE_ERROR(m_key->open(Ways(&made->parameters, 1), pin("1234"), {}), ErrorCode::SecurityKeyPinPaused);
        soft.replug();
        REQUIRE_OK(m_key->open(Ways(&made->parameters, 1), pin("1234"), {}));
        QCOMPARE(soft.retries(), 8);
    }

    void eightWrongPinsBlockTheKeyForGood()
    {
        SoftAuthenticator &soft = plug({.pin = "1234"});
        const auto made = m_key->enrol(pin("1234"), u"Ours"_s, {});
        REQUIRE_OK(made);
        for (int i = 0; i < 20 && soft.retries() > 0; ++i) {
            QVERIFY(!m_key->open(Ways(&made->parameters, 1), pin("4321"), {}));
            soft.replug();
        }
        REQUIRE_ERROR(m_key->open(Ways(&made->parameters, 1), pin("1234"), {}), ErrorCode::SecurityKeyPinBlocked);
    }

    void whatCannotBeAPinCostsNoTry()
    {
        SoftAuthenticator &soft = plug({.pin = "1234"});
        const auto made = m_key->enrol(pin("1234"), u"Ours"_s, {});
        REQUIRE_OK(made);
        for (const std::string &given : {std::string("123"), std::string(64, '1'), std::string("12\0""34", 5)}) {
            REQUIRE_ERROR(m_key->open(Ways(&made->parameters, 1), pin(given), {}), ErrorCode::InvalidValue);
            REQUIRE_ERROR(m_key->enrol(pin(given), u"Ours"_s, {}), ErrorCode::InvalidValue);
        }
        QCOMPARE(soft.retries(), 8);
    }

    void noTouchEndsInTimeAndStopsTheBlinking()
    {
        SecurityKey hasty(std::make_unique<SoftPort>(&m_plugged), crypto::systemRandom(), 300ms);
        SoftAuthenticator &soft = plug({});
        const auto made = hasty.enrol({}, u"Ours"_s, {});
        REQUIRE_OK(made);
        soft.setHand(Hand::KeepsAway);
        REQUIRE_ERROR(hasty.open(Ways(&made->parameters, 1), {}, {}), ErrorCode::SecurityKeyUntouched);
        REQUIRE_ERROR(hasty.enrol({}, u"More"_s, {}), ErrorCode::SecurityKeyUntouched);
        QCOMPARE(soft.cancels(), 2);
        soft.setHand(Hand::Touches);
        REQUIRE_OK(hasty.open(Ways(&made->parameters, 1), {}, {}));
    }

    void aRefusalOnTheKeyIsNoTouch()
    {
        SoftAuthenticator &soft = plug({});
        soft.setHand(Hand::Refuses);
        REQUIRE_ERROR(m_key->enrol({}, u"Ours"_s, {}), ErrorCode::SecurityKeyUntouched);
    }

    void stopsWhileItWaitsForATouch()
    {
        SoftAuthenticator &soft = plug({});
        const auto made = m_key->enrol({}, u"Ours"_s, {});
        REQUIRE_OK(made);
        soft.setHand(Hand::KeepsAway);
        std::stop_source stop;
        int waits = 0;
        soft.onWait = [&] {
            if (++waits == 3)
                stop.request_stop();
        };
        REQUIRE_ERROR(m_key->open(Ways(&made->parameters, 1), {}, {stop.get_token(), {}}), ErrorCode::Cancelled);
        QCOMPARE(waits, 3);
        QCOMPARE(soft.cancels(), 1);
        REQUIRE_ERROR(m_key->open(Ways(&made->parameters, 1), {}, {stop.get_token(), {}}), ErrorCode::Cancelled);
        soft.setHand(Hand::Touches);
        REQUIRE_OK(m_key->open(Ways(&made->parameters, 1), {}, {}));
    }

    void takenOutAtAnyMomentIsSaidAndChangesNothing()
    {
        SoftAuthenticator &soft = plug({.pin = "1234"});
        const auto made = m_key->enrol(pin("1234"), u"Ours"_s, {});
        REQUIRE_OK(made);
        const int before = soft.reports();
        REQUIRE_OK(m_key->open(Ways(&made->parameters, 1), pin("1234"), {}));
        const int whole = soft.reports() - before;
        QVERIFY(whole > 20);
        for (int reports = 0; reports < whole; ++reports) {
            soft.replug();
            soft.removeAfter(reports);
            const auto answer = m_key->open(Ways(&made->parameters, 1), pin("1234"), {});
            QVERIFY2(!answer, qPrintable(QString::number(reports)));
            QVERIFY2(answer.error().code == ErrorCode::SecurityKeyRemoved,
                     qPrintable(u"%1: %2 %3"_s.arg(reports).arg(errorName(answer.error().code), answer.error().detail)));
        }
        soft.replug();
        const auto opened = m_key->open(Ways(&made->parameters, 1), pin("1234"), {});
        REQUIRE_OK(opened);
        QVERIFY(opened->secret.equals(made->secret.bytes()));
    }

    void takenOutAtAnyMomentOfEnrolment()
    {
        SoftAuthenticator &soft = plug({});
        REQUIRE_OK(m_key->enrol({}, u"Ours"_s, {}));
        const int whole = soft.reports();
        for (int reports = 0; reports < whole; ++reports) {
            soft.replug();
            soft.removeAfter(reports);
            REQUIRE_ERROR(m_key->enrol({}, u"Ours"_s, {}), ErrorCode::SecurityKeyRemoved);
        }
    }

    void saysWhatIsPluggedInAndWhatCannotDo()
    {
        REQUIRE_ERROR(m_key->enrol({}, u"Ours"_s, {}), ErrorCode::SecurityKeyAbsent);
        REQUIRE_ERROR(m_key->open({}, {}, {}), ErrorCode::SecurityKeyAbsent);
        QCOMPARE(m_key->present(), QStringList());
        m_plugged = {std::make_shared<SoftAuthenticator>(), std::make_shared<SoftAuthenticator>()};
        QCOMPARE(m_key->present(), (QStringList{u"Soft key 0"_s, u"Soft key 1"_s}));
        REQUIRE_ERROR(m_key->enrol({}, u"Ours"_s, {}), ErrorCode::SecurityKeySeveral);
        REQUIRE_ERROR(m_key->open({}, {}, {}), ErrorCode::SecurityKeySeveral);
        plug({.fido2 = false});
        REQUIRE_ERROR(m_key->enrol({}, u"Ours"_s, {}), ErrorCode::SecurityKeyUnsuited);
        REQUIRE_ERROR(m_key->open({}, {}, {}), ErrorCode::SecurityKeyUnsuited);
        SoftAuthenticator &plain = plug({.hmacSecret = false});
        REQUIRE_ERROR(m_key->enrol({}, u"Ours"_s, {}), ErrorCode::SecurityKeyUnsuited);
        QCOMPARE(plain.touches(), 0);
    }

    void aKeyTheSystemKeepsFromUsIsDenied()
    {
        plug({});
        auto port = std::make_unique<SoftPort>(&m_plugged);
        port->mayOpen = false;
        SecurityKey key(std::move(port));
        QCOMPARE(key.present().size(), 1);
        REQUIRE_ERROR(key.enrol({}, u"Ours"_s, {}), ErrorCode::SecurityKeyDenied);
    }

    void aKeyThatDoesNotKnowTheSilentQuestionIsAskedAloud()
    {
        plug({.silentQuestion = false});
        const auto made = m_key->enrol({}, u"Ours"_s, {});
        REQUIRE_OK(made);
        const auto opened = m_key->open(Ways(&made->parameters, 1), {}, {});
        REQUIRE_OK(opened);
        QVERIFY(opened->secret.equals(made->secret.bytes()));
    }

    void aKeyWhosePinProtectsNothingIsUnsuited()
    {
        SoftAuthenticator &soft = plug({.pin = "123456", .credProtect = false});
        REQUIRE_ERROR(m_key->enrol(pin("123456"), u"Old"_s, {}), ErrorCode::SecurityKeyUnsuited);
        QCOMPARE(soft.touches(), 0);
    }

    void aPinForAKeyWithoutOneIsNotTakenForOne()
    {
        SoftAuthenticator &soft = plug({});
        REQUIRE_ERROR(m_key->enrol(pin("1234"), u"Ours"_s, {}), ErrorCode::SecurityKeyNoPin);
        QCOMPARE(soft.touches(), 0);
        // Opening asks all keys, with and without.
        const auto made = m_key->enrol({}, u"Ours"_s, {});
        REQUIRE_OK(made);
        REQUIRE_OK(m_key->open(Ways(&made->parameters, 1), pin("1234"), {}));
    }

    void aKeyThatCannotBeAskedSilentlyFindsItsWayAmongOthers()
    {
        plug({});
        const auto others = m_key->enrol({}, u"Other"_s, {});
        plug({.silentQuestion = false});
        const auto own = m_key->enrol({}, u"Ours"_s, {});
        REQUIRE_OK(others);
        REQUIRE_OK(own);
        const std::vector ways{others->parameters, own->parameters};
        const auto opened = m_key->open(ways, {}, {});
        REQUIRE_OK(opened);
        QCOMPARE(opened->way, std::size_t(1));
        QVERIFY(opened->secret.equals(own->secret.bytes()));
    }

    void aPinIsNotTriedWhereItIsNotNeeded()
    {
        plug({.pin = "123456"});
        const auto others = m_key->enrol(pin("123456"), u"Other"_s, {});
        SoftAuthenticator &soft = plug({});
        const auto own = m_key->enrol({}, u"Ours"_s, {});
        REQUIRE_OK(others);
        REQUIRE_OK(own);
        soft.setPin("4321");
        const std::vector ways{others->parameters, own->parameters};
        const auto opened = m_key->open(ways, pin("1111"), {});
        REQUIRE_OK(opened);
        QCOMPARE(opened->way, std::size_t(1));
        QCOMPARE(soft.retries(), 8);
    }

    void anotherProgramsTouchIsNotOurs()
    {
        SoftAuthenticator &soft = plug({});
        const auto made = m_key->enrol({}, u"Ours"_s, {});
        REQUIRE_OK(made);
        QList<HardwareCall::Step> steps;
        soft.setChatter(true);
        const auto opened = m_key->open(Ways(&made->parameters, 1), {}, {{}, [&](HardwareCall::Step step) { steps += step; }});
        REQUIRE_OK(opened);
        QCOMPARE(steps, QList{HardwareCall::Step::Touch});
        QVERIFY(opened->secret.equals(made->secret.bytes()));
    }

    void noChangedByteOfTheParametersOpens()
    {
        plug({});
        const auto made = m_key->enrol({}, u"Ours"_s, {});
        REQUIRE_OK(made);
        for (std::size_t at = 0; at < made->parameters.size(); ++at) {
            auto changed = made->parameters;
            changed[at] ^= std::byte{0x41};
            const auto answer = m_key->open(Ways(&changed, 1), {}, {});
            if (answer) // another salt is another secret, which fits no slot
                QVERIFY2(at >= 2 && at < 34 && !answer->secret.equals(made->secret.bytes()), qPrintable(QString::number(at)));
            else
                QVERIFY(answer.error().code == ErrorCode::DamagedFile || answer.error().code == ErrorCode::SecurityKeyUnknown);
        }
        for (std::size_t size = 0; size < made->parameters.size(); size += 5) {
            const HardwareKey::Parameters cut(made->parameters.begin(), made->parameters.begin() + static_cast<std::ptrdiff_t>(size));
            REQUIRE_ERROR(m_key->open(Ways(&cut, 1), {}, {}), ErrorCode::DamagedFile);
        }
    }

    void aLongLabelIsCutBetweenCharacters()
    {
        plug({});
        REQUIRE_OK(m_key->enrol({}, QString(300, u'ß'), {}));
        REQUIRE_OK(m_key->enrol({}, u"🔑"_s.repeated(50), {}));
        REQUIRE_OK(m_key->enrol({}, u"  "_s, {}));
    }
};

QTEST_GUILESS_MAIN(tst_SecurityKey)
#include "tst_SecurityKey.moc"
