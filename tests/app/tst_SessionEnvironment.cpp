// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/SessionEnvironment.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace clavitor;
using namespace Qt::StringLiterals;

class tst_SessionEnvironment : public QObject {
    Q_OBJECT
private slots:
    void init();
    void findsTheBusOfTheUser();
    void keepsWhatIsThere();
    void takesNoFolderOfAnother();
    void takesNoFileForABus();

private:
    [[nodiscard]] QString runtime() const { return m_root->filePath(QString::number(::getuid())); }
    void makeBus();

    std::unique_ptr<QTemporaryDir> m_root;
};

void tst_SessionEnvironment::init()
{
    m_root = std::make_unique<QTemporaryDir>();
    qunsetenv("XDG_RUNTIME_DIR");
    qunsetenv("DBUS_SESSION_BUS_ADDRESS");
    QVERIFY(QDir().mkpath(runtime()));
}

void tst_SessionEnvironment::makeBus()
{
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    qstrncpy(where.sun_path, QFile::encodeName(runtime() + u"/bus"_s).constData(), sizeof where.sun_path);
    QCOMPARE(::bind(socket, reinterpret_cast<const sockaddr *>(&where), sizeof where), 0);
    ::close(socket); // the name stays
}

void tst_SessionEnvironment::findsTheBusOfTheUser()
{
    makeBus();
    const QByteArray folder = QFile::encodeName(runtime());
    QCOMPARE(missingSessionVariables(m_root->path()), (QByteArrayList{"XDG_RUNTIME_DIR=" + folder, "DBUS_SESSION_BUS_ADDRESS=unix:path=" + folder + "/bus"}));
}

void tst_SessionEnvironment::keepsWhatIsThere()
{
    makeBus();
    qputenv("XDG_RUNTIME_DIR", QFile::encodeName(runtime()));
    QCOMPARE(missingSessionVariables(u"/nowhere"_s), QByteArrayList{"DBUS_SESSION_BUS_ADDRESS=unix:path=" + QFile::encodeName(runtime()) + "/bus"});
    qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/elsewhere");
    QCOMPARE(missingSessionVariables(m_root->path()), QByteArrayList());
}

void tst_SessionEnvironment::takesNoFolderOfAnother()
{
    makeBus();
    if (::getuid() != 0)
        QSKIP("only root can give a folder away");
    QCOMPARE(::chown(QFile::encodeName(runtime()).constData(), 65534, 65534), 0);
    QCOMPARE(missingSessionVariables(m_root->path()), QByteArrayList());
}

void tst_SessionEnvironment::takesNoFileForABus()
{
    QFile file(runtime() + u"/bus"_s);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(missingSessionVariables(m_root->path()).size(), 1);
}

QTEST_GUILESS_MAIN(tst_SessionEnvironment)
#include "tst_SessionEnvironment.moc"
