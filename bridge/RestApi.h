// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bridge/Outcome.h"
#include "bridge/Router.h"

namespace clavitor::bridge {

/// REST: turns a routed request (not one of MCP) into the one question the keeper is asked, and its answer into HTTP. Thin on
/// purpose: who may read what is decided in the keeper. A pure function; lives on any thread.
[[nodiscard]] Outcome restOutcome(const Route &route, const HttpRequest &request, const QString &requestId);

} // namespace clavitor::bridge
