// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/VaultTypes.h"

#include <QObject>

namespace clavitor {

class FreshnessMirror;
class Vault;

/// Carries between the vault and what remembers its state outside the file: at each unlock what is remembered to the
/// vault, some seconds after a change and at the lock the new state to the mirror.
///
/// Lives on the UI thread; vault (on its own) and mirror outlive it. A mirror that could not be read is not written
/// either: it is absent, locked, or another's.
class FreshnessWatch : public QObject {
    Q_OBJECT
public:
    FreshnessWatch(Vault *vault, FreshnessMirror &mirror, QObject *parent = nullptr);

private:
    void takeFacts(const VaultFacts &facts);

    Vault *m_vault;
    FreshnessMirror &m_mirror;
    LockState m_state = LockState::NoVault;
    bool m_mayWrite = false;
};

} // namespace clavitor
