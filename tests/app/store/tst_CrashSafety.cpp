// SPDX-License-Identifier: GPL-3.0-or-later
// SIGKILL of a writer at any moment loses nothing it has acknowledged, and leaves nothing half done.
#include "app/store/AuditStore.h"
#include "app/store/EntryCatalog.h"
#include "app/store/EntryStore.h"
#include "app/store/Transaction.h"
#include "tests/support/TemporaryStore.h"

#include <QCoreApplication>
#include <QProcess>
#include <QRandomGenerator>
#include <QTest>

#include <cstdio>

#include <unistd.h>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int rounds = 20;

/// An entry and an audit row in one transaction.
Result<> writeOne(Database &database, EntryStore &entries, AuditStore &audit, qint64 number)
{
    auto transaction = Transaction::begin(database);
    if (!transaction)
        return std::unexpected(transaction.error());
    EntryDraft draft = login("entry "_L1 + QString::number(number), "u", "pa55");
    draft.fields.push_back(field(FieldKind::RecoveryCodes, "11111-22222"));
    if (const auto stored = entries.save(std::move(draft), number); !stored)
        return std::unexpected(stored.error());
    AuditEvent event;
    event.sequence = number;
    event.action = u"create"_s;
    if (const Result<> appended = audit.append(event, "row", crypto::Digest32{}); !appended)
        return appended;
    return transaction->commit();
}

/// The child: writes until it is killed, and says each number once its commit has returned.
int writeUntilKilled(const char *path)
{
    if (!crypto::initialise())
        return 1;
    ::alarm(60);
    const TemporaryStore keys;
    auto database = Database::open(QFile::decodeName(path), TemporaryStore::databaseKey(), TemporaryStore::salt(),
                                   Database::Mode::Existing);
    if (!database)
        return 1;
    EntryStore entries(*database, keys.keys());
    AuditStore audit(*database);
    const auto last = audit.lastSequence();
    if (!last)
        return 1;
    for (qint64 number = *last + 1;; ++number) {
        if (!writeOne(*database, entries, audit, number))
            return 1;
        std::printf("%lld\n", static_cast<long long>(number));
        std::fflush(stdout);
    }
}

qint64 lastWholeLine(const QByteArray &output)
{
    const qsizetype end = output.lastIndexOf('\n');
    if (end < 0)
        return 0;
    const QByteArray line = output.first(end);
    return line.mid(line.lastIndexOf('\n') + 1).toLongLong();
}

} // namespace

class tst_CrashSafety : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void losesNoAcknowledgedCommit();
};

void tst_CrashSafety::initTestCase()
{
    QVERIFY(crypto::initialise());
}

void tst_CrashSafety::losesNoAcknowledgedCommit()
{
    TemporaryStore vault;
    REQUIRE_OK(vault.open());
    REQUIRE_OK(vault.database().close());
    qint64 acknowledged = 0;
    for (int round = 0; round < rounds; ++round) {
        QProcess writer;
        writer.start(QCoreApplication::applicationFilePath(), {u"--write"_s, vault.path()});
        QVERIFY(writer.waitForReadyRead(60000));
        QTest::qSleep(QRandomGenerator::global()->bounded(120));
        writer.kill();
        QVERIFY(writer.waitForFinished(60000));
        QCOMPARE(writer.exitStatus(), QProcess::CrashExit);
        acknowledged = std::max(acknowledged, lastWholeLine(writer.readAllStandardOutput()));
        QVERIFY(acknowledged > 0);

        REQUIRE_OK(vault.open(Database::Mode::Existing));
        const auto last = AuditStore(vault.database()).lastSequence();
        REQUIRE_OK(last);
        QVERIFY2(*last >= acknowledged, "an acknowledged commit is gone");
        QVERIFY2(*last <= acknowledged + 1, "more than the one commit in flight");
        // Each row with its entry, none without.
        const auto counts = EntryCatalog(vault.database()).counts();
        REQUIRE_OK(counts);
        QCOMPARE(counts->all, *last);
        const QString newest = "entry "_L1 + QString::number(*last);
        const auto hits = EntryCatalog(vault.database()).search(newest, 5);
        REQUIRE_OK(hits);
        QVERIFY(!hits->entries.isEmpty());
        QCOMPARE(hits->entries.first().title, newest);
        REQUIRE_OK(vault.database().quickCheck());
        acknowledged = *last;
        REQUIRE_OK(vault.database().close());
    }
}

int main(int argc, char **argv)
{
    if (argc == 3 && std::string_view(argv[1]) == "--write")
        return writeUntilKilled(argv[2]);
    QCoreApplication application(argc, argv);
    tst_CrashSafety test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_CrashSafety.moc"
