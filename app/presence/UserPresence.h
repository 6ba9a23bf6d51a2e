// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMetaType>
#include <QObject>
#include <QTimer>

#include <functional>

namespace clavitor {

/// Whether the person is at the computer now: a finger on the reader, or the system's own dialog. It says yes or no and
/// releases no key by itself (SECURITY.md §3): what a yes opens is up to the one who asked.
///
/// Lives on the UI thread, asynchronous: callbacks run once, later, on that thread, and not at all when this object has
/// been destroyed before. One check at a time.
///
/// Where a platform lets go of a key for a touch (Secure Enclave with `biometryCurrentSet`, Windows Hello), that is the
/// Keychain's read and asks by itself; there this is LocalAuthentication's or UserConsentVerifier's yes or no.
class UserPresence : public QObject {
    Q_OBJECT
public:
    /// What the system's dialog says it is for; on Linux an action of packaging/linux/clavitor.policy each.
    enum class Purpose { OpenVault, OpenPersonal };
    enum class Means { None, Fingerprint, SystemDialog };
    enum class Outcome {
        Present,
        Refused,     ///< the wrong finger `tries` times, or the wrong password in the system's dialog
        Unavailable, ///< nothing was checked; `reason` says why
        TimedOut,    ///< nobody came
        Cancelled,   ///< by cancel(), or by the person in the system's dialog
    };
    enum class Reason {
        None,
        NotBuilt,    ///< this platform has none yet
        NoService,   ///< nothing answers on the system bus
        Untrusted,   ///< something does, and it is not the system's
        NoReader,
        NoFinger,    ///< a reader, but no finger of this person's is enrolled
        ReaderBusy,  ///< another program holds the reader
        ReaderGone,  ///< unplugged
        ServiceGone, ///< it ended while it was asked
        Denied,      ///< the system's rules do not let this session ask
        NoAction,    ///< our action file is not installed
        NoAgent,     ///< this desktop shows no dialog of the system's
        NotAsked,    ///< the system would say yes without asking anybody: as good as no check
        Busy,        ///< another check is running
        Failed,
    };

    struct Answer {
        Outcome outcome = Outcome::Unavailable;
        Reason reason = Reason::None;
        bool operator==(const Answer &) const = default;
    };
    struct Probe {
        Means means = Means::None;
        Reason reason = Reason::None; ///< when there are no means
        bool operator==(const Probe &) const = default;
    };
    /// For the screen, while a check runs.
    struct Progress {
        enum class Stage {
            Starting,
            Waiting, ///< for the finger, the first or after `misses` others; or behind the system's dialog
            NoMatch, ///< the finger just now was the `misses`th wrong one of `tries`
            Unclear, ///< too short, not centred: does not count, it still waits
        };
        Stage stage = Stage::Starting;
        Means means = Means::None;
        int misses = 0;
        bool operator==(const Progress &) const = default;
    };

    using Probed = std::move_only_function<void(Probe)>;
    using Answered = std::move_only_function<void(Answer)>;

    static constexpr int tries = 3;
    static constexpr int defaultTimeout = 30'000; ///< milliseconds

    explicit UserPresence(QObject *parent = nullptr);

    /// There is nothing to ask with on this computer, as opposed to something that does not answer now: an unplugged reader
    /// that was there, a service that is stuck or strange.
    [[nodiscard]] static bool isAbsence(Reason reason);

    /// What a check would be, now. Opens no dialog and switches no reader on.
    virtual void probe(Probed probed) = 0;
    /// Asks the person. A check that runs already goes on, and this one is answered Unavailable, Busy.
    void check(Purpose purpose, Answered answered);
    /// Ends the check that runs, Cancelled. The reader is let go of, the system's dialog closed.
    void cancel();
    [[nodiscard]] bool isChecking() const { return static_cast<bool>(m_answered); }
    /// Of the check that ended last.
    [[nodiscard]] Answer lastAnswer() const { return m_last; }
    /// How long a check waits for the person; at most `defaultTimeout`.
    void setTimeout(int milliseconds) { m_timeout = qBound(1, milliseconds, defaultTimeout); }

signals:
    /// From the event loop; cancel() and check() may be called in it.
    void progressed(const clavitor::UserPresence::Progress &progress);
    /// A check ended; for the screen, before its own callback.
    void ended(const clavitor::UserPresence::Answer &answer);

protected:
    /// Starts a check; finish() ends it.
    virtual void begin(Purpose purpose) = 0;
    /// Lets go of everything begin() took hold of. Called once for each begin(), before the answer is out.
    virtual void end() = 0;
    /// Nothing when no check runs.
    void finish(Answer answer);
    void tell(Progress progress);

private:
    void later(Answered answered, Answer answer);

    Answered m_answered;
    quint64 m_turn = 0; ///< checks begun
    Answer m_last;
    QTimer m_deadline{this};
    int m_timeout = defaultTimeout;
};

} // namespace clavitor

Q_DECLARE_METATYPE(clavitor::UserPresence::Progress)
