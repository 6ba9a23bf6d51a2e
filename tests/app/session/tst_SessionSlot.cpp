// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/SessionSlot.h"

#include "tests/support/MemoryScan.h"
#include "tests/support/ResultChecks.h"

#include <QTest>

#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

std::unique_ptr<HiddenKey> nowhere(const crypto::SecretBytes &)
{
    return nullptr;
}

/// Lost by the kernel, as a keyring that was cleared.
class LostKey : public HiddenKey {
public:
    [[nodiscard]] std::optional<crypto::SecretBytes> read() const override { return std::nullopt; }
};

} // namespace

class tst_SessionSlot : public QObject {
    Q_OBJECT

    const QString m_vault = u"8k3v0q7m2x5d"_s;

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }

    void opensWhatItKeptAgainAndAgain()
    {
        const auto keys = crypto::PersonalKeyPair::make(crypto::systemRandom());
        SessionSlot slot;
        QVERIFY(!slot.holds());
        REQUIRE_ERROR(slot.open(m_vault), ErrorCode::PersonalShut);
        slot.keep(keys, m_vault);
        QVERIFY2(slot.holds(), "this kernel has neither a keyring nor memfd_secret");
        for (int i = 0; i < 3; ++i) {
            const auto again = slot.open(m_vault);
            QVERIFY(again);
            QVERIFY(again->secretKey.equals(keys.secretKey.bytes()));
            QCOMPARE(again->publicKey, keys.publicKey);
        }
    }
    void forgets()
    {
        SessionSlot slot;
        slot.keep(crypto::PersonalKeyPair::make(crypto::systemRandom()), m_vault);
        slot.forget();
        QVERIFY(!slot.holds());
        REQUIRE_ERROR(slot.open(m_vault), ErrorCode::PersonalShut);
    }
    void keepsNothingWhileItIsOff()
    {
        const auto keys = crypto::PersonalKeyPair::make(crypto::systemRandom());
        SessionSlot slot;
        slot.keep(keys, m_vault);
        slot.setEnabled(false);
        QVERIFY(!slot.holds());
        slot.keep(keys, m_vault);
        QVERIFY(!slot.holds());
        slot.setEnabled(true);
        QVERIFY(!slot.holds());
        slot.keep(keys, m_vault);
        QVERIFY(slot.holds());
    }
    void opensNoOtherVault()
    {
        SessionSlot slot;
        slot.keep(crypto::PersonalKeyPair::make(crypto::systemRandom()), m_vault);
        REQUIRE_ERROR(slot.open(u"another"_s), ErrorCode::PersonalShut);
    }
    void isNotThereWhereNothingCanBeHidden()
    {
        SessionSlot slot(crypto::systemRandom(), &nowhere);
        slot.keep(crypto::PersonalKeyPair::make(crypto::systemRandom()), m_vault);
        QVERIFY(!slot.holds());
        REQUIRE_ERROR(slot.open(m_vault), ErrorCode::PersonalShut);
    }
    void isShutWhenTheKernelLostTheKey()
    {
        SessionSlot slot(crypto::systemRandom(), [](const crypto::SecretBytes &) -> std::unique_ptr<HiddenKey> { return std::make_unique<LostKey>(); });
        slot.keep(crypto::PersonalKeyPair::make(crypto::systemRandom()), m_vault);
        QVERIFY(slot.holds());
        REQUIRE_ERROR(slot.open(m_vault), ErrorCode::PersonalShut);
        QVERIFY(!slot.holds());
    }
    void leavesNoKeyInTheMemory_data()
    {
        QTest::addColumn<bool>("inKeyring");
        QTest::newRow("keyring") << true;
        QTest::newRow("secret memory") << false;
    }
    void leavesNoKeyInTheMemory()
    {
        QFETCH(bool, inKeyring);
        MemoryScan scan;
        QByteArray maskedPersonal;
        QByteArray maskedWrapping;
        bool isHidden = false;
        SessionSlot slot(crypto::systemRandom(), [&](const crypto::SecretBytes &key) {
            maskedWrapping = MemoryScan::masked(key.bytes());
            auto hidden = inKeyring ? HiddenKey::inKeyring(key) : HiddenKey::inSecretMemory(key);
            isHidden = hidden != nullptr;
            return hidden;
        });
        const auto random = crypto::systemRandom();
        {
            const auto keys = crypto::PersonalKeyPair::make(random);
            maskedPersonal = MemoryScan::masked(keys.secretKey.bytes());
            QCOMPARE(scan.hits(maskedPersonal), 1); // it does find a key that is there
            slot.keep(keys, m_vault);
        }
        if (!isHidden)
            QSKIP("this kernel does not have that place");
        QCOMPARE(scan.hits(maskedPersonal), 0);
        QCOMPARE(scan.hits(maskedWrapping), 0);
        {
            const auto again = slot.open(m_vault);
            QVERIFY(again);
            QCOMPARE(scan.hits(maskedPersonal), 1);
            QCOMPARE(scan.hits(maskedWrapping), 0);
        }
        QCOMPARE(scan.hits(maskedPersonal), 0);
        QCOMPARE(scan.hits(maskedWrapping), 0);
    }
    void aChildHasNotTheKey()
    {
        crypto::SecretBytes key(HiddenKey::size);
        crypto::systemRandom()(key.writable());
        const auto hidden = HiddenKey::inKeyring(key);
        if (!hidden)
            QSKIP("no keyring here");
        const pid_t child = ::fork();
        if (child == 0)
            ::_exit(hidden->read() ? 1 : 0);
        int status = -1;
        ::waitpid(child, &status, 0);
        QVERIFY(WIFEXITED(status));
        QCOMPARE(WEXITSTATUS(status), 0);
        QVERIFY(hidden->read());
    }
    void takesNoKeyOfAnotherLength()
    {
        QVERIFY(!HiddenKey::hide(crypto::SecretBytes(31)));
        QVERIFY(!HiddenKey::inSecretMemory(crypto::SecretBytes(33)));
    }
};

QTEST_GUILESS_MAIN(tst_SessionSlot)
#include "tst_SessionSlot.moc"
