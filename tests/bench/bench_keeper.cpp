// SPDX-License-Identifier: GPL-3.0-or-later
// The keeper as a whole, with its threads and without window and bridge's process: how long unlock and lock take, and what a
// long log costs to verify. The keychain is a stand-in in this process that answers at once, and so is what it remembers of the
// vault. With --real-keychain it is the desktop's, to be run in a keyring of its own:
//     tests/app/session/keychain-scenario build/bench/tests/bench/bench_keeper --real-keychain
#include "app/Keeper.h"

#include "app/base/Monotonic.h"
#include "app/session/KeychainMirror.h"
#include "app/session/QtKeychainSlot.h"
#include "app/session/VaultSession.h"
#include "tests/bench/Bench.h"
#include "tests/support/BridgeSide.h"
#include "tests/support/ScriptedKeychain.h"
#include "tests/support/ScriptedMirror.h"
#include "tests/tool/SampleEntries.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QFile>
#include <QTemporaryDir>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

using namespace Qt::StringLiterals;
using namespace clavitor;
using namespace clavitor::bench;
using namespace clavitor::test;

namespace {

constexpr char password[] = "orange lantern paddle 7";

crypto::SecretText secretPassword()
{
    return crypto::SecretText::copyOf(password);
}

double milliseconds(qint64 since)
{
    return static_cast<double>(steadyMicroseconds() - since) / 1000;
}

double residentMegabytes()
{
    QFile status(u"/proc/self/statm"_s);
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    return status.readAll().split(' ').value(1).toDouble() * 4096 / 1e6;
}

/// A vault of sample entries and rows in a temporary folder with the password's usual cost, its keeper, and an agent's side of it.
class RunningKeeper {
public:
    enum class Keyring { StandIn, Real };
    RunningKeeper(int entries, qint64 rows, Keyring keyring = Keyring::StandIn)
    {
        if (keyring == Keyring::Real) {
            m_keychain = std::make_unique<QtKeychainSlot>();
            m_mirror = std::make_unique<KeychainMirror>();
        } else {
            m_keychain = std::make_unique<ScriptedKeychain>();
            m_mirror = std::make_unique<ScriptedMirror>();
        }
        fill(entries, rows);
        Vault::Parts vault{m_folder.filePath(u"vault"_s), systemClock(), crypto::systemRandom()};
        m_keeper = std::make_unique<Keeper>(Keeper::Parts{std::move(vault), *m_keychain, {}, 0, m_mirror.get()});
        m_keeper->bridge().channelReady(m_bridge.keeperEnd);
    }

    [[nodiscard]] VaultClient &client() { return m_keeper->client(); }

    /// Milliseconds until the answer.
    template<typename Call>
    double run(Call call)
    {
        QEventLoop loop;
        const qint64 start = steadyMicroseconds();
        double took = 0;
        call([&](const auto &result) {
            took = milliseconds(start);
            if (!result)
                stop(result.error());
            loop.quit();
        });
        loop.exec();
        return took;
    }
    double unlock()
    {
        return run([&](auto done) { client().unlock(secretPassword(), {&m_context, done}); });
    }
    double lock()
    {
        return run([&](auto done) { client().lock({&m_context, done}); });
    }
    double openPersonal()
    {
        return run([&](auto done) { client().openPersonal(secretPassword(), {&m_context, done}); });
    }
    double unlockWithKeychain()
    {
        return run([&](auto done) { client().unlockWithKeychain({&m_context, done}); });
    }
    /// Milliseconds until an agent has its entry.
    double read()
    {
        const qint64 start = steadyMicroseconds();
        m_bridge.answers.clear();
        m_bridge.ask(++m_id, m_token, link::ReadQuery{m_entry});
        while (m_bridge.answers.isEmpty())
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        if (m_bridge.answers.first().status != link::Status::Ok)
            stop({ErrorCode::Internal, m_bridge.answers.first().detail});
        return milliseconds(start);
    }

private:
    void fill(int entries, qint64 rows)
    {
        VaultSession session(VaultFolder(m_folder.filePath(u"vault"_s)), systemClock());
        orStop(session.create(u"bench"_s, secretPassword()));
        crypto::SecretBytes secret = crypto::randomSecret(Keychain::SecretSize, crypto::systemRandom());
        orStop(session.addKeychainSlot(secret));
        run([&](auto done) { m_keychain->write(session.vaultId(), std::move(secret), done); });
        const auto open = orStop(OpenVault::open({session.database(), session.sealingKeys(), session.tokenKey(), session.name(), systemClock(),
                                                  crypto::systemRandom(), steadyClock(), systemCallerLookup(), {}, &session.signingKey()}));
        orStop(open->applyImport(sampleEntries(entries), nullptr));
        AgentDraft draft{u"bench"_s, {}, {true, {}, {}, {}}, {Action::Read}, 0, policyOf(Preset::Trusted)};
        draft.policy.budget = {0, 0, 0};
        const NewKey key = orStop(open->createKey(draft));
        m_token = QByteArray(key.token.view().data(), static_cast<qsizetype>(key.token.size()));
        m_entry = orStop(open->catalog().page({}, {}, 1)).entries.first().id.toString();
        // As a hundred a step leave their checkpoints.
        for (qint64 done = 0; done < rows; done += 100) {
            QList<AuditEvent> some;
            for (int i = 0; i < 100; ++i) {
                AuditEvent row = open->owner().row("read"_L1, u"GitHub octo %1"_s.arg(i));
                row.actor = u"mcp:codex"_s;
                row.why = u"in scope"_s;
                row.caller = {u"/usr/bin/codex"_s, 4711, u"zsh, kitty"_s, u"/home/x/project"_s, u"codex 1.0"_s};
                some.append(row);
            }
            orStop(open->owner().record(some));
        }
    }

    QTemporaryDir m_folder;
    QObject m_context;
    std::unique_ptr<Keychain> m_keychain;
    std::unique_ptr<FreshnessMirror> m_mirror;
    std::unique_ptr<Keeper> m_keeper;
    BridgeSide m_bridge;
    QByteArray m_token;
    QString m_entry;
    std::uint64_t m_id = 0;
};

void unlockAndLock(benchmark::State &state, RunningKeeper::Keyring keyring)
{
    RunningKeeper keeper(static_cast<int>(state.range(0)), 20'000, keyring); // as a vault has them after some weeks
    std::vector<double> byPassword;
    std::vector<double> byKeychain;
    std::vector<double> toAnswer;
    std::vector<double> locks;
    for (auto _ : state)
        for (int turn = 0; turn < 9; ++turn) {
            byPassword.push_back(keeper.unlock());
            keeper.read();
            locks.push_back(keeper.lock());
            const double opened = keeper.unlockWithKeychain();
            byKeychain.push_back(opened);
            toAnswer.push_back(opened + keeper.read());
            locks.push_back(keeper.lock());
        }
    Promises promises(state);
    promises.put("password_ms", middleOf(byPassword), 1500, 700);
    state.counters["keychain_ms"] = middleOf(byKeychain);
    promises.put("to_first_answer_ms", middleOf(toAnswer), 250);
    state.counters["lock_ms"] = middleOf(locks);
    promises.put("lock_slowest_ms", *std::ranges::max_element(locks), 1000);
}

/// The person verifies the log while an agent reads over and over and the UI thread is asked every millisecond.
void verifyLog(benchmark::State &state)
{
    RunningKeeper keeper(1000, state.range(0));
    keeper.unlock();
    keeper.openPersonal();
    for (auto _ : state) {
        // What a read takes by itself on this machine, as busy as it is.
        std::vector<double> alone;
        while (alone.size() < 300)
            alone.push_back(keeper.read());
        std::ranges::sort(alone);
        const double before = residentMegabytes();
        double most = before;
        std::optional<LogVerdict> verdict;
        int told = 0;
        QObject listener;
        QObject::connect(&keeper.client(), &VaultClient::verifyProgress, &listener, [&] { ++told; });
        const qint64 start = steadyMicroseconds();
        double took = 0;
        keeper.client().verifyLog({}, {&listener, [&](const Result<LogVerdict> &result) {
            took = milliseconds(start);
            verdict = orStop(result);
        }});
        double longestTurn = 0;
        qint64 last = steadyMicroseconds();
        QTimer beat;
        QObject::connect(&beat, &QTimer::timeout, &listener, [&] {
            longestTurn = std::max(longestTurn, milliseconds(last));
            last = steadyMicroseconds();
        });
        beat.setTimerType(Qt::PreciseTimer);
        beat.start(1);
        std::vector<double> reads;
        while (!verdict) {
            reads.push_back(keeper.read());
            if (reads.size() % 64 == 0)
                most = std::max(most, residentMegabytes());
        }
        if (verdict->fault != LogVerdict::Fault::None)
            stop({ErrorCode::DamagedFile, u"the log does not verify"_s});
        std::ranges::sort(reads);
        state.counters["verify_ms"] = took;
        state.counters["rows"] = static_cast<double>(verdict->rows);
        state.counters["more_MB"] = most - before;
        state.counters["told"] = told;
        state.counters["alone_p50_ms"] = alone[alone.size() / 2];
        state.counters["alone_p99_ms"] = alone[alone.size() * 99 / 100];
        state.counters["read_p50_ms"] = reads[reads.size() / 2];
        state.counters["read_p99_ms"] = reads[reads.size() * 99 / 100];
        state.counters["read_slowest_ms"] = reads.back();
        state.counters["ui_longest_ms"] = longestTurn;
    }
}

void addBenchmarks(bool isReal)
{
    if (isReal) {
        benchmark::RegisterBenchmark("unlockAndLockRealKeychain", unlockAndLock, RunningKeeper::Keyring::Real)->Arg(10'000)->Iterations(1)->Unit(benchmark::kSecond);
        return;
    }
    benchmark::RegisterBenchmark("unlockAndLock", unlockAndLock, RunningKeeper::Keyring::StandIn)->Arg(10'000)->Iterations(1)->Unit(benchmark::kSecond);
    benchmark::RegisterBenchmark("verifyLog", verifyLog)->Arg(100'000)->Arg(1'000'000)->Iterations(1)->Unit(benchmark::kSecond);
}

} // namespace

int main(int argc, char **argv)
{
    if (!crypto::initialise())
        return 1;
    const QCoreApplication application(argc, argv);
    benchmark::Initialize(&argc, argv);
    addBenchmarks(argc > 1 && std::string_view(argv[1]) == "--real-keychain");
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
