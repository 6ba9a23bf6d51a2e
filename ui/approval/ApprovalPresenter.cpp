// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/approval/ApprovalPresenter.h"

#include "app/base/Monotonic.h"
#include "app/service/VaultClient.h"
#include "ui/approval/ApprovalText.h"
#include "ui/notify/DesktopNotice.h"
#include "ui/notify/Notifications.h"

#include <algorithm>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kEndShown = 2'500;          ///< for reading one line
constexpr int kEndShownShort = 1'200;     ///< while the next one waits
constexpr int kFullScreenLook = 1'000;
constexpr qint64 kNoticeWindow = 60'000;

} // namespace

ApprovalPresenter::ApprovalPresenter(Parts parts, QObject *parent)
    : QObject(parent)
    , m_parts(std::move(parts))
    , m_dialog(m_parts.clock, m_parts.steady)
    , m_card(m_parts.client, m_parts.steady)
{
    if (!m_parts.steady)
        m_parts.steady = [] { return steadyMicroseconds() / 1000; };
    connect(m_parts.client, &VaultClient::approvalAsked, this, &ApprovalPresenter::asked);
    connect(m_parts.client, &VaultClient::approvalEnded, this, &ApprovalPresenter::ended);
    connect(m_parts.client, &VaultClient::factsChanged, this, &ApprovalPresenter::factsChanged);
    connect(m_parts.client, &VaultClient::ruleSuggested, this, [this](const RuleSuggestion &suggestion) {
        m_suggestion = suggestion;
        if (m_phase == Phase::None)
            advance();
    });
    connect(&m_dialog, &ApprovalDialog::answered, this, &ApprovalPresenter::answer);
    connect(m_parts.notice, &DesktopNotice::shown, this, [this] { m_noticeAt = m_parts.steady(); });
    connect(m_parts.notice, &DesktopNotice::pressed, this, &ApprovalPresenter::noticePressed);
    m_moment.setSingleShot(true);
    connect(&m_moment, &QTimer::timeout, this, &ApprovalPresenter::next);
    m_screen.setInterval(kFullScreenLook);
    connect(&m_screen, &QTimer::timeout, this, &ApprovalPresenter::bring);
    factsChanged(m_parts.client->facts());
}

QString ApprovalPresenter::line() const
{
    return m_queue.isEmpty() ? QString() : ApprovalText::line(m_queue.first());
}

const ApprovalRequest *ApprovalPresenter::current() const
{
    return m_phase == Phase::Looking || m_phase == Phase::OnShow ? &m_queue.first() : nullptr;
}

void ApprovalPresenter::factsChanged(const VaultFacts &facts)
{
    const bool isUnlocked = facts.state == LockState::Unlocked;
    if (std::exchange(m_wasUnlocked, isUnlocked) == isUnlocked)
        return;
    if (isUnlocked)
        askForWaiting();
    else
        clear();
}

void ApprovalPresenter::askForWaiting()
{
    m_parts.client->approvals({this, [this](const Result<QList<ApprovalRequest>> &waiting) {
        if (waiting && m_wasUnlocked)
            for (const ApprovalRequest &request : *waiting)
                asked(request);
    }});
}

void ApprovalPresenter::asked(const ApprovalRequest &request)
{
    if (!m_wasUnlocked)
        return;
    if (const auto known = std::ranges::find(m_queue, request.id, &ApprovalRequest::id); known != m_queue.end()) {
        known->calls = request.calls;
        known->askedAt = request.askedAt;
        known->until = request.until;
        if (const ApprovalRequest *onShow = current(); onShow && onShow->id == request.id && m_phase == Phase::OnShow) {
            m_dialog.setCalls(request.calls);
            m_dialog.setTime(request.askedAt, request.until);
        }
        return;
    }
    m_queue << request;
    count();
    advance();
}

void ApprovalPresenter::count()
{
    // While an end is told the first in the queue is one that waits.
    const qsizetype others = m_queue.size() - (current() ? 1 : 0);
    m_dialog.setWaiting(std::max<qsizetype>(0, others));
    emit changed();
}

void ApprovalPresenter::advance()
{
    if (m_phase != Phase::None)
        return;
    if (m_queue.isEmpty()) {
        m_dialog.hide();
        if (const auto suggestion = std::exchange(m_suggestion, std::nullopt))
            m_card.suggest(*suggestion);
        return;
    }
    // What is asked now goes before what may be asked less.
    m_card.hide();
    m_phase = Phase::Looking;
    const ApprovalId id = m_queue.first().id;
    GitLook::ask(m_queue.first().caller.folder, this, [this, id](const std::optional<GitWorkplace> &place) {
        if (m_phase == Phase::Looking && m_queue.first().id == id)
            put(place);
    }, m_parts.look, m_parts.patience);
}

void ApprovalPresenter::put(const std::optional<GitWorkplace> &place)
{
    m_phase = Phase::OnShow;
    m_dialog.ask(m_queue.first(), place);
    count();
    notify(m_queue.first(), place);
    bring();
}

void ApprovalPresenter::bring()
{
    if (m_phase != Phase::OnShow || m_dialog.isVisible()) {
        m_screen.stop();
        return;
    }
    if (m_parts.isOtherFullScreen()) {
        if (!m_screen.isActive())
            m_screen.start();
        return;
    }
    m_screen.stop();
    m_dialog.show();
    m_dialog.raise();
}

void ApprovalPresenter::present()
{
    if (m_phase != Phase::OnShow)
        return;
    m_screen.stop();
    m_dialog.show();
    m_dialog.raise();
    m_dialog.activateWindow();
}

void ApprovalPresenter::notify(const ApprovalRequest &request, const std::optional<GitWorkplace> &place)
{
    const qint64 now = m_parts.steady();
    m_notices.removeIf([now](qint64 moment) { return now - moment >= kNoticeWindow; });
    if (m_notices.size() >= NoticesAMinute) {
        m_parts.notice->close();
        return;
    }
    m_notices << now;
    QStringList lines{ApprovalText::why(request), ApprovalText::who(request.caller), ApprovalText::where(request.caller)};
    if (const QString repository = ApprovalText::repository(place); !repository.isEmpty())
        lines << repository;
    const QString text = lines.join(u'\n');
    if (!m_parts.notice->hasButtons()) {
        m_parts.sink->notify(NotificationSink::Tone::Asks, ApprovalText::sentence(request), text);
        return;
    }
    // Nothing that lasts is given from a line this small, and no command, which would not fit on it.
    QList<DesktopNotice::Button> buttons{{u"default"_s, tr("Look at it")}, {u"deny"_s, tr("Deny")}};
    if (request.action != Action::Use)
        buttons.append({u"once"_s, tr("Allow once")});
    m_parts.notice->show(ApprovalText::sentence(request), text, buttons,
                         static_cast<int>(std::clamp<qint64>(request.until - m_parts.clock(), 1'000, kNoticeWindow)));
}

void ApprovalPresenter::noticePressed(const QString &key)
{
    if (m_phase != Phase::OnShow)
        return;
    if (key == "default"_L1) {
        present();
        return;
    }
    if (!m_dialog.isOpen() || m_parts.steady() - m_noticeAt < DeadTime::Milliseconds)
        return;
    const bool isOnce = key == "once"_L1;
    if (!isOnce && key != "deny"_L1)
        return;
    if (isOnce && (m_parts.clock() >= m_queue.first().until || m_queue.first().action == Action::Use))
        return;
    m_dialog.takeAnswer();
    answer(m_queue.first().id, isOnce ? ApprovalAnswer::Once : ApprovalAnswer::Deny);
}

void ApprovalPresenter::answer(ApprovalId id, ApprovalAnswer answer)
{
    m_parts.notice->close();
    m_parts.client->answerApproval(id, answer, {this, [this, id](const Result<> &result) {
        const ApprovalRequest *request = current();
        if (!request || request->id != id)
            return;
        if (result)
            ended(id, ApprovalEnd::Answered);
        else if (result.error().code == ErrorCode::NotFound)
            endCalmly(ApprovalText::tooLate(*request));
        else
            tellTrouble(result.error());
    }});
}

void ApprovalPresenter::tellTrouble(const Error &error)
{
    // Also when it was closed, or never came up: an answer that was not kept is no answer.
    m_dialog.tellError(error);
    present();
}

void ApprovalPresenter::ended(ApprovalId id, ApprovalEnd how)
{
    const ApprovalRequest *request = current();
    if (!request || request->id != id) {
        if (m_queue.removeIf([id](const ApprovalRequest &one) { return one.id == id; }) > 0)
            count();
        return;
    }
    endCalmly(ApprovalText::ended(*request, how));
}

void ApprovalPresenter::endCalmly(const QString &line)
{
    m_queue.removeFirst();
    m_parts.notice->close();
    m_screen.stop();
    const bool isTold = m_phase == Phase::OnShow && m_dialog.isVisible() && !line.isEmpty();
    m_phase = Phase::Ending;
    if (isTold) {
        m_dialog.tellEnd(line);
        m_moment.start(m_queue.isEmpty() ? kEndShown : kEndShownShort);
    }
    count();
    if (!isTold)
        next();
}

void ApprovalPresenter::next()
{
    m_phase = Phase::None;
    advance();
}

void ApprovalPresenter::clear()
{
    m_queue.clear();
    m_suggestion.reset();
    m_moment.stop();
    m_screen.stop();
    m_phase = Phase::None;
    m_parts.notice->close();
    m_dialog.hide();
    m_card.hide();
    count();
}

} // namespace clavitor::ui
