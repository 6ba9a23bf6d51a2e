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
    explicit TemporaryStore(const char *vfs = nullptr);
    ~TemporaryStore();

    [[nodiscard]] QString folder() const { return m_folder.path(); }
    [[nodiscard]] QString path() const { return m_folder.filePath(QStringLiteral("vault.db")); }

    [[nodiscard]] static crypto::SecretBytes databaseKey() { return filled(0x11); }
    [[nodiscard]] static std::array<std::byte, Database::saltSize> salt();
    [[nodiscard]] static crypto::SecretBytes filled(unsigned char byte);

    [[nodiscard]] Result<> open(Database::Mode mode = Database::Mode::Create, const Database::Migrated &migrated = {},
                                const Database::Migrated &migrating = {});
    [[nodiscard]] Result<> reopen();
    /// If it is open.
    void close() { m_database.reset(); }

    [[nodiscard]] Database &database() { return *m_database; }
    [[nodiscard]] SealingKeys keys() const { return {"7k3m9q2w4x8z", 1, m_personal.publicKey, &m_manifestKey}; }
    [[nodiscard]] const crypto::PersonalKeyPair &personal() const { return m_personal; }

    /// Everything of the vault that lies on the disk, as it lies there.
    [[nodiscard]] QByteArray rawBytes() const;

private:
    QTemporaryDir m_folder;
    const char *m_vfs;
    crypto::SecretBytes m_manifestKey = filled(0x22);
    crypto::PersonalKeyPair m_personal = crypto::PersonalKeyPair::make(crypto::systemRandom());
    std::optional<Database> m_database;
};

crypto::SecretText secret(const char *text);
FieldDraft field(FieldKind kind, const char *value, const char *label = nullptr);
EntryDraft login(const QString &title, const char *user, const char *password, const QStringList &urls = {}, const QStringList &tags = {});

/// An edit that keeps everything of a stored entry; the caller changes what it wants.
EntryDraft editOf(const EntrySummary &stored);

} // namespace clavitor::test
