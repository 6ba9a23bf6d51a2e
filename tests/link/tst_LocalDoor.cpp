// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/LocalDoor.h"
#include "app/link/PeerSocket.h"

#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace clavitor::link;
using namespace Qt::StringLiterals;
using Kind = DoorRefusal::Kind;

namespace {

constexpr uid_t Nobody = 65534;

mode_t modeOf(const QString &path)
{
    struct stat status{};
    return ::lstat(QFile::encodeName(path).constData(), &status) == 0 ? status.st_mode & 07777 : 0;
}

std::uint64_t inodeOf(int descriptor)
{
    struct stat status{};
    return ::fstat(descriptor, &status) == 0 ? status.st_ino : 0;
}

/// A plain listening socket, as another program would make it.
int listenAt(const QString &path)
{
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const QByteArray name = QFile::encodeName(path);
    std::memcpy(address.sun_path, name.constData(), static_cast<std::size_t>(name.size()));
    if (::bind(descriptor, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0 || ::listen(descriptor, 1) != 0)
        qFatal("no socket");
    ::chmod(name.constData(), 0600);
    return descriptor;
}

} // namespace

class tst_LocalDoor : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_runtime;
    QString m_path;
    QString m_folder;

private slots:
    void init()
    {
        m_runtime = std::make_unique<QTemporaryDir>();
        m_path = doorPath(m_runtime->path(), 4321);
        m_folder = m_runtime->filePath(u"clavitor"_s);
    }

    void isNamedAfterItsPort()
    {
        QCOMPARE(doorPath(u"/run/user/7"_s, 1984), u"/run/user/7/clavitor/bridge.sock"_s);
        QCOMPARE(doorPath(u"/run/user/7"_s, 4321), u"/run/user/7/clavitor/bridge-4321.sock"_s);
    }

    void isItsUsersAlone()
    {
        const mode_t before = ::umask(0);
        const auto door = openDoor(m_path);
        ::umask(before);
        QVERIFY(door.has_value());
        QCOMPARE(modeOf(m_folder), mode_t(0700));
        QCOMPARE(modeOf(m_path), mode_t(0600));
        QCOMPARE(QDir(m_folder).entryList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot), QStringList{u"bridge-4321.sock"_s});
        ::close(*door);
    }

    void leadsToWhoOpenedIt()
    {
        const auto door = openDoor(m_path);
        QVERIFY(door.has_value());
        const auto client = enterDoor(m_path);
        QVERIFY2(client.has_value(), qPrintable(client ? QString() : client.error().sentence));
        const int server = ::accept(*door, nullptr, nullptr);
        QVERIFY(server >= 0);
        for (const int end : {*client, server})
            QCOMPARE(credentialsOf(end), std::optional(PeerCredentials{::getuid(), ::getpid()}));
        // The kernel's own name of the client's end, by which the keeper finds its program.
        PeerSockets sockets;
        const auto peer = sockets.findLocal(server);
        QVERIFY(peer.has_value());
        QCOMPARE(peer->uid, ::getuid());
        if (peer->inode == 0)
            QSKIP("this kernel does not tell the other end of a Unix socket");
        QCOMPARE(peer->inode, inodeOf(*client));
        for (const int end : {*door, *client, server})
            ::close(end);
    }

    void replacesWhatABridgeLeftBehind()
    {
        const auto first = openDoor(m_path);
        QVERIFY(first.has_value());
        ::close(*first);
        QCOMPARE(enterDoor(m_path).error().kind, Kind::Absent);
        // One that was killed before it had renamed its socket.
        ::close(listenAt(m_path + u".new"_s));
        const auto second = openDoor(m_path);
        QVERIFY2(second.has_value(), qPrintable(second ? QString() : second.error().sentence));
        const auto client = enterDoor(m_path);
        QVERIFY(client.has_value());
        ::close(*client);
        ::close(*second);
    }

    void makesItsFolderPrivateAgain()
    {
        QVERIFY(QDir().mkdir(m_folder));
        ::chmod(QFile::encodeName(m_folder).constData(), 0755);
        const auto door = openDoor(m_path);
        QVERIFY(door.has_value());
        QCOMPARE(modeOf(m_folder), mode_t(0700));
        ::close(*door);
    }

    void leavesAloneWhatIsNotABridges_data()
    {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("said");
        QTest::newRow("a link") << u"link"_s << u"is a link"_s;
        QTest::newRow("a link that leads nowhere") << u"broken"_s << u"is a link"_s;
        QTest::newRow("a file") << u"file"_s << u"is no socket"_s;
        QTest::newRow("a folder") << u"folder"_s << u"is no socket"_s;
        QTest::newRow("a socket somebody listens on") << u"live"_s << u"listens at"_s;
        QTest::newRow("another user's socket") << u"foreign"_s << u"belongs to another user (number 65534)"_s;
    }

    void leavesAloneWhatIsNotABridges()
    {
        QFETCH(QString, what);
        QFETCH(QString, said);
        QVERIFY(QDir().mkdir(m_folder));
        ::chmod(QFile::encodeName(m_folder).constData(), 0700);
        int live = -1;
        if (what == "link"_L1 || what == "broken"_L1) {
            const QString target = m_runtime->filePath(u"elsewhere"_s);
            if (what == "link"_L1)
                live = listenAt(target);
            QVERIFY(QFile::link(target, m_path));
        } else if (what == "file"_L1) {
            QFile file(m_path);
            QVERIFY(file.open(QIODevice::WriteOnly));
        } else if (what == "folder"_L1) {
            QVERIFY(QDir().mkdir(m_path));
        } else {
            live = listenAt(m_path);
            if (what == "foreign"_L1 && ::lchown(QFile::encodeName(m_path).constData(), Nobody, Nobody) != 0)
                QSKIP("only root can give a file away");
        }
        const std::uint64_t before = QFileInfo(m_path).lastModified().toMSecsSinceEpoch();
        const auto door = openDoor(m_path);
        QVERIFY(!door.has_value());
        QVERIFY2(door.error().sentence.contains(said), qPrintable(door.error().sentence));
        QCOMPARE(std::uint64_t(QFileInfo(m_path).lastModified().toMSecsSinceEpoch()), before);
        if (what != "live"_L1) {
            const auto client = enterDoor(m_path);
            QVERIFY(!client.has_value());
            QCOMPARE(client.error().kind, Kind::Unsafe);
            QVERIFY2(client.error().sentence.contains(said), qPrintable(client.error().sentence));
        }
        if (live >= 0)
            ::close(live);
    }

    void isNotEnteredWhereOthersCouldHaveMadeIt_data()
    {
        QTest::addColumn<QString>("where");
        QTest::addColumn<int>("mode");
        QTest::newRow("the runtime folder is everybody's") << u"runtime"_s << 0777;
        QTest::newRow("the runtime folder is the group's") << u"runtime"_s << 0770;
        QTest::newRow("the folder can be looked into") << u"folder"_s << 0755;
        QTest::newRow("the socket is the group's") << u"socket"_s << 0660;
    }

    void isNotEnteredWhereOthersCouldHaveMadeIt()
    {
        QFETCH(QString, where);
        QFETCH(int, mode);
        const auto door = openDoor(m_path);
        QVERIFY(door.has_value());
        const QString path = where == "runtime"_L1 ? m_runtime->path() : where == "folder"_L1 ? m_folder : m_path;
        QCOMPARE(::chmod(QFile::encodeName(path).constData(), static_cast<mode_t>(mode)), 0);
        const auto client = enterDoor(m_path);
        QVERIFY(!client.has_value());
        QCOMPARE(client.error().kind, Kind::Unsafe);
        if (where == "runtime"_L1)
            QCOMPARE(openDoor(m_path).error().kind, Kind::Unsafe);
        ::close(*door);
    }

    void isNotEnteredThroughALinkedFolder()
    {
        const auto door = openDoor(m_path);
        QVERIFY(door.has_value());
        const QString elsewhere = m_runtime->filePath(u"elsewhere"_s);
        QVERIFY(QFile::rename(m_folder, elsewhere));
        QVERIFY(QFile::link(elsewhere, m_folder));
        QCOMPARE(enterDoor(m_path).error().kind, Kind::Unsafe);
        QCOMPARE(openDoor(m_path).error().kind, Kind::Unsafe);
        ::close(*door);
    }

    /// The file may be ours and the listener not: a socket can be handed over, and a folder's rights can have been other ones.
    void isNotEnteredWhenAnotherUserListens()
    {
        if (::geteuid() != 0)
            QSKIP("only root can start a program of another user");
        QVERIFY(QDir().mkdir(m_folder));
        for (const QString &folder : {m_runtime->path(), m_folder})
            ::chmod(QFile::encodeName(folder).constData(), 0777);
        const pid_t child = ::fork();
        if (child == 0) {
            if (::setresuid(Nobody, Nobody, Nobody) != 0)
                ::_exit(1);
            listenAt(m_path);
            ::pause();
            ::_exit(0);
        }
        QTRY_VERIFY(QFileInfo::exists(m_path));
        QTest::qWait(50);
        for (const QString &folder : {m_runtime->path(), m_folder})
            ::chmod(QFile::encodeName(folder).constData(), 0700);
        const auto theirs = enterDoor(m_path);
        QCOMPARE(theirs.error().kind, Kind::Unsafe);
        QVERIFY(theirs.error().sentence.contains(u"belongs to another user"));
        QCOMPARE(::lchown(QFile::encodeName(m_path).constData(), ::getuid(), ::getgid()), 0);
        const auto listened = enterDoor(m_path);
        QCOMPARE(listened.error().kind, Kind::Unsafe);
        QVERIFY2(listened.error().sentence.contains(u"A program of another user (number 65534) listens"), qPrintable(listened.error().sentence));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
    }

    void saysThatNobodyHasOpenedIt()
    {
        const auto client = enterDoor(m_path);
        QVERIFY(!client.has_value());
        QCOMPARE(client.error().kind, Kind::Absent);
        const auto long1 = openDoor(m_runtime->path() + u'/' + QString(120, u'x') + u"/bridge.sock"_s);
        QVERIFY(long1.error().sentence.contains(u"too long"));
    }

    void isLookedForWhereTheSystemSays()
    {
        const QByteArray before = qgetenv("XDG_RUNTIME_DIR");
        qputenv("XDG_RUNTIME_DIR", "/somewhere/");
        QCOMPARE(runtimeFolder(), u"/somewhere"_s);
        qputenv("XDG_RUNTIME_DIR", "not/absolute");
        const QString usual = u"/run/user/%1"_s.arg(::getuid());
        QCOMPARE(runtimeFolder(), QFileInfo(usual).isDir() ? usual : QString());
        qputenv("XDG_RUNTIME_DIR", before);
    }
};

QTEST_GUILESS_MAIN(tst_LocalDoor)
#include "tst_LocalDoor.moc"
