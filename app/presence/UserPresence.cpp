// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/presence/UserPresence.h"

#include <memory>
#include <utility>

namespace clavitor {

UserPresence::UserPresence(QObject *parent)
    : QObject(parent)
{
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, [this] { finish({Outcome::TimedOut, Reason::None}); });
}

bool UserPresence::isAbsence(Reason reason)
{
    switch (reason) {
    case Reason::NotBuilt:
    case Reason::NoService:
    case Reason::NoReader:
    case Reason::NoFinger:
    case Reason::NoAction:
    case Reason::NoAgent:
    case Reason::NotAsked:
    case Reason::Denied:
        return true;
    case Reason::None:
    case Reason::Untrusted:
    case Reason::ReaderBusy:
    case Reason::ReaderGone:
    case Reason::ServiceGone:
    case Reason::Busy:
    case Reason::Failed:
        break;
    }
    return false;
}

void UserPresence::check(Purpose purpose, Answered answered)
{
    if (m_answered) {
        later(std::move(answered), {Outcome::Unavailable, Reason::Busy});
        return;
    }
    m_answered = std::move(answered);
    ++m_turn;
    m_deadline.start(m_timeout);
    tell({});
    begin(purpose);
}

void UserPresence::cancel()
{
    finish({Outcome::Cancelled, Reason::None});
}

void UserPresence::finish(Answer answer)
{
    if (!m_answered)
        return;
    m_deadline.stop();
    m_last = answer;
    Answered answered = std::exchange(m_answered, nullptr);
    end();
    emit ended(answer);
    later(std::move(answered), answer);
}

void UserPresence::tell(Progress progress)
{
    // From the event loop: whoever is told may cancel, or ask again, and find nothing half-done.
    QMetaObject::invokeMethod(this, [this, turn = m_turn, progress] {
        if (m_answered && turn == m_turn)
            emit progressed(progress);
    }, Qt::QueuedConnection);
}

void UserPresence::later(Answered answered, Answer answer)
{
    QMetaObject::invokeMethod(this, [answered = std::make_shared<Answered>(std::move(answered)), answer] { (*answered)(answer); },
                              Qt::QueuedConnection);
}

} // namespace clavitor
