// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/CheckpointWriter.h"
#include "app/service/Vault.h"
#include "tests/support/TemporaryVault.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// What the vault remembers of the file outside that its log's checkpoints go to, which the settings alone cannot take back.
class tst_KeptCheckpoints : public QObject {
    Q_OBJECT

    std::unique_ptr<TemporaryVault> m_vault;
    std::unique_ptr<CheckpointWriter> m_writer;
    QTemporaryDir m_outside;

    [[nodiscard]] QString path() const { return m_outside.filePath(u"checkpoints.txt"_s); }
    [[nodiscard]] KeptCheckpoints kept() const { return m_vault->open().keptCheckpoints().value(); }
    [[nodiscard]] AuditEvent lastRow() const { return m_vault->open().rows().page({}, 0, 1)->events.first(); }
    /// A lock makes a checkpoint; what was written of it is remembered at the next unlock.
    void lockAndUnlock()
    {
        QVERIFY(m_vault->vault().lock());
        QTest::qWait(100);
        QVERIFY(m_vault->unlock());
    }

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init()
    {
        QFile::remove(path());
        m_vault = std::make_unique<TemporaryVault>();
        QVERIFY(m_vault->create());
        m_writer = std::make_unique<CheckpointWriter>(&m_vault->vault());
    }
    void cleanup()
    {
        m_writer.reset();
        m_vault.reset();
    }

    void remembersWhatThePersonChoseAndWhatIsInIt()
    {
        QCOMPARE(kept(), KeptCheckpoints{});
        QVERIFY(m_vault->open().keepCheckpoints(path()));
        QCOMPARE(kept(), (KeptCheckpoints{path(), 0}));
        QCOMPARE(lastRow().action, u"log.file"_s);
        QCOMPARE(lastRow().subject, path());
        m_writer->setFile(path());
        lockAndUnlock();
        QTRY_VERIFY(QFile::exists(path()));
        QTRY_VERIFY(kept().row > 0);
        const qint64 first = kept().row;
        lockAndUnlock();
        QTRY_VERIFY(kept().row > first);
    }

    void aSettingThatWasEmptiedTakesNothingBack()
    {
        QVERIFY(m_vault->open().keepCheckpoints(path()));
        m_writer->setFile(path());
        lockAndUnlock();
        QTRY_VERIFY(kept().row > 0);
        const KeptCheckpoints before = kept();
        m_writer->setFile({});
        lockAndUnlock();
        QCOMPARE(kept(), before);
        // Nor does one that names another file.
        m_writer->setFile(m_outside.filePath(u"other.txt"_s));
        lockAndUnlock();
        QTRY_VERIFY(QFile::exists(m_outside.filePath(u"other.txt"_s)));
        QCoreApplication::processEvents();
        QCOMPARE(kept(), before);
    }

    void aFileFromBeforeIsRememberedOnceItIsWritten()
    {
        m_writer->setFile(path());
        lockAndUnlock();
        QTRY_COMPARE(kept().path, path());
    }

    void isGivenUpOnRecord()
    {
        QVERIFY(m_vault->open().keepCheckpoints(path()));
        QVERIFY(m_vault->open().keepCheckpoints({}));
        QCOMPARE(kept(), KeptCheckpoints{});
        QCOMPARE(lastRow().action, u"log.file"_s);
        QCOMPARE(lastRow().subject, path());
        QCOMPARE(lastRow().why, u"given up"_s);
    }
};

QTEST_GUILESS_MAIN(tst_KeptCheckpoints)
#include "tst_KeptCheckpoints.moc"
