// SPDX-License-Identifier: GPL-3.0-or-later
// The part of VaultFolder about replacing all keys: the database of the next epoch beside that of the one before.
#include "app/session/VaultFolder.h"

#include "app/base/PrivateFolder.h"
#include "app/session/SyncedFile.h"
#include "app/store/DatabaseFile.h"
#include "crypto/Digest.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>

#include <algorithm>
#include <span>

#include <unistd.h>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr auto kAside = ".aside"_L1;
constexpr auto kUnwritten = ".new"_L1;
constexpr std::size_t kLongestAside = 64; // bytes: a file's name, with its epoch and a number

} // namespace

QString VaultFolder::formerPath() const
{
    return headerPath() + ".before"_L1;
}

bool VaultFolder::hasDatabase() const
{
    static const QRegularExpression name(u"^vault(?:\\.[1-9][0-9]{0,9})?\\.db$"_s);
    const QStringList names = QDir(m_path).entryList({u"vault*.db"_s}, QDir::Files | QDir::Hidden | QDir::System);
    return std::ranges::any_of(names, [](const QString &file) { return name.match(file).hasMatch(); });
}

bool VaultFolder::hasDatabaseOf(const crypto::VaultHeader &header) const
{
    const auto file = DatabaseFile::look(databasePath(header.epoch), header.databaseSalt);
    return file && file->start == DatabaseFile::Start::OurSalt;
}

Result<> VaultFolder::keepFormer(const crypto::VaultHeader &header) const
{
    auto kept = writeSynced(formerPath(), crypto::serialise(header));
    if (kept)
        kept = syncFolder(m_path);
    if (!kept)
        ::unlink(QFile::encodeName(formerPath()).constData());
    return kept;
}

Result<crypto::VaultHeader> VaultFolder::former() const
{
    return readHeaderFile(formerPath());
}

Result<FormerKeys> VaultFolder::formerKeys() const
{
    const auto before = former();
    if (!before)
        return std::unexpected(before.error());
    FormerKeys keys;
    const QDateTime written = QFileInfo(formerPath()).lastModified();
    keys.writtenAt = written.isValid() ? written.toMSecsSinceEpoch() : 0;
    keys.opensVault = hasDatabaseOf(*before);
    keys.hasLaterFile = QFile::exists(databasePath(before->epoch + 1));
    return keys;
}

Result<> VaultFolder::keepDamaged(const QString &path) const
{
    if (!QFileInfo(path).exists() && !QFileInfo(path).isSymLink())
        return {};
    QString kept = path + ".damaged"_L1;
    for (int number = 2; QFileInfo(kept).exists() || QFileInfo(kept).isSymLink(); ++number)
        kept = path + u".damaged%1"_s.arg(number);
    return renameFile(path, kept);
}

QString VaultFolder::formerMark() const
{
    return m_path + "/vault.former"_L1;
}

bool VaultFolder::isMarkedFormer(const crypto::VaultHeader &header) const
{
    // It names the header: a better copy may have been brought back before that one was in place.
    const crypto::Digest32 named = crypto::digest(crypto::serialise(header));
    const auto mark = readSmallFile(formerMark(), named.size());
    return mark && std::ranges::equal(*mark, named);
}

Result<> VaultFolder::unmarkFormer() const
{
    if (!QFileInfo::exists(formerMark()))
        return {};
    const Result<> removed = removeFile(formerMark());
    return removed ? syncFolder(m_path) : removed;
}

Result<> VaultFolder::putBackFormer(const crypto::VaultHeader &header) const
{
    // First, or the next unlock would take it for one that was begun and never gone over to, and remove it.
    if (const Result<> aside = setAside(header.epoch + 1); !aside)
        return aside;
    if (const Result<> staged = stageHeader(header); !staged)
        return staged;
    // Before the first rename, as from there on a crash leaves a vault that looks like any other. A header that was changed since was
    // opened by it before, and that was told then.
    const auto before = former();
    Result<> kept;
    if (before && *before == header)
        kept = writeSynced(formerMark(), crypto::digest(crypto::serialise(header)));
    if (kept)
        kept = syncFolder(m_path);
    for (const QString &path : {headerPath(), headerCopyPath()})
        if (kept)
            kept = keepDamaged(path);
    if (!kept) {
        discardStaged();
        return kept;
    }
    reached(HeaderWriteStep::DamagedAside);
    return commitHeader();
}

Result<crypto::VaultHeader> VaultFolder::restoreFormer(const crypto::VaultHeader &later) const
{
    auto before = former();
    if (!before)
        return before;
    if (before->vaultId != later.vaultId || before->epoch >= later.epoch || !hasDatabaseOf(*before))
        return fail(ErrorCode::NoVault, u"nothing of before is kept"_s);
    if (const Result<> aside = setAside(later.epoch); !aside)
        return std::unexpected(aside.error());
    if (auto written = writeHeader(*before); !written)
        return std::unexpected(written.error());
    // Its database was set aside, so this takes only what says that there was one.
    if (const Result<> settled = discardFormer(*before, true); !settled)
        return std::unexpected(settled.error());
    return before;
}

QString VaultFolder::asideMark() const
{
    return m_path + "/vault.aside"_L1;
}

Result<> VaultFolder::setAside(std::uint32_t epoch) const
{
    // Or a log that is still to follow its database would get another name than that.
    if (const Result<> finished = finishSettingAside(); !finished)
        return finished;
    const QString path = databasePath(epoch);
    const auto isFree = [](const QString &name) {
        return std::ranges::none_of(DatabaseFile::suffixes, [&](QLatin1StringView suffix) { return QFile::exists(name + suffix); });
    };
    if (isFree(path))
        return {};
    QString aside = path + kAside;
    for (int number = 2; !isFree(aside); ++number)
        aside = path + kAside + QString::number(number);
    // Never half a name.
    const QString staged = asideMark() + kUnwritten;
    const QByteArray name = QFile::encodeName(QFileInfo(aside).fileName());
    auto marked = writeSynced(staged, std::as_bytes(std::span(name.constData(), static_cast<std::size_t>(name.size()))));
    if (marked)
        marked = renameFile(staged, asideMark());
    if (marked)
        marked = syncFolder(m_path);
    if (!marked) {
        ::unlink(QFile::encodeName(staged).constData());
        return marked;
    }
    reached(HeaderWriteStep::AsideNamed);
    return moveAside(path, aside);
}

Result<> VaultFolder::moveAside(const QString &path, const QString &aside) const
{
    for (const QLatin1StringView suffix : DatabaseFile::suffixes) {
        if (QFile::exists(path + suffix) && !QFile::exists(aside + suffix))
            if (const Result<> moved = renameFile(path + suffix, aside + suffix); !moved)
                return moved;
        if (suffix.isEmpty())
            reached(HeaderWriteStep::DatabaseAside);
    }
    const Result<> synced = syncFolder(m_path);
    return synced ? removeFile(asideMark()) : synced;
}

Result<> VaultFolder::finishSettingAside() const
{
    static const QRegularExpression form(u"\\A(vault(?:\\.[1-9][0-9]{0,9})?\\.db)\\.aside(?:[1-9][0-9]{0,9})?\\z"_s);
    (void)removeFile(asideMark() + kUnwritten);
    const auto marked = readSmallFile(asideMark(), kLongestAside);
    if (!marked)
        return marked.error().code == ErrorCode::Io || marked.error().code == ErrorCode::ReadOnly ? std::unexpected(marked.error()) : Result<>();
    const QString name = QString::fromLatin1(QByteArrayView(*marked));
    const QRegularExpressionMatch match = form.match(name);
    if (!match.hasMatch())
        return {}; // none of ours; the next one takes its place
    const QString path = m_path + u'/' + match.captured(1);
    const QString aside = m_path + u'/' + name;
    // What was not begun may not be wanted any more, and what has come to its place since is another database.
    const bool isBegun = std::ranges::any_of(DatabaseFile::suffixes, [&](QLatin1StringView suffix) { return QFile::exists(aside + suffix); });
    const bool isReplaced = QFile::exists(path) && QFile::exists(aside);
    return isBegun && !isReplaced ? moveAside(path, aside) : removeFile(asideMark());
}

Result<> VaultFolder::discardFormer(const crypto::VaultHeader &header, bool isNewest) const
{
    const auto before = former();
    if (!before || before->vaultId != header.vaultId)
        return {};
    const bool wasSwitched = before->epoch + 1 == header.epoch;
    const bool wasBegun = before->epoch == header.epoch;
    if (!wasSwitched && !(wasBegun && isNewest))
        return {};
    // A copy of the header that still names the other database may be the one that is read next.
    const auto reading = readHeader();
    if (!reading || reading->needsRepair || reading->headers.size() != 1 || reading->headers.front() != header)
        return {};
    const QString path = databasePath(wasSwitched ? before->epoch : header.epoch + 1);
    for (const QString &name : {path, DatabaseFile::unfinishedName(path)})
        for (const QLatin1StringView suffix : DatabaseFile::suffixes)
            if (const Result<> removed = removeFile(name + suffix); !removed)
                return removed;
    reached(ReplacementStep::FormerFileRemoved);
    // Last, so that what a crash or an error leaves is removed the next time.
    if (const Result<> removed = removeFile(formerPath()); !removed)
        return removed;
    return syncFolder(m_path);
}

void VaultFolder::reached(ReplacementStep step) const
{
    if (m_replacementWatcher)
        m_replacementWatcher(step);
}

} // namespace clavitor
