// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/hardware/HardwareThread.h"

#include "tests/support/ResultChecks.h"
#include "tests/support/ScriptedHardware.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

#include <optional>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using Kind = HardwareThread::Kind;

class tst_HardwareThread : public QObject {
    Q_OBJECT

    std::shared_ptr<HardwareScript> m_script;
    std::unique_ptr<HardwareThread> m_hardware;
    std::optional<Result<HardwareKey::Opened>> m_opened;
    std::optional<Result<HardwareKey::Enrolled>> m_enrolled;
    QThread *m_answeredOn = nullptr;

    void open()
    {
        m_opened.reset();
        m_hardware->open(Kind::SecurityKey, {{std::byte{1}}}, {}, {this, [this](Result<HardwareKey::Opened> answer) {
            m_answeredOn = QThread::currentThread();
            m_opened = std::move(answer);
        }});
    }

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init()
    {
        m_opened.reset();
        m_enrolled.reset();
        m_script = std::make_shared<HardwareScript>();
        m_hardware = std::make_unique<HardwareThread>(
            HardwareKeys{std::make_unique<ScriptedHardware>(m_script, ErrorCode::SecurityKeyAbsent), nullptr});
    }
    void cleanup() { m_hardware.reset(); }

    void answersHereWhatWasDoneThere()
    {
        QSignalSpy steps(m_hardware.get(), &HardwareThread::stepped);
        open();
        QVERIFY(!m_opened);
        QTRY_VERIFY(m_opened);
        REQUIRE_OK(*m_opened);
        QCOMPARE(m_answeredOn, thread());
        QCOMPARE(steps.size(), 1);
        m_hardware->enrol(Kind::SecurityKey, {}, u"Blue"_s, {this, [this](Result<HardwareKey::Enrolled> answer) { m_enrolled = std::move(answer); }});
        QTRY_VERIFY(m_enrolled);
        REQUIRE_OK(*m_enrolled);
        QCOMPARE(m_script->label(), u"Blue"_s);
        QCOMPARE(steps.size(), 3);
    }

    void goesOnWhileTheKeyWaits()
    {
        m_script->waits = true;
        open();
        QTRY_COMPARE(m_script->calls.load(), 1);
        QElapsedTimer timer;
        timer.start();
        QCoreApplication::processEvents();
        QVERIFY(!m_opened);
        m_script->waits = false;
        QTRY_VERIFY(m_opened);
        REQUIRE_OK(*m_opened);
    }

    void stopsWhatRunsAndWhatWaitsBehindItAndNothingLater()
    {
        m_script->waits = true;
        open();
        std::optional<Result<HardwareKey::Enrolled>> behind;
        m_hardware->enrol(Kind::SecurityKey, {}, {}, {this, [&](Result<HardwareKey::Enrolled> answer) { behind = std::move(answer); }});
        QTRY_COMPARE(m_script->calls.load(), 1);
        m_hardware->stop();
        QTRY_VERIFY(m_opened && behind);
        REQUIRE_ERROR(*m_opened, ErrorCode::Cancelled);
        REQUIRE_ERROR(*behind, ErrorCode::Cancelled);
        QCOMPARE(m_script->calls.load(), 1);
        m_script->waits = false;
        open();
        QTRY_VERIFY(m_opened);
        REQUIRE_OK(*m_opened);
    }

    void endsWithAKeyThatWaits()
    {
        m_script->waits = true;
        open();
        QTRY_COMPARE(m_script->calls.load(), 1);
        m_hardware.reset();
        QCOMPARE(m_script->stopped.load(), 1);
        QTest::qWait(20);
        QVERIFY(!m_opened || !*m_opened);
    }

    void knowsWhatThereIs()
    {
        QVERIFY(m_hardware->isAvailable(Kind::SecurityKey));
        QVERIFY(!m_hardware->isAvailable(Kind::Tpm));
        m_script->there = false;
        QVERIFY(m_hardware->isAvailable(Kind::SecurityKey)); // it can be plugged in
        std::optional<QStringList> names;
        m_hardware->present(Kind::SecurityKey, {this, [&](const QStringList &found) { names = found; }});
        QTRY_VERIFY(names);
        QVERIFY(names->isEmpty());
        m_hardware->open(Kind::Tpm, {}, {}, {this, [this](Result<HardwareKey::Opened> answer) { m_opened = std::move(answer); }});
        QTRY_VERIFY(m_opened);
        REQUIRE_ERROR(*m_opened, ErrorCode::NotFound);
        auto chip = std::make_shared<HardwareScript>();
        const HardwareThread withTpm({nullptr, std::make_unique<ScriptedHardware>(chip, ErrorCode::TpmAbsent)});
        QVERIFY(withTpm.isAvailable(Kind::Tpm));
        chip->there = false;
        QVERIFY(!withTpm.isAvailable(Kind::Tpm));
    }
};

QTEST_GUILESS_MAIN(tst_HardwareThread)
#include "tst_HardwareThread.moc"
