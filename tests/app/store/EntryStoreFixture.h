// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/store/EntryCatalog.h"
#include "app/store/EntryStore.h"
#include "tests/support/ForgedAuthorization.h"
#include "tests/support/TemporaryStore.h"

#include <memory>

namespace clavitor::test {

/// An entry store in a vault of its own, for the tests of its several sides.
class EntryStoreFixture {
protected:
    EntryStoreFixture();
    ~EntryStoreFixture();

    using Holder = Authorization::Holder;

    [[nodiscard]] Result<> openStore();
    EntrySummary saved(EntryDraft draft, qint64 now = 1000);
    Result<std::vector<RevealedField>> reveal(EntryId id, QList<int> fields, Holder holder = Holder::Owner,
                                              bool withKey = true);
    EntryDraft card() const;

    std::unique_ptr<TemporaryStore> m_vault;
    std::unique_ptr<EntryStore> m_store;
    std::unique_ptr<EntryCatalog> m_catalog;
};

} // namespace clavitor::test
