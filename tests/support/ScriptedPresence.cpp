// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ScriptedPresence.h"

namespace clavitor::test {

void ScriptedPresence::probe(Probed probed)
{
    QMetaObject::invokeMethod(this, [this, answered = std::make_shared<Probed>(std::move(probed))] { (*answered)(found); }, Qt::QueuedConnection);
}

void ScriptedPresence::begin(Purpose why)
{
    ++checks;
    purpose = why;
    if (found.means == Means::None)
        return finish({Outcome::Unavailable, found.reason});
    tell({Progress::Stage::Waiting, found.means, 0});
    if (gives)
        finish(*gives);
}

} // namespace clavitor::test
