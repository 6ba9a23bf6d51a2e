// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/Outcome.h"

namespace clavitor::bridge {

QString untrustedText(const QString &said, qsizetype most)
{
    QString text = said.left(most);
    if (!text.isEmpty() && text.back().isHighSurrogate())
        text.chop(1);
    for (QChar &c : text)
        if (c.category() == QChar::Other_Control)
            c = u' ';
    return text;
}

} // namespace clavitor::bridge
