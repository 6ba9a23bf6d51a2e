// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/TemporaryStore.h"

namespace clavitor::test {

TemporaryStore::TemporaryStore(const char *vfs)
    : m_vfs(vfs)
{
}

TemporaryStore::~TemporaryStore() = default;

std::array<std::byte, Database::saltSize> TemporaryStore::salt()
{
    std::array<std::byte, Database::saltSize> bytes{};
    bytes.fill(std::byte{0xa5});
    return bytes;
}

crypto::SecretBytes TemporaryStore::filled(unsigned char byte)
{
    crypto::SecretBytes bytes(32);
    std::ranges::fill(bytes.writable(), std::byte{byte});
    return bytes;
}

Result<> TemporaryStore::open(Database::Mode mode, const Database::Migrated &migrated, const Database::Migrated &migrating)
{
    m_database.reset();
    auto opened = Database::open(path(), databaseKey(), salt(), mode, m_vfs, migrated, migrating);
    if (!opened)
        return std::unexpected(opened.error());
    m_database.emplace(std::move(*opened));
    return {};
}

Result<> TemporaryStore::reopen()
{
    if (const Result<> closed = m_database->close(); !closed)
        return closed;
    return open(Database::Mode::Existing);
}

QByteArray TemporaryStore::rawBytes() const
{
    QByteArray all;
    for (const QString &name : QDir(folder()).entryList(QDir::Files | QDir::Hidden)) {
        QFile file(m_folder.filePath(name));
        if (file.open(QIODevice::ReadOnly))
            all += file.readAll();
    }
    return all;
}

crypto::SecretText secret(const char *text)
{
    return crypto::SecretText::copyOf(text);
}

FieldDraft field(FieldKind kind, const char *value, const char *label)
{
    FieldDraft draft;
    draft.kind = kind;
    draft.tier = defaultTier(kind);
    draft.label = label ? QString::fromUtf8(label) : QString(wireName(kind));
    draft.value = secret(value);
    return draft;
}

EntryDraft login(const QString &title, const char *user, const char *password, const QStringList &urls, const QStringList &tags)
{
    EntryDraft draft;
    draft.title = title;
    draft.urls = urls;
    draft.tags = tags;
    draft.fields.push_back(field(FieldKind::Username, user));
    draft.fields.push_back(field(FieldKind::Password, password));
    return draft;
}

EntryDraft editOf(const EntrySummary &stored)
{
    EntryDraft draft;
    draft.id = stored.id;
    draft.baseVersion = stored.version;
    draft.type = stored.type;
    draft.title = stored.title;
    draft.urls = stored.urls;
    draft.tags = stored.tags;
    draft.favourite = stored.favourite;
    for (const FieldOutline &outline : stored.fields) {
        FieldDraft kept;
        kept.number = outline.number;
        kept.label = outline.label;
        kept.kind = outline.kind;
        kept.tier = outline.tier;
        draft.fields.push_back(std::move(kept));
    }
    return draft;
}

} // namespace clavitor::test
