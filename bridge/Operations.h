// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/link/Messages.h"
#include "bridge/Arguments.h"

namespace clavitor::bridge {

/// Something an agent may ask of the vault. `question` builds what the keeper is asked; it refuses arguments
/// that do not go together with a sentence for the agent. There is no operation without one, so there is no
/// tool and no path that bypasses the keeper.
struct Operation
{
    std::span<const Parameter> parameters;
    std::expected<link::Query, QString> (*question)(const Arguments &);
};

namespace operations {
extern const Operation Status;
extern const Operation List;
extern const Operation Read;
extern const Operation Search;
extern const Operation Totp;
extern const Operation Generate;
} // namespace operations

/// What an agent may add about why it asks; MCP only, beside the parameters of some operations.
extern const Parameter ReasonParameter;

} // namespace clavitor::bridge
