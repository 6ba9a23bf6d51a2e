// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/VaultTypes.h"

#include <QObject>

#include <optional>

class QEventLoop;

namespace clavitor {

class FreshnessMirror;
class Vault;

/// Carries between the vault and what remembers its state outside the file: at each unlock what is remembered to the
/// vault, some seconds after a change and at the lock the new state to the mirror, one after the other.
///
/// Lives on the UI thread; vault (on its own) and mirror outlive it. A mirror that could not be read is not written
/// either: it is absent, locked, or another's.
class FreshnessWatch : public QObject {
    Q_OBJECT
public:
    FreshnessWatch(Vault *vault, FreshnessMirror &mirror, QObject *parent = nullptr);

    /// At the end of the program, once the vault has locked: what it said last still gets to the mirror. Runs an event loop
    /// meanwhile, for no longer than `patience` milliseconds: what a hung keychain did not take is older than the file at the next
    /// unlock, which harms nobody.
    void finish(int patience);

private:
    struct State {
        QString vaultId;
        QByteArray record;
    };
    void takeFacts(const VaultFacts &facts);
    void takeState(const QString &vaultId, const QByteArray &record);
    void writeNext();

    Vault *m_vault;
    FreshnessMirror &m_mirror;
    LockState m_state = LockState::NoVault;
    quint64 m_unlocks = 0;
    bool m_mayWrite = false;
    std::optional<State> m_next;    ///< the latest, while an earlier one is written
    bool m_isWriting = false;
    QEventLoop *m_waiting = nullptr;
};

} // namespace clavitor
