// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/SafeLog.h"

#include <QLoggingCategory>
#include <QTemporaryFile>
#include <QTest>

#include <unistd.h>

using namespace clavitor::link;
using namespace Qt::StringLiterals;

Q_LOGGING_CATEGORY(httpLog, "qt.httpserver.response")
Q_LOGGING_CATEGORY(bridgeLog, "clavitor.bridge")

namespace {

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

QTEST_GUILESS_MAIN(tst_SafeLog)
#include "tst_SafeLog.moc"
