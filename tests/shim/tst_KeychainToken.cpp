// SPDX-License-Identifier: GPL-3.0-or-later
#include "shim/KeychainToken.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace clavitor::shim;
using namespace Qt::StringLiterals;

/// A program stands in for `clavitor headers`; the real one is in tests/e2e.
class tst_KeychainToken : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    QString script(const QByteArray &lines);
    static std::expected<QByteArray, QString> fetch(const QString &program);
private slots:
    void takesTheTokenOutOfTheHeaders();
    void leavesTheClientsMessagesAlone();
    void saysWhatTheCommandSaid();
    void knowsNoOtherForm_data();
    void knowsNoOtherForm();
};

QString tst_KeychainToken::script(const QByteArray &lines)
{
    const QString path = m_folder.filePath(u"clavitor"_s);
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate) || file.write("#!/bin/sh\n" + lines + "\n") < 0)
        qFatal("no script");
    file.close();
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return path;
}

std::expected<QByteArray, QString> tst_KeychainToken::fetch(const QString &program)
{
    std::optional<std::expected<QByteArray, QString>> got;
    int calls = 0;
    keychainToken(program, u"abcd1234"_s)([&](std::expected<QByteArray, QString> token) {
        got = std::move(token);
        ++calls;
    });
    static_cast<void>(QTest::qWaitFor([&] { return got.has_value(); }, 30000));
    QTest::qWait(20);
    return calls == 1 ? *got : std::unexpected(u"called %1 times"_s.arg(calls));
}

void tst_KeychainToken::takesTheTokenOutOfTheHeaders()
{
    QCOMPARE(fetch(script(R"([ "$*" = "headers abcd1234" ] && echo '{"Authorization":"Bearer clavitor_x"}')")), "clavitor_x"_ba);
}

void tst_KeychainToken::leavesTheClientsMessagesAlone()
{
    QCOMPARE(fetch(script(R"(read -r line && echo '{"Authorization":"Bearer clavitor_stolen"}' || echo '{"Authorization":"Bearer clavitor_x"}')")),
             "clavitor_x"_ba);
}

void tst_KeychainToken::saysWhatTheCommandSaid()
{
    QCOMPARE(fetch(script("echo 'noise' >&2; echo 'clavitor: The keychain is locked.' >&2; exit 4")).error(), u"The keychain is locked."_s);
    QVERIFY(fetch(script("exit 3")).error().contains(u"could not be fetched"));
    QVERIFY(fetch(script("echo nonsense")).error().contains(u"could not be fetched"));
    QVERIFY(fetch(script("kill -9 $$")).error().contains(u"could not be fetched"));
    QVERIFY(fetch(m_folder.filePath(u"nothing"_s)).error().contains(u"could not be started"));
}

void tst_KeychainToken::knowsNoOtherForm_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::newRow("empty") << ""_ba;
    QTest::newRow("no token") << R"({"Authorization":"Bearer "})"_ba;
    QTest::newRow("a line end") << "{\"Authorization\":\"Bearer a\r\nX-Evil: 1\"}"_ba;
    QTest::newRow("a quote") << R"({"Authorization":"Bearer a\"b"})"_ba;
    QTest::newRow("another header") << R"({"X":"Bearer a"})"_ba;
    QTest::newRow("more") << R"({"Authorization":"Bearer a","X":"b"})"_ba;
}

void tst_KeychainToken::knowsNoOtherForm()
{
    QFETCH(QByteArray, headers);
    QVERIFY(tokenIn(headers).isEmpty());
}

QTEST_GUILESS_MAIN(tst_KeychainToken)
#include "tst_KeychainToken.moc"
