// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/access/AgentTokens.h"
#include "app/access/ApprovalQueue.h"
#include "app/access/AuditLog.h"
#include "app/access/BudgetMeter.h"
#include "app/access/Grants.h"
#include "app/access/Policy.h"
#include "app/access/Redactor.h"
#include "app/access/RefusalCount.h"
#include "app/base/Clock.h"
#include "app/link/Messages.h"
#include "app/session/CallerLookup.h"
#include "app/session/ProgramLinks.h"
#include "app/store/EntryCatalog.h"
#include "app/store/EntryRequestStore.h"
#include "app/store/EntryStore.h"
#include "app/store/KeyHistory.h"
#include "crypto/Random.h"

#include <QHash>
#include <QSet>

namespace clavitor {

/// The only pipeline from an agent's question to an answer, for both doors: token → key → place → policy → scope → grants and
/// budget → values → redaction → audit row (ARCHITECTURE "A request, step by step"). The row comes last because it says what
/// was given.
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
        Grants &grants;
        KeyHistory &history;
        EntryRequestStore &requests;
        QString vaultId;
        QString vaultName;
        Clock clock;
        Clock steady;               ///< ms that never go back, for how long something waits
        crypto::RandomSource random;
        CallerLookup caller;
        ApprovalQueue::Times times;
        ProgramLinks links;
    };
    explicit AccessGate(Parts parts);

    /// Reads what the budgets of the last hour were used for.
    [[nodiscard]] Result<> load();

    /// Nothing when the question waits for the person: it is asked again, unchanged, when questions() says so, or ended
    /// by conclude(). `arrived`: a steady time in microseconds of when the question came, for the audit row's duration.
    [[nodiscard]] std::optional<link::Answer> answer(const link::Question &question, qint64 arrived);
    /// How a question that waited ends without the person's yes; with its row.
    enum class Conclusion { Pending, Denied, TimedOut };
    [[nodiscard]] link::Answer conclude(const link::Question &question, qint64 arrived, Conclusion conclusion, QUuid waitedFor);
    [[nodiscard]] ApprovalQueue &questions() { return m_questions; }

    /// While set, every key is refused as if it were paused, whatever its own switch says.
    void setPaused(bool paused) { m_paused = paused; }
    [[nodiscard]] bool isPaused() const { return m_paused; }
    /// For a vault that is locked and keeps a lease: only what isUnderLease() is answered, and whatever is refused of that is
    /// refused as by a locked vault, though its row says why. Nobody is asked. `grants` has nothing but leases then.
    void answerLeasesOnly() { m_leasesOnly = true; }
    /// A read or a code, by the token of a key that is alive, of an entry that a lease of that key is about.
    [[nodiscard]] bool isUnderLease(const link::Question &question) const;
    /// Stopped for what it did, also when the disk did not take that.
    [[nodiscard]] bool isFrozen(const QString &keyId) const { return m_frozen.contains(keyId); }
    /// Those, and those that rest after denials: what this gate knows and the disk may not.
    [[nodiscard]] QStringList stoppedKeys() const;
    /// As frozen, for as long as this gate is there.
    void stop(const QStringList &keyIds) { m_frozen.unite(QSet<QString>(keyIds.begin(), keyIds.end())); }
    /// The person let it work again.
    void release(const QString &keyId);
    /// A replaced token is the same key to the budget.
    void moveToKey(const QString &keyId, const QString &newKeyId);

    /// The vault through the eyes of a key: the same rules as for its calls, without reading a value and without a row.
    [[nodiscard]] Result<KeyView> view(const QString &keyId) const;
    /// Until when a key is stopped after denials, ms since the epoch; 0 when it is not.
    [[nodiscard]] qint64 restsUntil(const QString &keyId) const;

    /// What the windows have to know of the last calls; taken after their transaction ended, whatever became of it.
    struct News {
        QList<ApprovalRequest> asked;   ///< also one that more calls wait for now
        QList<EntryRequest> requested;
        QList<KeyAlert> alerts;
        QStringList stopped;        ///< key ids whose open questions are void
        bool agentsChanged = false;
        bool grantsChanged = false;
    };
    [[nodiscard]] News takeNews() { return std::exchange(m_news, {}); }

    /// What became of the transaction the last answers were given in; to be said before the next question.
    void settled(bool committed);

    /// Writes down how many calls were refused without a row of their own; before the counts go with the gate, and when they
    /// are due. To be followed by settled().
    [[nodiscard]] Result<> recordUnwritten();
    /// When that is to be done, so that a crash loses a minute of them: a steady time in ms. Nothing while there are none.
    [[nodiscard]] std::optional<qint64> unwrittenDue() const;

private:
    /// A question on its way through, with what is known of it so far.
    struct Passage {
        const link::Question &question;
        qint64 arrived;
        qint64 now;
        qint64 seen;        ///< the latest the vault knows of: `now`, unless the clock was set back
        CallerCard card;
        Agent agent;
        QString actor;
    };
    /// A key at a moment, for the rules; a dry run has no program.
    struct Asker {
        const Agent &agent;
        qint64 seen;
        const QString *program = nullptr;   ///< of the caller, empty when it is not known; null: any
        Command command{};                  ///< of a use
    };
    [[nodiscard]] static Asker askerOf(const Passage &passage);
    /// What a row is about.
    struct Subject {
        QLatin1StringView action;
        QString text;
        EntryId entry;
    };
    /// Nothing: the question waits for the person.
    using Ending = std::optional<link::Answer>;

    struct Refused {
        RefusalCount count;
        QString actor;                  ///< who asked last
        QHash<QString, qint64> misses;  ///< entry ids that were looked for in vain, within a minute → when
    };
    /// The fields of an entry as the key gets them, before any value is read.
    struct Plan {
        std::vector<AnswerField> fields;
        bool givesCredential = false;
        bool givesCode = false;
        bool showsPassword = false;
        bool isKeptBack = false;    ///< of a use: the key may not see the value
        QStringList secrets;        ///< labels of what counts as a credential
    };
    /// That a read or a code may go ahead, and what it uses up.
    struct Admission {
        std::optional<GrantId> grant;
        std::optional<GrantId> codeGrant;   ///< for the code within a read
        bool isLease = false;
    };
    /// Whether a read may hold the entry's code, too, and by which grant.
    struct CodeAccess {
        bool mayHave = false;
        std::optional<GrantId> grant;
    };

    // AccessGateRead.cpp: what each kind of question answers.
    Ending status(const Passage &passage);
    Ending list(const Passage &passage, const link::ListQuery &query);
    Ending read(const Passage &passage, const link::ReadQuery &query);
    Ending search(const Passage &passage, const link::SearchQuery &query);
    Ending totp(const Passage &passage, const link::TotpQuery &query);
    Ending generate(const Passage &passage, const link::GenerateQuery &query);
    Ending complete(const Passage &passage, const link::CompleteQuery &query);
    [[nodiscard]] CodeAccess codeAccess(const Asker &asker, const EntrySummary &entry) const;
    /// Why the key gets no codes of an entry in its scope, whoever allowed what; nothing when it may.
    struct NoCode {
        link::Status status = link::Status::NotFound;
        QString why;
        QString detail;
    };
    [[nodiscard]] static std::optional<NoCode> noCode(const Agent &agent, const EntrySummary &entry);
    [[nodiscard]] Plan plan(const Agent &agent, const EntrySummary &entry, bool withCode) const;
    /// Fills in the values the plan shows.
    Result<std::vector<AnswerField>> deliver(const Passage &passage, const EntrySummary &entry, std::vector<AnswerField> fields);
    /// After a credential was given: counted, the grant used, a decoy's alarm.
    Result<> account(const Passage &passage, const EntrySummary &entry, bool givesCredential, const Admission &admission);
    /// What a row says beside that it was given.
    [[nodiscard]] static QString whyGiven(const Plan &plan, const Admission &admission);

    // AccessGateUse.cpp: a value for a command.
    Ending use(const Passage &passage, const link::UseQuery &query);
    [[nodiscard]] static Plan planOfUse(const Agent &agent, const FieldOutline &field, Delivery delivery);
    /// What a reference names: one field of an entry in the key's scope.
    struct Named {
        EntrySummary entry;
        FieldOutline field;
    };
    [[nodiscard]] std::expected<Named, link::Answer> named(const Passage &passage, const link::UseQuery &query);
    /// The id of the entry a use is about, empty when that cannot be told any more; for a question that ends.
    [[nodiscard]] QString entryOf(const Passage &passage, const link::UseQuery &query) const;
    /// Those in the key's scope with that title, else the one with that id.
    [[nodiscard]] Result<QList<EntrySummary>> entriesCalled(const Passage &passage, const QString &name) const;

    // AccessGateAsk.cpp: whether the person is to be asked, and what came of it.
    std::expected<Admission, Ending> admit(const Passage &passage, const EntrySummary &entry, Action action, const Plan &plan);
    Result<Standing> standingOf(const Asker &asker, const EntrySummary &entry, Action action, const Plan &plan) const;
    /// Of a judgement that is Given: what it uses up.
    [[nodiscard]] Admission admissionOf(const Passage &passage, const EntrySummary &entry, Action action, const Plan &plan,
                                        const Standing &standing) const;
    Ending ask(const Passage &passage, const EntrySummary &entry, Action action, const Plan &plan, const Verdict &verdict);
    [[nodiscard]] Result<EntryView> viewOf(const Asker &asker, const EntrySummary &entry) const;
    /// The part of `view` about commands, once its fields are there. Both in AccessGateView.cpp.
    [[nodiscard]] Result<> viewUses(const Asker &asker, EntryView &view) const;
    Ending approval(const Passage &passage, const link::ApprovalQuery &query);
    Ending request(const Passage &passage, const link::RequestQuery &query);
    /// The entry a request led to, if the key may know of it.
    [[nodiscard]] EntryId visible(const Passage &passage, const EntryRequest &request) const;
    link::Answer concluded(const Passage &passage, Conclusion conclusion, QUuid waitedFor);
    link::Answer standingOfRequest(const Passage &passage, const EntryRequest &request);
    /// The call waits for `what`, or is told to come back.
    Ending wait(const Passage &passage, const Subject &subject, QUuid what, const crypto::SecretText &body, int retryAfterSeconds);
    Result<> freeze(const Passage &passage, KeyAlert::Kind kind, const QString &subject, const QString &why);
    void alert(const Passage &passage, KeyAlert::Kind kind, const QString &subject);

    [[nodiscard]] Ending answerPassage(const link::Question &question, qint64 arrived);
    /// Everything before the question itself: which key, alive, in its place, in this vault.
    std::expected<Passage, link::Answer> passageOf(const link::Question &question, qint64 arrived);
    /// The entry in the agent's scope, or the answer that it does not exist, with the row that says why.
    std::expected<EntrySummary, link::Answer> entryInScope(const Passage &passage, Action action, const QString &entryId);
    link::Answer missed(const Passage &passage, const Subject &subject, const QString &entryId);
    void noteUnwritten();
    /// Policy for the action; the refusal with its row otherwise.
    std::expected<void, link::Answer> permit(const Passage &passage, Action action, const QString &subject);

    // The ends of a passage, each with its row.
    link::Answer give(const Passage &passage, const Subject &subject, const crypto::SecretText &body, const QString &why = {});
    /// After too many of late of the same key: neither a row nor this answer, but when to ask again.
    link::Answer refuse(const Passage &passage, const Subject &subject, link::Status status, const QString &why,
                        const QString &detail = {}, int retryAfterSeconds = 0);
    /// The vault could not be read.
    link::Answer broken(const Passage &passage, const Subject &subject);
    Result<> record(const Passage &passage, const Subject &subject, Outcome outcome, const QString &why = {});

    Parts m_parts;
    bool m_paused = false;
    bool m_leasesOnly = false;
    BudgetMeter m_meter;
    ApprovalQueue m_questions;
    QSet<QString> m_frozen;             ///< also when the disk did not take it
    News m_news;
    QList<std::pair<QString, int>> m_told; ///< key ids and counts that rows of the open transaction tell
    QList<std::pair<QString, QString>> m_missed; ///< key ids and entry ids whose rows are in the open transaction
    QHash<QString, Refused> m_refused;  ///< by key id, of keys that exist; one without id for everybody else
    std::optional<qint64> m_unwrittenSince; ///< steady; the first refusal without a row since they were written down
};

} // namespace clavitor
