// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/hardware/SecurityKey.h"
#include "app/hardware/TpmKey.h"
#include "tests/app/session/SessionFixture.h"
#include "tests/support/SoftAuthenticator.h"
#include "tests/support/Swtpm.h"

#include <QDir>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using crypto::SlotKind;

namespace {

crypto::SecretText pin(std::string_view text)
{
    return crypto::SecretText::copyOf(text);
}

/// The whole way of adding: the hardware makes a secret, the vault a slot of it.
Result<> add(VaultSession &vault, HardwareKey &key, SlotKind kind, std::string_view pinOfKey, const QString &label)
{
    auto made = key.enrol(pin(pinOfKey), label, {});
    if (!made)
        return std::unexpected(made.error());
    const QByteArray parameters(reinterpret_cast<const char *>(made->parameters.data()), static_cast<qsizetype>(made->parameters.size()));
    auto work = vault.beginAddWay({kind, label, parameters}, std::move(made->secret), secretText(Password));
    if (!work)
        return std::unexpected(work.error());
    auto header = (*work)();
    return header ? vault.finishRewrap(std::move(*header)) : std::unexpected(header.error());
}

struct Way {
    WayName name;
    crypto::SecretBytes secret;
};

/// The secret of one of the vault's ways of that kind, asked of the hardware with what the header says.
Result<Way> ask(const VaultSession &vault, HardwareKey &key, SlotKind kind, std::string_view pinOfKey)
{
    std::vector<HardwareKey::Parameters> parameters;
    QList<WayName> names;
    for (const UnlockWay &way : vault.ways()) {
        if (way.name.kind != kind)
            continue;
        const auto bytes = std::as_bytes(std::span(way.parameters.constData(), static_cast<std::size_t>(way.parameters.size())));
        parameters.emplace_back(bytes.begin(), bytes.end());
        names += way.name;
    }
    auto opened = key.open(parameters, pin(pinOfKey), {});
    if (!opened)
        return std::unexpected(opened.error());
    return Way{names.at(static_cast<qsizetype>(opened->way)), std::move(opened->secret)};
}

QByteArray everythingIn(const QString &folder)
{
    QByteArray all;
    const QFileInfoList files = QDir(folder).entryInfoList(QDir::Files | QDir::Hidden);
    for (const QFileInfo &file : files)
        all += contentOf(file.filePath());
    return all;
}

QByteArray plain(const crypto::SecretBytes &secret)
{
    return {reinterpret_cast<const char *>(secret.bytes().data()), static_cast<qsizetype>(secret.size())};
}

} // namespace

/// A vault, a TPM and security keys together, with nothing scripted between them.
class tst_HardwareWays : public SessionFixture {
    Q_OBJECT

    QList<std::shared_ptr<SoftAuthenticator>> m_plugged;
    std::unique_ptr<SecurityKey> m_key;
    std::unique_ptr<Swtpm> m_chip;
    std::unique_ptr<TpmKey> m_tpm;

private slots:
    void init()
    {
        m_root = std::make_unique<QTemporaryDir>();
        m_plugged.clear();
        m_key = std::make_unique<SecurityKey>(std::make_unique<SoftPort>(&m_plugged));
        m_chip = std::make_unique<Swtpm>();
        QVERIFY(m_chip->start());
        m_tpm = std::make_unique<TpmKey>(m_chip->connection());
    }

    void theTpmOpensSharedAndPersonal()
    {
        const QString path = sample();
        {
            auto vault = session(path);
            REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
            REQUIRE_OK(add(vault, *m_tpm, SlotKind::Tpm, "desk 4242", u"This computer"_s));
        }
        auto vault = session(path);
        REQUIRE_OK(vault.load());
        REQUIRE_ERROR(ask(vault, *m_tpm, SlotKind::Tpm, "desk 4243"), ErrorCode::HardwareWrongPin);
        const auto way = ask(vault, *m_tpm, SlotKind::Tpm, "desk 4242");
        REQUIRE_OK(way);
        REQUIRE_OK(vault.unlockWithSecret(way->name, way->secret));
        QCOMPARE(*MetaStore(vault.database()).value("canary"_L1).value(), QByteArray("sings"));
        QVERIFY(vault.personalKeys() == nullptr);
        REQUIRE_OK(vault.openPersonalWithSecret(way->name, way->secret));
        QVERIFY(vault.personalKeys() != nullptr);
        const QByteArray files = everythingIn(path);
        QVERIFY(!files.contains(plain(way->secret)));
        QVERIFY(!files.contains("desk 4242"));
    }

    void aVaultOnAnotherComputerOpensWithTheOtherWays()
    {
        const QString path = sample();
        auto vault = session(path);
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        REQUIRE_OK(add(vault, *m_tpm, SlotKind::Tpm, "desk 4242", u"This computer"_s));
        REQUIRE_OK(vault.lock());
        Swtpm other;
        QVERIFY(other.start());
        TpmKey foreign(other.connection());
        REQUIRE_ERROR(ask(vault, foreign, SlotKind::Tpm, "desk 4242"), ErrorCode::TpmForeign);
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        // Its TPM takes the place of the first one's.
        REQUIRE_OK(add(vault, foreign, SlotKind::Tpm, "home 4242", u"This computer"_s));
        REQUIRE_OK(vault.lock());
        REQUIRE_ERROR(ask(vault, *m_tpm, SlotKind::Tpm, "desk 4242"), ErrorCode::TpmForeign);
        const auto way = ask(vault, foreign, SlotKind::Tpm, "home 4242");
        REQUIRE_OK(way);
        REQUIRE_OK(vault.unlockWithSecret(way->name, way->secret));
    }

    void severalKeysEachOpenItAndOneTakenOutDoesNot()
    {
        const auto blue = std::make_shared<SoftAuthenticator>(SoftModel{.pin = "1234"});
        const auto green = std::make_shared<SoftAuthenticator>();
        const QString path = sample();
        auto vault = session(path);
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        m_plugged = {blue};
        REQUIRE_OK(add(vault, *m_key, SlotKind::SecurityKey, "1234", u"Blue"_s));
        m_plugged = {green};
        REQUIRE_OK(add(vault, *m_key, SlotKind::SecurityKey, "", u"Green"_s));
        for (const auto &[plugged, pinOfKey] : {std::pair(blue, "1234"), std::pair(green, "")}) {
            REQUIRE_OK(vault.lock());
            m_plugged = {plugged};
            const auto way = ask(vault, *m_key, SlotKind::SecurityKey, pinOfKey);
            REQUIRE_OK(way);
            REQUIRE_OK(vault.unlockWithSecret(way->name, way->secret));
            REQUIRE_OK(vault.openPersonalWithSecret(way->name, way->secret));
            QVERIFY(!everythingIn(path).contains(plain(way->secret)));
        }
        WayName blueWay;
        for (const UnlockWay &way : vault.ways())
            if (way.label == u"Blue"_s)
                blueWay = way.name;
        REQUIRE_OK(vault.removeWay(blueWay));
        REQUIRE_OK(vault.lock());
        m_plugged = {blue};
        REQUIRE_ERROR(ask(vault, *m_key, SlotKind::SecurityKey, "1234"), ErrorCode::SecurityKeyUnknown);
        m_plugged = {green};
        REQUIRE_OK(ask(vault, *m_key, SlotKind::SecurityKey, ""));
    }

    void aKeyTakenOutWhileItIsAddedLeavesTheVaultAsItWas()
    {
        const auto key = std::make_shared<SoftAuthenticator>();
        m_plugged = {key};
        const QString path = sample();
        auto vault = session(path);
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        const QByteArray before = contentOf(path + "/vault.keys"_L1);
        for (const int reports : {0, 3, 9, 14}) {
            key->replug();
            key->removeAfter(reports);
            REQUIRE_ERROR(add(vault, *m_key, SlotKind::SecurityKey, "", u"Blue"_s), ErrorCode::SecurityKeyRemoved);
            QCOMPARE(contentOf(path + "/vault.keys"_L1), before);
        }
        m_chip->stop();
        REQUIRE_ERROR(add(vault, *m_tpm, SlotKind::Tpm, "desk 4242", u"This computer"_s), ErrorCode::TpmAbsent);
        QCOMPARE(contentOf(path + "/vault.keys"_L1), before);
    }

    void parametersThatWereChangedOpenNothing()
    {
        const auto key = std::make_shared<SoftAuthenticator>();
        m_plugged = {key};
        const QString path = sample();
        auto vault = session(path);
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        REQUIRE_OK(add(vault, *m_key, SlotKind::SecurityKey, "", u"Blue"_s));
        REQUIRE_OK(vault.lock());
        UnlockWay way = vault.ways().last();
        way.parameters[10] = static_cast<char>(way.parameters[10] ^ 1); // the salt
        const auto bytes = std::as_bytes(std::span(way.parameters.constData(), static_cast<std::size_t>(way.parameters.size())));
        const HardwareKey::Parameters changed(bytes.begin(), bytes.end());
        const auto opened = m_key->open(std::span(&changed, 1), {}, {});
        REQUIRE_OK(opened);
        REQUIRE_ERROR(vault.unlockWithSecret(way.name, opened->secret), ErrorCode::WrongDevice);
    }
};

QTEST_GUILESS_MAIN(tst_HardwareWays)
#include "tst_HardwareWays.moc"
