// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/AuditMatch.h"

#include "app/store/TextFold.h"

#include <algorithm>

namespace clavitor {

using namespace Qt::StringLiterals;

bool matches(const AuditFilter &filter, const AuditEvent &event)
{
    if (!filter.actions.isEmpty() && !filter.actions.contains(event.action))
        return false;
    if (!filter.keyId.isEmpty() && filter.keyId != event.keyId)
        return false;
    if (!filter.entry.isNull() && filter.entry != event.entry)
        return false;
    if (!filter.outcomes.isEmpty() && !filter.outcomes.contains(event.outcome))
        return false;
    if ((filter.from != 0 && event.time < filter.from) || (filter.to != 0 && event.time >= filter.to))
        return false;
    const QStringList words = foldedWords(filter.text);
    if (words.isEmpty())
        return true;
    const QString text = folded(QString(event.subject + u' ' + event.actor + u' ' + event.action));
    return std::ranges::all_of(words, [&text](const QString &word) { return text.contains(word); });
}

} // namespace clavitor
