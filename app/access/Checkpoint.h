// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/store/AuditStore.h"
#include "app/store/FormerSigner.h"
#include "crypto/Signature.h"

#include <QByteArray>
#include <QString>

#include <optional>
#include <vector>

namespace clavitor {

/// A checkpoint of the audit log as text that can be kept anywhere: a signed note as C2SP's tlog-checkpoint.md and
/// signed-note.md lay it out, with the chain's MAC where a transparency log has the root of its tree.
///
///     clavitor/7k3m9q2w4x8z
///     4200
///     <MAC of row 4200, base64>
///     generation 9311
///     time 2026-11-26T21:40:04.123Z
///
///     — clavitor/7k3m9q2w4x8z <key hash and signature, base64>
namespace checkpoint {

/// What is signed: everything up to the empty line.
[[nodiscard]] QByteArray text(const QString &vaultId, const AuditCheckpoint &checkpoint);
/// The same checkpoint with its signature.
[[nodiscard]] AuditCheckpoint sign(const QString &vaultId, AuditCheckpoint checkpoint, const crypto::SigningKey &key);
[[nodiscard]] bool isGenuine(const QString &vaultId, const AuditCheckpoint &checkpoint, const crypto::VerifyingKey &key);
/// By this key, or by a former one about rows it may speak of.
[[nodiscard]] bool isGenuine(const QString &vaultId, const AuditCheckpoint &checkpoint, const crypto::VerifyingKey &key,
                             const std::vector<FormerSigner> &former);
/// The whole note; ends with a line break.
[[nodiscard]] QByteArray note(const QString &vaultId, const AuditCheckpoint &checkpoint, const crypto::VerifyingKey &key);
/// Of one note. Nothing when it is not laid out so, is another vault's, or its signature is not this key's.
[[nodiscard]] std::optional<AuditCheckpoint> fromNote(const QString &vaultId, QByteArrayView note, const crypto::VerifyingKey &key,
                                                      const std::vector<FormerSigner> &former = {});
/// All genuine ones of a file of notes with an empty line between, whatever else is in it; some at a time, as a signature takes a
/// tenth of a millisecond to check and a file may hold thousands.
class NoteReader {
public:
    NoteReader(const QString &vaultId, QByteArray notes, const crypto::VerifyingKey &key, std::vector<FormerSigner> former = {});

    [[nodiscard]] bool isAtEnd() const { return m_at < 0; }
    /// The genuine ones of the next so many.
    [[nodiscard]] QList<AuditCheckpoint> next(qsizetype limit);

private:
    QString m_vaultId;
    QByteArray m_notes;
    crypto::VerifyingKey m_key;
    std::vector<FormerSigner> m_former;
    QByteArray m_start;         ///< what a note begins with
    qsizetype m_at = -1;        ///< where the next one begins
};

} // namespace checkpoint

} // namespace clavitor
