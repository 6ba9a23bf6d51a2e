// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/model/Approval.h"
#include "app/session/GitWorkplace.h"
#include "ui/approval/ApprovalDialog.h"
#include "ui/approval/RuleCard.h"

#include <QObject>
#include <QTimer>

#include <functional>

namespace clavitor {
class VaultClient;
struct VaultFacts;
}

namespace clavitor::ui {

class DesktopNotice;
class NotificationSink;

/// Brings the questions that wait before the person: one at a time, the others counted. Each comes up in the one dialog, which
/// stays down while another program fills the screen, and in a notification of the desktop: with the answers "once" and
/// "deny" where it has buttons, through the tray where it has none. A question that ends by itself is told and goes.
///
/// GUI thread. Owns the dialog and the card; decides nothing: the vault thread takes the answer or says it came too late.
class ApprovalPresenter : public QObject {
    Q_OBJECT
public:
    /// All outlive it.
    struct Parts {
        VaultClient *client;
        Clock clock;
        NotificationSink *sink;
        DesktopNotice *notice;
        std::function<bool()> isOtherFullScreen;
        DeadTime::Steady steady{};      ///< the system's when empty
        GitLook::Look look = gitWorkplaceOf;
        int patience = GitLook::Patience; ///< ms, for the look
    };
    static constexpr int NoticesAMinute = 6;

    explicit ApprovalPresenter(Parts parts, QObject *parent = nullptr);

    [[nodiscard]] bool isWaiting() const { return !m_queue.isEmpty(); }
    /// "codex-agent asks for AWS production", of the one that is or comes next; empty without one.
    [[nodiscard]] QString line() const;
    /// The person asked for it: in front, with the keyboard, whatever else is on the screen.
    void present();
    [[nodiscard]] ApprovalDialog *dialog() { return &m_dialog; }
    [[nodiscard]] RuleCard *card() { return &m_card; }

signals:
    /// Whether there is one, or which it is.
    void changed();

private:
    enum class Phase { None, Looking, OnShow, Ending };

    void asked(const ApprovalRequest &request);
    void ended(ApprovalId id, ApprovalEnd how);
    void answer(ApprovalId id, ApprovalAnswer answer);
    void factsChanged(const VaultFacts &facts);
    void askForWaiting();
    void advance();
    void put(const std::optional<GitWorkplace> &place);
    void bring();
    void notify(const ApprovalRequest &request, const std::optional<GitWorkplace> &place);
    void noticePressed(const QString &key);
    void tellTrouble(const Error &error);
    /// Says it for a moment, where the question is on the screen.
    void endCalmly(const QString &line);
    void next();
    void clear();
    void count();
    [[nodiscard]] const ApprovalRequest *current() const;

    Parts m_parts;
    ApprovalDialog m_dialog;
    RuleCard m_card;
    QList<ApprovalRequest> m_queue;     ///< oldest first; the first is the one on show
    Phase m_phase = Phase::None;
    bool m_wasUnlocked = false;
    std::optional<RuleSuggestion> m_suggestion;
    QTimer m_moment;                    ///< how long an end is told
    QTimer m_screen;                    ///< looks whether the other program still fills it
    qint64 m_noticeAt = 0;
    QList<qint64> m_notices;            ///< moments of the last minute
};

} // namespace clavitor::ui
