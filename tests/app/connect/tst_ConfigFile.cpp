// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/ConfigFile.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <array>

#include <sys/stat.h>
#ifdef Q_OS_LINUX
#include <sys/inotify.h>
#include <sys/xattr.h>
#include <unistd.h>
#endif

using namespace clavitor;
using namespace Qt::StringLiterals;

class tst_ConfigFile : public QObject {
    Q_OBJECT
private slots:
    void init();
    void aMissingFileIsEmpty();
    void writesANewFileForItsOwnerOnly();
    void keepsPermissionsAndABackup();
    void letsReadWhoCouldAndNobodyElse();
    void isNeverOpenToOthersForAMoment_data();
    void isNeverOpenToOthersForAMoment();
    void writesThroughALink();
    void undoesByteForByte();
    void undoRemovesAFileThatWasNotThere();
    void undoLeavesAFileThatWasChangedSince();
    void undoSaysWhenTheBackupIsGone();
    void findsTheLastChangeAgainAfterARestart();
    void keepsOneBackupOfAFile();
    void keepsTheBackupOfAProjectsFileOutOfTheProject_data();
    void keepsTheBackupOfAProjectsFileOutOfTheProject();
    void findsABackupThatLiesInAProject();
    void takesNothingThatARepositoryBringsForABackup_data();
    void takesNothingThatARepositoryBringsForABackup();
    void keepsBackupsOfFilesOfOneNameApart();
    void writesNothingWhereNoBackupCanBeKept();
    void deletesTheBackupAndNothingElse();
    void refusesAFileThatWasChangedMeanwhile();
    void keepsWhatAnotherProgramWritesAtTheLastMoment_data();
    void keepsWhatAnotherProgramWritesAtTheLastMoment();
    void undoKeepsWhatAnotherProgramWritesAtTheLastMoment();
    void refusesAReadOnlyFile();
    void refusesWhatIsNoFile();
    void refusesALinkToNothing();
    void refusesAFileThatIsTooLarge();
    void leavesNothingBehindWhenItCannotWrite();

private:
    [[nodiscard]] QString at(const QString &name) const { return m_folder->filePath(name); }
    void put(const QString &name, const QByteArray &bytes, QFile::Permissions permissions = QFile::ReadOwner | QFile::WriteOwner);
    [[nodiscard]] QByteArray bytesOf(const QString &name) const;
    [[nodiscard]] QStringList names() const { return QDir(m_folder->path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name); }

    std::unique_ptr<QTemporaryDir> m_folder;
    const qint64 m_now = 1'773'000'000'000;
};

void tst_ConfigFile::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
}

void tst_ConfigFile::put(const QString &name, const QByteArray &bytes, QFile::Permissions permissions)
{
    QFile file(at(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
    QVERIFY(file.setPermissions(permissions));
}

QByteArray tst_ConfigFile::bytesOf(const QString &name) const
{
    QFile file(at(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

mode_t modeOf(const QString &path)
{
    struct stat info{};
    return ::stat(QFile::encodeName(path).constData(), &info) == 0 ? info.st_mode & 07777 : 0;
}

void tst_ConfigFile::aMissingFileIsEmpty()
{
    const auto file = ConfigFile::read(at(u"config.toml"_s));
    QVERIFY(file);
    QVERIFY(!file->exists);
    QVERIFY(file->bytes.isEmpty());
}

void tst_ConfigFile::writesANewFileForItsOwnerOnly()
{
    const auto file = ConfigFile::read(at(u"new/config.toml"_s));
    QVERIFY(file);
    const auto change = applyChange(*file, "a = 1\n"_ba, m_now);
    QVERIFY(change);
    QVERIFY(change->backup.isEmpty());
    QCOMPARE(bytesOf(u"new/config.toml"_s), "a = 1\n"_ba);
    QCOMPARE(modeOf(at(u"new/config.toml"_s)), mode_t(0600));
    QCOMPARE(modeOf(at(u"new"_s)), mode_t(0700));
}

void tst_ConfigFile::keepsPermissionsAndABackup()
{
    put(u"config.toml"_s, "old", QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup);
    const auto file = ConfigFile::read(at(u"config.toml"_s));
    const auto change = applyChange(*file, "new"_ba, m_now);
    QVERIFY(change);
    QCOMPARE(bytesOf(u"config.toml"_s), "new"_ba);
    QCOMPARE(modeOf(at(u"config.toml"_s)), mode_t(0640));
    const QString backup = QFileInfo(change->backup).fileName();
    QVERIFY2(backup.startsWith("config.toml.clavitor-backup-2026"_L1), qPrintable(backup));
    QCOMPARE(bytesOf(backup), "old"_ba);
    QCOMPARE(modeOf(change->backup), mode_t(0600));
}

void tst_ConfigFile::letsReadWhoCouldAndNobodyElse()
{
#ifdef Q_OS_LINUX
    // One user may read it by a list of its own, and its group may not. Of such a file the mode tells the list's widest for the group's.
    put(u"config.toml"_s, "old");
    constexpr quint32 nobody = 65534;
    constexpr auto list = "system.posix_acl_access";
    QByteArray entries("\2\0\0\0", 4); // acl(5), as the kernel has it: version, then tag, permissions and id of each
    const auto add = [&entries](quint16 tag, quint16 permissions, quint32 id) {
        entries.append(reinterpret_cast<const char *>(&tag), sizeof tag).append(reinterpret_cast<const char *>(&permissions), sizeof permissions);
        entries.append(reinterpret_cast<const char *>(&id), sizeof id);
    };
    constexpr quint32 none = 0xFFFFFFFF;
    add(0x01, 6, none);
    add(0x02, 4, nobody);
    add(0x04, 0, none);
    add(0x10, 4, none);
    add(0x20, 0, none);
    const QByteArray name = QFile::encodeName(at(u"config.toml"_s));
    if (::setxattr(name.constData(), list, entries.constData(), static_cast<std::size_t>(entries.size()), 0) != 0)
        QSKIP("this file system has no such lists");
    QCOMPARE(modeOf(at(u"config.toml"_s)), mode_t(0640));
    QVERIFY(applyChange(*ConfigFile::read(at(u"config.toml"_s)), "new"_ba, m_now));
    QByteArray after(entries.size(), '\0');
    QCOMPARE(::getxattr(name.constData(), list, after.data(), static_cast<std::size_t>(after.size())), static_cast<ssize_t>(entries.size()));
    QCOMPARE(after, entries);
    // A folder's list for what is made in it is no list of the old file.
    QVERIFY(QDir(m_folder->path()).mkdir(u"shared"_s));
    put(u"shared/config.toml"_s, "old", QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup);
    QCOMPARE(::setxattr(QFile::encodeName(at(u"shared"_s)).constData(), "system.posix_acl_default", entries.constData(), static_cast<std::size_t>(entries.size()), 0), 0);
    QVERIFY(applyChange(*ConfigFile::read(at(u"shared/config.toml"_s)), "new"_ba, m_now));
    QVERIFY(::getxattr(QFile::encodeName(at(u"shared/config.toml"_s)).constData(), list, after.data(), static_cast<std::size_t>(after.size())) < 0);
    QCOMPARE(modeOf(at(u"shared/config.toml"_s)), mode_t(0640));
#else
    QSKIP("lists are set with Linux's means");
#endif
}

void tst_ConfigFile::isNeverOpenToOthersForAMoment_data()
{
    QTest::addColumn<bool>("exists");
    QTest::newRow("a new file") << false;
    QTest::newRow("a backup, the file and the way back") << true;
}

void tst_ConfigFile::isNeverOpenToOthersForAMoment()
{
#ifdef Q_OS_LINUX
    // Who opens a file while it is open to all can read it later: so it must have been made private, not become it. Permissions that
    // are given afterwards are told by the system as a change of attributes.
    QFETCH(bool, exists);
    if (exists)
        put(u"config.toml"_s, "old");
    const int watch = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    QVERIFY(::inotify_add_watch(watch, QFile::encodeName(m_folder->path()).constData(), IN_ATTRIB | IN_CREATE) >= 0);
    const mode_t before = ::umask(0);
    const auto file = ConfigFile::read(at(u"config.toml"_s));
    const auto change = applyChange(*file, "new"_ba, m_now);
    const mode_t written = modeOf(at(u"config.toml"_s));
    const mode_t kept = exists && change ? modeOf(change->backup) : mode_t(0600);
    const bool isUndone = change && undoChange(*change);
    ::umask(before);
    alignas(inotify_event) std::array<char, 16384> buffer{};
    const ssize_t size = ::read(watch, buffer.data(), buffer.size());
    ::close(watch);
    QVERIFY(isUndone);
    QCOMPARE(written, mode_t(0600));
    QCOMPARE(kept, mode_t(0600));
    int made = 0;
    for (ssize_t place = 0; place < size;) {
        const auto *event = reinterpret_cast<const inotify_event *>(buffer.data() + place);
        QVERIFY2(!(event->mask & IN_ATTRIB), event->len > 0 ? event->name : "");
        made += event->mask & IN_CREATE ? 1 : 0;
        place += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
    }
    QCOMPARE(made, exists ? 3 : 1);
#else
    QSKIP("watched with Linux's means");
#endif
}

void tst_ConfigFile::writesThroughALink()
{
    QVERIFY(QDir(m_folder->path()).mkdir(u"dotfiles"_s));
    put(u"dotfiles/codex.toml"_s, "old");
    QVERIFY(QFile::link(at(u"dotfiles/codex.toml"_s), at(u"config.toml"_s)));
    const auto file = ConfigFile::read(at(u"config.toml"_s));
    const auto change = applyChange(*file, "new"_ba, m_now);
    QVERIFY(change);
    QVERIFY(QFileInfo(at(u"config.toml"_s)).isSymLink());
    QCOMPARE(bytesOf(u"dotfiles/codex.toml"_s), "new"_ba);
    QVERIFY(change->backup.startsWith(QFileInfo(at(u"dotfiles"_s)).canonicalFilePath()));
    QVERIFY(undoChange(*change));
    QVERIFY(QFileInfo(at(u"config.toml"_s)).isSymLink());
    QCOMPARE(bytesOf(u"dotfiles/codex.toml"_s), "old"_ba);
}

void tst_ConfigFile::undoesByteForByte()
{
    const QByteArray odd("\xEF\xBB\xBF" "a\r\n\0b\xff", 9);
    put(u"config.toml"_s, odd, QFile::ReadOwner | QFile::WriteOwner | QFile::ReadOther);
    const auto file = ConfigFile::read(at(u"config.toml"_s));
    const auto change = applyChange(*file, "new"_ba, m_now);
    QVERIFY(change);
    QVERIFY(undoChange(*change));
    QCOMPARE(bytesOf(u"config.toml"_s), odd);
    QCOMPARE(modeOf(at(u"config.toml"_s)), mode_t(0604));
    QCOMPARE(names(), QStringList{u"config.toml"_s});
}

void tst_ConfigFile::undoRemovesAFileThatWasNotThere()
{
    const auto file = ConfigFile::read(at(u"mcp.json"_s));
    const auto change = applyChange(*file, "{}"_ba, m_now);
    QVERIFY(change);
    QVERIFY(undoChange(*change));
    QCOMPARE(names(), QStringList());
}

void tst_ConfigFile::undoLeavesAFileThatWasChangedSince()
{
    put(u"config.toml"_s, "old");
    const auto file = ConfigFile::read(at(u"config.toml"_s));
    const auto change = applyChange(*file, "new"_ba, m_now);
    QVERIFY(change);
    put(u"config.toml"_s, "newer");
    const auto undone = undoChange(*change);
    QVERIFY(!undone);
    QCOMPARE(undone.error().code, ErrorCode::Conflict);
    QVERIFY(undone.error().detail.contains(change->backup));
    QCOMPARE(bytesOf(u"config.toml"_s), "newer"_ba);
    QVERIFY(QFile::exists(change->backup));
}

void tst_ConfigFile::undoSaysWhenTheBackupIsGone()
{
    put(u"config.toml"_s, "old");
    const auto file = ConfigFile::read(at(u"config.toml"_s));
    const auto change = applyChange(*file, "new"_ba, m_now);
    QVERIFY(change);
    QVERIFY(QFile::remove(change->backup));
    QCOMPARE(undoChange(*change).error().code, ErrorCode::NotFound);
    QCOMPARE(bytesOf(u"config.toml"_s), "new"_ba);
}

void tst_ConfigFile::findsTheLastChangeAgainAfterARestart()
{
    put(u"config.toml"_s, "old");
    QVERIFY(!lastChange(at(u"config.toml"_s)));
    QVERIFY(applyChange(*ConfigFile::read(at(u"config.toml"_s)), "new"_ba, m_now));
    QVERIFY(applyChange(*ConfigFile::read(at(u"config.toml"_s)), "newer"_ba, m_now));
    const auto change = lastChange(at(u"config.toml"_s));
    QVERIFY(change);
    QVERIFY(undoChange(*change));
    QCOMPARE(bytesOf(u"config.toml"_s), "new"_ba);
    QVERIFY(!lastChange(at(u"config.toml"_s)));
}

void tst_ConfigFile::keepsOneBackupOfAFile()
{
    put(u"config.toml"_s, "token");
    put(u"config.toml.clavitor-backup"_s, "of the person");
    put(u"other.toml"_s, "other");
    const auto other = applyChange(*ConfigFile::read(at(u"other.toml"_s)), "new"_ba, m_now);
    QVERIFY(applyChange(*ConfigFile::read(at(u"config.toml"_s)), "new"_ba, m_now));
    const auto last = applyChange(*ConfigFile::read(at(u"config.toml"_s)), "newer"_ba, m_now + 1000);
    QVERIFY(other && last);
    QStringList expected{u"config.toml"_s, u"config.toml.clavitor-backup"_s, u"other.toml"_s, QFileInfo(other->backup).fileName(),
                         QFileInfo(last->backup).fileName()};
    expected.sort();
    QStringList found = names();
    found.sort();
    QCOMPARE(found, expected);
    QCOMPARE(bytesOf(QFileInfo(last->backup).fileName()), "new"_ba);
}

void tst_ConfigFile::keepsTheBackupOfAProjectsFileOutOfTheProject_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("mark"); // what makes a repository of the folder
    QTest::addColumn<bool>("isInProject");
    QTest::newRow("a project's") << u"shop/.mcp.json"_s << QString() << true;
    QTest::newRow("of a folder with a long name") << QString(u"x"_s.repeated(200) + u"/.mcp.json"_s) << QString() << true;
    QTest::newRow("of a folder with a long name of letters of three bytes") << QString(u"あ"_s.repeated(80) + u"/.mcp.json"_s) << QString() << true;
    QTest::newRow("with a letter of four bytes where the name is cut") << QString(u"x"_s.repeated(58) + u"🔑🔑/.mcp.json"_s) << QString() << true;
    QTest::newRow("in a repository") << u"dotfiles/codex/config.toml"_s << u"dotfiles/.git"_s << true;
    QTest::newRow("of a person") << u"dotfiles/codex/config.toml"_s << QString() << false;
}

void tst_ConfigFile::keepsTheBackupOfAProjectsFileOutOfTheProject()
{
    QFETCH(QString, name);
    QFETCH(QString, mark);
    QFETCH(bool, isInProject);
    const QString backups = at(u"share/clavitor/backups"_s);
    const QString folder = QFileInfo(at(name)).path();
    QVERIFY(QDir().mkpath(folder));
    if (!mark.isEmpty())
        QVERIFY(QDir().mkpath(at(mark)));
    put(name, "old token");
    const QStringList before = QDir(folder).entryList(QDir::AllEntries | QDir::Hidden);
    const auto change = applyChange(*ConfigFile::read(at(name)), "new"_ba, m_now, backups);
    QVERIFY(change);
    QCOMPARE(QFileInfo(change->backup).path() == backups, isInProject);
    QCOMPARE(QDir(folder).entryList(QDir::AllEntries | QDir::Hidden) == before, isInProject);
    QCOMPARE(modeOf(change->backup), mode_t(0600));
    if (isInProject) {
        QCOMPARE(modeOf(backups), mode_t(0700));
        // A person sees whose it is.
        QVERIFY(QFileInfo(change->backup).fileName().startsWith(QDir(folder).dirName().left(20)));
        QVERIFY(QFileInfo(change->backup).fileName().contains(QFileInfo(name).fileName()));
    }
    // Also after a restart, and after another change, of which there is one backup alone.
    QVERIFY(applyChange(*ConfigFile::read(at(name)), "newer"_ba, m_now + 5'000, backups));
    QVERIFY(!QFile::exists(change->backup));
    const auto last = lastChange(at(name), backups);
    QVERIFY(last);
    QVERIFY(undoChange(*last));
    QCOMPARE(bytesOf(name), "new"_ba);
    QVERIFY(!lastChange(at(name), backups));
    // And where the home is a repository itself, nothing there is committed.
    QCOMPARE(QDir(backups).entryList(QDir::Files | QDir::Hidden), isInProject ? QStringList{u".gitignore"_s} : QStringList());
    if (isInProject)
        QCOMPARE(bytesOf(u"share/clavitor/backups/.gitignore"_s), "*\n"_ba);
    QCOMPARE(QDir(folder).entryList(QDir::AllEntries | QDir::Hidden), before);
}

void tst_ConfigFile::findsABackupThatLiesInAProject()
{
    // Earlier versions put it there.
    const QString backups = at(u"backups"_s);
    QVERIFY(QDir(m_folder->path()).mkdir(u"shop"_s));
    put(u"shop/.mcp.json"_s, "old");
    QVERIFY(applyChange(*ConfigFile::read(at(u"shop/.mcp.json"_s)), "new"_ba, m_now));
    QCOMPARE(QDir(at(u"shop"_s)).entryList(QDir::Files | QDir::Hidden).size(), 2);
    auto last = lastChange(at(u"shop/.mcp.json"_s), backups);
    QVERIFY(last && undoChange(*last));
    QCOMPARE(bytesOf(u"shop/.mcp.json"_s), "old"_ba);
    // Another change takes it away from where it may be committed.
    QVERIFY(applyChange(*ConfigFile::read(at(u"shop/.mcp.json"_s)), "new"_ba, m_now));
    QVERIFY(applyChange(*ConfigFile::read(at(u"shop/.mcp.json"_s)), "newer"_ba, m_now, backups));
    QCOMPARE(QDir(at(u"shop"_s)).entryList(QDir::Files | QDir::Hidden), QStringList{u".mcp.json"_s});
}

void tst_ConfigFile::takesNothingThatARepositoryBringsForABackup_data()
{
    QTest::addColumn<bool>("isLink");
    QTest::newRow("a link to a file of the person's") << true;
    QTest::newRow("a file that everybody may read") << false;
}

void tst_ConfigFile::takesNothingThatARepositoryBringsForABackup()
{
    QFETCH(bool, isLink);
    QVERIFY(QDir(m_folder->path()).mkdir(u"shop"_s));
    put(u"private"_s, "a private key");
    put(u"shop/.mcp.json"_s, "new");
    // Named as ours would be, by what the file holds.
    const auto ours = applyChange(*ConfigFile::read(at(u"shop/.mcp.json"_s)), "new"_ba, m_now);
    QVERIFY(ours && lastChange(at(u"shop/.mcp.json"_s)));
    QVERIFY(QFile::remove(ours->backup));
    if (isLink)
        QVERIFY(QFile::link(at(u"private"_s), ours->backup));
    else
        put(u"shop/"_s + QFileInfo(ours->backup).fileName(), "theirs", QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup | QFile::ReadOther);
    QVERIFY(QFile::exists(ours->backup));
    QVERIFY(!lastChange(at(u"shop/.mcp.json"_s)));
    // Nor is it taken away.
    QVERIFY(applyChange(*ConfigFile::read(at(u"shop/.mcp.json"_s)), "newer"_ba, m_now + 5'000, at(u"backups"_s)));
    QVERIFY(QFile::exists(ours->backup));
    QCOMPARE(bytesOf(u"private"_s), "a private key"_ba);
}

void tst_ConfigFile::keepsBackupsOfFilesOfOneNameApart()
{
    const QString backups = at(u"backups"_s);
    for (const QString &folder : {u"a/shop"_s, u"b/shop"_s}) {
        QVERIFY(QDir(m_folder->path()).mkpath(folder));
        put(folder + u"/.mcp.json"_s, "old " + folder.toUtf8());
        QVERIFY(applyChange(*ConfigFile::read(at(folder + u"/.mcp.json"_s)), "new"_ba, m_now, backups));
    }
    QCOMPARE(QDir(backups).entryList({u"*.json*"_s}, QDir::Files | QDir::Hidden).size(), 2);
    for (const QString &folder : {u"a/shop"_s, u"b/shop"_s}) {
        const auto last = lastChange(at(folder + u"/.mcp.json"_s), backups);
        QVERIFY(last && undoChange(*last));
        QCOMPARE(bytesOf(folder + u"/.mcp.json"_s), "old " + folder.toUtf8());
    }
}

void tst_ConfigFile::writesNothingWhereNoBackupCanBeKept()
{
    put(u"file"_s, "x");
    QVERIFY(QDir(m_folder->path()).mkdir(u"shop"_s));
    put(u"shop/.mcp.json"_s, "old");
    const auto change = applyChange(*ConfigFile::read(at(u"shop/.mcp.json"_s)), "new"_ba, m_now, at(u"file/backups"_s));
    QCOMPARE(change.error().code, ErrorCode::Io);
    QVERIFY(change.error().detail.contains(u"no backup can be kept"_s));
    QCOMPARE(bytesOf(u"shop/.mcp.json"_s), "old"_ba);
    QCOMPARE(QDir(at(u"shop"_s)).entryList(QDir::Files | QDir::Hidden), QStringList{u".mcp.json"_s});
}

void tst_ConfigFile::deletesTheBackupAndNothingElse()
{
    put(u"config.toml"_s, "token");
    const auto change = applyChange(*ConfigFile::read(at(u"config.toml"_s)), "new"_ba, m_now);
    QVERIFY(change);
    QVERIFY(deleteBackup(*change));
    QCOMPARE(names(), QStringList{u"config.toml"_s});
    QCOMPARE(bytesOf(u"config.toml"_s), "new"_ba);
    QVERIFY(!lastChange(at(u"config.toml"_s)));
    QVERIFY(deleteBackup(*change));
    const auto made = applyChange(*ConfigFile::read(at(u"mcp.json"_s)), "{}"_ba, m_now);
    QVERIFY(made && deleteBackup(*made));
    QCOMPARE(bytesOf(u"mcp.json"_s), "{}"_ba);
}

void tst_ConfigFile::refusesAFileThatWasChangedMeanwhile()
{
    put(u"config.toml"_s, "old");
    const auto file = ConfigFile::read(at(u"config.toml"_s));
    put(u"config.toml"_s, "other");
    const auto change = applyChange(*file, "new"_ba, m_now);
    QCOMPARE(change.error().code, ErrorCode::Conflict);
    QCOMPARE(bytesOf(u"config.toml"_s), "other"_ba);
    QCOMPARE(names(), QStringList{u"config.toml"_s});
}

void tst_ConfigFile::keepsWhatAnotherProgramWritesAtTheLastMoment_data()
{
    QTest::addColumn<bool>("exists");
    QTest::newRow("into the file") << true;
    QTest::newRow("where there was none") << false;
}

void tst_ConfigFile::keepsWhatAnotherProgramWritesAtTheLastMoment()
{
    QFETCH(bool, exists);
    if (exists)
        put(u"config.toml"_s, "old");
    const auto file = ConfigFile::read(at(u"config.toml"_s));
    const auto change = applyChange(*file, "new"_ba, m_now, {}, [this, exists] {
        QCOMPARE(names().size(), exists ? 3 : 1); // nothing is left to be done but the replacing
        put(u"config.toml"_s, "other");
    });
    QVERIFY(!change);
    QCOMPARE(change.error().code, ErrorCode::Conflict);
    QCOMPARE(bytesOf(u"config.toml"_s), "other"_ba);
    QCOMPARE(names(), QStringList{u"config.toml"_s});
}

void tst_ConfigFile::undoKeepsWhatAnotherProgramWritesAtTheLastMoment()
{
    put(u"config.toml"_s, "old");
    const auto change = applyChange(*ConfigFile::read(at(u"config.toml"_s)), "new"_ba, m_now);
    QVERIFY(change);
    const auto undone = undoChange(*change, [this] { put(u"config.toml"_s, "other"); });
    QVERIFY(!undone);
    QCOMPARE(undone.error().code, ErrorCode::Conflict);
    QVERIFY(undone.error().detail.contains(change->backup));
    QCOMPARE(bytesOf(u"config.toml"_s), "other"_ba);
    QVERIFY(QFile::exists(change->backup));
    QCOMPARE(names().size(), 2);
}

void tst_ConfigFile::refusesAReadOnlyFile()
{
    put(u"config.toml"_s, "old", QFile::ReadOwner);
    const auto change = applyChange(*ConfigFile::read(at(u"config.toml"_s)), "new"_ba, m_now);
    QCOMPARE(change.error().code, ErrorCode::ReadOnly);
    QCOMPARE(names(), QStringList{u"config.toml"_s});
}

void tst_ConfigFile::refusesWhatIsNoFile()
{
    QVERIFY(QDir(m_folder->path()).mkdir(u"config.toml"_s));
    QCOMPARE(ConfigFile::read(at(u"config.toml"_s)).error().code, ErrorCode::InvalidValue);
    QCOMPARE(::mkfifo(QFile::encodeName(at(u"pipe"_s)).constData(), 0600), 0);
    QCOMPARE(ConfigFile::read(at(u"pipe"_s)).error().code, ErrorCode::InvalidValue);
}

void tst_ConfigFile::refusesALinkToNothing()
{
    QVERIFY(QFile::link(at(u"nothing"_s), at(u"config.toml"_s)));
    QCOMPARE(ConfigFile::read(at(u"config.toml"_s)).error().code, ErrorCode::InvalidValue);
}

void tst_ConfigFile::refusesAFileThatIsTooLarge()
{
    QFile file(at(u"huge.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(file.resize(ConfigFile::Largest + 1));
    QCOMPARE(ConfigFile::read(at(u"huge.json"_s)).error().code, ErrorCode::InvalidValue);
}

void tst_ConfigFile::leavesNothingBehindWhenItCannotWrite()
{
    // A folder under a file cannot be made, whoever asks.
    put(u"file"_s, "x");
    const auto file = ConfigFile::read(at(u"file/config.toml"_s));
    QVERIFY(file);
    QCOMPARE(applyChange(*file, "new"_ba, m_now).error().code, ErrorCode::Io);
    QCOMPARE(names(), QStringList{u"file"_s});
}

QTEST_GUILESS_MAIN(tst_ConfigFile)
#include "tst_ConfigFile.moc"
