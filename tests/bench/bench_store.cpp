// SPDX-License-Identifier: GPL-3.0-or-later
// What the vault file costs: one figure a kind of access, at 10,000 and 100,000 entries. Percentiles are counters, since
// the promises are about them. The files lie in the current folder's file system, so that fsync is a real one.
#include "app/store/AgentStore.h"
#include "app/store/AuditStore.h"
#include "app/store/EntryCatalog.h"
#include "app/store/EntryStore.h"
#include "app/store/ImportStore.h"
#include "app/store/Manifest.h"
#include "app/store/Transaction.h"
#include "tests/bench/Bench.h"
#include "tests/support/ForgedAuthorization.h"
#include "tests/support/TemporaryStore.h"

#include <QElapsedTimer>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

using namespace clavitor;
using namespace clavitor::bench;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

const QStringList sites{u"github"_s,  u"gitlab"_s,    u"amazon"_s, u"google"_s, u"hetzner"_s,
                        u"stripe"_s,  u"postgres"_s,  u"grafana"_s, u"sentry"_s, u"datadog"_s,
                        u"zendesk"_s, u"atlassian"_s, u"figma"_s,   u"notion"_s, u"vercel"_s};
const QStringList words{u"production"_s, u"staging"_s, u"billing"_s, u"admin"_s, u"readonly"_s,
                        u"deploy"_s,     u"backup"_s,  u"mail"_s,    u"shop"_s,  u"archive"_s};

EntryDraft draftOf(int i)
{
    const QString site = sites.at(i % sites.size());
    const QString host = words.at(i / 7 % words.size()) + QString::number(i) + u'.' + site + ".example"_L1;
    EntryDraft draft = login(site + u' ' + words.at(i / 3 % words.size()) + u' ' + QString::number(i),
                             qPrintable("user"_L1 + QString::number(i) + "@mail.example"_L1), "correct horse 47",
                             {QString("https://"_L1 + host + "/login"_L1)}, {words.at(i % words.size())});
    draft.fields.push_back(field(FieldKind::Totp, "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
    if (i % 10 == 0)
        draft.fields.push_back(field(FieldKind::RecoveryCodes, "11111-22222 33333-44444"));
    if (i % 5 == 0)
        draft.fields.push_back(field(FieldKind::Notes, "Rotated every quarter, ask the platform team first."));
    return draft;
}

/// A filled vault, its page cache warm.
struct Filled {
    explicit Filled(int count, bool isWatched = true)
    {
        orStop(vault.open());
        if (isWatched)
            watch();
        entries = std::make_unique<EntryStore>(vault.database(), vault.keys());
        catalog = std::make_unique<EntryCatalog>(vault.database());
        audit = std::make_unique<AuditStore>(vault.database());
        agents = std::make_unique<AgentStore>(vault.database());
        auto transaction = orStop(Transaction::begin(vault.database()));
        QElapsedTimer timer;
        timer.start();
        for (int i = 0; i < count; ++i)
            ids.append(orStop(entries->save(draftOf(i), i)).id);
        orStop(transaction.commit());
        orStop(vault.reopen()); // the size of the cache is chosen when it is opened
        if (isWatched)
            watch();
        std::printf("%d entries written in one transaction in %lld ms, file %lld MB\n", count,
                    static_cast<long long>(timer.elapsed()),
                    static_cast<long long>(QFileInfo(vault.path()).size() / 1000000));
        Agent agent;
        agent.keyId = u"aaaaaaaa"_s;
        agent.name = u"codex"_s;
        agent.scope.everything = true;
        orStop(agents->insert(agent, {}));
        orStop(audit->startChain(TemporaryStore::filled(1), "sealed"));
    }

    /// As the session does at each unlock, without looking.
    void watch()
    {
        Manifest manifest(vault.database());
        orStop(manifest.attach(*vault.keys().manifestKey, vault.keys().vaultId));
        if (!manifest.state())
            orStop(manifest.seal());
        orStop(manifest.watch());
    }

    TemporaryStore vault;
    std::unique_ptr<EntryStore> entries;
    std::unique_ptr<EntryCatalog> catalog;
    std::unique_ptr<AuditStore> audit;
    std::unique_ptr<AgentStore> agents;
    QList<EntryId> ids;
    qint64 sequence = 0;
};

Filled &filled(int count, bool isWatched = true)
{
    static std::map<std::pair<int, bool>, std::unique_ptr<Filled>> made;
    std::unique_ptr<Filled> &place = made[{count, isWatched}];
    if (!place)
        place = std::make_unique<Filled>(count, isWatched);
    return *place;
}

/// Runs `once` for the benchmark and leaves its percentiles in microseconds.
template<typename Once>
void measure(benchmark::State &state, Once once)
{
    std::vector<double> times;
    int round = 0;
    for (auto _ : state) {
        QElapsedTimer timer;
        timer.start();
        once(round++);
        times.push_back(static_cast<double>(timer.nsecsElapsed()) / 1000);
    }
    std::ranges::sort(times);
    const auto at = [&](double part) {
        return times.empty() ? 0 : times[static_cast<std::size_t>(part * static_cast<double>(times.size() - 1))];
    };
    state.counters["p50_us"] = at(0.5);
    state.counters["p99_us"] = at(0.99);
    state.counters["max_us"] = at(1);
}

EntryId anyId(const Filled &vault, int round)
{
    return vault.ids.at(static_cast<qsizetype>(round) * 7919 % vault.ids.size());
}

AuditEvent rowOf(Filled &vault, const EntryId &id, const QString &title)
{
    AuditEvent event;
    event.sequence = ++vault.sequence;
    event.time = 1'700'000'000'000 + event.sequence;
    event.action = u"read"_s;
    event.subject = title;
    event.entry = id;
    event.actor = u"mcp:codex"_s;
    event.keyId = u"aaaaaaaa"_s;
    event.why = u"in scope"_s;
    event.caller = {u"/usr/bin/codex"_s, 4711, u"zsh, kitty"_s, u"/home/x/project"_s, u"codex 1.0"_s};
    return event;
}

/// As a vault has it after some weeks.
void growLog(Filled &vault, qint64 rows)
{
    auto transaction = orStop(Transaction::begin(vault.vault.database()));
    while (vault.sequence < rows) {
        const AuditEvent event = rowOf(vault, anyId(vault, static_cast<int>(vault.sequence)), u"service.example"_s);
        orStop(vault.audit->append(event, QByteArray(300, 'x'), {}));
        orStop(vault.audit->advanceChain(event.sequence, {}, TemporaryStore::filled(2)));
    }
    orStop(transaction.commit());
}

/// What a GET of an entry asks of the store: key, summary, three values, last use, audit row and chain, one commit.
void readWithRow(benchmark::State &state, bool isWatched)
{
    Filled &vault = filled(static_cast<int>(state.range(0)), isWatched);
    const std::optional<Scope> everything = Scope{true, {}, {}, {}};
    measure(state, [&](int round) {
        const EntryId id = anyId(vault, round);
        benchmark::DoNotOptimize(orStop(vault.agents->find(u"aaaaaaaa"_s)));
        const EntrySummary summary = orStop(vault.catalog->find(id, everything));
        auto transaction = orStop(Transaction::begin(vault.vault.database()));
        const AuditEvent event = rowOf(vault, id, summary.title);
        orStop(vault.audit->append(event, QByteArray(300, 'x'), {}));
        orStop(vault.audit->advanceChain(event.sequence, {}, TemporaryStore::filled(2)));
        orStop(vault.agents->touch(u"aaaaaaaa"_s, event.time));
        orStop(transaction.commit());
        benchmark::DoNotOptimize(orStop(vault.entries->reveal(
            OwnerGate::forged(id, {1, 2, 3}, Authorization::Holder::Agent), nullptr)));
    });
}

void readWithAuditRow(benchmark::State &state)
{
    readWithRow(state, true);
}

/// What the manifest costs a read: the difference to the one above.
void readWithAuditRowUnwatched(benchmark::State &state)
{
    readWithRow(state, false);
}

/// As when entries were deleted; until there are so many pages free.
void freePages(Filled &vault, qint64 pages)
{
    const auto count = [&] {
        Statement free = vault.vault.database().statement("PRAGMA freelist_count");
        (void)orStop(free.step());
        return free.integer(0);
    };
    while (count() < pages) {
        auto transaction = orStop(Transaction::begin(vault.vault.database()));
        const int entries = static_cast<int>(pages - count()) / 2 + 1;
        QList<EntryId> gone;
        for (int i = 0; i < entries; ++i) {
            EntryDraft draft = draftOf(1'000'000 + i);
            draft.fields[1].value = secret(QByteArray(6000, 'x').constData());
            gone.append(orStop(vault.entries->save(std::move(draft), i)).id);
        }
        orStop(transaction.commit());
        orStop(vault.entries->moveToTrash(gone, 1));
        orStop(vault.entries->deleteForever(gone));
    }
}

/// The whole check at an unlock, from a file that was just opened; with rows in the log, and free pages.
void checkManifest(benchmark::State &state)
{
    Filled &vault = filled(static_cast<int>(state.range(0)));
    growLog(vault, state.range(1));
    freePages(vault, state.range(2));
    double processor = 0;
    std::vector<double> took;
    measure(state, [&](int) {
        orStop(vault.vault.reopen());
        QElapsedTimer timer;
        timer.start();
        const std::clock_t start = std::clock();
        Manifest manifest(vault.vault.database());
        orStop(manifest.attach(*vault.vault.keys().manifestKey, vault.vault.keys().vaultId));
        const auto report = orStop(manifest.check());
        if (!report.wrong.isEmpty())
            std::exit(1);
        processor += static_cast<double>(std::clock() - start) * 1000 / CLOCKS_PER_SEC;
        took.push_back(static_cast<double>(timer.nsecsElapsed()) / 1'000'000);
        orStop(manifest.watch());
    });
    state.counters["check_cpu_ms"] = processor / static_cast<double>(state.iterations());
    if (state.range(0) == 10'000 && state.range(1) == 20'000 && state.range(2) == 500)
        Promises(state).put("check_ms", middleOf(std::move(took)), 100);
}

void readOnly(benchmark::State &state)
{
    Filled &vault = filled(static_cast<int>(state.range(0)));
    measure(state, [&](int round) {
        const EntryId id = anyId(vault, round);
        benchmark::DoNotOptimize(orStop(vault.catalog->find(id)));
        benchmark::DoNotOptimize(orStop(vault.entries->reveal(
            OwnerGate::forged(id, {1, 2, 3}, Authorization::Holder::Agent), nullptr)));
    });
}

void save(benchmark::State &state)
{
    Filled &vault = filled(static_cast<int>(state.range(0)));
    measure(state, [&](int round) {
        EntryDraft edit = editOf(orStop(vault.catalog->find(anyId(vault, round))));
        edit.fields[1].value = secret("correct horse 48");
        benchmark::DoNotOptimize(orStop(vault.entries->save(std::move(edit), round)));
    });
}

void searchFor(benchmark::State &state, const QStringList &queries, const std::optional<Scope> &scope)
{
    Filled &vault = filled(static_cast<int>(state.range(0)));
    measure(state, [&](int round) {
        benchmark::DoNotOptimize(orStop(vault.catalog->search(queries.at(round % queries.size()), 5, scope)));
    });
}

void search(benchmark::State &state)
{
    searchFor(state, {u"github"_s, u"stripe production"_s, u"user4711"_s, u"billing"_s, u"nothing like it"_s, u"GRAFANA"_s,
                      u"https://admin42.gitlab.example"_s, u"hub"_s},
              Scope{true, {}, {}, {}});
}

void searchShort(benchmark::State &state)
{
    searchFor(state, {u"gi"_s, u"a"_s, u"47"_s, u"qx"_s}, Scope{true, {}, {}, {}});
}

void searchCommon(benchmark::State &state)
{
    searchFor(state, {u"example"_s, u"mail.example"_s, u"login"_s}, Scope{true, {}, {}, {}});
}

void searchInOneTag(benchmark::State &state)
{
    searchFor(state, {u"github"_s, u"example"_s, u"production"_s}, Scope{false, {}, {u"archive"_s}, {}});
}

void list(benchmark::State &state)
{
    Filled &vault = filled(static_cast<int>(state.range(0)));
    measure(state, [&](int) { benchmark::DoNotOptimize(orStop(vault.catalog->list({}))); });
}

void page(benchmark::State &state)
{
    Filled &vault = filled(static_cast<int>(state.range(0)));
    EntryFilter filter;
    filter.scope = Scope{true, {}, {}, {}};
    QString cursor;
    measure(state, [&](int) { cursor = orStop(vault.catalog->page(filter, cursor, 50)).nextCursor; });
}

/// No entry carries it.
void pageInRareTag(benchmark::State &state)
{
    Filled &vault = filled(static_cast<int>(state.range(0)));
    EntryFilter filter;
    filter.scope = Scope{false, {}, {u"nowhere"_s}, {}};
    measure(state, [&](int) { orStop(vault.catalog->page(filter, {}, 50)); });
}

void pageInOneTag(benchmark::State &state)
{
    Filled &vault = filled(static_cast<int>(state.range(0)));
    EntryFilter filter;
    filter.scope = Scope{false, {}, {u"archive"_s}, {}};
    QString cursor;
    measure(state, [&](int) { cursor = orStop(vault.catalog->page(filter, cursor, 50)).nextCursor; });
}

void counts(benchmark::State &state)
{
    Filled &vault = filled(static_cast<int>(state.range(0)));
    measure(state, [&](int) { benchmark::DoNotOptimize(orStop(vault.catalog->counts())); });
}

void reopen(benchmark::State &state)
{
    Filled &vault = filled(static_cast<int>(state.range(0)));
    measure(state, [&](int) { orStop(vault.vault.reopen()); });
}

/// Of locks that come at all stages of taking an import back, the longest until everything was as before, in seconds.
double slowestLock(Database &database, ImportStore &imports, ImportId id)
{
    constexpr int stages = 12;
    const auto now = [] { return std::chrono::steady_clock::now(); };
    const auto begun = now();
    {
        auto transaction = orStop(Transaction::begin(database));
        orStop(imports.undo(id, 2));
    }
    const auto whole = now() - begun;
    std::atomic<bool> stop = false;
    database.stopBy(stop);
    std::chrono::duration<double> slowest{};
    for (int stage = 1; stage < stages; ++stage) {
        auto transaction = std::make_optional(orStop(Transaction::begin(database)));
        auto wanted = now();
        std::thread lock([&] {
            std::this_thread::sleep_for(whole * stage / stages);
            wanted = now();
            stop = true;
        });
        const bool isEnded = !imports.undo(id, 2);
        transaction.reset();
        const auto ended = now();
        lock.join();
        stop = false;
        if (isEnded)
            slowest = std::max(slowest, std::chrono::duration<double>(ended - wanted));
    }
    return slowest.count();
}

/// So many entries imported and taken back at once, as OpenVault does it but for its rows in the log, beside as many of the person's own
/// as the second argument says. The commits by themselves: nothing can stop one, so a lock waits for it.
void importAndUndo(benchmark::State &state)
{
    const int imported = static_cast<int>(state.range(0));
    std::map<const char *, std::vector<double>> took;
    QElapsedTimer timer;
    std::clock_t processor = 0;
    const auto start = [&] {
        processor = std::clock();
        timer.start();
    };
    const auto lap = [&](const char *what, const char *whatOfProcessor = nullptr) {
        took[what].push_back(static_cast<double>(timer.nsecsElapsed()) / 1'000'000'000);
        if (whatOfProcessor)
            took[whatOfProcessor].push_back(static_cast<double>(std::clock() - processor) / CLOCKS_PER_SEC);
    };
    for (auto _ : state) {
        Filled vault(static_cast<int>(state.range(1)));
        Database &database = vault.vault.database();
        ImportStore imports(database, *vault.entries);
        const ImportId id{newUuid(1)};
        std::vector<EntryDraft> drafts;
        for (int i = 0; i < imported; ++i)
            drafts.push_back(draftOf(static_cast<int>(state.range(1)) + i));
        {
            start();
            auto transaction = orStop(Transaction::begin(database));
            orStop(imports.begin(id, u"Bitwarden JSON"_s, u"export.json"_s, 1));
            for (const EntryDraft &draft : drafts)
                orStop(vault.entries->likenessOf(draft, nullptr));
            for (EntryDraft &draft : drafts) {
                const EntrySummary stored = orStop(vault.entries->save(std::move(draft), 1));
                orStop(imports.remember(id, stored.id, stored.version));
            }
            lap("import_s", "import_cpu_s");
            start();
            orStop(transaction.commit());
            lap("import_commit_s", "import_commit_cpu_s");
        }
        took["lock_slowest_s"].push_back(slowestLock(database, imports, id));
        {
            start();
            auto transaction = orStop(Transaction::begin(database));
            orStop(imports.undo(id, 2));
            lap("undo_s", "undo_cpu_s");
            start();
            orStop(transaction.commit());
            lap("undo_commit_s", "undo_commit_cpu_s");
        }
    }
    for (auto &[what, times] : took)
        state.counters[what] = middleOf(std::move(times));
    // Where few go of many, what stays is what takes the time.
    const double share = state.counters["undo_cpu_s"] / state.counters["import_cpu_s"];
    if (imported > state.range(1))
        Promises(state).put("undo_to_import", share, 1);
    else
        state.counters["undo_to_import"] = share;
}

constexpr int one = 1000;
constexpr int ten = 10'000;
constexpr int fifty = 50'000;
constexpr int hundred = 100'000;
BENCHMARK(readWithAuditRow)->Arg(ten)->Iterations(3000);
BENCHMARK(readWithAuditRowUnwatched)->Arg(ten)->Iterations(3000);
BENCHMARK(checkManifest)->Args({ten, 0, 0})->Args({ten, 20'000, 0})->Args({ten, 20'000, 500})->Args({ten, 20'000, 5000})->Args({fifty, 20'000, 500})->Iterations(20);
BENCHMARK(readOnly)->Arg(ten)->Iterations(3000);
BENCHMARK(search)->Arg(ten)->Iterations(1000);
BENCHMARK(searchShort)->Arg(ten)->Iterations(200);
BENCHMARK(searchCommon)->Arg(ten)->Iterations(200);
BENCHMARK(searchInOneTag)->Arg(ten)->Iterations(200);
BENCHMARK(list)->Arg(ten)->Iterations(30);
BENCHMARK(page)->Arg(ten)->Iterations(200);
BENCHMARK(pageInOneTag)->Arg(ten)->Iterations(100);
BENCHMARK(pageInRareTag)->Arg(ten)->Iterations(100);
BENCHMARK(counts)->Arg(ten)->Iterations(50);
BENCHMARK(save)->Arg(ten)->Iterations(300);
BENCHMARK(reopen)->Arg(ten)->Iterations(20);
BENCHMARK(importAndUndo)->Args({one, 1})->Args({ten, 1})->Args({fifty, 1})->Args({one, ten})->Args({ten, fifty})->Iterations(1);
BENCHMARK(readWithAuditRow)->Arg(hundred)->Iterations(3000);
BENCHMARK(search)->Arg(hundred)->Iterations(1000);
BENCHMARK(searchShort)->Arg(hundred)->Iterations(100);
BENCHMARK(searchCommon)->Arg(hundred)->Iterations(100);
BENCHMARK(searchInOneTag)->Arg(hundred)->Iterations(100);
BENCHMARK(pageInOneTag)->Arg(hundred)->Iterations(100);
BENCHMARK(pageInRareTag)->Arg(hundred)->Iterations(100);

} // namespace

int main(int argc, char **argv)
{
    if (!crypto::initialise())
        return 1;
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
