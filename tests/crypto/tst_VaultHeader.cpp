// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/VaultHeader.h"

#include "tests/crypto/Vectors.h"

#include <QTest>

#include <set>
#include <stdexcept>

using namespace Qt::StringLiterals;
using namespace clavitor;
using crypto::CryptoError;
using crypto::KeySlot;
using crypto::PasswordHashParameters;
using crypto::SlotDevice;
using crypto::SlotKind;
using crypto::VaultHeader;

namespace {

using Bytes = std::vector<std::byte>;

constexpr std::uint64_t mebibyte = 1 << 20;
// Offsets of crypto/README.md, for a header with the name "Home".
constexpr std::size_t atVersion = 8;
constexpr std::size_t atEpoch = 18;
constexpr std::size_t atVaultId = 22;
constexpr std::size_t atPersonalKey = 50;
constexpr std::size_t atNameLength = 82;
constexpr std::size_t atSlotCount = 88;
constexpr std::size_t atFirstSlot = 89;

/// A header with every kind of slot, filled with recognisable bytes: parsing needs no keys.
VaultHeader someHeader()
{
    auto random = test::seededRandom(1);
    VaultHeader header{
        1,  5, 1, crypto::makeVaultId(random), "Home", {}, crypto::PersonalKeyPair::make(random).publicKey,
        {}, {}};
    random(header.databaseSalt);
    random(header.mark);
    for (const SlotKind kind : {SlotKind::Password, SlotKind::Keychain, SlotKind::Recovery}) {
        KeySlot slot;
        slot.kind = kind;
        random(slot.commitment);
        random(slot.vaultKey);
        if (kind == SlotKind::Password)
            slot.parameters =
                PasswordHashParameters::make(3, 256 * mebibyte, {}).value().withFreshSalt(random);
        if (kind != SlotKind::Keychain)
            random(slot.personalKey.emplace());
        header.keySlots.push_back(slot);
    }
    return header;
}

KeySlot deviceSlot(SlotKind kind, std::uint32_t id, std::string label, std::vector<std::byte> parameters)
{
    auto random = test::seededRandom(static_cast<std::uint8_t>(id));
    KeySlot slot;
    slot.kind = kind;
    slot.device = SlotDevice{id, std::move(label), std::move(parameters)};
    random(slot.commitment);
    random(slot.vaultKey);
    random(slot.personalKey.emplace());
    return slot;
}

/// As an attacker, or a newer version, would: the content changed and the checksum made right again.
template <typename Change>
Bytes rewritten(Change change)
{
    Bytes bytes = crypto::serialise(someHeader());
    bytes.resize(bytes.size() - 32);
    change(bytes);
    const auto checksum = crypto::digest(bytes);
    bytes.insert(bytes.end(), checksum.begin(), checksum.end());
    return bytes;
}

void put(Bytes &bytes, std::size_t at, const QByteArray &hex)
{
    std::ranges::copy(test::fromHex(hex), bytes.begin() + static_cast<std::ptrdiff_t>(at));
}

} // namespace

class tst_VaultHeader : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void readsWhatItWrote();
    void standsAtTheDocumentedOffsets();
    void callsForeignFilesForeign_data();
    void callsForeignFilesForeign();
    void findsEveryFlippedBit();
    void findsEveryTruncation();
    void refusesAnythingAfterTheEnd();
    void namesANewerVersion();
    void callsAnUnknownKindOfSlotDamage();
    void readsDevicesAsWritten();
    void holdsEightSecurityKeysAndNoMore();
    void refusesImpossibleDevices_data();
    void refusesImpossibleDevices();
    void refusesTooCheapAndTooDearHashing_data();
    void refusesTooCheapAndTooDearHashing();
    void refusesImpossibleContent_data();
    void refusesImpossibleContent();
    void refusesMoreSlotsThanThereAre();
    void makesVaultIds();
    void refusesToWriteWhatItCouldNotRead();
};

void tst_VaultHeader::readsWhatItWrote()
{
    const VaultHeader header = someHeader();
    const auto parsed = crypto::parseVaultHeader(crypto::serialise(header));
    QVERIFY(parsed.has_value());
    QVERIFY(*parsed == header);
    QVERIFY(parsed->slot(SlotKind::Recovery)->personalKey.has_value());
    QVERIFY(!parsed->slot(SlotKind::Keychain)->personalKey.has_value());

    VaultHeader bare = header;
    bare.keySlots.clear();
    bare.name.clear();
    QVERIFY(crypto::parseVaultHeader(crypto::serialise(bare)).value() == bare);
    QVERIFY(bare.slot(SlotKind::Password) == nullptr);
}

void tst_VaultHeader::standsAtTheDocumentedOffsets()
{
    const VaultHeader header = someHeader();
    const QByteArray bytes = QByteArray::fromHex(test::toHex(crypto::serialise(header)));
    QCOMPARE(bytes.size(), 8 + 2 + 8 + 4 + 12 + 16 + 32 + 2 + 4 + 1 + (1 + 24 + 32 + 72 + 72) +
                               (1 + 32 + 72) + (1 + 32 + 72 + 72) + 32 + 32);
    QCOMPARE(bytes.left(8), "CLAVITOR"_ba);
    QCOMPARE(bytes.mid(8, 14).toHex(), "0100050000000000000001000000"_ba);
    QCOMPARE(bytes.mid(22, 12), test::toByteArray(header.vaultId));
    QCOMPARE(bytes.mid(34, 16).toHex(), test::toHex(header.databaseSalt));
    QCOMPARE(bytes.mid(50, 32).toHex(), test::toHex(header.personalKey.bytes()));
    QCOMPARE(bytes.mid(82, 6), QByteArray::fromHex("0400") + "Home");
    QCOMPARE(bytes.mid(88, 2).toHex(), "0301"_ba);
    QCOMPARE(bytes.mid(90, 8).toHex(), "0300000000000400"_ba); // 3 passes, 262144 KiB
    QCOMPARE(bytes.mid(98, 16).toHex(), test::toHex(header.keySlots[0].parameters->salt()));
    QCOMPARE(bytes.mid(114, 32).toHex(), test::toHex(header.keySlots[0].commitment));
    QCOMPARE(bytes.mid(146, 72).toHex(), test::toHex(header.keySlots[0].vaultKey));
    QCOMPARE(bytes.mid(218, 72).toHex(), test::toHex(*header.keySlots[0].personalKey));
    QCOMPARE(bytes.mid(290, 1).toHex(), "02"_ba);
    QCOMPARE(bytes.mid(395, 1).toHex(), "03"_ba);
    QCOMPARE(bytes.mid(bytes.size() - 64, 32).toHex(), test::toHex(header.mark));
}

void tst_VaultHeader::callsForeignFilesForeign_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::newRow("SQLite") << QByteArray("SQLite format 3"_ba + QByteArray(100, '\0'));
    QTest::newRow("KeePass") << QByteArray(QByteArray::fromHex("03d9a29a67fb4bb501000400") +
                                           QByteArray(100, 'x'));
    QTest::newRow("zip") << "PK\3\4"_ba;
    QTest::newRow("text") << "hello"_ba;
    QTest::newRow("zeros") << QByteArray(500, '\0');
    QTest::newRow("almost") << QByteArray("CLAVITOS"_ba + QByteArray(500, '\1'));
    QTest::newRow("lower case") << QByteArray("clavitor"_ba + QByteArray(500, '\1'));
    QTest::newRow("huge") << QByteArray(1 << 20, 'C');
}

void tst_VaultHeader::callsForeignFilesForeign()
{
    QFETCH(QByteArray, file);
    QCOMPARE(crypto::parseVaultHeader(test::bytesOf(file)).error(), CryptoError::Foreign);
}

void tst_VaultHeader::findsEveryFlippedBit()
{
    const Bytes whole = crypto::serialise(someHeader());
    for (std::size_t i = 0; i < whole.size() * 8; ++i) {
        Bytes bytes = whole;
        bytes[i / 8] ^= std::byte(1 << i % 8);
        QCOMPARE(crypto::parseVaultHeader(bytes).error(),
                 i < 64 ? CryptoError::Foreign : CryptoError::Damaged);
    }
}

void tst_VaultHeader::findsEveryTruncation()
{
    const Bytes whole = crypto::serialise(someHeader());
    for (std::size_t size = 0; size < whole.size(); ++size)
        QCOMPARE(crypto::parseVaultHeader(std::span(whole).first(size)).error(), CryptoError::Damaged);
}

void tst_VaultHeader::refusesAnythingAfterTheEnd()
{
    Bytes bytes = crypto::serialise(someHeader());
    bytes.push_back(std::byte(0));
    QCOMPARE(crypto::parseVaultHeader(bytes).error(), CryptoError::Damaged);
    bytes.resize(VaultHeader::largestFile + 1);
    QCOMPARE(crypto::parseVaultHeader(bytes).error(), CryptoError::Damaged);
    const Bytes longer = rewritten([](Bytes &content) { content.push_back(std::byte(0)); });
    QCOMPARE(crypto::parseVaultHeader(longer).error(), CryptoError::Damaged);
}

void tst_VaultHeader::namesANewerVersion()
{
    QVERIFY(crypto::parseVaultHeader(rewritten([](Bytes &) {})).has_value());
    const Bytes newer = rewritten([](Bytes &content) { put(content, atVersion, "0200"); });
    QCOMPARE(crypto::parseVaultHeader(newer).error(), CryptoError::Newer);
    // What a newer version has after its number is its own business.
    const Bytes other = rewritten([](Bytes &content) {
        content.resize(40);
        put(content, atVersion, "ff7f");
    });
    QCOMPARE(crypto::parseVaultHeader(other).error(), CryptoError::Newer);
}

void tst_VaultHeader::callsAnUnknownKindOfSlotDamage()
{
    const Bytes unknown = rewritten([](Bytes &content) { content[atFirstSlot] = std::byte(6); });
    QCOMPARE(crypto::parseVaultHeader(unknown).error(), CryptoError::Damaged);
    const Bytes other = rewritten([](Bytes &content) { content[atFirstSlot] = std::byte(255); });
    QCOMPARE(crypto::parseVaultHeader(other).error(), CryptoError::Damaged);
    // Of a newer version it is that version's.
    const Bytes newer = rewritten([](Bytes &content) {
        put(content, atVersion, "0200");
        content[atFirstSlot] = std::byte(6);
    });
    QCOMPARE(crypto::parseVaultHeader(newer).error(), CryptoError::Newer);
}

void tst_VaultHeader::readsDevicesAsWritten()
{
    VaultHeader header = someHeader();
    const std::size_t before = crypto::serialise(header).size();
    header.keySlots.push_back(
        deviceSlot(SlotKind::SecurityKey, 0x01020304, "Blue key", {std::byte(7), std::byte(8)}));
    const QByteArray bytes = QByteArray::fromHex(test::toHex(crypto::serialise(header)));
    const auto at = static_cast<qsizetype>(before - 64);
    QCOMPARE(bytes.mid(at, 1).toHex(), "04"_ba);
    QCOMPARE(bytes.mid(at + 1, 4).toHex(), "04030201"_ba);
    QCOMPARE(bytes.mid(at + 5, 10), QByteArray::fromHex("0800") + "Blue key");
    QCOMPARE(bytes.mid(at + 15, 4).toHex(), "02000708"_ba);
    QCOMPARE(bytes.mid(at + 19, 32).toHex(), test::toHex(header.keySlots.back().commitment));
    QCOMPARE(bytes.size(), at + 19 + 32 + 72 + 72 + 64);

    header.keySlots.push_back(
        deviceSlot(SlotKind::SecurityKey, 9, std::string(64, 'x'),
                   std::vector<std::byte>(SlotDevice::largestParameters, std::byte(0xff))));
    header.keySlots.push_back(deviceSlot(SlotKind::Tpm, 10, {}, {}));
    const auto parsed = crypto::parseVaultHeader(crypto::serialise(header));
    QVERIFY(parsed.has_value());
    QVERIFY(*parsed == header);
    QCOMPARE(parsed->slot(SlotKind::SecurityKey)->device->id, 0x01020304u);
    QCOMPARE(parsed->slot(SlotKind::SecurityKey, 9)->device->label.size(), 64u);
    QVERIFY(parsed->slot(SlotKind::Tpm, 9) == nullptr);
    QVERIFY(parsed->slot(SlotKind::SecurityKey, 0) == nullptr);
    QVERIFY(parsed->slot(SlotKind::Password, 0) != nullptr);
}

void tst_VaultHeader::holdsEightSecurityKeysAndNoMore()
{
    VaultHeader header = someHeader();
    const std::vector<std::byte> largest(SlotDevice::largestParameters, std::byte(1));
    for (std::uint32_t id = 1; id <= 8; ++id)
        header.keySlots.push_back(deviceSlot(SlotKind::SecurityKey, id, std::string(64, 'k'), largest));
    header.keySlots.push_back(deviceSlot(SlotKind::Tpm, 100, std::string(64, 't'), largest));
    QVERIFY(crypto::serialise(header).size() < VaultHeader::largestFile);
    QVERIFY(crypto::parseVaultHeader(crypto::serialise(header)).value() == header);
    header.keySlots.push_back(deviceSlot(SlotKind::SecurityKey, 9, {}, {}));
    QCOMPARE(crypto::parseVaultHeader(crypto::serialise(header)).error(), CryptoError::Damaged);
}

void tst_VaultHeader::refusesImpossibleDevices_data()
{
    QTest::addColumn<QByteArray>("hex");
    QTest::addColumn<quint64>("offset"); // from the first device slot
    QTest::newRow("id 0") << "00000000"_ba << quint64(1);
    QTest::newRow("label of 65 bytes") << "4100"_ba << quint64(5);
    QTest::newRow("label longer than the file") << "ffff"_ba << quint64(5);
    QTest::newRow("parameters of 4097 bytes") << "0110"_ba << quint64(5 + 2 + 64);
    QTest::newRow("parameters longer than the file") << "ffff"_ba << quint64(5 + 2 + 64);
    QTest::newRow("the id of another security key") << "02000000"_ba << quint64(1);
    QTest::newRow("the id of the TPM") << "03000000"_ba << quint64(1);
    QTest::newRow("a second TPM") << "05"_ba << quint64(0);
}

void tst_VaultHeader::refusesImpossibleDevices()
{
    QFETCH(QByteArray, hex);
    QFETCH(quint64, offset);
    VaultHeader header = someHeader();
    const std::size_t at = crypto::serialise(header).size() - 64 + offset;
    const std::vector<std::byte> parameters(4096, std::byte(0x5a));
    header.keySlots.push_back(deviceSlot(SlotKind::SecurityKey, 1, std::string(64, 'k'), parameters));
    header.keySlots.push_back(deviceSlot(SlotKind::SecurityKey, 2, std::string(64, 'k'), parameters));
    header.keySlots.push_back(deviceSlot(SlotKind::Tpm, 3, "this computer", parameters));
    QVERIFY(crypto::parseVaultHeader(crypto::serialise(header)).has_value());
    Bytes bytes = crypto::serialise(header);
    bytes.resize(bytes.size() - 32);
    put(bytes, at, hex);
    const auto checksum = crypto::digest(bytes);
    bytes.insert(bytes.end(), checksum.begin(), checksum.end());
    QCOMPARE(crypto::parseVaultHeader(bytes).error(), CryptoError::Damaged);
}

void tst_VaultHeader::refusesTooCheapAndTooDearHashing_data()
{
    QTest::addColumn<QByteArray>("parameters"); // passes and KiB, little-endian
    QTest::newRow("one pass") << "0100000000000400"_ba;
    QTest::newRow("two passes") << "0200000000000400"_ba;
    QTest::newRow("21 passes") << "1500000000000400"_ba;
    QTest::newRow("63 MiB") << "0300000000fc0000"_ba;
    QTest::newRow("8 KiB") << "0300000008000000"_ba;
    QTest::newRow("above 1 GiB") << "0300000001001000"_ba;
    QTest::newRow("4 TiB") << "03000000ffffffff"_ba;
}

void tst_VaultHeader::refusesTooCheapAndTooDearHashing()
{
    QFETCH(QByteArray, parameters);
    const Bytes bytes = rewritten([&](Bytes &content) { put(content, atFirstSlot + 1, parameters); });
    QCOMPARE(crypto::parseVaultHeader(bytes).error(), CryptoError::Refused);
}

void tst_VaultHeader::refusesImpossibleContent_data()
{
    QTest::addColumn<QByteArray>("hex");
    QTest::addColumn<quint64>("offset");
    QTest::newRow("version 0") << "0000"_ba << quint64(atVersion);
    QTest::newRow("epoch 0") << "00000000"_ba << quint64(atEpoch);
    QTest::newRow("vault id in upper case") << "41"_ba << quint64(atVaultId);
    QTest::newRow("vault id with an i") << "69"_ba << quint64(atVaultId);
    QTest::newRow("vault id with a slash") << "2f"_ba << quint64(atVaultId);
    QTest::newRow("public key of small order") << QByteArray(64, '0') << quint64(atPersonalKey);
    QTest::newRow("name longer than the file") << "ffff"_ba << quint64(atNameLength);
    QTest::newRow("name longer than allowed") << "0101"_ba << quint64(atNameLength);
    QTest::newRow("fewer slots than there are") << "02"_ba << quint64(atSlotCount);
    QTest::newRow("slot kind 0") << "00"_ba << quint64(atFirstSlot);
    QTest::newRow("two password slots") << "01"_ba << quint64(atFirstSlot + 201);
    QTest::newRow("two keychain slots") << "02"_ba << quint64(atFirstSlot + 201 + 105);
}

void tst_VaultHeader::refusesImpossibleContent()
{
    QFETCH(QByteArray, hex);
    QFETCH(quint64, offset);
    const Bytes bytes = rewritten([&](Bytes &content) { put(content, offset, hex); });
    QCOMPARE(crypto::parseVaultHeader(bytes).error(), CryptoError::Damaged);
}

void tst_VaultHeader::refusesMoreSlotsThanThereAre()
{
    // The mark is then read as a slot, of whatever kind its first byte happens to name.
    for (const QByteArray &count : {"04"_ba, "ff"_ba}) {
        const Bytes bytes = rewritten([&](Bytes &content) { put(content, atSlotCount, count); });
        QVERIFY(!crypto::parseVaultHeader(bytes));
    }
}

void tst_VaultHeader::makesVaultIds()
{
    std::set<std::string> ids;
    for (int i = 0; i < 200; ++i) {
        const std::string id = crypto::makeVaultId(crypto::systemRandom());
        QVERIFY(crypto::isVaultId(id));
        ids.insert(id);
    }
    QCOMPARE(ids.size(), 200u);
    auto random = test::ScriptedRandom::ofNumbers({0, 9, 10, 17, 18, 19, 20, 21, 22, 26, 27, 31});
    QCOMPARE(test::toByteArray(crypto::makeVaultId(random.source())), "09ahjkmnptvz"_ba);
    for (const char *bad : {"", "0123456789a", "0123456789abc", "0123456789aB", "0123456789al",
                            "0123456789ao", "0123456789au", "0123456789a-"})
        QVERIFY(!crypto::isVaultId(bad));
}

void tst_VaultHeader::refusesToWriteWhatItCouldNotRead()
{
    VaultHeader header = someHeader();
    header.vaultId = "short";
    QVERIFY_THROWS_EXCEPTION(std::invalid_argument, (void)crypto::serialise(header));
    header = someHeader();
    header.name.assign(VaultHeader::longestName + 1, 'x');
    QVERIFY_THROWS_EXCEPTION(std::invalid_argument, (void)crypto::serialise(header));
    for (const KeySlot &slot :
         {deviceSlot(SlotKind::Tpm, 0, {}, {}), deviceSlot(SlotKind::Tpm, 1, std::string(65, 'x'), {}),
          deviceSlot(SlotKind::Tpm, 1, {}, std::vector<std::byte>(4097))}) {
        header = someHeader();
        header.keySlots.push_back(slot);
        QVERIFY_THROWS_EXCEPTION(std::invalid_argument, (void)crypto::serialise(header));
    }
}

QTEST_GUILESS_MAIN(tst_VaultHeader)
#include "tst_VaultHeader.moc"
