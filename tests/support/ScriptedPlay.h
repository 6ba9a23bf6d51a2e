// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/ScriptedVault.h"

#include <memory>
#include <utility>

namespace clavitor::test {

/// Notes the call and answers with the scripted error or with what `make` gives.
template<typename T, typename Make>
void play(const QString &function, const QString &about, Reply<Result<T>> reply, Make make)
{
    ScriptedVault &vault = ScriptedVault::current();
    const auto error = vault.enter(function, about);
    auto shared = std::make_shared<Reply<Result<T>>>(std::move(reply));
    if (error) {
        vault.answer(function, [shared, error] { (*shared)(std::unexpected(*error)); });
        return;
    }
    auto result = std::make_shared<Result<T>>(make());
    vault.answer(function, [shared, result] { (*shared)(std::move(*result)); });
}

template<typename Make>
void play(const QString &function, const QString &about, Reply<Result<>> reply, Make make)
{
    play<void>(function, about, std::move(reply), [&make]() -> Result<> {
        make();
        return {};
    });
}

} // namespace clavitor::test
