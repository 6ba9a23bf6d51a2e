// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/ReencryptedCopy.h"

#include "app/model/Entry.h"
#include "app/store/AuditStore.h"
#include "app/store/Database.h"
#include "app/store/EntryFingerprint.h"
#include "app/store/EntryMerge.h"
#include "app/store/FieldRows.h"
#include "app/store/FormerSigner.h"
#include "crypto/PersonalSeal.h"

#include <algorithm>
#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// Rows of a long log summed up at once.
constexpr qint64 LogPiece = 2000;

QByteArrayView view(std::span<const std::byte> bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), static_cast<qsizetype>(bytes.size())};
}

Result<qint64> countOf(Database &database, const std::string &table)
{
    Statement count = database.statement("SELECT count(*) FROM " + table + " NOT INDEXED");
    const Result<bool> row = count.step();
    if (!row)
        return std::unexpected(row.error());
    return count.integer(0);
}

Result<EntryId> entryAt(Database &database, qint64 row)
{
    Statement query = database.statement("SELECT id FROM entries WHERE row = ?");
    const Result<bool> found = query.bind(1, row).step();
    if (!found)
        return std::unexpected(found.error());
    return *found ? EntryId::fromBytes(query.blob(0)) : EntryId();
}

} // namespace

ReencryptedCopy::ReencryptedCopy(Vault from, const crypto::PersonalKeyPair &personal, const crypto::VerifyingKey &signer, Vault to)
    : m_from(std::move(from))
    , m_to(std::move(to))
    , m_personal(personal)
    , m_signer(signer)
    , m_tables(Manifest::tables())
{
}

Result<> ReencryptedCopy::begin()
{
    const auto report = Manifest(m_from.database).check();
    if (!report)
        return std::unexpected(report.error());
    if (!report->wrong.isEmpty()) {
        m_wrong = report->wrong;
        return fail(ErrorCode::ChangedOutside, u"the file is not as it was left"_s);
    }
    m_generation = report->state.generation;
    m_later = report->later;
    for (const std::string &table : m_tables) {
        const auto count = countOf(m_from.database, table);
        if (!count)
            return std::unexpected(count.error());
        m_counts.push_back(*count);
        m_total += *count;
    }
    auto transaction = Transaction::begin(m_to.database);
    if (!transaction)
        return std::unexpected(transaction.error());
    m_transaction.emplace(std::move(*transaction));
    // The head of the log comes along; its place was made for the manifest, which is sealed anew in the end.
    if (const Result<> cleared = m_to.database.run("DELETE FROM audit_chain"); !cleared)
        return cleared;
    return openTable();
}

Result<> ReencryptedCopy::openTable()
{
    m_rows.reset();
    m_copied = 0;
    m_columns.clear();
    if (m_table == m_tables.size())
        return {};
    const std::string &table = m_tables[m_table];
    auto columns = Manifest::columns(m_to.database, table);
    if (!columns)
        return std::unexpected(columns.error());
    m_columns = std::move(*columns);
    std::string names;
    std::string places;
    for (const std::string &name : m_columns) {
        names += (names.empty() ? "" : ", ") + name;
        places += places.empty() ? "?" : ", ?";
    }
    m_insert = "INSERT INTO " + table + " (" + names + ") VALUES (" + places + ')';
    m_rows.emplace(m_from.database.statement("SELECT " + names + " FROM " + table + " NOT INDEXED"));
    return {};
}

Result<bool> ReencryptedCopy::step(int limit)
{
    for (int left = limit; left > 0;) {
        if (m_table == m_tables.size()) {
            if (m_later && m_logSeen < m_later->last) {
                if (const Result<> compared = compareLog(); !compared)
                    return std::unexpected(compared.error());
                return false;
            }
            const Result<> finished = finish();
            return finished ? Result<bool>(true) : std::unexpected(finished.error());
        }
        const Result<bool> row = m_rows->step();
        if (!row)
            return std::unexpected(row.error());
        if (*row) {
            if (const Result<> copied = copyRow(); !copied)
                return std::unexpected(copied.error());
            ++m_copied;
            ++m_done;
            --left;
            continue;
        }
        if (m_copied != m_counts[m_table])
            return fail(ErrorCode::Internal, "rows of "_L1 + QString::fromStdString(m_tables[m_table]));
        ++m_table;
        if (const Result<> opened = openTable(); !opened)
            return std::unexpected(opened.error());
    }
    return false;
}

int ReencryptedCopy::column(std::string_view name) const
{
    const auto found = std::ranges::find(m_columns, name);
    return found == m_columns.end() ? -1 : static_cast<int>(found - m_columns.begin());
}

Result<> ReencryptedCopy::copyRow()
{
    Statement insert = m_to.database.statement(m_insert);
    for (int i = 0; i < static_cast<int>(m_columns.size()); ++i)
        insert.bindColumn(i + 1, *m_rows, i);
    if (const Result<> changed = change(insert); !changed)
        return changed;
    if (const Result<> done = insert.run(); !done)
        return done;
    if (m_tables[m_table] != "search_text")
        return {};
    return m_to.database.run("INSERT INTO search_index (rowid, title, urls, tags, listed, notes) "
                             "SELECT entry, title, urls, tags, listed, notes FROM search_text WHERE entry = ?",
                             m_rows->integer(column("entry")));
}

Result<> ReencryptedCopy::change(Statement &insert)
{
    const std::string &table = m_tables[m_table];
    const Statement &row = *m_rows;
    if (table == "entries") {
        const auto fingerprint = fingerprintAnew(row);
        if (!fingerprint)
            return std::unexpected(fingerprint.error());
        insert.bind(column("fingerprint") + 1, std::span<const std::byte>(*fingerprint));
    } else if ((table == "fields" || table == "version_fields") && row.integer(column("tier")) == 1) {
        const auto record = fieldAnew(row);
        if (!record)
            return std::unexpected(record.error());
        insert.bind(column("value") + 1, view(*record));
    } else if (table == "agents") {
        // Nothing a token could be: a key without one, until it is given its next.
        insert.bind(column("token_digest") + 1, QByteArrayView(QByteArray(sizeof(crypto::Digest32), '\0')));
    } else if (table == "audit_chain") {
        const auto record = sealedAnew(row.bytes(column("sealed_start")), AuditStore::startContext(m_from.keys),
                                       AuditStore::startContext(m_to.keys));
        if (!record)
            return fail(record.error().code, u"the start of the log's chain does not open"_s);
        insert.bind(column("sealed_start") + 1, view(*record));
    }
    return {};
}

Result<std::vector<std::byte>> ReencryptedCopy::sealedAnew(std::span<const std::byte> record, const crypto::SealContext &was,
                                                           const crypto::SealContext &is) const
{
    const auto text = crypto::openPersonal(record, was, m_personal, *m_from.keys.manifestKey);
    if (!text)
        return fail(text.error() == crypto::CryptoError::Newer ? ErrorCode::NewerSchema : ErrorCode::DamagedFile);
    return crypto::sealPersonal(*text, is, m_to.keys.personalKey, *m_to.keys.manifestKey);
}

Result<std::vector<std::byte>> ReencryptedCopy::fieldAnew(const Statement &row) const
{
    const auto entry = entryAt(m_from.database, row.integer(column("entry")));
    if (!entry)
        return std::unexpected(entry.error());
    const int number = row.number(column("number"));
    const int version = row.number(column("sealed_version"));
    const auto kind = fieldKindFromWireName(row.text(column("sealed_kind")));
    const auto record = kind ? sealedAnew(row.bytes(column("value")), sealContext(m_from.keys, *entry, number, *kind, version),
                                          sealContext(m_to.keys, *entry, number, *kind, version))
                             : Result<std::vector<std::byte>>(fail(ErrorCode::DamagedFile));
    if (record)
        return record;
    Statement title = m_from.database.statement("SELECT title FROM entries WHERE row = ?");
    const auto found = title.bind(1, row.integer(column("entry"))).step();
    return fail(record.error().code, u"a Personal field of “%1” does not open"_s.arg(found && *found ? title.text(0) : QString()));
}

Result<crypto::Digest32> ReencryptedCopy::fingerprintAnew(const Statement &row) const
{
    const qint64 number = row.integer(column("row"));
    EntrySummary summary;
    const auto type = entryTypeFromWireName(row.text(column("type")));
    if (!type)
        return fail(ErrorCode::DamagedFile, u"an entry of an unknown type"_s);
    summary.type = *type;
    summary.title = row.text(column("title"));
    Statement urls = m_from.database.statement("SELECT url FROM urls WHERE entry = ? ORDER BY position");
    urls.bind(1, number);
    if (const Result<> read = urls.forEach([&] { summary.urls.append(urls.text(0)); }); !read)
        return std::unexpected(read.error());
    const auto fields = readFields(m_from.database, number);
    if (!fields)
        return std::unexpected(fields.error());
    return entryFingerprint(summary, *fields, *m_to.keys.manifestKey);
}

Result<> ReencryptedCopy::compareLog()
{
    const qint64 to = std::min(m_logSeen + LogPiece, m_later->last);
    const auto sum = Manifest(m_from.database).sumOfAudit(m_logSeen, to);
    if (!sum)
        return std::unexpected(sum.error());
    m_logSum.add(*sum);
    m_logSeen = to;
    if (to < m_later->last || m_logSum == m_later->expected)
        return {};
    m_wrong = {VaultPart::Log};
    return fail(ErrorCode::ChangedOutside, u"the log is not as it was left"_s);
}

Result<> ReencryptedCopy::finish()
{
    // It was read over seconds: what was put back meanwhile is not sealed as ours either.
    const auto report = Manifest(m_from.database).check();
    if (!report)
        return std::unexpected(report.error());
    if (!report->wrong.isEmpty() || report->state.generation != m_generation) {
        m_wrong = report->wrong.isEmpty() ? QList{VaultPart::Manifest} : report->wrong;
        return fail(ErrorCode::ChangedOutside, u"the file was changed meanwhile"_s);
    }
    const auto chain = AuditStore(m_to.database).chain();
    if (!chain)
        return std::unexpected(chain.error());
    if (const Result<> kept = addFormerSigner(m_to.database, {m_signer, *chain ? (*chain)->sequence : 0}); !kept)
        return kept;
    if (const Result<> sealed = Manifest(m_to.database).seal(m_generation); !sealed)
        return sealed;
    const Result<> committed = m_transaction->commit();
    m_transaction.reset();
    return committed;
}

} // namespace clavitor
