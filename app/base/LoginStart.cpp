// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/LoginStart.h"

#include "app/base/DesktopEntry.h"
#include "app/base/PrivateFolder.h"
#include "app/base/SystemError.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QStandardPaths>

#include <cerrno>
#include <utility>

#include <sys/stat.h>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr auto kName = "clavitor.desktop"_L1;
constexpr qint64 kLargest = 256 * 1024; ///< bytes; a file with all its translations has a hundredth

/// The whole of a person's file that was made to switch the system's off.
QByteArray overrideText()
{
    return "[Desktop Entry]\nType=Application\nName=Clavitor\nHidden=true\n";
}

/// It says whether, and nothing of what.
bool isOverride(const DesktopEntry &entry)
{
    return entry.holdsOnly({"Type", "Name", "Version", "Hidden", "X-GNOME-Autostart-enabled"});
}

std::optional<QByteArray> entryTextOf(const QString &path)
{
    QFile file(path);
    if (!QFileInfo(path).isFile() || !file.open(QIODevice::ReadOnly))
        return std::nullopt;
    return file.read(kLargest);
}

std::unexpected<Error> unchanged(ErrorCode code, const QString &what, const QString &next)
{
    return fail(code, what + u" Nothing was changed. "_s + next);
}

std::unexpected<Error> systemSaid(const Error &error)
{
    return unchanged(error.code, u"The system said: "_s + error.detail + u'.', u"See to that and try again."_s);
}

/// The person's file as it may be changed; nullopt: there is none.
Result<std::optional<QByteArray>> readOwn(const QString &path)
{
    struct stat facts{};
    if (::lstat(QFile::encodeName(path).constData(), &facts) != 0)
        return errno == ENOENT ? Result<std::optional<QByteArray>>(std::nullopt) : systemSaid(systemError(errno, path));
    if (S_ISLNK(facts.st_mode))
        return unchanged(ErrorCode::InvalidValue, path + u" is a link."_s, u"Change the file it leads to, or remove the link and try again."_s);
    if (!S_ISREG(facts.st_mode) || facts.st_size > kLargest)
        return unchanged(ErrorCode::InvalidValue, path + u" is no desktop file."_s, u"Move it away and try again."_s);
    if (!(facts.st_mode & S_IWUSR))
        return unchanged(ErrorCode::ReadOnly, path + u" is read-only."_s, u"Make it writable, or move it away, and try again."_s);
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return unchanged(ErrorCode::Io, u"%1 cannot be read: %2."_s.arg(path, file.errorString()), u"See to that and try again."_s);
    QByteArray text = file.readAll();
    if (!DesktopEntry(text).isOne())
        return unchanged(ErrorCode::InvalidValue, path + u" is no desktop file."_s, u"Move it away and try again."_s);
    return text;
}

Result<> stillIs(const QString &path, const std::optional<QByteArray> &before)
{
    const Result<std::optional<QByteArray>> now = readOwn(path);
    if (!now)
        return std::unexpected(now.error());
    if (*now != before)
        return unchanged(ErrorCode::Conflict, path + u" was changed by something else this very moment."_s, u"Try again."_s);
    return {};
}

} // namespace

std::optional<LoginStart::Session> LoginStart::Session::ofThisOne()
{
#if defined(Q_OS_UNIX) && !defined(Q_OS_DARWIN)
    Session session;
    QStringList folders = QStandardPaths::standardLocations(QStandardPaths::GenericConfigLocation);
    for (QString &folder : folders)
        folder += "/autostart"_L1;
    session.folder = folders.takeFirst();
    session.systemFolders = folders;
    session.desktops = qEnvironmentVariable("XDG_CURRENT_DESKTOP").split(u':', Qt::SkipEmptyParts);
    session.programFolders = qEnvironmentVariable("PATH").split(u':', Qt::SkipEmptyParts);
    return session;
#else
    return std::nullopt;
#endif
}

LoginStart::LoginStart(QString program, Session session)
    : m_program(std::move(program))
    , m_session(std::move(session))
{
}

QString LoginStart::path() const
{
    return QDir(m_session.folder).filePath(kName);
}

QByteArray LoginStart::ownEntry() const
{
    // As packaging/linux/autostart has it, which a package may put into the system's folder.
    return "[Desktop Entry]\nType=Application\nName=Clavitor\n"
           "Comment=Keeps credentials and hands them to AI agents, one at a time and on record\n"
           "Exec=" + DesktopEntry::command({m_program, u"--minimised"_s}) + "\nIcon=clavitor\nTerminal=false\n"
           "X-GNOME-Autostart-enabled=true\nX-KDE-autostart-phase=2\n";
}

bool LoginStart::isThere(const QString &program) const
{
    if (program.contains(u'/')) {
        const QFileInfo info(program);
        return info.isAbsolute() && info.isFile() && info.isExecutable();
    }
    // An empty list would be the process's own PATH.
    return !program.isEmpty() && !m_session.programFolders.isEmpty() && !QStandardPaths::findExecutable(program, m_session.programFolders).isEmpty();
}

QString LoginStart::obstacle(const DesktopEntry &entry) const
{
    if (entry.isTrue("Hidden"))
        return u"Hidden"_s;
    if (entry.isFalse("X-GNOME-Autostart-enabled")) // what GNOME's own switch writes
        return u"X-GNOME-Autostart-enabled"_s;
    if (entry.string("Type") != "Application"_L1)
        return u"Type"_s;
    const QStringList only = entry.list("OnlyShowIn");
    const QStringList never = entry.list("NotShowIn");
    bool isShown = !entry.value("OnlyShowIn").has_value();
    for (const QString &desktop : m_session.desktops) {
        if (only.contains(desktop) || never.contains(desktop)) {
            isShown = only.contains(desktop);
            break;
        }
    }
    if (!isShown)
        return entry.value("OnlyShowIn") ? u"OnlyShowIn"_s : u"NotShowIn"_s;
    if (entry.value("TryExec") && !isThere(entry.string("TryExec")))
        return u"TryExec"_s;
    const QString program = entry.program();
    // The specification forbids the one, and GLib looks for a program with the other under the doubled sign.
    const bool canBeSaid = !program.contains(u'=') && !program.contains(u'%');
    return canBeSaid && isThere(program) ? QString() : u"Exec"_s;
}

std::optional<QByteArray> LoginStart::systemsText() const
{
    for (const QString &folder : m_session.systemFolders)
        if (const QString file = QDir(folder).filePath(kName); QFileInfo::exists(file))
            return entryTextOf(file).value_or(QByteArray());
    return std::nullopt;
}

bool LoginStart::isOn() const
{
    // Also a link that leads nowhere takes the system's place.
    const QFileInfo own(path());
    const std::optional<QByteArray> text = own.exists() || own.isSymLink() ? entryTextOf(path()) : systemsText();
    return text && obstacle(DesktopEntry(*text)).isEmpty();
}

Result<> LoginStart::turnOn() const
{
    if (isOn())
        return {};
    const Result<std::optional<QByteArray>> own = readOwn(path());
    if (!own)
        return std::unexpected(own.error());
    if (*own && isOverride(DesktopEntry(**own)) && obstacle(DesktopEntry(systemsText().value_or(QByteArray()))).isEmpty())
        return removeOverride(**own);
    if (!*own || isOverride(DesktopEntry(**own))) {
        if (!obstacle(DesktopEntry(ownEntry())).isEmpty())
            return unchanged(ErrorCode::InvalidValue, u"No desktop can start a program by the path %1."_s.arg(m_program), u"Install Clavitor in another folder."_s);
        return replace(*own, ownEntry());
    }
    DesktopEntry entry(**own);
    entry.remove("Hidden");
    if (entry.isFalse("X-GNOME-Autostart-enabled"))
        entry.set("X-GNOME-Autostart-enabled", "true");
    if (!entry.value("Type"))
        entry.set("Type", "Application");
    // Such a file was for a program that is gone, or that has moved here.
    if (!isThere(entry.program())) {
        entry.set("Exec", DesktopEntry::command({m_program, u"--minimised"_s}));
        if (entry.value("TryExec"))
            entry.set("TryExec", DesktopEntry::escaped(m_program));
    }
    if (const QString line = obstacle(entry); !line.isEmpty())
        return unchanged(ErrorCode::Conflict, u"The line %1 in %2 keeps Clavitor from starting on this desktop."_s.arg(line, path()),
                         u"Change that line, or move the file away, and try again."_s);
    return replace(*own, entry.text());
}

Result<> LoginStart::turnOff() const
{
    if (!isOn())
        return {};
    const Result<std::optional<QByteArray>> own = readOwn(path());
    if (!own)
        return std::unexpected(own.error());
    if (!*own)
        return replace(*own, overrideText());
    DesktopEntry entry(**own);
    entry.set("Hidden", "true");
    return replace(*own, entry.text());
}

Result<> LoginStart::replace(const std::optional<QByteArray> &before, const QByteArray &after) const
{
    // For its owner alone, as the Base Directory Specification has it.
    if (const Result<> made = makePrivateFolder(m_session.folder); !made)
        return systemSaid(made.error());
    QSaveFile file(path());
    // Qt 6.4 takes no notice in commit() of what a full disk says to the last piece.
    if (!file.open(QIODevice::WriteOnly) || file.write(after) != after.size() || !file.flush()) {
        const QString why = file.errorString();
        file.cancelWriting();
        return unchanged(ErrorCode::Io, u"%1 cannot be written: %2."_s.arg(path(), why), u"See to that and try again."_s);
    }
    // A link in its place would have been followed.
    if (const Result<> same = stillIs(path(), before); !same) {
        file.cancelWriting();
        return same;
    }
    if (!file.commit())
        return unchanged(ErrorCode::Io, u"%1 cannot be written: %2."_s.arg(path(), file.errorString()), u"See to that and try again."_s);
    return {};
}

Result<> LoginStart::removeOverride(const QByteArray &before) const
{
    if (const Result<> same = stillIs(path(), before); !same)
        return same;
    QFile file(path());
    if (!file.remove())
        return unchanged(ErrorCode::Io, u"%1 cannot be removed: %2."_s.arg(path(), file.errorString()), u"See to that and try again."_s);
    return {};
}

} // namespace clavitor
