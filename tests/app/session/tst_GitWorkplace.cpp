// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/GitWorkplace.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QSemaphore>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace clavitor;
using namespace Qt::StringLiterals;

namespace {

/// Runs git there, without anybody's own settings.
bool git(const QString &folder, const QStringList &arguments)
{
    QProcess process;
    QProcessEnvironment environment;
    environment.insert(u"PATH"_s, qEnvironmentVariable("PATH"));
    environment.insert(u"HOME"_s, folder);
    environment.insert(u"GIT_CONFIG_NOSYSTEM"_s, u"1"_s);
    for (const char *who : {"GIT_AUTHOR_", "GIT_COMMITTER_"}) {
        environment.insert(QLatin1StringView(who) + "NAME"_L1, u"test"_s);
        environment.insert(QLatin1StringView(who) + "EMAIL"_L1, u"test@example.org"_s);
    }
    process.setProcessEnvironment(environment);
    process.setWorkingDirectory(folder);
    process.start(u"git"_s, arguments);
    return process.waitForFinished(20'000) && process.exitCode() == 0;
}

bool write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

} // namespace

class tst_GitWorkplace : public QObject {
    Q_OBJECT
private slots:
    void init();
    void readsTheBranchOfARealRepository();
    void readsItFromDeepInside();
    void readsAWorktreeUnderTheNameOfItsRepository();
    void readsASubmodule();
    void saysTheCommitWhenNoBranchIsCheckedOut();
    void knowsNothingOutsideOfRepositories();
    void stopsSomewhereUpTheTree();
    void neverWaitsForAFifo();
    void followsNoLink();
    void readsNoMoreThanItMust_data();
    void readsNoMoreThanItMust();
    void answersWhereTheFileSystemHangs();
    void leavesHangingLooksBehindUpToANumber();
    void answersNobodyWhoIsGone();

private:
    /// A repository called "shop" on branch "main" with one commit.
    bool makeRepository();
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_shop;
};

void tst_GitWorkplace::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_shop = m_folder->filePath(u"shop"_s);
    QVERIFY(QDir().mkpath(m_shop));
}

bool tst_GitWorkplace::makeRepository()
{
    return git(m_shop, {u"init"_s, u"-q"_s, u"-b"_s, u"main"_s}) && git(m_shop, {u"commit"_s, u"-q"_s, u"--allow-empty"_s, u"-m"_s, u"first"_s});
}

#define NEEDS_GIT() \
    if (QStandardPaths::findExecutable(u"git"_s).isEmpty()) \
    QSKIP("git is not installed")

void tst_GitWorkplace::readsTheBranchOfARealRepository()
{
    NEEDS_GIT();
    QVERIFY(makeRepository());
    QCOMPARE(gitWorkplaceOf(m_shop), (GitWorkplace{u"shop"_s, u"main"_s, {}}));
    QVERIFY(git(m_shop, {u"checkout"_s, u"-q"_s, u"-b"_s, u"feature/pay-by-card"_s}));
    QCOMPARE(gitWorkplaceOf(m_shop), (GitWorkplace{u"shop"_s, u"feature/pay-by-card"_s, {}}));
    QCOMPARE(gitWorkplaceOf(m_shop + u"//"_s), gitWorkplaceOf(m_shop));
}

void tst_GitWorkplace::readsItFromDeepInside()
{
    NEEDS_GIT();
    QVERIFY(makeRepository());
    const QString deep = m_shop + u"/src/web/parts"_s;
    QVERIFY(QDir().mkpath(deep));
    QCOMPARE(gitWorkplaceOf(deep), (GitWorkplace{u"shop"_s, u"main"_s, {}}));
    QVERIFY2(gitWorkplaceOf(m_shop + u"/gone/meanwhile"_s), "a folder that was deleted lay somewhere");
}

void tst_GitWorkplace::readsAWorktreeUnderTheNameOfItsRepository()
{
    NEEDS_GIT();
    QVERIFY(makeRepository());
    const QString tree = m_folder->filePath(u"tree-of-the-agent"_s);
    QVERIFY(git(m_shop, {u"worktree"_s, u"add"_s, u"-q"_s, u"-b"_s, u"agent"_s, tree}));
    QCOMPARE(gitWorkplaceOf(tree), (GitWorkplace{u"shop"_s, u"agent"_s, {}}));
}

void tst_GitWorkplace::readsASubmodule()
{
    QVERIFY(QDir().mkpath(m_shop + u"/.git/modules/lib"_s));
    QVERIFY(QDir().mkpath(m_shop + u"/lib"_s));
    QVERIFY(write(m_shop + u"/lib/.git"_s, "gitdir: ../.git/modules/lib\n"));
    QVERIFY(write(m_shop + u"/.git/modules/lib/HEAD"_s, "ref: refs/heads/stable\n"));
    QCOMPARE(gitWorkplaceOf(m_shop + u"/lib"_s), (GitWorkplace{u"lib"_s, u"stable"_s, {}}));
}

void tst_GitWorkplace::saysTheCommitWhenNoBranchIsCheckedOut()
{
    NEEDS_GIT();
    QVERIFY(makeRepository());
    QVERIFY(git(m_shop, {u"checkout"_s, u"-q"_s, u"--detach"_s}));
    const auto place = gitWorkplaceOf(m_shop);
    QVERIFY(place);
    QCOMPARE(place->repository, u"shop"_s);
    QVERIFY(place->branch.isEmpty());
    QCOMPARE(place->commit.size(), 7);
}

void tst_GitWorkplace::knowsNothingOutsideOfRepositories()
{
    QVERIFY(!gitWorkplaceOf(m_shop));
    QVERIFY(!gitWorkplaceOf(u"/"_s));
    QVERIFY(!gitWorkplaceOf({}));
    QVERIFY(!gitWorkplaceOf(u"relative"_s));
    QVERIFY(!gitWorkplaceOf(u"/a"_s + QChar(0) + u"/b"_s));
}

void tst_GitWorkplace::stopsSomewhereUpTheTree()
{
    QVERIFY(QDir().mkpath(m_shop + u"/.git"_s));
    QVERIFY(write(m_shop + u"/.git/HEAD"_s, "ref: refs/heads/main\n"));
    QVERIFY(gitWorkplaceOf(m_shop + u"/a"_s.repeated(60)));
    QVERIFY(!gitWorkplaceOf(m_shop + u"/a"_s.repeated(70)));
}

void tst_GitWorkplace::neverWaitsForAFifo()
{
    QVERIFY(QDir().mkpath(m_shop + u"/.git"_s));
    QCOMPARE(mkfifo(QFile::encodeName(m_shop + u"/.git/HEAD"_s).constData(), 0600), 0);
    QCOMPARE(gitWorkplaceOf(m_shop), (GitWorkplace{u"shop"_s, {}, {}}));
    const QString other = m_folder->filePath(u"other"_s);
    QVERIFY(QDir().mkpath(other));
    QCOMPARE(mkfifo(QFile::encodeName(other + u"/.git"_s).constData(), 0600), 0);
    QVERIFY(!gitWorkplaceOf(other));
}

void tst_GitWorkplace::followsNoLink()
{
    QVERIFY(QDir().mkpath(m_shop + u"/.git"_s));
    QVERIFY(write(m_folder->filePath(u"elsewhere"_s), "ref: refs/heads/secret\n"));
    QVERIFY(QFile::link(m_folder->filePath(u"elsewhere"_s), m_shop + u"/.git/HEAD"_s));
    QCOMPARE(gitWorkplaceOf(m_shop), (GitWorkplace{u"shop"_s, {}, {}}));
    const QString other = m_folder->filePath(u"other"_s);
    QVERIFY(QDir().mkpath(other));
    QVERIFY(QFile::link(m_shop + u"/.git"_s, other + u"/.git"_s));
    QVERIFY(!gitWorkplaceOf(other));
}

void tst_GitWorkplace::readsNoMoreThanItMust_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<QString>("branch");
    QTest::newRow("without a line's end") << QByteArray("ref: refs/heads/main") << u"main"_s;
    QTest::newRow("empty") << QByteArray() << QString();
    QTest::newRow("something else") << QByteArray("hello\n") << QString();
    QTest::newRow("a tag") << QByteArray("ref: refs/tags/v1\n") << QString();
    QTest::newRow("not quite a hash") << QByteArray(41, 'a') << QString();
    QTest::newRow("the first line only") << QByteArray("ref: refs/heads/main\nallow: everything\n") << u"main"_s;
    QTest::newRow("hostile letters stay as they are, for who shows them") << QByteArray("ref: refs/heads/ma\xe2\x80\xaein\x1b[31m\n")
                                                                          << u"ma\u202ein\x1b[31m"_s;
    QTest::newRow("broken UTF-8") << QByteArray("ref: refs/heads/\xff\n") << u"\ufffd"_s;
    QTest::newRow("a megabyte") << QByteArray("ref: refs/heads/").append(QByteArray(1 << 20, 'x')) << QString(4096 - 16, u'x');
}

void tst_GitWorkplace::readsNoMoreThanItMust()
{
    QFETCH(QByteArray, head);
    QVERIFY(QDir().mkpath(m_shop + u"/.git"_s));
    QVERIFY(write(m_shop + u"/.git/HEAD"_s, head));
    const auto place = gitWorkplaceOf(m_shop);
    QVERIFY(place);
    QTEST(place->branch, "branch");
    QVERIFY(place->commit.isEmpty());
}

void tst_GitWorkplace::answersWhereTheFileSystemHangs()
{
    static QSemaphore hangs; // its threads outlive the case
    std::optional<std::optional<GitWorkplace>> told;
    GitLook::ask(m_shop, this, [&](std::optional<GitWorkplace> place) { told = place; },
                 [](const QString &) -> std::optional<GitWorkplace> {
                     hangs.acquire();
                     return GitWorkplace{u"late"_s, {}, {}};
                 },
                 50);
    QVERIFY(!told);
    QTRY_VERIFY(told);
    QVERIFY(!*told);
    hangs.release();
    told.reset();
    QVERIFY(QDir().mkpath(m_shop + u"/.git"_s));
    GitLook::ask(m_shop, this, [&](std::optional<GitWorkplace> place) { told = place; }, gitWorkplaceOf, 20'000);
    QTRY_VERIFY(told);
    QCOMPARE(*told, (GitWorkplace{u"shop"_s, {}, {}}));
}

void tst_GitWorkplace::leavesHangingLooksBehindUpToANumber()
{
    static QSemaphore hangs;
    static QSemaphore begun;
    int answers = 0;
    int given = 0;
    const auto count = [&](std::optional<GitWorkplace> place) {
        ++answers;
        given += place ? 1 : 0;
    };
    for (int i = 0; i < GitLook::MostLooks; ++i)
        GitLook::ask(m_shop, this, count,
                     [](const QString &) -> std::optional<GitWorkplace> {
                         begun.release();
                         hangs.acquire();
                         return std::nullopt;
                     },
                     10);
    begun.acquire(GitLook::MostLooks);
    GitLook::ask(m_shop, this, count, [](const QString &) -> std::optional<GitWorkplace> { return GitWorkplace{}; }, 20'000);
    QTRY_COMPARE(answers, GitLook::MostLooks + 1);
    QCOMPARE(given, 0);
    hangs.release(GitLook::MostLooks);
    // They come back, and so does the answer.
    QTRY_VERIFY([&] {
        bool isThere = false;
        bool isAnswered = false;
        GitLook::ask(m_shop, this, [&](std::optional<GitWorkplace> place) { isThere = place.has_value(); isAnswered = true; },
                     [](const QString &) -> std::optional<GitWorkplace> { return GitWorkplace{}; }, 20'000);
        return QTest::qWaitFor([&] { return isAnswered; }) && isThere;
    }());
}

void tst_GitWorkplace::answersNobodyWhoIsGone()
{
    bool isAnswered = false;
    {
        QObject asker;
        GitLook::ask(m_shop, &asker, [&](const std::optional<GitWorkplace> &) { isAnswered = true; });
    }
    QTest::qWait(50);
    QVERIFY(!isAnswered);
}

QTEST_GUILESS_MAIN(tst_GitWorkplace)
#include "tst_GitWorkplace.moc"
