// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/Keeper.h"

#include "app/base/Post.h"

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// Milliseconds a quit waits for the keychain to remember the vault's last state.
constexpr int MirrorPatience = 1500;

Vault::Parts withDeriver(Vault::Parts parts, QObject *deriver)
{
    parts.deriver = deriver;
    return parts;
}

} // namespace

Keeper::Keeper(Parts parts)
    : m_deriver(std::make_unique<QObject>())
    , m_vault(new Vault(withDeriver(parts.vault, m_deriver.get())))
    , m_client(std::make_unique<VaultClient>(m_vault, parts.keychain, parts.vault.random))
    , m_checkpoints(std::make_unique<CheckpointWriter>(m_vault))
    , m_bridge(parts.bridgeProgram, parts.port, parts.vault.clock)
{
    qRegisterMetaType<link::BridgeUp>();
    m_thread.setObjectName(u"vault"_s);
    m_vault->moveToThread(&m_thread);
    QObject::connect(&m_thread, &QThread::finished, m_vault, &QObject::deleteLater);
    QObject::connect(m_vault, &Vault::bridgeUp, &m_bridge, &BridgeProcess::bridgeUp);
    m_bridge.channelReady = [vault = m_vault, port = parts.port](int descriptor) {
        post(vault, [vault, descriptor, port] { vault->attachBridge(descriptor, port); });
    };
    if (parts.mirror)
        m_freshness = std::make_unique<FreshnessWatch>(m_vault, *parts.mirror);
    m_deriving.setObjectName(u"passwords"_s);
    m_deriver->moveToThread(&m_deriving);
    m_deriving.start();
    m_thread.start();
}

Keeper::~Keeper()
{
    // Locked first, behind the jobs that were queued before. Only then the thread for passwords is asked to end, so that it
    // still gets what one of them had for it; what comes of it finds the vault locked, and is answered so.
    m_vault->wantLock();
    post(m_vault, [vault = m_vault, deriver = m_deriver.get()] {
        vault->shutDown();
        post(deriver, [] { QThread::currentThread()->quit(); });
    });
    m_bridge.stop();
    m_deriving.wait();
    // It has locked by now. Still there, so that whoever hears of that may ask it something.
    if (m_freshness)
        m_freshness->finish(MirrorPatience);
    // Behind that answer; then nothing is left to do on the vault's thread.
    post(m_vault, [] { QThread::currentThread()->quit(); });
    m_thread.wait();
}

} // namespace clavitor
