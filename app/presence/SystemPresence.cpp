// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/presence/SystemPresence.h"

#ifdef Q_OS_LINUX
#include "app/presence/FingerprintPresence.h"
#include "app/presence/PolkitPresence.h"
#endif

#include <QPointer>

#include <utility>

namespace clavitor {

SystemPresence::SystemPresence(Ways ways, QObject *parent)
    : UserPresence(parent)
    , m_ways(std::move(ways))
{
    for (const auto &way : m_ways)
        connect(way.get(), &UserPresence::progressed, this, &SystemPresence::tell);
}

SystemPresence::~SystemPresence() = default;

SystemPresence::Ways SystemPresence::ofThisComputer()
{
    Ways ways;
#ifdef Q_OS_LINUX
    ways.push_back(std::make_unique<FingerprintPresence>());
    ways.push_back(std::make_unique<PolkitPresence>());
#endif
    return ways;
}

void SystemPresence::choose(std::size_t from, Probe first, Chosen chosen)
{
    if (from >= m_ways.size())
        return chosen(nullptr, from == 0 ? Probe{Means::None, Reason::NotBuilt} : first);
    UserPresence *way = m_ways.at(from).get();
    way->probe([this, from, first, way, chosen = std::move(chosen)](Probe probe) {
        if (probe.means != Means::None)
            chosen(way, probe);
        else
            // That there is nothing is said only where nothing else is the matter.
            choose(from + 1, from == 0 || (isAbsence(first.reason) && !isAbsence(probe.reason)) ? probe : first, chosen);
    });
}

void SystemPresence::probe(Probed probed)
{
    if (m_ways.empty()) {
        QMetaObject::invokeMethod(this, [answered = std::make_shared<Probed>(std::move(probed))] { (*answered)({Means::None, Reason::NotBuilt}); },
                                  Qt::QueuedConnection);
        return;
    }
    choose(0, {}, [answered = std::make_shared<Probed>(std::move(probed))](UserPresence *, Probe probe) { (*answered)(probe); });
}

void SystemPresence::begin(Purpose purpose)
{
    choose(0, {}, [this, purpose, turn = ++m_turn](UserPresence *way, Probe probe) {
        if (turn != m_turn)
            return;
        if (!way)
            return finish({Outcome::Unavailable, probe.reason});
        m_asking = way;
        way->check(purpose, [this, turn](Answer answer) {
            if (turn != m_turn)
                return;
            m_asking = nullptr;
            finish(answer);
        });
    });
}

void SystemPresence::end()
{
    ++m_turn;
    if (UserPresence *asking = std::exchange(m_asking, nullptr))
        asking->cancel();
}

} // namespace clavitor
