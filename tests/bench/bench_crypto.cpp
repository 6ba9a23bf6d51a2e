// SPDX-License-Identifier: GPL-3.0-or-later
// What each step of an answer costs in cryptography.
#include "crypto/AgentToken.h"
#include "crypto/PasswordGenerator.h"
#include "crypto/PasswordHash.h"
#include "crypto/PersonalSeal.h"
#include "crypto/SecretBox.h"
#include "crypto/SecretBytes.h"
#include "crypto/Totp.h"

#include <benchmark/benchmark.h>

using namespace clavitor::crypto;

namespace {

const SecretText &text()
{
    static const SecretText value = SecretText::copyOf("correct horse battery staple 47");
    return value;
}

void tokenCheck(benchmark::State &state)
{
    const SecretBytes pepper = randomSecret(32, systemRandom());
    const SecretText token = AgentToken::make(systemRandom()).text();
    for (auto _ : state) {
        const auto parsed = AgentToken::parse(token.view());
        benchmark::DoNotOptimize(tokenDigest(pepper, parsed->id, parsed->secret));
    }
}

void oneTimeCode(benchmark::State &state)
{
    const auto totp = Totp::parse("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    std::int64_t time = 1'700'000'000;
    for (auto _ : state)
        benchmark::DoNotOptimize(totp->codeAt(++time));
}

void boxSeal(benchmark::State &state)
{
    const SecretBytes key = randomSecret(32, systemRandom());
    for (auto _ : state)
        benchmark::DoNotOptimize(sealBox(key, text().bytes(), {}, systemRandom()));
}

void personalSeal(benchmark::State &state)
{
    const SecretBytes manifestKey = randomSecret(32, systemRandom());
    const PersonalKeyPair pair = PersonalKeyPair::make(systemRandom());
    const SealContext context{"abcdefghjkmn", {}, 1, "card_number", 1, 1};
    for (auto _ : state)
        benchmark::DoNotOptimize(sealPersonal(text(), context, pair.publicKey, manifestKey));
}

void personalOpen(benchmark::State &state)
{
    const SecretBytes manifestKey = randomSecret(32, systemRandom());
    const PersonalKeyPair pair = PersonalKeyPair::make(systemRandom());
    const SealContext context{"abcdefghjkmn", {}, 1, "card_number", 1, 1};
    const auto record = sealPersonal(text(), context, pair.publicKey, manifestKey);
    for (auto _ : state)
        benchmark::DoNotOptimize(openPersonal(record, context, pair, manifestKey));
}

void generate(benchmark::State &state)
{
    for (auto _ : state)
        benchmark::DoNotOptimize(generatePassword({}, systemRandom()));
}

/// Argument: MiB. The floor and the usual cost of an unlock.
void argon2id(benchmark::State &state)
{
    const auto parameters = PasswordHashParameters::make(3, static_cast<std::uint64_t>(state.range(0)) << 20, {});
    for (auto _ : state)
        benchmark::DoNotOptimize(hashPassword(text(), *parameters));
}

BENCHMARK(tokenCheck)->Unit(benchmark::kMicrosecond);
BENCHMARK(oneTimeCode)->Unit(benchmark::kMicrosecond);
BENCHMARK(boxSeal)->Unit(benchmark::kMicrosecond);
BENCHMARK(personalSeal)->Unit(benchmark::kMicrosecond);
BENCHMARK(personalOpen)->Unit(benchmark::kMicrosecond);
BENCHMARK(generate)->Unit(benchmark::kMicrosecond);
BENCHMARK(argon2id)->Arg(64)->Arg(256)->Unit(benchmark::kMillisecond);

} // namespace

int main(int argc, char **argv)
{
    if (!initialise())
        return 1;
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
