// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/store/EntryStoreFixture.h"

namespace clavitor::test {

EntryStoreFixture::EntryStoreFixture() = default;
EntryStoreFixture::~EntryStoreFixture() = default;

Result<> EntryStoreFixture::openStore()
{
    m_vault = std::make_unique<TemporaryStore>();
    if (auto opened = m_vault->open(); !opened)
        return std::unexpected(opened.error());
    m_store = std::make_unique<EntryStore>(m_vault->database(), m_vault->keys());
    m_catalog = std::make_unique<EntryCatalog>(m_vault->database());
    return {};
}

EntrySummary EntryStoreFixture::saved(EntryDraft draft, qint64 now)
{
    auto summary = m_store->save(std::move(draft), now);
    return summary ? *summary : EntrySummary();
}

Result<std::vector<RevealedField>> EntryStoreFixture::reveal(EntryId id, QList<int> fields, Holder holder, bool withKey)
{
    return m_store->reveal(OwnerGate::forged(id, std::move(fields), holder), withKey ? &m_vault->personal() : nullptr);
}

EntryDraft EntryStoreFixture::card() const
{
    EntryDraft draft;
    draft.type = EntryType::Card;
    draft.title = QStringLiteral("Visa");
    draft.fields.push_back(field(FieldKind::Text, "Jo Doe", "cardholder"));
    draft.fields.push_back(field(FieldKind::CardNumber, "4111111111111111"));
    return draft;
}

} // namespace clavitor::test
