// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/FreePages.h"

#include "app/store/Connection.h"
#include "app/store/Manifest.h"

#include <QLatin1StringView>
#include <QtEndian>

#include <sqlcipher/sqlite3.h>

#include <algorithm>
#include <array>
#include <vector>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// Of the first page, where SQLite's file format has them.
constexpr std::size_t pagesAt = 28;
constexpr std::size_t firstOfListAt = 32;
constexpr std::size_t freeAt = 36;
// Of a page that lists others ("trunk"): the next such page, how many numbers follow, and they.
constexpr std::size_t nextAt = 0;
constexpr std::size_t listedAt = 4;
constexpr std::size_t numbersAt = 8;
constexpr std::size_t pageNumberSize = 4;

quint32 pageNumberAt(std::span<const std::byte> page, std::size_t at)
{
    return qFromBigEndian<quint32>(page.data() + at);
}

} // namespace

FreePages::FreePages(Connection &connection)
    : m_connection(connection)
{
}

Result<qint64> FreePages::count() const
{
    Statement free = m_connection.statement("PRAGMA freelist_count");
    const Result<bool> row = free.step();
    if (!row)
        return std::unexpected(row.error());
    return *row ? free.integer(0) : 0;
}

std::optional<FreePages::Page> FreePages::read(quint32 number)
{
    using crypto::PageCipher;
    // By way of the connection's own file: closing another of the process would give up its locks.
    sqlite3_file *file = nullptr;
    if (!m_connection.cipher() || sqlite3_file_control(m_connection.handle(), "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK || !file->pMethods)
        return std::nullopt;
    std::array<std::byte, PageCipher::pageSize> page;
    const auto at = static_cast<sqlite3_int64>(PageCipher::pageSize) * (number - 1);
    if (file->pMethods->xRead(file, page.data(), static_cast<int>(page.size()), at) != SQLITE_OK)
        return std::nullopt;
    if (m_plain.isEmpty())
        m_plain = crypto::SecretBytes(PageCipher::usableSize);
    if (!m_connection.cipher()->open(page, number, m_plain.writable().first<PageCipher::usableSize>()))
        return std::nullopt;
    return m_plain.bytes().first<PageCipher::usableSize>();
}

Result<bool> FreePages::areZeros()
{
    const auto free = count();
    if (!free)
        return std::unexpected(free.error());
    qint64 left = *free;
    if (left == 0)
        return true;
    {
        // What is in the log is not in the file.
        Statement move = m_connection.statement("PRAGMA wal_checkpoint(PASSIVE)");
        const Result<bool> row = move.step();
        if (!row || !*row || move.integer(0) != 0 || move.integer(1) != move.integer(2))
            return false;
    }
    const auto first = read(1);
    if (!first || pageNumberAt(*first, freeAt) != left)
        return false;
    std::vector<bool> isSeen(pageNumberAt(*first, pagesAt) + 1ULL);
    const auto takes = [&](quint32 number) {
        if (number < 2 || number >= isSeen.size() || isSeen[number])
            return false;
        isSeen[number] = true;
        --left;
        return true;
    };
    for (quint32 trunk = pageNumberAt(*first, firstOfListAt); trunk != 0;) {
        const auto page = takes(trunk) ? read(trunk) : std::nullopt;
        if (!page)
            return false;
        trunk = pageNumberAt(*page, nextAt);
        std::vector<quint32> listed(std::min<std::size_t>(pageNumberAt(*page, listedAt), (page->size() - numbersAt) / pageNumberSize));
        for (std::size_t i = 0; i < listed.size(); ++i)
            listed[i] = pageNumberAt(*page, numbersAt + i * pageNumberSize);
        for (const quint32 number : listed) {
            if (m_connection.isStopped())
                return fail(ErrorCode::Locked, u"locked meanwhile"_s);
            const auto leaf = takes(number) ? read(number) : std::nullopt;
            if (!leaf || !std::ranges::all_of(*leaf, [](std::byte byte) { return byte == std::byte{0}; }))
                return false;
        }
    }
    return left == 0;
}

Result<bool> FreePages::passesWalk()
{
    const Connection::Stoppable stoppable(m_connection);
    Statement walk = m_connection.statement("PRAGMA quick_check(1)");
    const Result<bool> row = walk.step();
    if (!row && !Manifest::isFinding(row.error()))
        return row;
    return row && *row && walk.text(0) == "ok"_L1;
}

Result<bool> FreePages::fit()
{
    const Result<bool> zeros = areZeros();
    return !zeros || *zeros ? zeros : passesWalk();
}

Result<> FreePages::repair()
{
    const Result<bool> fit = passesWalk();
    if (!fit)
        return std::unexpected(fit.error());
    if (*fit)
        return {};
    // All of it is read, and written anew, by way of a second database in memory, which nothing else may attach.
    sqlite3 *const handle = m_connection.handle();
    const int attached = sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 1);
    const Result<> done = m_connection.statement("VACUUM").run();
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, attached);
    return !done && Manifest::isFinding(done.error()) ? fail(ErrorCode::DamagedFile, done.error().detail) : done;
}

} // namespace clavitor
