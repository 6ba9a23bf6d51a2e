// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/VaultTypes.h"

#include <QObject>
#include <QTimer>

#include <optional>

class QEventLoop;

namespace clavitor {

class FreshnessMirror;
class Vault;

/// Carries between the vault and what remembers its state outside the file: at each unlock what is remembered to the
/// vault, some seconds after a change and at the lock the new state to the mirror, one after the other.
///
/// Lives on the UI thread; vault (on its own) and mirror outlive it. A mirror that could not be read is not written
/// either: it is absent, locked, or another's. It is read again when it says that it changed, a locked or slow one also
/// now and then, and the vault is told meanwhile that it was not compared.
class FreshnessWatch : public QObject {
    Q_OBJECT
public:
    /// `again`: milliseconds between two looks at a mirror that could not be read and does not say when it can.
    FreshnessWatch(Vault *vault, FreshnessMirror &mirror, QObject *parent = nullptr, int again = 60'000);

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
    void read();
    /// The mirror may be readable now.
    void readAgain();
    void takeState(const QString &vaultId, const QByteArray &record);
    void writeNext();

    Vault *m_vault;
    FreshnessMirror &m_mirror;
    LockState m_state = LockState::NoVault;
    quint64 m_unlocks = 0;
    QString m_vaultId;              ///< of the vault that is open
    bool m_isReading = false;
    bool m_isUnread = false;        ///< it could not be read since the unlock, and may yet be
    QTimer m_again;
    bool m_mayWrite = false;
    std::optional<State> m_next;    ///< the latest, while an earlier one is written
    bool m_isWriting = false;
    QEventLoop *m_waiting = nullptr;
};

} // namespace clavitor
