// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connect/ClientSetting.h"
#include "crypto/AgentToken.h"
#include "crypto/Random.h"

namespace clavitor::test {

/// A token that parses; a new one each run.
const QByteArray &sampleToken();

QString sampleKeyId();

Wiring tokenWiring();
Wiring commandWiring();
Wiring programWiring();

} // namespace clavitor::test
