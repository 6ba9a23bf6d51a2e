// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/GitWorkplace.h"

#include <QElapsedTimer>
#include <QFile>
#include <QRegularExpression>
#include <QTimer>

#include <array>
#include <atomic>
#include <memory>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr int kMostLevels = 64;
constexpr std::size_t kMostBytes = 4096;
constexpr int kPoll = 10;

/// A small regular file, never waiting for a FIFO or a device.
std::optional<QByteArray> readSmall(const QString &path)
{
    const int file = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (file < 0)
        return std::nullopt;
    std::array<char, kMostBytes> bytes{};
    std::size_t length = 0;
    struct stat facts = {};
    if (fstat(file, &facts) == 0 && S_ISREG(facts.st_mode)) {
        while (length < bytes.size()) {
            const ssize_t got = ::read(file, bytes.data() + length, bytes.size() - length);
            if (got <= 0)
                break;
            length += static_cast<std::size_t>(got);
        }
    }
    ::close(file);
    if (length == 0)
        return std::nullopt;
    return QByteArray(bytes.data(), static_cast<qsizetype>(length));
}

enum class Kind { None, Folder, File };

Kind kindOf(const QString &path)
{
    struct stat facts = {};
    if (lstat(QFile::encodeName(path).constData(), &facts) != 0)
        return Kind::None;
    return S_ISDIR(facts.st_mode) ? Kind::Folder : S_ISREG(facts.st_mode) ? Kind::File : Kind::None;
}

QString nameOf(const QString &path)
{
    return path.mid(path.lastIndexOf(u'/') + 1);
}

/// Where a worktree's or a submodule's `.git` file points.
QString gitFolderBehind(const QString &top, const QString &file)
{
    const auto text = readSmall(file);
    if (!text || !text->startsWith("gitdir: "))
        return {};
    const QString path = QFile::decodeName(text->mid(8).trimmed());
    return path.isEmpty() || path.startsWith(u'/') ? path : top + u'/' + path;
}

/// A worktree is called after the repository it belongs to.
QString repositoryOf(const QString &top, const QString &gitFolder)
{
    const qsizetype worktrees = gitFolder.lastIndexOf("/.git/worktrees/"_L1);
    return nameOf(worktrees < 0 ? top : gitFolder.left(worktrees));
}

GitWorkplace read(const QString &top, const QString &gitFolder)
{
    GitWorkplace place;
    place.repository = repositoryOf(top, gitFolder);
    const auto head = readSmall(gitFolder + "/HEAD"_L1);
    if (!head)
        return place;
    static constexpr QByteArrayView branches("ref: refs/heads/");
    const QByteArray line = head->split('\n').first();
    if (line.startsWith(branches)) {
        place.branch = QString::fromUtf8(line.mid(branches.size()));
        return place;
    }
    static const QRegularExpression hash(u"^(?:[0-9a-f]{40}|[0-9a-f]{64})$"_s);
    const QString text = QString::fromLatin1(line);
    if (hash.match(text).hasMatch())
        place.commit = text.left(7);
    return place;
}

/// What a look left behind on its thread has in common with the one who asked.
struct Shared {
    std::atomic<bool> isDone = false;
    std::optional<GitWorkplace> place;  ///< read after isDone only
};

std::atomic<int> running = 0;

} // namespace

std::optional<GitWorkplace> gitWorkplaceOf(const QString &folder)
{
    if (!folder.startsWith(u'/') || folder.contains(QChar(0)) || folder.size() > 4096)
        return std::nullopt;
    QString top = folder;
    for (int level = 0; level < kMostLevels; ++level) {
        while (top.endsWith(u'/'))
            top.chop(1);
        const QString git = top + "/.git"_L1;
        const Kind kind = kindOf(git);
        const QString gitFolder = kind == Kind::Folder ? git : kind == Kind::File ? gitFolderBehind(top, git) : QString();
        if (!gitFolder.isEmpty())
            return read(top, gitFolder);
        if (top.isEmpty())
            return std::nullopt;
        top = top.left(top.lastIndexOf(u'/'));
    }
    return std::nullopt;
}

void GitLook::ask(const QString &folder, QObject *context, std::function<void(std::optional<GitWorkplace>)> answer, const Look &look,
                  int patience)
{
    if (folder.isEmpty() || running.load() >= MostLooks) {
        QTimer::singleShot(0, context, [answer = std::move(answer)] { answer(std::nullopt); });
        return;
    }
    // Looked at by a timer: a thread that comes back after the program's windows are gone must not reach for them.
    auto shared = std::make_shared<Shared>();
    ++running;
    std::thread([shared, folder, look] {
        shared->place = look(folder);
        shared->isDone.store(true, std::memory_order_release);
        --running;
    }).detach();
    auto *timer = new QTimer(context);
    auto since = std::make_shared<QElapsedTimer>();
    since->start();
    QObject::connect(timer, &QTimer::timeout, context, [timer, since, shared, patience, answer = std::move(answer)] {
        const bool isDone = shared->isDone.load(std::memory_order_acquire);
        if (!isDone && since->elapsed() < patience)
            return;
        timer->stop();
        timer->deleteLater();
        answer(isDone ? std::exchange(shared->place, std::nullopt) : std::nullopt);
    });
    timer->start(kPoll);
}

} // namespace clavitor
