// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/TextFold.h"

#include "app/link/Wipe.h"

#include <algorithm>

namespace clavitor {

namespace {

bool isPlain(QStringView text)
{
    return std::ranges::all_of(text, [](QChar c) { return c.unicode() >= 0x20 && c.unicode() < 0x7f; });
}

} // namespace

QString folded(QStringView text)
{
    if (isPlain(text))
        return text.toString().toLower();
    QString decomposed = text.toString().normalized(QString::NormalizationForm_KD);
    QString kept;
    kept.reserve(decomposed.size());
    for (const QChar c : decomposed) {
        if (c.category() == QChar::Mark_NonSpacing)
            continue;
        kept += c.category() == QChar::Other_Control ? QChar(QChar::Space) : c;
    }
    // Upper case first, which turns "ß" into "SS"; Qt folds one character to one.
    const QString result = kept.toUpper().toCaseFolded();
    // Notes pass through here; they are no secrets to the owner, but no reason to leave them about either.
    link::wipe(decomposed);
    return result;
}

QStringList foldedWords(QStringView text)
{
    QStringList words = folded(text).simplified().split(QChar::Space, Qt::SkipEmptyParts);
    words.removeDuplicates();
    return words;
}

} // namespace clavitor
