// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/store/Database.h"
#include "app/store/EntryStore.h"
#include "crypto/Random.h"
#include "tests/support/ResultChecks.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <algorithm>
#include <array>
#include <optional>

namespace clavitor::test {

/// A real vault file in a folder that goes away with it. The keys are fixed, so another process can open it, too.
class TemporaryStore {
public:
    explicit TemporaryStore(const char *vfs = nullptr)
        : m_vfs(vfs)
    {
    }

    [[nodiscard]] QString folder() const { return m_folder.path(); }
    [[nodiscard]] QString path() const { return m_folder.filePath(QStringLiteral("vault.db")); }

    [[nodiscard]] static crypto::SecretBytes databaseKey() { return filled(0x11); }
    [[nodiscard]] static std::array<std::byte, Database::saltSize> salt()
    {
        std::array<std::byte, Database::saltSize> bytes{};
        bytes.fill(std::byte{0xa5});
        return bytes;
    }
    [[nodiscard]] static crypto::SecretBytes filled(unsigned char byte)
    {
        crypto::SecretBytes bytes(32);
        std::ranges::fill(bytes.writable(), std::byte{byte});
        return bytes;
    }

    [[nodiscard]] Result<> open(Database::Mode mode = Database::Mode::Create, const Database::Migrated &migrated = {},
                                const Database::Migrated &migrating = {})
    {
        m_database.reset();
        auto opened = Database::open(path(), databaseKey(), salt(), mode, m_vfs, migrated, migrating);
        if (!opened)
            return std::unexpected(opened.error());
        m_database.emplace(std::move(*opened));
        return {};
    }
    [[nodiscard]] Result<> reopen()
    {
        if (const Result<> closed = m_database->close(); !closed)
            return closed;
        return open(Database::Mode::Existing);
    }

    [[nodiscard]] Database &database() { return *m_database; }
    [[nodiscard]] SealingKeys keys() const { return {"7k3m9q2w4x8z", 1, m_personal.publicKey, &m_manifestKey}; }
    [[nodiscard]] const crypto::PersonalKeyPair &personal() const { return m_personal; }

    /// Everything of the vault that lies on the disk, as it lies there.
    [[nodiscard]] QByteArray rawBytes() const
    {
        QByteArray all;
        for (const QString &name : QDir(folder()).entryList(QDir::Files | QDir::Hidden)) {
            QFile file(m_folder.filePath(name));
            if (file.open(QIODevice::ReadOnly))
                all += file.readAll();
        }
        return all;
    }

private:
    QTemporaryDir m_folder;
    const char *m_vfs;
    crypto::SecretBytes m_manifestKey = filled(0x22);
    crypto::PersonalKeyPair m_personal = crypto::PersonalKeyPair::make(crypto::systemRandom());
    std::optional<Database> m_database;
};

inline crypto::SecretText secret(const char *text)
{
    return crypto::SecretText::copyOf(text);
}

inline FieldDraft field(FieldKind kind, const char *value, const char *label = nullptr)
{
    FieldDraft draft;
    draft.kind = kind;
    draft.tier = defaultTier(kind);
    draft.label = label ? QString::fromUtf8(label) : QString(wireName(kind));
    draft.value = secret(value);
    return draft;
}

inline EntryDraft login(const QString &title, const char *user, const char *password, const QStringList &urls = {},
                        const QStringList &tags = {})
{
    EntryDraft draft;
    draft.title = title;
    draft.urls = urls;
    draft.tags = tags;
    draft.fields.push_back(field(FieldKind::Username, user));
    draft.fields.push_back(field(FieldKind::Password, password));
    return draft;
}

/// An edit that keeps everything of a stored entry; the caller changes what it wants.
inline EntryDraft editOf(const EntrySummary &stored)
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
