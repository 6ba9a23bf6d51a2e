// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/words/MarkdownText.h"

#include "ui/words/DisplayText.h"

#include <algorithm>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

QString markdownCode(const QString &untrusted, int limit)
{
    if (limit > 0 && untrusted.size() > limit && untrusted.at(limit - 1).isHighSurrogate())
        --limit;
    QString text = escapedText(untrusted.size() > limit ? QString(untrusted.left(limit) + u'…') : untrusted);
    if (text.trimmed().isEmpty())
        return u"–"_s;
    qsizetype longest = 0;
    qsizetype run = 0;
    for (const QChar c : std::as_const(text)) {
        run = c == u'`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    // A table is cut into cells before its code spans are known.
    text.replace(u'|', u"\\|"_s);
    const QString fence(longest + 1, u'`');
    // One space at both ends is not shown; without it a backtick there would join the fence.
    const bool padded = text.startsWith(u'`') || text.endsWith(u'`') || text.startsWith(u' ') || text.endsWith(u' ');
    return padded ? QString(fence + u' ' + text + u' ' + fence) : QString(fence + text + fence);
}

} // namespace clavitor::ui
