// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/model/Authorization.h"
#include "app/model/Entry.h"
#include "app/store/SealingKeys.h"

#include <QHash>
#include <QList>

#include <optional>
#include <vector>

namespace clavitor {

class Database;

/// A value on its way out, with what is needed to name it.
struct RevealedField {
    int number = 0;
    QString label;
    FieldKind kind = FieldKind::Text;
    Tier tier = Tier::Shared;
    crypto::SecretText value;
};

/// What the vault holds of a draft that an import brings.
struct Likeness {
    std::optional<EntryId> same; ///< an entry the draft would only repeat
    bool unknown = false;       ///< there is one that may be the same, but its Personal values could not be compared
};

/// Writes entries, and gives values to who holds an Authorization. Every method is its own transaction, or a savepoint
/// when the caller holds one; what changes many is a part of that (Transaction::join()).
///
/// Shared values are stored as text (the file is encrypted), Personal ones sealed to the Personal public key on their
/// way in, so saving them needs no password. Nothing here opens a sealed value but reveal(), revealVersion() and
/// likenessOf(), with the key pair passed in. Vault thread; Database and keys outlive it.
class EntryStore {
public:
    /// Earlier states kept of an entry; the oldest beyond it go.
    static constexpr int keptVersions = 50;

    EntryStore(Database &database, SealingKeys keys);

    /// Creates (null id) or replaces as a whole; the state before becomes history.
    ///
    /// NotFound: no such entry · Conflict: the stored version is not `baseVersion`, nothing was written · InvalidValue:
    /// an unknown or repeated field number, a new field or a changed tier without a value, a value over the maximum ·
    /// PersonalShut: a stored Personal field would become Shared without `personal`.
    ///
    /// Making a field Personal seals its value in the history, too, and clears it from the write-ahead log.
    [[nodiscard]] Result<EntrySummary> save(EntryDraft &&draft, qint64 now,
                                            const crypto::PersonalKeyPair *personal = nullptr);
    [[nodiscard]] Result<> setFavourite(EntryId id, bool favourite);
    /// Kept through every later save.
    [[nodiscard]] Result<> setDecoy(EntryId id, bool decoy);
    // Of many: all or none, with the caller's transaction if there is one. NotFound, one is not there · Locked, a lock is wanted.
    /// An entry already in the trash keeps its time.
    [[nodiscard]] Result<> moveToTrash(const QList<EntryId> &ids, qint64 now);
    [[nodiscard]] Result<> restoreFromTrash(const QList<EntryId> &ids);
    /// With history and search index, overwritten in the file (secure_delete).
    [[nodiscard]] Result<> deleteForever(const QList<EntryId> &ids);

    /// The Shared fields that are not masked, by number: for the owner's detail view.
    [[nodiscard]] Result<QHash<int, QString>> openValues(EntryId id) const;
    /// The values that `authorization` names, in its order; the only way to a masked one.
    ///
    /// A Personal field is refused with PersonalShut to an agent whatever is passed, and to the owner without
    /// `personal`. NotFound: the entry or a field is not there, or, for an agent, the entry is in the trash.
    /// DamagedFile: a sealed value does not verify.
    [[nodiscard]] Result<std::vector<RevealedField>> reveal(Authorization &&authorization,
                                                            const crypto::PersonalKeyPair *personal) const;

    /// Earlier states, newest first.
    [[nodiscard]] Result<QList<EntryVersion>> history(EntryId id) const;
    [[nodiscard]] Result<std::vector<RevealedField>> revealVersion(Authorization &&authorization, int version,
                                                                   const crypto::PersonalKeyPair *personal) const;
    /// Brings an earlier state back as a new version: type, title, URLs, tags and fields. A field that is Personal now stays
    /// Personal.
    [[nodiscard]] Result<EntrySummary> restoreVersion(EntryId id, int version, qint64 now);

    /// Looks for an entry with the same type, title, URLs and fields with the same values; tags do not count. Not in the
    /// trash, unless the draft goes there itself.
    ///
    /// Personal values are compared when `personal` is given. Without it an entry of the same dates of creation and change,
    /// which only an import brings, is the same; of any other it is unknown, since dropping a card that differs in its
    /// number would lose it.
    [[nodiscard]] Result<Likeness> likenessOf(const EntryDraft &draft, const crypto::PersonalKeyPair *personal) const;

private:
    /// Whether the Personal values of a stored entry, whose fingerprint is the draft's, are the draft's.
    [[nodiscard]] Result<bool> holdsPersonal(const EntryDraft &draft, qint64 row, EntryId id,
                                             const crypto::PersonalKeyPair &personal) const;
    /// Nothing that is Personal now is readable in the entry's past.
    [[nodiscard]] Result<> sealEarlier(qint64 row, EntryId id);
    /// Changes the rows of all these entries, or of none.
    template<typename Change>
    [[nodiscard]] Result<> forEach(const QList<EntryId> &ids, Change change);

    Database &m_database;
    SealingKeys m_keys;
};

} // namespace clavitor
