// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/Entry.h"

namespace clavitor {

/// Other managers know logins and notes; Clavitor also knows API keys, servers, databases and Wi-Fi. Sharpens
/// the type of an imported Login, Note or Identity where its addresses and fields leave no doubt. Types are
/// hints for icons and filters, so this changes nothing an agent may do.
void refineType(EntryDraft &draft);

} // namespace clavitor
