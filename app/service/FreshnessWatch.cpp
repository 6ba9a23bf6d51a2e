// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/FreshnessWatch.h"

#include "app/base/Post.h"
#include "app/service/Vault.h"
#include "app/session/FreshnessMirror.h"

namespace clavitor {

FreshnessWatch::FreshnessWatch(Vault *vault, FreshnessMirror &mirror, QObject *parent)
    : QObject(parent)
    , m_vault(vault)
    , m_mirror(mirror)
{
    connect(vault, &Vault::factsChanged, this, &FreshnessWatch::takeFacts);
    connect(vault, &Vault::mirrored, this, [this](const QString &vaultId, const QByteArray &record) {
        // What fails is tried again with the next change; until then the older state is remembered, which harms nobody.
        if (m_mayWrite)
            m_mirror.write(vaultId, record, [](const Result<> &) {});
    });
    post(vault, [vault] { vault->expectMirror(true); });
}

void FreshnessWatch::takeFacts(const VaultFacts &facts)
{
    const LockState was = std::exchange(m_state, facts.state);
    if (facts.state != LockState::Unlocked || was == LockState::Unlocked)
        return;
    m_mirror.read(facts.vaultId, [this](Result<QByteArray> found) {
        m_mayWrite = found || found.error().code == ErrorCode::KeychainNoItem;
        std::optional<QByteArray> record;
        if (found)
            record = std::move(*found);
        post(m_vault, [vault = m_vault, record = std::move(record)] { vault->compareWith(record); });
    });
}

} // namespace clavitor
