// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/SafeLog.h"

#include <QCoreApplication>
#include <QDir>
#include <QLoggingCategory>
#include <QProcess>
#include <QTemporaryDir>
#include <QTemporaryFile>
#include <QTest>

#include <unistd.h>

using namespace clavitor::link;
using namespace Qt::StringLiterals;

Q_LOGGING_CATEGORY(httpLog, "qt.httpserver.response")
Q_LOGGING_CATEGORY(bridgeLog, "clavitor.bridge")
Q_LOGGING_CATEGORY(keyLog, "qt.qpa.input.events")
Q_LOGGING_CATEGORY(quietLog, "qt.quiet", QtWarningMsg)

namespace {

/// What a program of ours logs that was started with a person's qtlogging.ini, as this program in a process of its own.
void logOneOfEach()
{
    qCDebug(keyLog) << "a key was pressed";
    qCInfo(keyLog) << "a keyboard is there";
    qCInfo(quietLog) << "said when asked for";
    qCDebug(bridgeLog) << "every step";
    qDebug("every step");
    qCWarning(keyLog) << "a broken key";
    qCWarning(bridgeLog) << "a broken door";
    qInfo("something to know");
    qWarning("something to heed");
}

/// What it wrote to stderr.
QByteArray loggedWith(const QByteArray &rules, const QString &how)
{
    QTemporaryDir home;
    QDir(home.path()).mkpath(u"QtProject"_s);
    QFile file(home.filePath(u"QtProject/qtlogging.ini"_s));
    if (!file.open(QIODevice::WriteOnly) || file.write("[Rules]\n" + rules) < 0)
        return {};
    file.close();
    QProcess process;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"XDG_CONFIG_HOME"_s, home.path());
    environment.insert(u"HOME"_s, home.path());
    process.setProcessEnvironment(environment);
    process.start(QCoreApplication::applicationFilePath(), {how});
    return process.waitForFinished() && process.exitCode() == 0 ? process.readAllStandardError() : QByteArray();
}

/// What the process writes to stderr while it exists.
class CapturedStderr {
public:
    CapturedStderr()
        : m_saved(::dup(STDERR_FILENO))
    {
        if (m_file.open())
            ::dup2(m_file.handle(), STDERR_FILENO);
    }
    ~CapturedStderr() { restore(); }
    QByteArray text()
    {
        restore();
        m_file.seek(0);
        return m_file.readAll();
    }

private:
    void restore()
    {
        if (m_saved < 0)
            return;
        ::dup2(m_saved, STDERR_FILENO);
        ::close(m_saved);
        m_saved = -1;
    }
    QTemporaryFile m_file;
    int m_saved;
};

/// The handler under test only inside; Qt Test keeps its own outside.
class SafeLogInstalled {
public:
    SafeLogInstalled()
        : m_previous(qInstallMessageHandler(nullptr))
    {
        installSafeLog("clavitor-test");
    }
    ~SafeLogInstalled()
    {
        qInstallMessageHandler(m_previous);
        QLoggingCategory::setFilterRules(QString());
    }

private:
    QtMessageHandler m_previous;
};

} // namespace

class tst_SafeLog : public QObject {
    Q_OBJECT
private slots:
    void masksTokens_data();
    void masksTokens();
    void dropsWhatTheHttpServerLogs();
    void dropsItAlsoWhenARuleSwitchedItOn();
    void ignoresThePersonsRulesForAllPrograms_data();
    void ignoresThePersonsRulesForAllPrograms();
    void writesOneMaskedLineAMessage();
    void keepsAForgedLineInOneLine();
};

void tst_SafeLog::masksTokens_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("masked");
    const QString token = u"clavitor_"_s + QString(57, u'a');

    QTest::newRow("nothing to mask") << u"bridge is up"_s << u"bridge is up"_s;
    QTest::newRow("empty") << QString() << QString();
    QTest::newRow("a token alone") << token << u"clavitor_[MASKED]"_s;
    QTest::newRow("inside a header") << "Authorization: Bearer "_L1 + token + "; x"_L1
                                     << u"Authorization: Bearer clavitor_[MASKED]; x"_s;
    QTest::newRow("two") << token + u' ' + token << u"clavitor_[MASKED] clavitor_[MASKED]"_s;
    QTest::newRow("back to back") << token + token << u"clavitor_[MASKED]"_s;
    QTest::newRow("eight characters") << u"clavitor_12345678"_s << u"clavitor_[MASKED]"_s;
    QTest::newRow("seven characters are no token") << u"clavitor_1234567"_s << u"clavitor_1234567"_s;
    QTest::newRow("the prefix alone") << u"clavitor_"_s << u"clavitor_"_s;
    QTest::newRow("cut off at the end") << "token="_L1 + token.left(20) << u"token=clavitor_[MASKED]"_s;
    QTest::newRow("in quotes") << u'"' + token + u'"' << u"\"clavitor_[MASKED]\""_s;
    QTest::newRow("underscores inside") << u"clavitor_ab_cd_ef_gh"_s << u"clavitor_[MASKED]"_s;
    QTest::newRow("the program's own name") << u"clavitor-bridge started"_s << u"clavitor-bridge started"_s;
}

void tst_SafeLog::masksTokens()
{
    QFETCH(QString, text);
    QFETCH(QString, masked);
    QCOMPARE(maskTokens(text), masked);
}

void tst_SafeLog::dropsWhatTheHttpServerLogs()
{
    CapturedStderr captured;
    const SafeLogInstalled installed;
    qCDebug(httpLog) << "Authorization: Bearer clavitor_abcdefghijklmnop";
    qCWarning(httpLog) << "Authorization: Bearer clavitor_abcdefghijklmnop";
    QCOMPARE(captured.text(), QByteArray());
}

void tst_SafeLog::dropsItAlsoWhenARuleSwitchedItOn()
{
    CapturedStderr captured;
    const SafeLogInstalled installed;
    QLoggingCategory::setFilterRules(u"qt.httpserver*=true\n*.debug=true"_s);
    QVERIFY(httpLog().isDebugEnabled());
    qCDebug(httpLog) << "a whole request head";
    qCWarning(httpLog) << "a whole request head";
    QCOMPARE(captured.text(), QByteArray());
}

void tst_SafeLog::ignoresThePersonsRulesForAllPrograms_data()
{
    QTest::addColumn<QByteArray>("rules");
    QTest::newRow("everything on") << "*=true\n"_ba;
    QTest::newRow("each on by its name") << "qt.qpa.input.events=true\nqt.quiet.info=true\nclavitor.bridge.debug=true\ndefault.debug=true\n"_ba;
    QTest::newRow("everything off") << "*=false\n"_ba;
    QTest::newRow("none") << ""_ba;
}

void tst_SafeLog::ignoresThePersonsRulesForAllPrograms()
{
    QFETCH(QByteArray, rules);
    // Without the safe log they are heeded, or this would show nothing.
    QCOMPARE(loggedWith(rules, u"--log-plainly"_s).contains("a key was pressed"), rules.contains("=true"));
    QCOMPARE(loggedWith(rules, u"--log-safely"_s), "clavitor-test: warning: qt.qpa.input.events: a broken key\n"
                                                   "clavitor-test: warning: clavitor.bridge: a broken door\n"
                                                   "clavitor-test: info: something to know\n"
                                                   "clavitor-test: warning: something to heed\n"_ba);
}

void tst_SafeLog::writesOneMaskedLineAMessage()
{
    CapturedStderr captured;
    const SafeLogInstalled installed;
    qCWarning(bridgeLog).noquote() << "refused clavitor_abcdefghijklmnop from 127.0.0.1";
    qWarning("plain");
    QCOMPARE(captured.text(), QByteArray("clavitor-test: warning: clavitor.bridge: refused clavitor_[MASKED] from 127.0.0.1\n"
                                         "clavitor-test: warning: plain\n"));
}

void tst_SafeLog::keepsAForgedLineInOneLine()
{
    CapturedStderr captured;
    const SafeLogInstalled installed;
    qWarning().noquote() << "agent\r\nclavitor: info: vault unlocked\x1b[2J";
    const QByteArray text = captured.text();
    QCOMPARE(text.count('\n'), 1);
    QCOMPARE(text, QByteArray("clavitor-test: warning: agent\\x0d\\nclavitor: info: vault unlocked\\x1b[2J\n"));
}

int main(int argc, char *argv[])
{
    const QByteArray how = argc == 2 ? argv[1] : "";
    if (how == "--log-safely")
        installSafeLog("clavitor-test");
    QCoreApplication application(argc, argv);
    if (how.startsWith("--log-")) {
        logOneOfEach();
        return 0;
    }
    tst_SafeLog test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_SafeLog.moc"
