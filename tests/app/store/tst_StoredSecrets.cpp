// SPDX-License-Identifier: GPL-3.0-or-later
// What lies where: canaries are looked for in the bytes on the disk, and, with the file open, in every table that may not
// hold them.
#include "app/store/AgentStore.h"
#include "app/store/AuditStore.h"
#include "app/store/EntryCatalog.h"
#include "app/store/EntryStore.h"
#include "app/store/Transaction.h"
#include "tests/support/TemporaryStore.h"

#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

// Put together at run time, so that the program's own image does not hold them.
QByteArray canary(const char *name)
{
    return QByteArray("Xq7") + name + "Zw9";
}

} // namespace

class tst_StoredSecrets : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void leaveNothingReadableOnTheDisk();
    void keepPersonalValuesSealedInsideTheFile();
    void keepMaskedValuesInTheirFieldOnly();
    void leaveNothingInTheirPastWhenTheyBecomePersonal_data();
    void leaveNothingInTheirPastWhenTheyBecomePersonal();
    void goWithTheirEntry_data();
    void goWithTheirEntry();

private:
    QHash<QString, QByteArray> tables(const QStringList &except = {});

    std::unique_ptr<TemporaryStore> m_vault;
    std::unique_ptr<EntryStore> m_store;
    EntrySummary m_stored;
};

void tst_StoredSecrets::initTestCase()
{
    QVERIFY(crypto::initialise());
}

void tst_StoredSecrets::init()
{
    m_vault = std::make_unique<TemporaryStore>();
    REQUIRE_OK(m_vault->open());
    m_store = std::make_unique<EntryStore>(m_vault->database(), m_vault->keys());
    EntryDraft draft = login(QString::fromLatin1(canary("title")), canary("user").constData(), canary("password").constData(),
                             {"https://"_L1 + QString::fromLatin1(canary("host")) + ".example"_L1},
                             {QString::fromLatin1(canary("tag"))});
    draft.fields.push_back(field(FieldKind::CardNumber, canary("card").constData()));
    draft.fields.push_back(field(FieldKind::Notes, canary("notes").constData()));
    FieldDraft privateUser = field(FieldKind::Username, canary("private").constData());
    privateUser.tier = Tier::Personal;
    draft.fields.push_back(std::move(privateUser));
    const auto stored = m_store->save(std::move(draft), 1);
    REQUIRE_OK(stored);
    // An edit, so that history holds them, too.
    const auto again = m_store->save(editOf(*stored), 2);
    REQUIRE_OK(again);
    m_stored = *again;
}

/// Every value of every table (the search index included, as it stores itself), by table.
QHash<QString, QByteArray> tst_StoredSecrets::tables(const QStringList &except)
{
    QHash<QString, QByteArray> contents;
    Statement names = m_vault->database().statement("SELECT name FROM sqlite_schema WHERE type = 'table' AND "
                                                    "name <> 'search_index'");
    while (names.step().value_or(false)) {
        const QString name = names.text(0);
        if (except.contains(name))
            continue;
        QByteArray &all = contents[name];
        Statement columns = m_vault->database().statement("SELECT count(*) FROM pragma_table_info(?)");
        columns.bind(1, name);
        if (!columns.step().value_or(false))
            return {};
        const int count = columns.number(0);
        const QString select = "SELECT * FROM "_L1 + name;
        Statement rows = m_vault->database().statement(select.toStdString());
        while (rows.step().value_or(false))
            for (int column = 0; column < count; ++column)
                all += rows.blob(column) + '\n';
    }
    return contents;
}

void tst_StoredSecrets::leaveNothingReadableOnTheDisk()
{
    const QList<QByteArray> canaries{canary("title"), canary("user"), canary("password"), canary("host"),
                                     canary("tag"),   canary("card"), canary("notes"),    canary("private")};
    for (const QByteArray &each : canaries) {
        QVERIFY(!m_vault->rawBytes().contains(each));
        QVERIFY(!m_vault->rawBytes().toLower().contains(each.toLower()));
    }
    QVERIFY2(QFileInfo(m_vault->path() + "-wal"_L1).size() > 0, "the log is part of what was looked at");
    REQUIRE_OK(m_vault->database().close());
    for (const QByteArray &each : canaries)
        QVERIFY(!m_vault->rawBytes().contains(each));
    QVERIFY(!m_vault->rawBytes().contains("CREATE TABLE"));
}

void tst_StoredSecrets::keepPersonalValuesSealedInsideTheFile()
{
    const auto contents = tables();
    QVERIFY(contents.size() > 10);
    for (auto it = contents.cbegin(); it != contents.cend(); ++it)
        for (const char *name : {"card", "private"}) {
            QVERIFY2(!it->toLower().contains(canary(name).toLower()), qPrintable(it.key()));
        }
    // The looking itself works: Shared ones are there.
    QVERIFY(contents[u"fields"_s].contains(canary("password")));
    QVERIFY(contents[u"version_fields"_s].contains(canary("password")));
    QVERIFY(contents[u"search_text"_s].contains(canary("notes").toLower()));
    QVERIFY(contents[u"entries"_s].contains(canary("user")));
}

void tst_StoredSecrets::keepMaskedValuesInTheirFieldOnly()
{
    const auto contents = tables({u"fields"_s, u"version_fields"_s});
    for (auto it = contents.cbegin(); it != contents.cend(); ++it)
        QVERIFY2(!it->toLower().contains(canary("password").toLower()), qPrintable(it.key()));
    // Notes are searchable by the owner, and in no list.
    QVERIFY(!contents[u"entries"_s].contains(canary("notes")));
    QVERIFY(!contents[u"entry_versions"_s].contains(canary("notes")));
}

void tst_StoredSecrets::leaveNothingInTheirPastWhenTheyBecomePersonal_data()
{
    QTest::addColumn<bool>("nested");
    QTest::newRow("on their own") << false;
    QTest::newRow("inside a larger step") << true;
}

void tst_StoredSecrets::leaveNothingInTheirPastWhenTheyBecomePersonal()
{
    QFETCH(bool, nested);
    EntryDraft edit = editOf(m_stored);
    for (const auto &[number, name] : {std::pair(0, "user"), {1, "password"}, {3, "notes"}}) {
        const auto index = static_cast<std::size_t>(number);
        edit.fields[index].tier = Tier::Personal;
        edit.fields[index].value = secret(canary(name).constData());
    }
    {
        auto outer = Transaction::begin(m_vault->database());
        REQUIRE_OK(outer);
        if (!nested)
            REQUIRE_OK(outer->commit());
        REQUIRE_OK(m_store->save(std::move(edit), 3));
        if (nested)
            REQUIRE_OK(outer->commit());
    }
    QCOMPARE(QFileInfo(m_vault->path() + "-wal"_L1).size(), 0);
    const auto contents = tables();
    QVERIFY2(contents[u"entries"_s].contains(canary("title")), "the looking works");
    for (auto it = contents.cbegin(); it != contents.cend(); ++it)
        for (const char *name : {"user", "password", "notes"})
            QVERIFY2(!it->toLower().contains(canary(name).toLower()), qPrintable(it.key() + u' ' + QString::fromLatin1(name)));
}

void tst_StoredSecrets::goWithTheirEntry_data()
{
    QTest::addColumn<int>("others");
    QTest::newRow("the search index made anew") << 1;
    QTest::newRow("the search index cleaned of it") << 240;
}

void tst_StoredSecrets::goWithTheirEntry()
{
    QFETCH(int, others);
    // The trigram index stores "xq7" … once for all texts, with what follows compressed; a rare one stands for them.
    {
        auto transaction = Transaction::begin(m_vault->database());
        REQUIRE_OK(transaction);
        for (int i = 0; i < others; ++i)
            REQUIRE_OK(m_store->save(login(u"an innocent one"_s, "someone", "else"), 3));
        REQUIRE_OK(transaction->commit());
    }
    QVERIFY(tables()[u"search_index_data"_s].contains("zw9"));
    REQUIRE_OK(m_store->deleteForever({m_stored.id}));
    const auto contents = tables();
    for (auto it = contents.cbegin(); it != contents.cend(); ++it) {
        for (const char *name : {"title", "user", "password", "host", "tag", "card", "notes", "private"})
            QVERIFY2(!it->toLower().contains(canary(name).toLower()), qPrintable(it.key()));
        QVERIFY2(!it->toLower().contains("zw9"), qPrintable(it.key()));
    }
    REQUIRE_OK(m_vault->database().quickCheck());
}

QTEST_GUILESS_MAIN(tst_StoredSecrets)
#include "tst_StoredSecrets.moc"
