// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/RecoverySheet.h"
#include "tests/support/Adversity.h"
#include "tests/support/BridgeSide.h"
#include "tests/support/OpenVaultTest.h"
#include "tests/support/ReplacementSamples.h"
#include "tests/support/ResultChecks.h"
#include "tests/support/ScriptedMirror.h"
#include "tests/support/VaultSamples.h"

#include <QSignalSpy>

namespace clavitor::test {

using namespace Qt::StringLiterals;

/// A vault with something of everything, before and after all of its keys are replaced.
class ReplacementTest : public OpenVaultTest {
    Q_OBJECT

protected:
    /// With everything of a vault in it.
    void fill();
    [[nodiscard]] QStringList everything();
    [[nodiscard]] QStringList files() const;
    [[nodiscard]] QString file(const char *name) const;
    /// As it was, and able to be written and locked and opened.
    void isAsItWas(const QStringList &before);
    [[nodiscard]] QString lastAction(int back = 0);
    [[nodiscard]] link::Status ask(const QByteArray &token);
};

} // namespace clavitor::test
