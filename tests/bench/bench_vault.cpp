// SPDX-License-Identifier: GPL-3.0-or-later
// What the keeper's part of an answer costs, without process, pipe or HTTP: gate, database, audit row, durable commit.
#include "app/access/AuditTransaction.h"
#include "app/base/Monotonic.h"
#include "app/service/OpenVault.h"
#include "app/session/VaultSession.h"
#include "crypto/Random.h"
#include "crypto/SecretBytes.h"
#include "tests/bench/Bench.h"
#include "tests/tool/SampleEntries.h"

#include <QTemporaryDir>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <map>
#include <memory>

using namespace Qt::StringLiterals;
using namespace clavitor;
using namespace clavitor::bench;

namespace {

/// A vault of sample entries in a temporary folder, open, with one key for everything.
class SampleVault {
public:
    explicit SampleVault(int entries)
        : m_session(VaultFolder(m_folder.filePath(u"vault"_s)), systemClock(), crypto::systemRandom(),
                    [](const crypto::RandomSource &random) -> std::expected<crypto::Calibration, crypto::CryptoError> {
                        return crypto::Calibration{crypto::PasswordHashParameters::make(3, crypto::PasswordHashParameters::leastMemory, {})->withFreshSalt(random)};
                    })
    {
        orStop(m_session.create(u"bench"_s, crypto::SecretText::copyOf("orange lantern paddle 7")));
        orStop(m_session.addKeychainSlot(m_keychainSecret));
        wire();
        orStop(m_open->applyImport(sampleEntries(entries), nullptr));
        AgentDraft draft;
        draft.name = u"bench"_s;
        draft.scope.everything = true;
        draft.actions = QList<Action>(allActions().begin(), allActions().end());
        draft.policy = policyOf(Preset::Trusted);
        draft.policy.budget = {0, 0, 0};
        const NewKey key = orStop(m_open->createKey(draft));
        m_token = QByteArray(key.token.view().data(), static_cast<qsizetype>(key.token.size()));
        draft.name = u"blind"_s;
        draft.scope = {};
        const NewKey blind = orStop(m_open->createKey(draft));
        m_blindToken = QByteArray(blind.token.view().data(), static_cast<qsizetype>(blind.token.size()));
        m_noEntry = EntryId{newUuid(1'700'000'000'000)}.toString();
        m_someEntry = orStop(m_open->catalog().page({}, {}, 1)).entries.first().id.toString();
    }

    /// As BridgeChannel does it: everything that arrived together in one durable step.
    void answer(const std::vector<link::Query> &queries)
    {
        auto transaction = orStop(AuditTransaction::begin(m_open->database(), m_open->audit()));
        for (const link::Query &query : queries) {
            const std::optional<link::Answer> answer = m_open->gate().answer({++m_id, link::Door::Rest, m_token, {}, {}, u"bench"_s, u"r"_s, {}, query}, steadyMicroseconds());
            if (!answer || answer->status != link::Status::Ok)
                orStop(Result<>(fail(ErrorCode::Internal, answer ? answer->detail : u"asks"_s)));
            benchmark::DoNotOptimize(answer->body);
        }
        orStop(transaction.commit());
    }

    /// A read by a key whose scope is empty.
    void answerRefused(const QString &id)
    {
        auto transaction = orStop(AuditTransaction::begin(m_open->database(), m_open->audit()));
        link::Question question;
        question.id = ++m_id;
        question.token = m_blindToken;
        question.query = link::ReadQuery{id};
        benchmark::DoNotOptimize(m_open->gate().answer(question, steadyMicroseconds()));
        orStop(transaction.commit());
        m_open->gate().settled(true);
    }
    [[nodiscard]] const QString &noEntry() const { return m_noEntry; }

    void lock()
    {
        m_open.reset();
        orStop(m_session.lock());
    }
    /// As after the keychain gave its secret.
    void unlock()
    {
        orStop(m_session.unlockWithKeychainSecret(m_keychainSecret));
        wire();
    }

    /// Until the next unlock nothing keeps the manifest.
    void unwatch()
    {
        Database &database = m_open->database();
        QStringList triggers;
        {
            Statement names = database.statement("SELECT name FROM temp.sqlite_schema WHERE type = 'trigger'");
            orStop(names.forEach([&] { triggers.append(names.text(0)); }));
        }
        for (const QString &trigger : triggers)
            orStop(database.run("DROP TRIGGER temp." + trigger.toStdString()));
    }

    /// All keys anew; answers the longest piece that others have to wait for, in milliseconds.
    double replaceKeys()
    {
        auto work = orStop(m_session.beginReplacement(crypto::SecretText::copyOf("orange lantern paddle 7")));
        double longest = 0;
        const auto timed = [&](auto piece) {
            const qint64 start = steadyMicroseconds();
            auto result = orStop(piece());
            longest = std::max(longest, static_cast<double>(steadyMicroseconds() - start) / 1000);
            return result;
        };
        auto keys = orStop(work());
        timed([&]() -> Result<bool> {
            orStop(m_session.startReplacement(std::move(keys)));
            return true;
        });
        while (!timed([&] { return m_session.replaceMore(); })) { }
        timed([&]() -> Result<bool> {
            orStop(m_session.switchKeys([&]() -> Result<> {
                wire();
                return {};
            }));
            m_session.finishReplacement();
            return true;
        });
        return longest;
    }

    [[nodiscard]] OpenVault &open() { return *m_open; }
    [[nodiscard]] const QString &someEntry() const { return m_someEntry; }

private:
    void wire()
    {
        m_open = orStop(OpenVault::open({m_session.database(), m_session.sealingKeys(), m_session.tokenKey(), m_session.name(), systemClock(), crypto::systemRandom()}));
    }

    QTemporaryDir m_folder;
    VaultSession m_session;
    crypto::SecretBytes m_keychainSecret = crypto::randomSecret(32, crypto::systemRandom());
    std::unique_ptr<OpenVault> m_open;
    QByteArray m_token;
    QByteArray m_blindToken;
    QString m_noEntry;
    QString m_someEntry;
    std::uint64_t m_id = 0;
};

SampleVault &vaultOf(const benchmark::State &state)
{
    static std::map<std::int64_t, std::unique_ptr<SampleVault>> vaults;
    auto &vault = vaults[state.range(0)];
    if (!vault)
        vault = std::make_unique<SampleVault>(static_cast<int>(state.range(0)));
    return *vault;
}

void readWithItsRow(benchmark::State &state)
{
    SampleVault &vault = vaultOf(state);
    for (auto _ : state)
        vault.answer({link::ReadQuery{vault.someEntry()}});
}

/// What the manifest costs a read: turn by turn in a vault that keeps it and in one that does not, so that whatever else the
/// machine does meets both alike. Medians of processor time.
void manifestInARead(benchmark::State &state)
{
    const int entries = static_cast<int>(state.range(0));
    SampleVault with(entries);
    SampleVault without(entries);
    without.unwatch();
    for (auto _ : state) {
        std::vector<double> watched;
        std::vector<double> unwatched;
        for (int pair = 0; pair < 3000; ++pair)
            for (const bool isWatched : {pair % 2 == 0, pair % 2 != 0}) {
                SampleVault &vault = isWatched ? with : without;
                const double start = processorTime();
                vault.answer({link::ReadQuery{vault.someEntry()}});
                (isWatched ? watched : unwatched).push_back(processorTime() - start);
            }
        const double much = middleOf(std::move(watched));
        const double little = middleOf(std::move(unwatched));
        state.counters["with_us"] = much;
        state.counters["without_us"] = little;
        Promises(state).put("percent", 100 * (much - little) / little, 5);
    }
}

void sixteenReadsInOneStep(benchmark::State &state)
{
    SampleVault &vault = vaultOf(state);
    const std::vector<link::Query> queries(16, link::ReadQuery{vault.someEntry()});
    for (auto _ : state)
        vault.answer(queries);
    state.SetItemsProcessed(state.iterations() * 16);
}

void generateWithItsRow(benchmark::State &state)
{
    SampleVault &vault = vaultOf(state);
    for (auto _ : state)
        vault.answer({link::GenerateQuery{}});
}

/// From the keychain's secret to the first answer, without the keychain's own time.
void unlockToFirstAnswer(benchmark::State &state)
{
    SampleVault &vault = vaultOf(state);
    for (auto _ : state) {
        state.PauseTiming();
        vault.lock();
        state.ResumeTiming();
        vault.unlock();
        vault.answer({link::ReadQuery{vault.someEntry()}});
    }
}

void search(benchmark::State &state, const char *words)
{
    SampleVault &vault = vaultOf(state);
    for (auto _ : state)
        vault.answer({link::SearchQuery{QString::fromLatin1(words)}});
}

void listFirstPage(benchmark::State &state)
{
    SampleVault &vault = vaultOf(state);
    for (auto _ : state)
        vault.answer({link::ListQuery{}});
}

void allSummaries(benchmark::State &state)
{
    SampleVault &vault = vaultOf(state);
    for (auto _ : state)
        benchmark::DoNotOptimize(orStop(vault.open().catalog().list({})));
}

void counts(benchmark::State &state)
{
    SampleVault &vault = vaultOf(state);
    for (auto _ : state)
        benchmark::DoNotOptimize(orStop(vault.open().catalog().counts()));
}

void saveNewEntry(benchmark::State &state)
{
    SampleVault &vault = vaultOf(state);
    int number = 1'000'000;
    for (auto _ : state)
        benchmark::DoNotOptimize(orStop(vault.open().save(sampleEntry(++number))));
}

/// How probable it is that two samples are of one distribution (two-sided Kolmogorov-Smirnov test, asymptotic).
double sameDistribution(std::vector<double> a, std::vector<double> b)
{
    std::ranges::sort(a);
    std::ranges::sort(b);
    double distance = 0;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < a.size() && j < b.size()) {
        const double at = std::min(a[i], b[j]);
        while (i < a.size() && a[i] <= at)
            ++i;
        while (j < b.size() && b[j] <= at)
            ++j;
        distance = std::max(distance, std::abs(static_cast<double>(i) / static_cast<double>(a.size()) - static_cast<double>(j) / static_cast<double>(b.size())));
    }
    const double n = static_cast<double>(a.size()) * static_cast<double>(b.size()) / static_cast<double>(a.size() + b.size());
    const double lambda = (std::sqrt(n) + 0.12 + 0.11 / std::sqrt(n)) * distance;
    double p = 0;
    for (int k = 1; k <= 100; ++k)
        p += (k % 2 == 1 ? 2 : -2) * std::exp(-2.0 * k * k * lambda * lambda);
    return std::clamp(p, 0.0, 1.0);
}

/// T25: 10,000 pairs of an entry outside the scope and one that is not there, in random order; the counter is the p of their
/// times being alike.
void hiddenOrMissing(benchmark::State &state)
{
    SampleVault &vault = vaultOf(state);
    for (auto _ : state) {
        std::vector<double> hidden;
        std::vector<double> missing;
        for (int pair = 0; pair < 10'000; ++pair) {
            const bool hiddenFirst = (pair * 2654435761U >> 13 & 1U) != 0;
            for (const bool isHidden : {hiddenFirst, !hiddenFirst}) {
                const qint64 start = steadyMicroseconds();
                vault.answerRefused(isHidden ? vault.someEntry() : vault.noEntry());
                (isHidden ? hidden : missing).push_back(static_cast<double>(steadyMicroseconds() - start));
            }
        }
        state.counters["p"] = sameDistribution(std::move(hidden), std::move(missing));
    }
}

/// What a key sees of the whole vault.
void viewAsAgent(benchmark::State &state)
{
    SampleVault &vault = vaultOf(state);
    const QString keyId = orStop(vault.open().agents().list()).first().keyId;
    for (auto _ : state)
        benchmark::DoNotOptimize(orStop(vault.open().gate().view(keyId)));
}

/// With the cost of a new vault on this machine: two runs of Argon2id and the header's write.
void changeOfThePassword(benchmark::State &state)
{
    QTemporaryDir folder;
    VaultSession session(VaultFolder(folder.filePath(u"vault"_s)), systemClock());
    const char *passwords[] = {"orange lantern paddle 7", "umbrella quartz thimble 9"};
    orStop(session.create(u"bench"_s, crypto::SecretText::copyOf(passwords[0])));
    int turn = 0;
    for (auto _ : state) {
        orStop(session.changePassword(crypto::SecretText::copyOf(passwords[turn % 2]), crypto::SecretText::copyOf(passwords[(turn + 1) % 2])));
        ++turn;
    }
}

/// Without the password's work, which is three times that of an unlock.
void replacementOfAllKeys(benchmark::State &state)
{
    SampleVault vault(static_cast<int>(state.range(0)));
    for (auto _ : state)
        state.counters["longest_ms"] = vault.replaceKeys();
}

/// What changes many entries in one step, with its rows in the log: seconds and, of the processor, the same by itself.
void manyEntries(benchmark::State &state)
{
    SampleVault vault(1);
    const auto timed = [&](const char *wall, const char *processor, auto work) {
        const qint64 start = steadyMicroseconds();
        const std::clock_t ticks = std::clock();
        auto result = orStop(work());
        state.counters[wall] = static_cast<double>(steadyMicroseconds() - start) / 1'000'000;
        state.counters[processor] = static_cast<double>(std::clock() - ticks) / CLOCKS_PER_SEC;
        return result;
    };
    const auto done = [](const Result<> &result) -> Result<bool> { return result ? Result<bool>(true) : std::unexpected(result.error()); };
    OpenVault &open = vault.open();
    for (auto _ : state) {
        const auto import = [&] { return open.applyImport(sampleEntries(static_cast<int>(state.range(0))), nullptr); };
        const ImportId id = timed("import_s", "import_cpu_s", import).id;
        timed("undo_s", "undo_cpu_s", [&] { return open.undoImport(id); });
        orStop(import());
        QList<EntryId> ids;
        for (const EntrySummary &entry : orStop(open.catalog().list({})))
            ids.append(entry.id);
        timed("trash_s", "trash_cpu_s", [&] { return done(open.moveToTrash(ids)); });
        timed("restore_s", "restore_cpu_s", [&] { return done(open.restoreFromTrash(ids)); });
        orStop(open.moveToTrash(ids));
        timed("purge_s", "purge_cpu_s", [&] { return done(open.deleteForever(ids)); });
    }
}

constexpr int small = 10'000;
constexpr int medium = 50'000;
constexpr int large = 100'000;

BENCHMARK(readWithItsRow)->Arg(small)->Arg(large)->Unit(benchmark::kMicrosecond);
BENCHMARK(manifestInARead)->Arg(small)->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK(sixteenReadsInOneStep)->Arg(small)->Unit(benchmark::kMicrosecond);
BENCHMARK(generateWithItsRow)->Arg(small)->Unit(benchmark::kMicrosecond);
BENCHMARK(unlockToFirstAnswer)->Arg(small)->Arg(large)->Iterations(20)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(search, word, "github")->Arg(small)->Arg(large)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(search, twoLetters, "gi")->Arg(small)->Arg(large)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(search, twoWords, "octo prod")->Arg(small)->Arg(large)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(search, noMatch, "zzzzqqqq")->Arg(small)->Arg(large)->Unit(benchmark::kMicrosecond);
BENCHMARK(listFirstPage)->Arg(small)->Arg(large)->Unit(benchmark::kMicrosecond);
BENCHMARK(allSummaries)->Arg(small)->Arg(large)->Unit(benchmark::kMillisecond);
BENCHMARK(counts)->Arg(small)->Arg(large)->Unit(benchmark::kMillisecond);
BENCHMARK(hiddenOrMissing)->Arg(small)->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK(viewAsAgent)->Arg(small)->Unit(benchmark::kMillisecond);
BENCHMARK(changeOfThePassword)->Iterations(5)->Unit(benchmark::kMillisecond);
BENCHMARK(manyEntries)->Arg(1000)->Arg(small)->Arg(medium)->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK(replacementOfAllKeys)->Arg(small)->Iterations(2)->Unit(benchmark::kMillisecond);
BENCHMARK(saveNewEntry)->Arg(small)->Unit(benchmark::kMicrosecond);

} // namespace

int main(int argc, char **argv)
{
    if (!crypto::initialise())
        return 1;
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
