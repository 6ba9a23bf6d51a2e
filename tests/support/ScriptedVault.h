// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/VaultClient.h"

#include <QHash>
#include <QStringList>

#include <functional>
#include <memory>
#include <utility>

namespace clavitor::test {

/// A vault made of lists, for tests and pictures of the user interface: it answers through the real VaultClient class,
/// whose member functions ScriptedVault.cpp defines in place of app/service/VaultClient.cpp (a seam of the linker, so the
/// program has no interface that exists for tests only). Answers arrive through the event loop, as the real ones do.
///
/// One at a time; make it before the client and keep it longer.
class ScriptedVault {
public:
    ScriptedVault();
    ~ScriptedVault();
    ScriptedVault(const ScriptedVault &) = delete;
    ScriptedVault &operator=(const ScriptedVault &) = delete;
    [[nodiscard]] static ScriptedVault &current();
    [[nodiscard]] static std::unique_ptr<VaultClient> makeClient();

    VaultFacts facts;
    QString password = QStringLiteral("correct horse battery staple");
    QHash<quint8, QByteArray> secrets;      ///< by the kind of the way: the sheet's, the security key's, the TPM's
    /// Adds the way, in the header's order, or takes it out.
    static void setWay(VaultFacts &facts, const UnlockWay &way, bool there);
    /// A recovery sheet as a further way; answers its eight groups with hyphens.
    QString addSheet();
    std::optional<Error> keychainAfterReplacement;  ///< why replacing all keys leaves it without the keychain
    QList<EntrySummary> entries;
    QHash<QString, QString> values;         ///< by "entry id/field number"
    QList<Agent> agents;
    QHash<QString, QString> formerIds;      ///< of keys that got a new token since: the id before → the id now
    QList<AuditEvent> audit;                ///< oldest first
    QList<ApprovalRequest> questions;       ///< those that wait, oldest first; an answer takes one out
    QList<std::pair<ApprovalId, ApprovalAnswer>> answers;
    QList<Grant> grants;
    QList<EntryRequest> entryRequests;
    QList<LeaseDraft> leases;               ///< as asked for
    QHash<QString, KeyReceipt> receipts;    ///< by key; without one a receipt is made of `audit`
    QHash<QString, QList<SeenCredential>> seen; ///< by key

    /// The next calls of these functions fail so, until taken out: {"unlock", {ErrorCode::DamagedFile, {}}}.
    QHash<QString, Error> failures;
    /// Calls in order: "unlock", "createKey codex-agent" …; never a secret.
    QStringList calls;
    QList<RemovedSurplus> surplus;          ///< what trusting it takes out
    int importsUndone = 0;
    KeptCheckpoints keptCheckpoints;        ///< the file outside, as the vault remembers it
    LogVerdict verdict;                     ///< what verifying the log comes to
    std::vector<EntryDraft> imported;

    /// Makes the functions named here wait: their answers leave with release().
    QStringList held;
    void release();

    [[nodiscard]] static EntrySummary entry(EntryType type, const QString &title, const QString &subtitle, const QStringList &urls,
                                            const QStringList &tags = {});
    /// A question of codex-agent about an AWS key, asked at `now` and waiting for a minute.
    [[nodiscard]] static ApprovalRequest question(qint64 now);
    /// Puts it into `questions` and tells the windows.
    void ask(VaultClient *client, const ApprovalRequest &request);
    /// Takes it out of them, as a question ends that nobody answered.
    void end(VaultClient *client, ApprovalId id, ApprovalEnd how);
    void addRow(qint64 time, const QString &action, const QString &subject, const QString &actor,
                Outcome outcome = Outcome::Allowed);
    /// A small developer's vault with two keys and three days of rows before `now`.
    void fillWithSamples(qint64 now);

    /// Used by the client's functions: notes the call; an error to answer with, if scripted.
    [[nodiscard]] std::optional<Error> enter(const QString &function, const QString &about = {});
    void answer(const QString &function, std::function<void()> send);

private:
    std::vector<std::function<void()>> m_waiting;
};

} // namespace clavitor::test
