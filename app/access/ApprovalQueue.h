// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/link/Messages.h"
#include "app/model/Approval.h"

#include <QHash>
#include <QList>
#include <QUuid>

#include <optional>

namespace clavitor {

/// The questions that wait for the person, and the calls that wait for their answers. Nobody blocks: a call is a number
/// here, and whoever keeps it asks nextDue() when to come back. Times are ms of one steady clock. A value: no clock, no
/// I/O; what the person is shown and the rows in the log are the gate's.
class ApprovalQueue {
public:
    struct Times {
        qint64 hold = link::HoldSeconds * 1000; ///< a call is held that long, then told to come back
        qint64 answer = 60'000;         ///< a question is open that long once it is the first, then it is denied
        qint64 rest = 600'000;          ///< a key that was denied too often is stopped that long
        qint64 remembered = 600'000;    ///< how an ended question ended can be asked that long
        qint64 unseen = 600'000;        ///< a question that never was the first ends after that long; that is no denial
    };
    static constexpr int perKey = 3;
    static constexpr int denialsBeforeRest = 5;
    /// Calls of one key that are held; others are told to come back at once, or a key could keep everybody else from the bridge.
    static constexpr int heldPerKey = 16;
    /// Questions a key may walk away from within `rest` before each further one is a denial.
    static constexpr int abandonedFree = 3;
    static constexpr int rememberedEnds = 256;

    enum class State { Pending, Allowed, Denied, Expired };
    /// A call and what it waited for.
    struct Held {
        quint64 call = 0;
        QUuid what;
    };
    struct Ended {
        ApprovalRequest request;
        ApprovalEnd how = ApprovalEnd::Answered;
        QList<quint64> calls;           ///< still waiting for it
    };

    explicit ApprovalQueue(Times times);

    /// The question that is open already about the same key, entry and call, from the same program, for the same command.
    [[nodiscard]] std::optional<ApprovalId> open(const QString &keyId, EntryId entry, Action action, const Caller &caller,
                                                 const QString &command = {}) const;
    [[nodiscard]] bool isFull(const QString &keyId) const;
    /// How many calls wait for it.
    [[nodiscard]] qsizetype callsOf(QUuid what) const;
    /// The open question under that id, with how many calls wait for it now.
    [[nodiscard]] std::optional<ApprovalRequest> find(QUuid what) const;
    /// A new question; not while isFull(). The person looks at one at a time, oldest first: the others' time begins when it is
    /// their turn, and `askedAt` and `until` of the request move with it.
    void add(ApprovalRequest request, qint64 now);
    /// A call of a key waits for `what`: a question here, or something else that has an id. `since` when it came. False, and not
    /// held, when as many of the key are: whoever asked is to be told to come back.
    [[nodiscard]] bool hold(quint64 call, const QString &keyId, QUuid what, qint64 since);
    /// The caller has left. A question nobody waits for any more ends, unless somebody was told to come back.
    [[nodiscard]] std::optional<Ended> leave(quint64 call, qint64 now);

    /// The person answered. Nothing when the question has ended meanwhile.
    [[nodiscard]] std::optional<Ended> answer(ApprovalId id, bool isYes, qint64 now);
    /// What `what` was waited for is there; the calls to be asked again.
    [[nodiscard]] QList<quint64> release(QUuid what);
    /// Calls held too long, each once; their questions stay open.
    [[nodiscard]] QList<Held> heldTooLong(qint64 now);
    /// Questions whose time is over: denied, if they were the first.
    [[nodiscard]] QList<Ended> expire(qint64 now);
    /// All of a key, or of all when it is empty: the key was stopped.
    [[nodiscard]] QList<Ended> drop(const QString &keyId, qint64 now);

    /// When the key works again after denials; nothing when it does.
    [[nodiscard]] std::optional<qint64> restsUntil(const QString &keyId, qint64 now) const;
    [[nodiscard]] QStringList resting(qint64 now) const;
    /// Whether the last denial was the one that stops the key; once.
    [[nodiscard]] bool takeNewRest(const QString &keyId);
    void endRest(const QString &keyId);

    /// The person declined to add what a key asked for; as many within `rest` as denials stop a key stop its requests.
    void requestDeclined(const QString &keyId, qint64 now);
    /// When the key may ask for something that is missing again; nothing when it may.
    [[nodiscard]] std::optional<qint64> requestsRestUntil(const QString &keyId, qint64 now) const;

    /// Only to the key that asked.
    [[nodiscard]] std::optional<State> stateOf(ApprovalId id, const QString &keyId, qint64 now) const;
    [[nodiscard]] QList<ApprovalRequest> waiting() const;
    /// The next moment something is due; nothing when nothing waits.
    [[nodiscard]] std::optional<qint64> nextDue() const;

private:
    struct Open {
        ApprovalRequest request;
        qint64 until = 0;
        bool isPromised = false;        ///< somebody was told to come back
        bool isFirst = false;           ///< is, or was, the one that is looked at
    };
    struct Past {
        ApprovalId id;
        QString keyId;
        State state = State::Denied;
        qint64 at = 0;
    };
    struct Denials {
        int count = 0;
        qint64 restsUntil = 0;
        bool isNew = false;
        QList<qint64> abandoned;        ///< when questions were walked away from
    };
    struct Declines {
        QList<qint64> times;            ///< within `rest`
        qint64 restsUntil = 0;
    };
    struct Waiting {
        QString keyId;
        QUuid what;
        qint64 until = 0;
    };

    [[nodiscard]] Ended end(qsizetype index, ApprovalEnd how, State state, qint64 now);
    /// The first one's time begins, unless it has.
    void beginFirst(qint64 now);
    void denied(const QString &keyId, qint64 now);
    void abandoned(const QString &keyId, qint64 now);
    void promise(QUuid what);
    [[nodiscard]] QList<quint64> take(QUuid what);

    Times m_times;
    QList<Open> m_open;                 ///< oldest first
    QHash<quint64, Waiting> m_held;     ///< by call
    QList<Past> m_past;                 ///< oldest first
    QHash<QString, Denials> m_denials;
    QHash<QString, Declines> m_declines;
};

} // namespace clavitor
