// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/access/AgentTokens.h"
#include "app/access/AuditLog.h"
#include "app/access/Redactor.h"
#include "app/access/RefusalCount.h"
#include "app/base/Clock.h"
#include "app/link/Messages.h"
#include "app/store/EntryCatalog.h"
#include "app/store/EntryStore.h"
#include "crypto/Random.h"

#include <QHash>

namespace clavitor {

/// The only pipeline from an agent's question to an answer, for both doors: token → key → policy → scope → values →
/// redaction → audit row (ARCHITECTURE "A request, step by step"). The row comes last because it says what was given.
///
/// Works inside an open AuditTransaction: an answer may leave only after that transaction was committed, whatever its
/// status. Exists while the vault is unlocked. Vault thread; all it refers to outlives it.
class AccessGate {
public:
    struct Parts {
        EntryCatalog &catalog;
        EntryStore &entries;
        AgentStore &agents;
        AgentTokens &tokens;
        AuditLog &audit;
        QString vaultId;
        QString vaultName;
        Clock clock;
        crypto::RandomSource random;
    };
    explicit AccessGate(Parts parts);

    /// `arrived`: a steady time in microseconds of when the question came, for the audit row's duration.
    [[nodiscard]] link::Answer answer(const link::Question &question, qint64 arrived);

    /// While set, every key is refused as if it were paused, whatever its own switch says.
    void setPaused(bool paused) { m_paused = paused; }
    [[nodiscard]] bool isPaused() const { return m_paused; }

    /// What became of the transaction the last answers were given in; to be said before the next question.
    void settled(bool committed);

    /// Writes down how many calls were refused without a row of their own; before the counts go with the gate.
    [[nodiscard]] Result<> recordUnwritten();

private:
    /// A question on its way through, with what is known of it so far.
    struct Passage {
        const link::Question &question;
        qint64 arrived;
        qint64 now;
        qint64 seen;        ///< the latest the vault knows of: `now`, unless the clock was set back
        Agent agent;
        QString actor;
    };
    /// What a row is about.
    struct Subject {
        QLatin1StringView action;
        QString text;
        EntryId entry;
    };

    struct Refused {
        RefusalCount count;
        QString actor;      ///< who asked last
    };

    link::Answer status(const Passage &passage);
    link::Answer list(const Passage &passage, const link::ListQuery &query);
    link::Answer read(const Passage &passage, const link::ReadQuery &query);
    link::Answer search(const Passage &passage, const link::SearchQuery &query);
    link::Answer totp(const Passage &passage, const link::TotpQuery &query);
    link::Answer generate(const Passage &passage, const link::GenerateQuery &query);

    /// The entry in the agent's scope, or the answer that it does not exist, with the row that says why.
    std::expected<EntrySummary, link::Answer> entryInScope(const Passage &passage, Action action, const QString &entryId);
    /// Policy for the action; the refusal with its row otherwise.
    std::expected<void, link::Answer> permit(const Passage &passage, Action action, const QString &subject);
    Result<std::vector<AnswerField>> deliver(const Passage &passage, const EntrySummary &entry);

    // The three ends of a passage, each with its row.
    link::Answer give(const Passage &passage, const Subject &subject, const crypto::SecretText &body);
    /// After too many of late of the same key: neither a row nor this answer, but when to ask again.
    link::Answer refuse(const Passage &passage, const Subject &subject, link::Status status, const QString &why,
                        const QString &detail = {});
    /// The vault could not be read.
    link::Answer broken(const Passage &passage, const Subject &subject);
    Result<> record(const Passage &passage, const Subject &subject, Outcome outcome, const QString &why = {});

    Parts m_parts;
    bool m_paused = false;
    QList<std::pair<QString, int>> m_told; ///< key ids and counts that rows of the open transaction tell
    QHash<QString, Refused> m_refused;  ///< by key id, of keys that exist; one without id for everybody else
};

} // namespace clavitor
