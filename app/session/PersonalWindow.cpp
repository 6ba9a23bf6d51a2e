// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/PersonalWindow.h"

#include <utility>

namespace clavitor {

void PersonalWindow::open(crypto::PersonalKeyPair keys, qint64 now)
{
    m_keys.emplace(std::move(keys));
    m_from = now;
}

void PersonalWindow::shut()
{
    m_keys.reset();
}

const crypto::PersonalKeyPair *PersonalWindow::keys(qint64 now)
{
    if (m_keys && (now < m_from || now >= until()))
        shut();
    return m_keys ? &*m_keys : nullptr;
}

} // namespace clavitor
