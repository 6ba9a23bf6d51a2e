// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/model/Approval.h"
#include "app/session/GitWorkplace.h"
#include "ui/approval/DeadTime.h"

#include <QDialog>
#include <QTimer>

#include <optional>

class QGridLayout;
class QMenu;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace clavitor {
struct Error;
}

namespace clavitor::ui {

class Avatar;
class Badge;
class CountdownRing;
class InlineMessage;
class Label;
class MarkedLabel;

/// The question whether a key may have something of an entry: who, what, why and how often so far, to be read in two seconds.
///
/// A window of its own in front, which takes no keyboard when it comes up. Nothing on it counts during its DeadTime, which
/// begins whenever it is shown or asks something else; the keyboard starts on Deny. Closing it denies. It decides nothing:
/// answered() says what the person chose, and whoever gets it tells how it went. GUI thread.
class ApprovalDialog : public QDialog {
    Q_OBJECT
public:
    explicit ApprovalDialog(Clock clock, DeadTime::Steady steady = {}, QWidget *parent = nullptr);

    /// Replaces what it asks; it has still to be shown.
    void ask(const ApprovalRequest &request, const std::optional<GitWorkplace> &place);
    /// How many calls the answer to what it asks is for.
    void setCalls(int calls);
    /// Its time is told anew when it is its turn.
    void setTime(qint64 askedAt, qint64 until);
    /// How many more questions wait behind this one.
    void setWaiting(qsizetype others);
    /// An answer was given elsewhere and is on its way.
    void takeAnswer();
    /// In place of the answers: how the question ended.
    void tellEnd(const QString &line);
    /// The answer could not be kept; it may be given again.
    void tellError(const Error &error);
    /// Whether an answer can be given, were it not for the dead time.
    [[nodiscard]] bool isOpen() const { return m_state == State::Asking; }
    [[nodiscard]] const DeadTime &deadTime() const { return *m_dead; }
    /// Esc: denies.
    void reject() override;

signals:
    /// Once a question, unless tellError() opens it again.
    void answered(clavitor::ApprovalId id, clavitor::ApprovalAnswer answer);

protected:
    void showEvent(QShowEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    enum class State { Idle, Asking, Sent, Ended };

    void buildWhat(QVBoxLayout *column);
    void buildFacts(QVBoxLayout *column);
    void buildAnswers(QVBoxLayout *column);
    Label *addFact(QGridLayout *grid, const QString &heading, Label *first, Label *second = nullptr);
    void answer(ApprovalAnswer answer);
    void fillMenu();
    void announce();
    void tick();
    void refresh();
    void fit();

    Clock m_clock;
    DeadTime *m_dead;
    State m_state = State::Idle;
    ApprovalRequest m_request;
    ApprovalAnswer m_main = ApprovalAnswer::Once;
    QTimer m_tick;

    QScrollArea *m_area = nullptr;
    QWidget *m_said = nullptr;
    Label *m_headline;
    Avatar *m_avatar;
    Label *m_title;
    Badge *m_letters;
    Label *m_entryLine;
    Label *m_command;
    Label *m_commandHeading = nullptr;
    Label *m_why;
    Label *m_saidBy;
    Label *m_who;
    Label *m_program;
    Label *m_where;
    Label *m_repository;
    MarkedLabel *m_because;
    Label *m_soFar;
    Label *m_calls;             ///< how many wait, when it is more than one
    Label *m_callsHeading = nullptr;
    bool m_hasGrown = false;        ///< by calls that joined the question
    InlineMessage *m_message;
    QWidget *m_answers;
    QPushButton *m_deny;
    QPushButton *m_pause;
    QPushButton *m_allow;
    QPushButton *m_more;
    QMenu *m_menu;
    Label *m_waiting;
    CountdownRing *m_ring;
    Label *m_left;
};

} // namespace clavitor::ui
