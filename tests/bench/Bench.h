// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"

#include <benchmark/benchmark.h>

#include <QStringList>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <type_traits>
#include <utility>
#include <vector>

/// What the benchmarks share.
namespace clavitor::bench {

[[noreturn]] inline void stop(const Error &error)
{
    std::fprintf(stderr, "%s: %s\n", qPrintable(QString(errorName(error.code))), qPrintable(error.detail));
    std::exit(1);
}

template<typename T>
T orStop(Result<T> result)
{
    if (!result)
        stop(result.error());
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

inline double middleOf(std::vector<double> times)
{
    std::ranges::sort(times);
    return times[times.size() / 2];
}

/// Processor time of the thread, in microseconds: other programs do not count, the disk's part of a commit hardly.
inline double processorTime()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

/// Counters beside what was promised: the benchmark's line ends with whether each was kept. Fails nothing.
class Promises {
public:
    explicit Promises(benchmark::State &state)
        : m_state(state)
    {
    }

    void put(const char *counter, double figure, double atMost, double atLeast = 0)
    {
        m_state.counters[counter] = figure;
        const bool isKept = figure <= atMost && figure >= atLeast;
        const QString range = atLeast > 0 ? QStringLiteral("%1 to %2").arg(atLeast).arg(atMost) : QStringLiteral("at most %1").arg(atMost);
        m_words.append(QStringLiteral("%1 %2: %3").arg(QLatin1StringView(counter), isKept ? QStringLiteral("kept") : QStringLiteral("MISSED"), range));
        m_state.SetLabel(m_words.join(QStringLiteral("; ")).toStdString());
    }

private:
    benchmark::State &m_state;
    QStringList m_words;
};

} // namespace clavitor::bench
