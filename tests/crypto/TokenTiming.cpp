// SPDX-License-Identifier: GPL-3.0-or-later
// Run under valgrind's memcheck: everything secret about a token is marked as undefined, so a branch or an index that depends
// on it is reported (the method of ctgrind, A. Langley, 2010). With "leaky" the comparison is one that stops early, to see
// that it would be.
#include "crypto/AgentToken.h"
#include "crypto/Digest.h"
#include "crypto/Random.h"

#include <cstdio>
#include <cstring>
#include <string_view>

#include <valgrind/memcheck.h>

using namespace clavitor::crypto;

namespace {

template<typename Bytes>
void hide(const Bytes &bytes)
{
    VALGRIND_MAKE_MEM_UNDEFINED(const_cast<std::byte *>(std::as_bytes(std::span(bytes)).data()), std::as_bytes(std::span(bytes)).size());
}

bool stopsEarly(const Digest32 &a, const Digest32 &b)
{
    for (std::size_t i = 0; i < a.size(); ++i)
        if (a[i] != b[i])
            return false;
    return true;
}

} // namespace

int main(int argc, char **argv)
{
    if (!RUNNING_ON_VALGRIND || !initialise()) {
        std::fputs("run under valgrind\n", stderr);
        return 2;
    }
    const bool leaky = argc > 1 && std::string_view(argv[1]) == "leaky";
    const SecretBytes pepper = randomSecret(32, systemRandom());
    const AgentToken token = AgentToken::make(systemRandom());
    Digest32 stored = tokenDigest(pepper, token.id, token.secret);
    hide(pepper.bytes());
    hide(token.secret.bytes());
    hide(stored);
    int matches = 0;
    for (int round = 0; round < 16; ++round) {
        // As a wrong one differs: nowhere, early, late.
        if (round > 0)
            stored[static_cast<std::size_t>(round * 2)] ^= std::byte{1};
        const Digest32 asked = tokenDigest(pepper, token.id, token.secret);
        bool same = leaky ? stopsEarly(stored, asked) : equals(stored, asked);
        // Whether it matches is what the caller is told.
        VALGRIND_MAKE_MEM_DEFINED(&same, sizeof same);
        matches += same ? 1 : 0;
    }
    std::printf("%d of 16 match\n", matches);
    return matches == 1 ? 0 : 3;
}
