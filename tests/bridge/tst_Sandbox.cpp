// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/RawClient.h"
#include "tests/support/RunningBridge.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTest>

using namespace Qt::StringLiterals;
using clavitor::tests::RawClient;
using clavitor::tests::RunningBridge;
using clavitor::tests::ScriptedKeeper;

class tst_Sandbox : public QObject
{
    Q_OBJECT
private slots:
    void refusesWhatABridgeNeverDoes();
    void goesOnServing();
    void isAroundTheBuiltBridge();
};

namespace {

QJsonObject probe(const QString &how)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(QStringLiteral(CLAVITOR_SANDBOX_PROBE), {how});
    if (!process.waitForFinished(60000) || process.exitCode() != 0)
        return {};
    return QJsonDocument::fromJson(process.readAllStandardOutput()).object();
}

/// A line of /proc/PID/status.
QByteArray statusOf(qint64 pid, const QByteArray &name)
{
    QFile file(u"/proc/%1/status"_s.arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    for (const QByteArray &line : file.readAll().split('\n'))
        if (line.startsWith(QByteArray(name + ':')))
            return line.mid(name.size() + 1).trimmed();
    return {};
}

} // namespace

void tst_Sandbox::refusesWhatABridgeNeverDoes()
{
    const QJsonObject free = probe(u"free"_s).value("tried"_L1).toObject();
    const QJsonObject caged = probe(u"caged"_s);
    QVERIFY(!free.isEmpty() && !caged.isEmpty());
    QVERIFY(caged.value("noNewPrivileges"_L1).toBool());
    if (!caged.value("calls"_L1).toBool())
        QSKIP("this kernel filters no system calls");
    const QJsonObject tried = caged.value("tried"_L1).toObject();
    QVERIFY(tried.size() >= 20);
    for (auto attempt = tried.begin(); attempt != tried.end(); ++attempt) {
        QVERIFY2(attempt.value().toInt() == EPERM || attempt.value().toInt() == EACCES, qPrintable(attempt.key()));
        // Outside it works, or the refusal would prove nothing. Some systems refuse these to everybody.
        if (!QStringList{u"namespace"_s, u"trace"_s, u"look into memory"_s}.contains(attempt.key()))
            QVERIFY2(free.value(attempt.key()).toInt(-1) == 0, qPrintable(attempt.key()));
    }
}

void tst_Sandbox::goesOnServing()
{
    QVERIFY(probe(u"caged"_s).value("serves"_L1).toBool());
}

void tst_Sandbox::isAroundTheBuiltBridge()
{
    RunningBridge bridge;
    const std::uint16_t port = bridge.start();
    const qint64 pid = bridge.process().processId();
    QCOMPARE(statusOf(pid, "NoNewPrivs"), "1"_ba);
    if (!QFile::exists(u"/proc/sys/kernel/seccomp/actions_avail"_s))
        QSKIP("this kernel filters no system calls");
    QCOMPARE(statusOf(pid, "Seccomp"), "2"_ba);
    for (int i = 0; i < 3; ++i) {
        RawClient client(port);
        QCOMPARE(client.send(RawClient::get(port, "/api/status"_ba, ScriptedKeeper::Token)).answer().status, 200);
    }
    bridge.keeper().leave();
    QVERIFY(bridge.process().waitForFinished(30000));
    QCOMPARE(bridge.process().exitStatus(), QProcess::NormalExit);
    QCOMPARE(bridge.process().exitCode(), 0);
}

QTEST_GUILESS_MAIN(tst_Sandbox)
#include "tst_Sandbox.moc"
