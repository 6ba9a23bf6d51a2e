// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/DemoCheck.h"
#include "app/base/Clock.h"
#include "app/service/VaultClient.h"
#include "crypto/Random.h"

#include <QObject>

#include <cstdint>

namespace clavitor {

/// The demonstration: a vault with a random password, filled by the importer from the Bitwarden export in our resources,
/// with one key, `codex-agent`. All of it is dummy, so this is the one place that prints a token and a password.
///
/// UI thread. The folder belongs to the caller.
class Demo : public QObject {
    Q_OBJECT
public:
    Demo(VaultClient &vault, Clock clock, crypto::RandomSource random, QObject *parent = nullptr);

    /// Makes and fills the vault; then `ready`, or `failed` with a sentence.
    void prepare();
    /// How to reach it, once the bridge serves.
    void print(std::uint16_t port);

    [[nodiscard]] DemoAddress address(std::uint16_t port) const;
    [[nodiscard]] crypto::SecretText token() const { return m_key.token.clone(); }
    [[nodiscard]] crypto::SecretText password() const { return m_password.clone(); }

signals:
    void ready();
    void failed(const QString &sentence);

private:
    void fill();
    void makeKey();

    VaultClient &m_vault;
    Clock m_clock;
    crypto::RandomSource m_random;
    crypto::SecretText m_password;
    NewKey m_key;
    int m_written = 0;
};

} // namespace clavitor
