// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/PowerCutVfs.h"

#include "tests/support/PassThroughFile.h"

#include <QFile>

#include <algorithm>
#include <random>
#include <vector>

namespace clavitor::test {

namespace {

using passthrough::real;

constexpr qsizetype sector = 512;

/// One change since the last sync.
struct Change {
    enum class Kind { Write, Truncate, Remove } kind = Kind::Write;
    qsizetype at = 0;       ///< of a truncation: the new size
    QByteArray bytes;
};

/// What surely is on the disk, and what may be.
struct Disk {
    std::optional<QByteArray> safe;
    std::vector<Change> since;
};

std::map<QString, Disk> disks;
std::function<void(int)> watching;
int changes = 0;

void put(QByteArray &content, qsizetype at, const QByteArray &bytes)
{
    if (content.size() < at + bytes.size())
        content.resize(at + bytes.size(), '\0');
    std::copy(bytes.begin(), bytes.end(), content.begin() + at);
}

void apply(std::optional<QByteArray> &content, const Change &change)
{
    switch (change.kind) {
    case Change::Kind::Write:
        if (!content)
            content.emplace();
        put(*content, change.at, change.bytes);
        break;
    case Change::Kind::Truncate:
        if (content)
            content->resize(change.at, '\0');
        break;
    case Change::Kind::Remove:
        content.reset();
        break;
    }
}

/// Of a write, the sectors that came through.
void tear(std::optional<QByteArray> &content, const Change &change, std::mt19937 &random)
{
    for (qsizetype from = 0; from < change.bytes.size();) {
        const qsizetype end = std::min(change.bytes.size(), from + sector - (change.at + from) % sector);
        if (random() % 2 == 0)
            apply(content, {Change::Kind::Write, change.at + from, change.bytes.mid(from, end - from)});
        from = end;
    }
}

void note(const QString &path, Change change)
{
    if (watching)
        watching(changes++);
    disks[path].since.push_back(std::move(change));
}

void sync(const QString &path)
{
    if (watching)
        watching(changes++);
    Disk &disk = disks[path];
    for (const Change &change : disk.since)
        apply(disk.safe, change);
    disk.since.clear();
}

struct File {
    passthrough::File base;
    QString *path;          ///< null for a temporary file, which nobody looks for after a cut
};

File *ours(sqlite3_file *file)
{
    return reinterpret_cast<File *>(file);
}

sqlite3_vfs *systemVfs()
{
    static sqlite3_vfs *const vfs = sqlite3_vfs_find("unix");
    return vfs;
}

int closeFile(sqlite3_file *file)
{
    delete ours(file)->path;
    return real(file)->pMethods ? real(file)->pMethods->xClose(real(file)) : SQLITE_OK;
}

int writeFile(sqlite3_file *file, const void *buffer, int size, sqlite3_int64 offset)
{
    if (const QString *path = ours(file)->path)
        note(*path, {Change::Kind::Write, static_cast<qsizetype>(offset), QByteArray(static_cast<const char *>(buffer), size)});
    return real(file)->pMethods->xWrite(real(file), buffer, size, offset);
}

int truncateFile(sqlite3_file *file, sqlite3_int64 size)
{
    if (const QString *path = ours(file)->path)
        note(*path, {Change::Kind::Truncate, static_cast<qsizetype>(size), {}});
    return real(file)->pMethods->xTruncate(real(file), size);
}

int syncFile(sqlite3_file *file, int)
{
    if (const QString *path = ours(file)->path)
        sync(*path);
    return SQLITE_OK;
}

sqlite3_io_methods watchedMethods()
{
    sqlite3_io_methods methods = passthrough::methods();
    methods.xClose = closeFile;
    methods.xWrite = writeFile;
    methods.xTruncate = truncateFile;
    methods.xSync = syncFile;
    return methods;
}

std::optional<QByteArray> contentAt(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? std::optional(file.readAll()) : std::nullopt;
}

int openFile(sqlite3_vfs *, const char *path, sqlite3_file *file, int flags, int *outFlags)
{
    static const sqlite3_io_methods methods = watchedMethods();
    File *const one = ours(file);
    one->base.real = reinterpret_cast<sqlite3_file *>(one + 1);
    one->base.base.pMethods = &methods;
    one->path = path ? new QString(QFile::decodeName(path)) : nullptr;
    if (one->path && !disks.contains(*one->path))
        disks[*one->path].safe = contentAt(*one->path);
    const int code = systemVfs()->xOpen(systemVfs(), path, one->base.real, flags, outFlags);
    if (code != SQLITE_OK) {
        delete one->path;
        one->base.base.pMethods = nullptr;
    }
    return code;
}

int deleteFile(sqlite3_vfs *, const char *path, int syncFolder)
{
    const QString gone = QFile::decodeName(path);
    note(gone, {Change::Kind::Remove, 0, {}});
    if (syncFolder)
        sync(gone);
    return systemVfs()->xDelete(systemVfs(), path, 0);
}

} // namespace

bool PowerCutVfs::install(bool asDefault)
{
    if (!systemVfs())
        return false;
    static sqlite3_vfs vfs = *systemVfs();
    vfs.zName = name;
    vfs.szOsFile = static_cast<int>(sizeof(File)) + systemVfs()->szOsFile;
    vfs.xOpen = openFile;
    vfs.xDelete = deleteFile;
    return sqlite3_vfs_register(&vfs, asDefault ? 1 : 0) == SQLITE_OK;
}

void PowerCutVfs::forget()
{
    disks.clear();
}

void PowerCutVfs::watch(std::function<void(int)> watcher)
{
    watching = std::move(watcher);
    changes = 0;
}

PowerCutVfs::Image PowerCutVfs::image(quint32 seed)
{
    std::mt19937 random(seed);
    Image image;
    for (const auto &[path, disk] : disks) {
        std::optional<QByteArray> content = disk.safe;
        // Now and then all of it, none of it, or all but the last: what is likeliest.
        const auto kind = random() % 8;
        for (const Change &change : disk.since) {
            const bool isLast = &change == &disk.since.back();
            const auto fate = kind == 0 ? 0 : kind == 1 ? 1 : kind == 2 ? (isLast ? 2 : 0) : random() % 3;
            if (fate == 0)
                apply(content, change);
            else if (fate == 2 && change.kind == Change::Kind::Write)
                tear(content, change, random);
        }
        image.emplace(path, std::move(content));
    }
    return image;
}

bool PowerCutVfs::leave(const Image &image)
{
    for (const auto &[path, content] : image) {
        if (!content) {
            QFile::remove(path);
            continue;
        }
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate) || file.write(*content) != content->size())
            return false;
    }
    return true;
}

} // namespace clavitor::test
