// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/BridgeProcess.h"

#include "app/link/BridgeExit.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <unistd.h>

using namespace clavitor;
using namespace Qt::StringLiterals;

/// Against small shell programs in the bridge's place: what counts here is starting, dying and being started again.
class tst_BridgeProcess : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    qint64 m_now = 1'000'000;

    QString program(const QByteArray &script)
    {
        static int number = 0;
        const QString path = m_folder.filePath(u"bridge-%1"_s.arg(++number));
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly))
            return {};
        file.write("#!/bin/sh\n" + script + "\n");
        file.close();
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return path;
    }

    std::unique_ptr<BridgeProcess> process(const QString &path)
    {
        auto made = std::make_unique<BridgeProcess>(path, std::uint16_t{1984}, [this] { return m_now; });
        made->channelReady = [this](int descriptor) {
            ++m_channels;
            ::close(descriptor);
        };
        m_channels = 0;
        return made;
    }
    int m_channels = 0;

private slots:
    void aMissingProgramIsAFailureThatSaysWhatToDo()
    {
        auto bridge = process({});
        bridge->start();
        QCOMPARE(bridge->state().kind, BridgeState::Kind::Failed);
        QVERIFY(bridge->state().reason.contains(u"Install"_s));
        QCOMPARE(m_channels, 0);
    }

    void servesOnceTheBridgeSaysSo()
    {
        auto bridge = process(program("exec sleep 60"));
        bridge->start();
        QCOMPARE(bridge->state().kind, BridgeState::Kind::Starting);
        QCOMPARE(m_channels, 1);
        bridge->bridgeUp({1984, {}});
        QCOMPARE(bridge->state().kind, BridgeState::Kind::Serving);
        bridge->stop();
        QCOMPARE(bridge->state().kind, BridgeState::Kind::Off);
        QCOMPARE(bridge->processId(), qint64{0});
    }

    void aTakenPortIsShownWithItsReasonAndAStartTriesAtOnce()
    {
        auto bridge = process(program("exec sleep 60"));
        bridge->start();
        bridge->bridgeUp({0, QString::fromLatin1(link::mismatchReason)});
        QCOMPARE(bridge->state().kind, BridgeState::Kind::Failed);
        QVERIFY2(!bridge->state().isTaken, "nobody has the port");
        bridge->bridgeUp({1984, u"127.0.0.1:1984 is taken by nc (process 42)."_s});
        QVERIFY(bridge->state().isTaken);
        QCOMPARE(bridge->state().kind, BridgeState::Kind::Failed);
        QVERIFY(bridge->state().reason.contains(u"nc"_s));
        bridge->bridgeUp({1984, {}}); // the other program was quit
        QCOMPARE(bridge->state().kind, BridgeState::Kind::Serving);
        bridge->bridgeUp({1984, u"127.0.0.1:1984 is taken by nc (process 42)."_s});
        bridge->start();
        QCOMPARE(bridge->state().kind, BridgeState::Kind::Starting);
        QCOMPARE(m_channels, 2);
    }

    void aBridgeThatDiesWhileItWaitsForItsPortIsStartedAgain()
    {
        auto bridge = process(program("exec sleep 60"));
        QSignalSpy restarted(bridge.get(), &BridgeProcess::restarted);
        bridge->start();
        bridge->bridgeUp({1984, u"127.0.0.1:1984 is taken by nc (process 42)."_s});
        ::kill(static_cast<pid_t>(bridge->processId()), SIGKILL);
        QTRY_COMPARE(m_channels, 2);
        bridge->bridgeUp({1984, {}});
        QCOMPARE(bridge->state().kind, BridgeState::Kind::Serving);
        QCOMPARE(restarted.size(), 1);
    }

    void aBridgeOfAnotherBuildIsNotTriedAgain()
    {
        auto bridge = process(program("exit " + QByteArray::number(link::exitMismatch)));
        bridge->start();
        QTRY_COMPARE(bridge->state().kind, BridgeState::Kind::Failed);
        QVERIFY(bridge->state().reason.size() < 120);
        QVERIFY2(bridge->state().reason.contains(u"Clavitor was updated: quit it and start it again."_s), qPrintable(bridge->state().reason));
        QTest::qWait(200);
        QCOMPARE(m_channels, 1);
    }

    void aKilledBridgeIsBackWithinASecond()
    {
        auto bridge = process(program("exec sleep 60"));
        QSignalSpy restarted(bridge.get(), &BridgeProcess::restarted);
        bridge->start();
        bridge->bridgeUp({1984, {}});
        const qint64 first = bridge->processId();
        ::kill(static_cast<pid_t>(first), SIGKILL);
        QTRY_COMPARE_WITH_TIMEOUT(m_channels, 2, 1000);
        QVERIFY(bridge->processId() != 0 && bridge->processId() != first);
        QCOMPARE(bridge->state().kind, BridgeState::Kind::Starting);
        QCOMPARE(restarted.size(), 0); // nobody is told before agents are served again
        bridge->bridgeUp({1984, {}});
        QCOMPARE(restarted.size(), 1);
        bridge->bridgeUp({1984, {}});
        QCOMPARE(restarted.size(), 1);
    }

    void afterThreeRestartsWithinAMinuteItIsOffWithTheReason()
    {
        auto bridge = process(program("exit 7"));
        QSignalSpy restarted(bridge.get(), &BridgeProcess::restarted);
        bridge->start();
        QTRY_COMPARE(bridge->state().kind, BridgeState::Kind::Failed);
        QCOMPARE(m_channels, 1 + BridgeProcess::MaxRestarts);
        QCOMPARE(restarted.size(), 0);
        QVERIFY2(bridge->state().reason.contains(u"exit code 7"_s), qPrintable(bridge->state().reason));
    }

    void deathsOfAnEarlierMinuteDoNotCount()
    {
        auto bridge = process(program("exec sleep 60"));
        bridge->start();
        for (int i = 1; i <= 6; ++i) {
            m_now += 61'000;
            ::kill(static_cast<pid_t>(bridge->processId()), SIGKILL);
            QTRY_COMPARE(m_channels, 1 + i);
        }
        QVERIFY(bridge->state().kind != BridgeState::Kind::Failed);
    }
};

QTEST_GUILESS_MAIN(tst_BridgeProcess)
#include "tst_BridgeProcess.moc"
