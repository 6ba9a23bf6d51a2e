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

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <random>
#include <vector>

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

/// Mean and variance of a growing sample (B. P. Welford, 1962).
struct Sample
{
    double count = 0;
    double mean = 0;
    double squares = 0;
    void add(double value)
    {
        const double before = value - mean;
        mean += before / ++count;
        squares += before * (value - mean);
    }
};

/// Welch's t: how far apart the means are, in their own uncertainty.
double welch(const Sample &a, const Sample &b)
{
    return (a.mean - b.mean) / std::sqrt(a.squares / (a.count * (a.count - 1)) + b.squares / (b.count * (b.count - 1)));
}

/// Whether the time of comparing a wrong token's digest tells how wrong it is: one again and again against fresh ones, a million
/// comparisons in random order, as O. Reparaz, J. Balasch and I. Verbauwhede do it ("Dude, is my code constant time?", 2017). The
/// counter is the greatest |t| of the whole and of the times below some percentiles; from 4.5 on they call it a leak.
void wrongTokens(benchmark::State &state, bool leaky)
{
    constexpr std::size_t checks = 1'000'000;
    constexpr std::size_t pool = 256;
    constexpr std::array percentiles{0.5, 0.75, 0.9, 0.95, 0.99, 1.0};
    const SecretBytes pepper = randomSecret(32, systemRandom());
    const auto freshDigest = [&pepper] {
        const AgentToken token = AgentToken::make(systemRandom());
        return tokenDigest(pepper, token.id, token.secret);
    };
    struct Asked
    {
        Digest32 digest;
        bool isFixed;
    };
    // What is stored differs from the fixed one in its last byte only: what a comparison that stops early would show.
    const Digest32 fixed = freshDigest();
    Digest32 stored = fixed;
    stored.back() ^= std::byte{1};
    std::vector<Asked> asked;
    for (std::size_t i = 0; i < pool; ++i)
        asked.push_back(i % 2 == 0 ? Asked{fixed, true} : Asked{freshDigest(), false});
    std::mt19937_64 order(std::random_device{}());
    const auto matches = [&](const Digest32 &digest) {
        return leaky ? std::ranges::equal(stored, digest) : equals(stored, digest);
    };
    for (auto _ : state) {
        std::vector<double> times(checks);
        std::vector<bool> isFixed(checks);
        for (std::size_t i = 0; i < checks; ++i) {
            // Neither kind keeps its places in memory.
            if (i % pool == 0)
                std::ranges::shuffle(asked, order);
            const Asked &now = asked[i % pool];
            const auto start = std::chrono::steady_clock::now();
            // The comparison takes some nanoseconds: several of it weigh more than the clock.
            for (int again = 0; again < 16; ++again)
                benchmark::DoNotOptimize(matches(now.digest));
            times[i] = std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count();
            isFixed[i] = now.isFixed;
        }
        std::vector<double> sorted = times;
        std::ranges::sort(sorted);
        double greatest = 0;
        for (const double percentile : percentiles) {
            const double limit = sorted[static_cast<std::size_t>(percentile * (checks - 1))];
            Sample fixedOnes;
            Sample freshOnes;
            for (std::size_t i = 0; i < checks; ++i)
                if (times[i] <= limit)
                    (isFixed[i] ? fixedOnes : freshOnes).add(times[i]);
            greatest = std::max(greatest, std::abs(welch(fixedOnes, freshOnes)));
        }
        state.counters["t"] = greatest;
    }
}

BENCHMARK(tokenCheck)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(wrongTokens, asWeCompare, false)->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(wrongTokens, aComparisonThatStopsEarly, true)->Iterations(1)->Unit(benchmark::kSecond);
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
