// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/Migrations.h"

#include "app/store/Transaction.h"

#include <array>
#include <span>
#include <string>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// 1: entries. An entry's row number ("entry" everywhere) is internal; its id is what the world knows.
constexpr std::array entriesSchema{
    // `outline` is the summary as EntryOutline writes it: a list is one scan of this table and no joins.
    // `fingerprint` is a keyed digest for finding repeated imports, see EntryFingerprint.
    R"(CREATE TABLE entries (
        row INTEGER PRIMARY KEY,
        id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
        type TEXT NOT NULL,
        title TEXT NOT NULL,
        sort_key TEXT NOT NULL,
        favourite INTEGER NOT NULL DEFAULT 0,
        personal INTEGER NOT NULL DEFAULT 0,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        trashed_at INTEGER NOT NULL DEFAULT 0,
        version INTEGER NOT NULL,
        next_field INTEGER NOT NULL,
        fingerprint BLOB NOT NULL,
        outline BLOB NOT NULL
    ) STRICT)",
    // Everything a filter or a count asks for, so those never read outlines.
    "CREATE INDEX entries_sorted ON entries (sort_key, id, trashed_at, type, favourite, personal)",
    "CREATE INDEX entries_fingerprint ON entries (fingerprint)",
    R"(CREATE TABLE urls (
        entry INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
        position INTEGER NOT NULL,
        url TEXT NOT NULL,
        host TEXT NOT NULL,
        PRIMARY KEY (entry, position)
    ) STRICT, WITHOUT ROWID)",
    "CREATE INDEX urls_host ON urls (host)",
    R"(CREATE TABLE tags (
        tag TEXT NOT NULL,
        entry INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
        PRIMARY KEY (tag, entry)
    ) STRICT, WITHOUT ROWID)",
    "CREATE INDEX tags_entry ON tags (entry)",
    // value: TEXT when Shared, the sealed record (BLOB) when Personal. A record is bound to the version and kind it was
    // sealed under, which stay with it while the entry moves on.
    R"(CREATE TABLE fields (
        entry INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
        number INTEGER NOT NULL,
        position INTEGER NOT NULL,
        label TEXT NOT NULL,
        kind TEXT NOT NULL,
        tier INTEGER NOT NULL CHECK (tier IN (0, 1)),
        value ANY NOT NULL CHECK (typeof(value) = CASE tier WHEN 0 THEN 'text' ELSE 'blob' END),
        sealed_version INTEGER NOT NULL DEFAULT 0,
        sealed_kind TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (entry, number)
    ) STRICT, WITHOUT ROWID)",
    R"(CREATE TABLE entry_versions (
        entry INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
        version INTEGER NOT NULL,
        type TEXT NOT NULL,
        title TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        outline BLOB NOT NULL,
        PRIMARY KEY (entry, version)
    ) STRICT, WITHOUT ROWID)",
    R"(CREATE TABLE version_fields (
        entry INTEGER NOT NULL,
        version INTEGER NOT NULL,
        number INTEGER NOT NULL,
        position INTEGER NOT NULL,
        label TEXT NOT NULL,
        kind TEXT NOT NULL,
        tier INTEGER NOT NULL,
        value ANY NOT NULL,
        sealed_version INTEGER NOT NULL,
        sealed_kind TEXT NOT NULL,
        PRIMARY KEY (entry, version, number),
        FOREIGN KEY (entry, version) REFERENCES entry_versions ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID)",
    // What may be searched, folded: no Personal and no masked value ever enters. Agents do not search `notes`.
    R"(CREATE TABLE search_text (
        entry INTEGER PRIMARY KEY REFERENCES entries ON DELETE CASCADE,
        title TEXT NOT NULL,
        urls TEXT NOT NULL,
        tags TEXT NOT NULL,
        listed TEXT NOT NULL,
        notes TEXT NOT NULL
    ) STRICT)",
    R"(CREATE VIRTUAL TABLE search_index USING fts5 (
        title, urls, tags, listed, notes, content = 'search_text', content_rowid = 'entry',
        tokenize = 'trigram case_sensitive 1'
    ))",
    // Without it a deleted text stays in the index until segments happen to merge.
    "INSERT INTO search_index (search_index, rank) VALUES ('secure-delete', 1)",
    R"(CREATE TABLE imports (
        id BLOB PRIMARY KEY CHECK (length(id) = 16),
        format TEXT NOT NULL,
        source TEXT NOT NULL,
        imported_at INTEGER NOT NULL,
        undone_at INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID)",
    R"(CREATE TABLE import_entries (
        import BLOB NOT NULL REFERENCES imports ON DELETE CASCADE,
        entry_id BLOB NOT NULL,
        version INTEGER NOT NULL,
        PRIMARY KEY (import, entry_id)
    ) STRICT, WITHOUT ROWID)",
    R"(CREATE TABLE agents (
        key_id TEXT PRIMARY KEY,
        name TEXT NOT NULL COLLATE NOCASE,
        note TEXT NOT NULL,
        scope TEXT NOT NULL,
        actions TEXT NOT NULL,
        token_digest BLOB NOT NULL CHECK (length(token_digest) = 32),
        created_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL DEFAULT 0,
        last_used_at INTEGER NOT NULL DEFAULT 0,
        revoked_at INTEGER NOT NULL DEFAULT 0,
        paused INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID)",
    "CREATE UNIQUE INDEX agents_name ON agents (name) WHERE revoked_at = 0",
    // A row outlives its entry and its key, so it refers to nothing.
    R"(CREATE TABLE audit (
        sequence INTEGER PRIMARY KEY,
        time INTEGER NOT NULL,
        action TEXT NOT NULL,
        subject TEXT NOT NULL,
        entry_id BLOB,
        actor TEXT NOT NULL,
        key_id TEXT NOT NULL,
        outcome TEXT NOT NULL,
        why TEXT NOT NULL,
        reason TEXT NOT NULL,
        request_id TEXT NOT NULL,
        duration INTEGER NOT NULL,
        program TEXT NOT NULL,
        pid INTEGER NOT NULL,
        parents TEXT NOT NULL,
        folder TEXT NOT NULL,
        client TEXT NOT NULL,
        canonical BLOB NOT NULL,
        mac BLOB NOT NULL CHECK (length(mac) = 32)
    ) STRICT)",
    "CREATE INDEX audit_entry ON audit (entry_id, sequence) WHERE entry_id IS NOT NULL",
    "CREATE INDEX audit_key ON audit (key_id, sequence) WHERE key_id <> ''",
    R"(CREATE TABLE audit_chain (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        sequence INTEGER NOT NULL,
        mac BLOB NOT NULL CHECK (length(mac) = 32),
        next_key BLOB NOT NULL CHECK (length(next_key) = 32),
        sealed_start BLOB NOT NULL
    ) STRICT)",
    R"(CREATE TABLE audit_checkpoints (
        sequence INTEGER PRIMARY KEY,
        mac BLOB NOT NULL CHECK (length(mac) = 32),
        generation INTEGER NOT NULL,
        time INTEGER NOT NULL,
        signature BLOB NOT NULL
    ) STRICT)",
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID",
};

// 2: what keys get and how, what was allowed and asked for.
constexpr std::array policySchema{
    // A key from before had no questions asked, and goes on so until the person picks otherwise.
    R"(ALTER TABLE agents ADD COLUMN policy TEXT NOT NULL DEFAULT
       '{"asking":"never","budget":[3,10,30],"code_needs_tap":false,"entries":{},"kinds":{},"pin":{"folder":"","program":""}}')",
    "ALTER TABLE agents ADD COLUMN frozen_at INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE agents ADD COLUMN frozen_why TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE agents ADD COLUMN released_at INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE entries ADD COLUMN decoy INTEGER NOT NULL DEFAULT 0",
    R"(CREATE TABLE grants (
        id BLOB PRIMARY KEY CHECK (length(id) = 16),
        key_id TEXT NOT NULL,
        entries BLOB NOT NULL,
        actions TEXT NOT NULL,
        lease INTEGER NOT NULL,
        over_budget INTEGER NOT NULL,
        made_at INTEGER NOT NULL,
        until INTEGER NOT NULL,
        reads_left INTEGER NOT NULL,
        used INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID)",
    R"(CREATE TABLE entry_requests (
        id BLOB PRIMARY KEY CHECK (length(id) = 16),
        key_id TEXT NOT NULL,
        title TEXT NOT NULL,
        sort_key TEXT NOT NULL,
        why TEXT NOT NULL,
        fields TEXT NOT NULL,
        asked_at INTEGER NOT NULL,
        state INTEGER NOT NULL,
        entry_id BLOB
    ) STRICT, WITHOUT ROWID)",
    "CREATE INDEX entry_requests_key ON entry_requests (key_id, sort_key)",
    // What the person ticked as dealt with, of what a key has had.
    R"(CREATE TABLE rotations (
        key_id TEXT NOT NULL,
        entry_id BLOB NOT NULL,
        ticked_at INTEGER NOT NULL,
        PRIMARY KEY (key_id, entry_id)
    ) STRICT, WITHOUT ROWID)",
    // A replaced token has a new id; what the key did under the former ones stays its past.
    R"(CREATE TABLE former_keys (
        key_id TEXT NOT NULL,
        former_id TEXT PRIMARY KEY
    ) STRICT, WITHOUT ROWID)",
    "CREATE INDEX former_keys_key ON former_keys (key_id)",
    // The timeline and the budget ask by time; what a key did with an entry is asked at every question to the person.
    "CREATE INDEX audit_time ON audit (time)",
    "CREATE INDEX audit_key_entry ON audit (key_id, entry_id, action) WHERE key_id <> '' AND entry_id IS NOT NULL",
};

// 3: what the vault should hold, see Manifest.
constexpr std::array manifestSchema{
    R"(CREATE TABLE manifest (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        vault TEXT NOT NULL,
        state BLOB NOT NULL
    ) STRICT)",
};

// 4: the manifest beside the head of the log, since both change with every answer: a page each is encrypted, authenticated
// and written twice. A head that was not begun has no sealed start.
constexpr std::array headSchema{
    "ALTER TABLE audit_chain ADD COLUMN vault TEXT",
    "ALTER TABLE audit_chain ADD COLUMN manifest BLOB",
    R"(INSERT INTO audit_chain (one, sequence, mac, next_key, sealed_start, vault, manifest)
       SELECT 1, 0, zeroblob(32), zeroblob(32), x'', vault, state FROM manifest WHERE true
       ON CONFLICT (one) DO UPDATE SET vault = excluded.vault, manifest = excluded.manifest)",
    "DROP TABLE manifest",
};

// Index n makes version n+1. A migration that was released is never edited; the next one is appended. Those from 4 on find
// a manifest, which has to follow what they change: see Manifest::follow().
constexpr std::array<std::span<const char *const>, 4> migrations{{entriesSchema, policySchema, manifestSchema, headSchema}};
constexpr int firstWithManifest = 3;

using Hook = std::function<Result<>(Database &)>;

Result<> apply(Database &database, int version, const Hook &before, const Hook &done)
{
    Result<Transaction> transaction = Transaction::begin(database);
    if (!transaction)
        return std::unexpected(transaction.error());
    if (before)
        if (const Result<> ready = before(database); !ready)
            return ready;
    for (const char *sql : migrations[static_cast<std::size_t>(version - 1)])
        if (const Result<> made = database.run(sql); !made)
            return made;
    if (const Result<> marked = database.setSchemaVersion(version); !marked)
        return marked;
    if (version == 1)
        if (const Result<> marked = database.run("PRAGMA application_id = " + std::to_string(applicationId)); !marked)
            return marked;
    if (version == latestSchemaVersion() && done)
        if (const Result<> more = done(database); !more)
            return more;
    return transaction->commit();
}

} // namespace

int latestSchemaVersion()
{
    return static_cast<int>(migrations.size());
}

Result<> migrate(Database &database, const Hook &done, const Hook &before)
{
    const Result<int> version = database.schemaVersion();
    if (!version)
        return std::unexpected(version.error());
    if (*version > latestSchemaVersion())
        return fail(ErrorCode::NewerSchema, "schema "_L1 + QString::number(*version) + ", this program knows "_L1
                                                + QString::number(latestSchemaVersion()));
    for (int next = *version + 1; next <= latestSchemaVersion(); ++next)
        if (const Result<> applied = apply(database, next, *version >= firstWithManifest && next == *version + 1 ? before : Hook(), done); !applied)
            return applied;
    return {};
}

} // namespace clavitor
