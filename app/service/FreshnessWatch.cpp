// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/FreshnessWatch.h"

#include "app/base/Post.h"
#include "app/service/Vault.h"
#include "app/session/FreshnessMirror.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QPointer>
#include <QTimer>

#include <utility>

namespace clavitor {

namespace {

/// It is there, and may answer later without saying that it changed. Who refused once is not asked again.
bool isWorthAnotherLook(ErrorCode code)
{
    return code == ErrorCode::KeychainLocked || code == ErrorCode::KeychainTimeout || code == ErrorCode::KeychainFailed;
}

} // namespace

FreshnessWatch::FreshnessWatch(Vault *vault, FreshnessMirror &mirror, QObject *parent, int again)
    : QObject(parent)
    , m_vault(vault)
    , m_mirror(mirror)
{
    m_again.setSingleShot(true);
    m_again.setInterval(again);
    connect(&m_again, &QTimer::timeout, this, &FreshnessWatch::readAgain);
    m_mirror.onChange([self = QPointer(this)] {
        if (self)
            self->readAgain();
    });
    connect(vault, &Vault::factsChanged, this, &FreshnessWatch::takeFacts);
    connect(vault, &Vault::mirrored, this, &FreshnessWatch::takeState);
    post(vault, [vault] { vault->expectMirror(true); });
}

void FreshnessWatch::takeFacts(const VaultFacts &facts)
{
    const LockState was = std::exchange(m_state, facts.state);
    if (facts.state != LockState::Unlocked) {
        m_isUnread = false;
        m_again.stop();
        return;
    }
    if (was == LockState::Unlocked)
        return;
    m_mayWrite = false;
    m_isUnread = false;
    m_vaultId = facts.vaultId;
    ++m_unlocks;
    read();
}

void FreshnessWatch::readAgain()
{
    if (m_isUnread && !m_isReading)
        read();
}

void FreshnessWatch::read()
{
    m_isReading = true;
    // The mirror may be asked once more than this object is there to hear, and answer an unlock after the next.
    m_mirror.read(m_vaultId, [self = QPointer(this), unlock = m_unlocks](Result<QByteArray> found) {
        if (!self || unlock != self->m_unlocks)
            return;
        self->m_isReading = false;
        if (self->m_state != LockState::Unlocked)
            return;
        // One that is killed or not there yet is no empty one either.
        self->m_isUnread = !found && found.error().code != ErrorCode::KeychainNoItem;
        if (self->m_isUnread) {
            if (isWorthAnotherLook(found.error().code))
                self->m_again.start();
            post(self->m_vault, [vault = self->m_vault, why = found.error().code] { vault->cannotCompare(why); });
            return;
        }
        self->m_again.stop();
        self->m_mayWrite = true;
        std::optional<QByteArray> record;
        if (found)
            record = std::move(*found);
        post(self->m_vault, [vault = self->m_vault, record = std::move(record)] { vault->compareWith(record); });
    });
}

void FreshnessWatch::takeState(const QString &vaultId, const QByteArray &record)
{
    if (!m_mayWrite)
        return;
    m_next = State{vaultId, record};
    writeNext();
}

void FreshnessWatch::writeNext()
{
    // Of two on their way at once the older might arrive last.
    if (m_isWriting || !m_next)
        return;
    m_isWriting = true;
    const State state = std::move(*std::exchange(m_next, std::nullopt));
    // What fails is tried again with the next change; until then the older state is remembered, which harms nobody.
    m_mirror.write(state.vaultId, state.record, [self = QPointer(this)](const Result<> &) {
        if (!self)
            return;
        self->m_isWriting = false;
        self->writeNext();
        if (!self->m_isWriting && self->m_waiting)
            self->m_waiting->quit();
    });
}

void FreshnessWatch::finish(int patience)
{
    // What the vault said at its lock waits here to be heard.
    QCoreApplication::sendPostedEvents(this, QEvent::MetaCall);
    if (!m_isWriting)
        return;
    QEventLoop waiting;
    m_waiting = &waiting;
    QTimer::singleShot(patience, Qt::PreciseTimer, &waiting, &QEventLoop::quit);
    waiting.exec(QEventLoop::ExcludeUserInputEvents);
    m_waiting = nullptr;
}

} // namespace clavitor
