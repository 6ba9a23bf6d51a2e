// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/AuditExport.h"

#include "tests/support/Adversity.h"
#include "tests/support/FileContent.h"
#include "tests/support/ScriptedVault.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace clavitor;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;
using clavitor::test::contentOf;
using clavitor::test::FullDisk;
using clavitor::test::overwrite;
using clavitor::test::ScriptedVault;

class tst_AuditExport : public QObject {
    Q_OBJECT
private slots:
    void writesEveryRowOnALineOfItsOwn_data();
    void writesEveryRowOnALineOfItsOwn();
    void keepsHostileTextInItsCell();
    void keepsTheTextExactlyInJson();
    void leavesTheOldFileWhenTheLogFails();
    void leavesTheOldFileWhenTheDiskIsFull();
    void saysWhenTheFolderIsMissing();
};

void tst_AuditExport::writesEveryRowOnALineOfItsOwn_data()
{
    QTest::addColumn<int>("format");
    QTest::addColumn<int>("lines");
    QTest::newRow("CSV") << int(AuditExport::Format::Csv) << 2501;
    QTest::newRow("JSON lines") << int(AuditExport::Format::JsonLines) << 2500;
}

void tst_AuditExport::writesEveryRowOnALineOfItsOwn()
{
    QFETCH(int, format);
    QFETCH(int, lines);
    ScriptedVault vault;
    for (int i = 0; i < 2500; ++i)
        vault.addRow(1'773'000'000'000 + i, u"read"_s, u"line\nbreak"_s, u"mcp:codex-agent"_s);
    const auto client = ScriptedVault::makeClient();
    QTemporaryDir folder;
    AuditExport file(client.get(), {}, static_cast<AuditExport::Format>(format), folder.filePath(u"audit"_s));
    QSignalSpy finished(&file, &AuditExport::finished);
    file.start();
    QVERIFY(finished.wait());
    QCOMPARE(finished.first().first().toInt(), 2500);
    QFile written(folder.filePath(u"audit"_s));
    QVERIFY(written.open(QIODevice::ReadOnly));
    const QByteArray bytes = written.readAll();
    QCOMPARE(bytes.count('\n'), lines);
    QCOMPARE(written.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
}

void tst_AuditExport::keepsHostileTextInItsCell()
{
    AuditEvent event;
    event.sequence = 7;
    event.time = 1'772'965'394'000;
    event.action = u"search"_s;
    event.subject = u"=HYPERLINK(\"http://evil.example\",\"x\")"_s;
    event.actor = u"mcp:a,b"_s;
    event.reason = u"-1+cmd\r\n\x1b[2J"_s;
    const QString line = QString::fromUtf8(AuditExport::line(AuditExport::Format::Csv, event));
    QCOMPARE(line, u"7,2026-03-08T10:23:14Z,search,\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"x\"\")\",\"mcp:a,b\",allowed,,"
                   "'-1+cmd[U+000D][U+000A][U+001B][2J,,,0,,0,,,\r\n"_s);
    QCOMPARE(QString::fromUtf8(AuditExport::header(AuditExport::Format::Csv)).count(u','), 15);
}

void tst_AuditExport::keepsTheTextExactlyInJson()
{
    AuditEvent event;
    event.subject = u"a\n\u202e\"b\""_s;
    event.outcome = Outcome::Denied;
    const QByteArray line = AuditExport::line(AuditExport::Format::JsonLines, event);
    QCOMPARE(line.count('\n'), 1);
    const QJsonObject row = QJsonDocument::fromJson(line).object();
    QCOMPARE(row.value(u"entry"_s).toString(), event.subject);
    QCOMPARE(row.value(u"outcome"_s).toString(), u"denied"_s);
    QVERIFY(!row.contains(u"value"_s));
}

void tst_AuditExport::leavesTheOldFileWhenTheLogFails()
{
    ScriptedVault vault;
    vault.failures.insert(u"auditPage"_s, {ErrorCode::Locked, {}});
    const auto client = ScriptedVault::makeClient();
    QTemporaryDir folder;
    const QString path = folder.filePath(u"audit.csv"_s);
    QFile old(path);
    QVERIFY(old.open(QIODevice::WriteOnly));
    old.write("before");
    old.close();
    AuditExport file(client.get(), {}, AuditExport::Format::Csv, path);
    QSignalSpy failed(&file, &AuditExport::failed);
    file.start();
    QVERIFY(failed.wait());
    QVERIFY(old.open(QIODevice::ReadOnly));
    QCOMPARE(old.readAll(), "before");
}

void tst_AuditExport::leavesTheOldFileWhenTheDiskIsFull()
{
    ScriptedVault vault;
    for (int i = 0; i < 3; ++i)
        vault.addRow(1'773'000'000'000 + i, u"read"_s, u"GitHub"_s, u"mcp:codex-agent"_s);
    const auto client = ScriptedVault::makeClient();
    QTemporaryDir folder;
    const QString path = folder.filePath(u"audit.csv"_s);
    QVERIFY(overwrite(path, "before"));
    {
        AuditExport file(client.get(), {}, AuditExport::Format::Csv, path);
        QSignalSpy failed(&file, &AuditExport::failed);
        const FullDisk full(100);
        file.start();
        QVERIFY(failed.wait());
    }
    QCOMPARE(contentOf(path), "before");
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden), QStringList{u"audit.csv"_s});
}

void tst_AuditExport::saysWhenTheFolderIsMissing()
{
    ScriptedVault vault;
    const auto client = ScriptedVault::makeClient();
    AuditExport file(client.get(), {}, AuditExport::Format::Csv, u"/nowhere/at/all/audit.csv"_s);
    QSignalSpy failed(&file, &AuditExport::failed);
    file.start();
    QCOMPARE(failed.size(), 1);
    QVERIFY(vault.calls.isEmpty());
}

QTEST_GUILESS_MAIN(tst_AuditExport)
#include "tst_AuditExport.moc"
