// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Post.h"
#include "app/service/Vault.h"

#include <utility>

/// What the sources of Vault share that take a password; for no one else.
namespace clavitor {

template<typename T, typename Finish>
void Vault::derive(Deriving what, PasswordWork<T> work, Finish finish)
{
    m_deriving = what;
    auto finished = [this, finish = std::move(finish)](Result<T> answer) mutable {
        m_deriving = Deriving::Nothing;
        finish(std::move(answer));
    };
    if (!m_deriver) {
        finished(work());
        return;
    }
    // Posted back from a thread that ends before this object does.
    post(m_deriver, [this, work = std::move(work), finished = std::move(finished)]() mutable {
        post(this, [answer = work(), finished = std::move(finished)]() mutable { finished(std::move(answer)); });
    });
}

} // namespace clavitor
