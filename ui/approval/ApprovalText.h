// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/Approval.h"
#include "app/session/GitWorkplace.h"

#include <QCoreApplication>

#include <optional>

namespace clavitor::ui {

/// A question about a key in a person's words. Names go through NameText, sentences of strangers through displayText();
/// each is isolated, so none can reorder the words around it.
class ApprovalText {
    Q_DECLARE_TR_FUNCTIONS(ApprovalText)
public:
    /// "codex-agent wants the password of", to stand before the entry's title.
    [[nodiscard]] static QString headline(const ApprovalRequest &request);
    /// "codex-agent wants the password of AWS production", for a notification.
    [[nodiscard]] static QString sentence(const ApprovalRequest &request);
    /// "codex-agent asks for AWS production", for the tray.
    [[nodiscard]] static QString line(const ApprovalRequest &request);
    /// What tells the entry from others of that title: "API key · console.aws.example", and the labels when they are several.
    [[nodiscard]] static QString entryLine(const ApprovalRequest &request);
    /// What would run with the value, whole; empty when nothing would.
    [[nodiscard]] static QString command(const ApprovalRequest &request);
    /// "“deploy the staging stack”", or "no reason given".
    [[nodiscard]] static QString why(const ApprovalRequest &request);
    /// "codex ← zsh ← kitty", or that it is unknown.
    [[nodiscard]] static QString who(const Caller &caller);
    /// "/usr/local/bin/codex · calls itself “codex-mcp-client/0.169.0”", as far as known; may be empty.
    [[nodiscard]] static QString program(const Caller &caller);
    /// "~/src/shop", or that it is unknown.
    [[nodiscard]] static QString where(const Caller &caller);
    /// "repository shop, branch main"; empty outside of one.
    [[nodiscard]] static QString repository(const std::optional<GitWorkplace> &place);
    /// Why the person is asked.
    [[nodiscard]] static QString because(const ApprovalRequest &request);
    /// "never read this entry · 3 reads in 24 hours"
    [[nodiscard]] static QString soFar(const ApprovalRequest &request);
    /// What happened to a question that ended by itself, and that nothing was given; empty when there is nothing to say.
    [[nodiscard]] static QString ended(const ApprovalRequest &request, ApprovalEnd how);
    /// An answer was given to a question that had ended.
    [[nodiscard]] static QString tooLate(const ApprovalRequest &request);
    /// The words on a button, with its letter.
    [[nodiscard]] static QString button(ApprovalAnswer answer, Action action = Action::Read);
    /// "You allowed this three times. Always allow GitHub for codex-agent?"
    [[nodiscard]] static QString suggestion(const RuleSuggestion &suggestion);
    /// Empty for one call.
    [[nodiscard]] static QString calls(const ApprovalRequest &request);
    /// What a key did that the person has to know, as a headline and a sentence.
    [[nodiscard]] static QString alert(const KeyAlert &alert);
    [[nodiscard]] static QString alertDetail(const KeyAlert &alert);
};

/// The answers to a question: the one on the button, and those in its menu. A budget has no "always": it would switch itself off. A
/// command is allowed as it stands, and not beyond the lock.
struct AllowChoices {
    ApprovalAnswer main;
    QList<ApprovalAnswer> others;
};
[[nodiscard]] AllowChoices allowChoices(const ApprovalRequest &request);

/// For assistive tools: without the isolates around names.
[[nodiscard]] QString spoken(QString text);

/// Lets a long word break anywhere after some letters, for a label that wraps.
[[nodiscard]] QString breakable(const QString &text);

} // namespace clavitor::ui
