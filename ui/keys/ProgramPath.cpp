// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/ProgramPath.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kFirstLine = 256;

/// "/snap/name/1234/usr/bin/name" is "/snap/name/current/usr/bin/name" as long as that revision is the current one.
QString currentOfSnap(const QString &program)
{
    static const QRegularExpression revision(u"^((?:/var/lib/snapd)?/snap/[^/]+/)[^/]+(/.+)$"_s);
    const QRegularExpressionMatch match = revision.match(program);
    return match.hasMatch() ? QString(match.captured(1) + u"current"_s + match.captured(2)) : QString();
}

/// The names of the links in a folder that lead to the program. "/usr/bin" has thousands of files: the kind of each comes with its name, and
/// only of links it is asked what they are.
QStringList linksTo(const QString &program, const QString &folder)
{
    const std::filesystem::path wanted(QFile::encodeName(program).toStdString());
    QStringList names;
    std::error_code error;
    for (std::filesystem::directory_iterator at(QFile::encodeName(folder).toStdString(), error), end; !error && at != end; at.increment(error)) {
        std::error_code unknown;
        if (!at->is_symlink(unknown) || !std::filesystem::equivalent(at->path(), wanted, unknown))
            continue;
        const QString name = QFile::decodeName(at->path().filename().c_str());
        // A second name of the same file is not the one that was seen.
        if (QFileInfo(folder + u'/' + name).canonicalFilePath() == program)
            names.append(name);
    }
    names.sort();
    return names;
}

} // namespace

QStringList ProgramPath::linkFolders()
{
    const QString home = QDir::homePath();
    return {home + u"/.local/bin"_s, home + u"/bin"_s, u"/usr/local/bin"_s, u"/usr/bin"_s, u"/snap/bin"_s, home + u"/.nix-profile/bin"_s,
            u"/run/current-system/sw/bin"_s, u"/home/linuxbrew/.linuxbrew/bin"_s};
}

QString ProgramPath::lasting(const QString &program, const QStringList &folders)
{
    const QFileInfo file(program);
    if (!file.isAbsolute())
        return program;
    if (const QString current = currentOfSnap(program); !current.isEmpty() && QFileInfo(current).canonicalFilePath() == program)
        return current;
    const auto isThere = [&](const QString &folder) { return QFileInfo(folder).canonicalFilePath() == file.path(); };
    if (std::ranges::any_of(folders, isThere))
        return program; // by the name that is called already
    // "versions/2.1.330" is not what it is called: one of the links may be named like a folder on its way.
    const QStringList way = program.split(u'/', Qt::SkipEmptyParts);
    for (const QString &folder : folders) {
        const QStringList names = linksTo(program, folder);
        if (names.isEmpty())
            continue;
        const auto named = std::ranges::find_if(names, [&](const QString &name) { return way.contains(name); });
        return folder + u'/' + (named != names.end() ? *named : names.first());
    }
    return program;
}

bool ProgramPath::isInterpreter(const QString &path)
{
    // With a version behind it, or what sets one build apart: python3.12, nodejs, ruby3.1, electron22, php8.2, lua5.4, bash-static.
    static const QRegularExpression known(u"^(node(js)?|bun|deno|python|pypy|ruby|perl|php|lua|luajit|java|dotnet|mono|electron|"
                                          "bash|sh|dash|zsh|ksh|mksh|fish|tcsh|csh|nu|pwsh|busybox|tclsh|wish|guile|julia|Rscript|R)"
                                          "[-_.\\d]*(m|t|d|static|bin)?$"_s);
    return known.match(QFileInfo(path).fileName()).hasMatch() || known.match(QFileInfo(QFileInfo(path).canonicalFilePath()).fileName()).hasMatch();
}

QString ProgramPath::interpreterOf(const QString &path)
{
    QFile file(path);
    // Opening what is no file, a pipe for one, can wait for ever.
    if (!QFileInfo(path).isFile() || !file.open(QIODevice::ReadOnly))
        return {};
    const QByteArray line = file.readLine(kFirstLine);
    if (!line.startsWith("#!"))
        return {};
    const QStringList words = QString::fromUtf8(line.sliced(2)).simplified().split(u' ', Qt::SkipEmptyParts);
    if (words.isEmpty())
        return {};
    const QString first = QFileInfo(words.first()).fileName();
    if (first != "env"_L1)
        return first;
    // "env -S node --flag", "env NAME=value node"
    for (const QString &word : words.sliced(1))
        if (!word.startsWith(u'-') && !word.contains(u'='))
            return QFileInfo(word).fileName();
    return first;
}

bool ProgramPath::isPassing(const QString &path)
{
    return path.startsWith("/tmp/.mount_"_L1);
}

bool ProgramPath::isSnapLink(const QString &path)
{
    const QFileInfo file(path);
    return file.isSymLink() && file.fileName() != "snap"_L1 && QFileInfo(file.canonicalFilePath()).fileName() == "snap"_L1;
}

} // namespace clavitor::ui
