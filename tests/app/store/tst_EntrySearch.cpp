// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/EntryCatalog.h"
#include "app/store/EntryStore.h"
#include "app/store/Transaction.h"
#include "tests/support/TemporaryStore.h"

#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_EntrySearch : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void putsTheBestFirst();
    void findsByEveryOpenPart_data();
    void findsByEveryOpenPart();
    void neverFindsByASecret_data();
    void neverFindsByASecret();
    void hidesNotesFromAgents();
    void staysWithinTheScope();
    void forgetsWhatAnEntryWas();
    void findsNothingInTheTrash();
    void findsTheBestAmongVeryMany();
    void refusesAnEndlessText();
    void takesAnyTextLiterally_data();
    void takesAnyTextLiterally();

private:
    EntrySummary add(EntryDraft draft)
    {
        auto stored = m_store->save(std::move(draft), 1);
        return stored ? *stored : EntrySummary();
    }
    QStringList found(const QString &text, const std::optional<Scope> &scope = {}, int limit = 20)
    {
        const auto hits = m_catalog->search(text, limit, scope);
        if (!hits)
            return {u"<error>"_s};
        QStringList titles;
        for (const EntrySummary &entry : hits->entries)
            titles.append(entry.title);
        return titles;
    }

    std::unique_ptr<TemporaryStore> m_vault;
    std::unique_ptr<EntryStore> m_store;
    std::unique_ptr<EntryCatalog> m_catalog;
    const Scope m_everything{true, {}, {}, {}};
};

void tst_EntrySearch::initTestCase()
{
    QVERIFY(crypto::initialise());
}

void tst_EntrySearch::init()
{
    m_vault = std::make_unique<TemporaryStore>();
    REQUIRE_OK(m_vault->open());
    m_store = std::make_unique<EntryStore>(m_vault->database(), m_vault->keys());
    m_catalog = std::make_unique<EntryCatalog>(m_vault->database());
}

void tst_EntrySearch::putsTheBestFirst()
{
    add(login(u"Backup of my code"_s, "github-bot", "p"));
    add(login(u"A mirror of GitHub"_s, "u", "p"));
    add(login(u"GitHub Enterprise"_s, "u", "p"));
    add(login(u"Work"_s, "u", "p", {u"https://www.github.com/login"_s}));
    add(login(u"github"_s, "u", "p"));
    add(login(u"An unrelated one"_s, "u", "p"));
    const QStringList expected{u"github"_s, u"GitHub Enterprise"_s, u"Work"_s, u"A mirror of GitHub"_s,
                               u"Backup of my code"_s};
    QCOMPARE(found(u"github"_s), expected);
    QCOMPARE(found(u"GITHUB"_s), expected);
    QCOMPARE(found(u"github"_s, {}, 2), expected.first(2));
    QCOMPARE(m_catalog->search(u"github"_s, 2)->total, 5);
    // An exact host is as good as an exact title.
    QCOMPARE(found(u"github.com"_s), QStringList{u"Work"_s});
    QCOMPARE(found(u"https://github.com/settings/keys"_s), QStringList{u"Work"_s});
}

void tst_EntrySearch::findsByEveryOpenPart_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("found");
    QTest::newRow("title") << u"console"_s << true;
    QTest::newRow("middle of a word") << u"onsol"_s << true;
    QTest::newRow("accents") << u"ZURICH"_s << true;
    QTest::newRow("host") << u"signin.aws"_s << true;
    QTest::newRow("path") << u"/eu-west"_s << true;
    QTest::newRow("tag") << u"infra"_s << true;
    QTest::newRow("user name") << u"octo@"_s << true;
    QTest::newRow("open text field") << u"acct-1234"_s << true;
    QTest::newRow("several words anywhere") << u"octo infra console"_s << true;
    QTest::newRow("one word that is not there") << u"octo infra nothing"_s << false;
    QTest::newRow("one letter") << u"z"_s << true;
    QTest::newRow("two letters") << u"aw"_s << true;
    QTest::newRow("two letters that are not there") << u"qx"_s << false;
    QTest::newRow("short and long words") << u"aw console"_s << true;
    QTest::newRow("Chinese") << u"密码"_s << true;
    QTest::newRow("blank") << u"   "_s << false;
    QTest::newRow("empty") << QString() << false;
}

void tst_EntrySearch::findsByEveryOpenPart()
{
    QFETCH(QString, text);
    EntryDraft draft = login(u"AWS Console Zürich 我的密码"_s, "octo@example.org", "hidden",
                             {u"https://signin.aws.amazon.com/eu-west"_s}, {u"infra"_s});
    draft.fields.push_back(field(FieldKind::Text, "acct-1234"));
    const QString title = add(std::move(draft)).title;
    QTEST(found(text) == QStringList{title}, "found");
    QTEST(found(text, m_everything) == QStringList{title}, "found");
}

void tst_EntrySearch::neverFindsByASecret_data()
{
    QTest::addColumn<FieldKind>("kind");
    QTest::addColumn<Tier>("tier");
    for (const FieldKind kind : allFieldKinds()) {
        QTest::addRow("Personal %s", wireName(kind).data()) << kind << Tier::Personal;
        if (isMasked(kind))
            QTest::addRow("Shared %s", wireName(kind).data()) << kind << Tier::Shared;
    }
}

void tst_EntrySearch::neverFindsByASecret()
{
    QFETCH(FieldKind, kind);
    QFETCH(Tier, tier);
    EntryDraft draft = login(u"bank"_s, "octo", "p");
    FieldDraft hidden = field(kind, "xylqfj4711wzuv", "label");
    hidden.tier = tier;
    draft.fields.push_back(std::move(hidden));
    const EntrySummary stored = add(std::move(draft));
    const QString canary = u"xylqfj4711wzuv"_s;
    for (qsizetype size = 2; size <= canary.size(); ++size)
        for (qsizetype from = 0; from + size <= canary.size(); ++from)
            QCOMPARE(found(canary.mid(from, size)), QStringList());
    QCOMPARE(stored.subtitle, u"octo"_s);
}

void tst_EntrySearch::hidesNotesFromAgents()
{
    EntryDraft draft = login(u"bank"_s, "octo", "p");
    draft.fields.push_back(field(FieldKind::Notes, "the vault code is under the plant"));
    add(std::move(draft));
    for (const QString &text : {u"plant"_s, u"un"_s, u"bank plant"_s}) {
        QCOMPARE(found(text), QStringList{u"bank"_s});
        QCOMPARE(found(text, m_everything), QStringList());
        EntryFilter filter;
        filter.text = text;
        QCOMPARE(m_catalog->list(filter)->size(), 1);
        filter.scope = m_everything;
        QCOMPARE(m_catalog->list(filter)->size(), 0);
        QCOMPARE(m_catalog->page(filter, {}, 5)->total, 0);
    }
}

void tst_EntrySearch::staysWithinTheScope()
{
    add(login(u"github"_s, "u", "p"));
    add(login(u"github work"_s, "u", "p", {u"https://github.com"_s}, {u"work"_s}));
    const Scope work{false, {}, {u"work"_s}, {}};
    for (const QString &text : {u"github"_s, u"gi"_s, u"github.com"_s, u"https://github.com"_s}) {
        QCOMPARE(found(text, work), QStringList{u"github work"_s});
        QCOMPARE(m_catalog->search(text, 5, work)->total, 1);
        QCOMPARE(found(text, Scope()), QStringList());
    }
}

void tst_EntrySearch::forgetsWhatAnEntryWas()
{
    EntryDraft edit = editOf(add(login(u"before"_s, "octo", "p", {u"https://old.example"_s}, {u"oldtag"_s})));
    edit.title = u"after"_s;
    edit.urls.clear();
    edit.tags.clear();
    edit.fields[0].value = secret("robot");
    add(std::move(edit));
    for (const QString &text : {u"before"_s, u"old.example"_s, u"oldtag"_s, u"octo"_s, u"oc"_s})
        QCOMPARE(found(text), QStringList());
    QCOMPARE(found(u"robot"_s), QStringList{u"after"_s});
}

void tst_EntrySearch::findsNothingInTheTrash()
{
    const EntrySummary stored = add(login(u"github"_s, "u", "p", {u"https://github.com"_s}));
    REQUIRE_OK(m_store->moveToTrash({stored.id}, 5));
    for (const QString &text : {u"github"_s, u"gi"_s, u"github.com"_s})
        QCOMPARE(found(text), QStringList());
    REQUIRE_OK(m_store->restoreFromTrash({stored.id}));
    QCOMPARE(found(u"github"_s), QStringList{u"github"_s});
}

void tst_EntrySearch::findsTheBestAmongVeryMany()
{
    auto transaction = Transaction::begin(m_vault->database());
    REQUIRE_OK(transaction);
    for (int i = 0; i < EntryCatalog::countedMatches + 100; ++i)
        add(login("Some example number "_L1 + QString::number(i), "u", "p"));
    // Stored last, so a search that stops at the first thousand by number would miss it.
    add(login(u"Example"_s, "u", "p"));
    REQUIRE_OK(transaction->commit());
    const auto hits = m_catalog->search(u"example"_s, 3);
    REQUIRE_OK(hits);
    QCOMPARE(hits->entries.first().title, u"Example"_s);
    QCOMPARE(hits->total, EntryCatalog::countedMatches);
    QCOMPARE(found(u"example"_s), found(u"example"_s));
}

void tst_EntrySearch::refusesAnEndlessText()
{
    REQUIRE_ERROR(m_catalog->search(QString(513, u'x'), 5), ErrorCode::InvalidValue);
    REQUIRE_ERROR(m_catalog->search(u"a b c d e f g h i j k l m n o p q"_s, 5), ErrorCode::InvalidValue);
    EntryFilter filter;
    filter.text = QString(513, u'x');
    REQUIRE_ERROR(m_catalog->list(filter), ErrorCode::InvalidValue);
    REQUIRE_ERROR(m_catalog->page(filter, {}, 5), ErrorCode::InvalidValue);
}

void tst_EntrySearch::takesAnyTextLiterally_data()
{
    QTest::addColumn<QString>("text");
    for (const QString &text : {u"\"quoted\""_s, u"100%_sure"_s, u"a*b*c"_s, u"title:x"_s, u"NOT x AND"_s, u"^start"_s,
                                u"{title}:"_s, u"(((("_s, u"x' OR '1"_s, u"\\back\\slash"_s, u"\U0001F511\U0001F512\U0001F513"_s,
                                u"--x"_s, u"+++"_s})
        QTest::newRow(qPrintable(text)) << text;
}

void tst_EntrySearch::takesAnyTextLiterally()
{
    QFETCH(QString, text);
    add(login(u"plain"_s, "u", "p"));
    QCOMPARE(found(text), QStringList());
    add(login("x "_L1 + text + " y"_L1, "u", "p"));
    QCOMPARE(found(text), QStringList{"x "_L1 + text + " y"_L1});
    QCOMPARE(found(text, m_everything).size(), 1);
}

QTEST_GUILESS_MAIN(tst_EntrySearch)
#include "tst_EntrySearch.moc"
