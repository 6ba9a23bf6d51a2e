// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/access/AgentTokens.h"
#include "app/access/AuditLog.h"
#include "app/access/BadTokens.h"
#include "app/access/Redactor.h"
#include "app/base/Clock.h"
#include "app/link/Messages.h"
#include "app/store/EntryCatalog.h"
#include "app/store/EntryStore.h"
#include "crypto/Random.h"

namespace clavitor {

/// The audit log's name of what a question asks for.
[[nodiscard]] QLatin1StringView actionOf(const link::Query &query);

/// The only pipeline from an agent's question to an answer, for both doors: token → key → policy → scope → audit row →
/// values → redaction (ARCHITECTURE "A request, step by step").
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

private:
    /// A question on its way through, with what is known of it so far.
    struct Passage {
        const link::Question &question;
        qint64 arrived;
        qint64 now;
        Agent agent;
        QString actor;
    };

    link::Answer refuseToken(const link::Question &question, qint64 arrived, qint64 now);
    link::Answer authenticate(const Passage &passage);
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
    Result<> record(const Passage &passage, QLatin1StringView action, const QString &subject, EntryId entry,
                    Outcome outcome, const QString &why = {});

    Parts m_parts;
    BadTokens m_badTokens;
};

} // namespace clavitor
