// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ClientVault.h"

namespace clavitor::test {

ClientVault::ClientVault()
    : m_created(m_vault.create())
    , m_client(&m_vault.vault(), m_keychain, crypto::systemRandom())
{
}

ClientVault::~ClientVault() = default;

Clock ClientVault::clock()
{
    return [this] { return m_vault.now; };
}

EntrySummary ClientVault::store(EntryDraft draft)
{
    auto stored = m_vault.open().save(std::move(draft));
    Q_ASSERT(stored);
    m_vault.vault().announceEntries();
    return *stored;
}

QStringList ClientVault::actions(int limit)
{
    QStringList list;
    if (const auto page = m_vault.open().rows().page({}, 0, limit))
        for (const AuditEvent &event : page->events)
            list.append(event.action);
    return list;
}

QByteArray ClientVault::value(EntryId id, int field)
{
    const auto text = m_vault.open().reveal(id, field, Purpose::Show, m_vault.vault().personalKeys());
    return text ? QByteArray(text->view().data(), static_cast<qsizetype>(text->size())) : QByteArray();
}

} // namespace clavitor::test
