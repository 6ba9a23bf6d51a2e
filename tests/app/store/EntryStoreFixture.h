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
    using Holder = Authorization::Holder;

    [[nodiscard]] Result<> openStore()
    {
        m_vault = std::make_unique<TemporaryStore>();
        if (auto opened = m_vault->open(); !opened)
            return std::unexpected(opened.error());
        m_store = std::make_unique<EntryStore>(m_vault->database(), m_vault->keys());
        m_catalog = std::make_unique<EntryCatalog>(m_vault->database());
        return {};
    }
    EntrySummary saved(EntryDraft draft, qint64 now = 1000)
    {
        auto summary = m_store->save(std::move(draft), now);
        return summary ? *summary : EntrySummary();
    }
    Result<std::vector<RevealedField>> reveal(EntryId id, QList<int> fields, Holder holder = Holder::Owner,
                                              bool withKey = true)
    {
        return m_store->reveal(OwnerGate::forged(id, std::move(fields), holder), withKey ? &m_vault->personal() : nullptr);
    }
    EntryDraft card() const
    {
        EntryDraft draft;
        draft.type = EntryType::Card;
        draft.title = QStringLiteral("Visa");
        draft.fields.push_back(field(FieldKind::Text, "Jo Doe", "cardholder"));
        draft.fields.push_back(field(FieldKind::CardNumber, "4111111111111111"));
        return draft;
    }

    std::unique_ptr<TemporaryStore> m_vault;
    std::unique_ptr<EntryStore> m_store;
    std::unique_ptr<EntryCatalog> m_catalog;
};

} // namespace clavitor::test
