// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/words/NameText.h"

#include "ui/words/Capitalised.h"
#include "ui/words/DisplayText.h"

#include <QSet>

#include <algorithm>
#include <iterator>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr char32_t kLookAlikes[] = {
#include "ui/words/LookAlikes.inc"
};
static_assert(std::ranges::is_sorted(kLookAlikes));

bool isListed(char32_t c)
{
    return std::ranges::binary_search(kLookAlikes, c);
}

/// Not of ASCII, and reads as if it were: listed, or "𝐆" and "ｇ", which are letters in another dress.
bool looksLikeAscii(char32_t c)
{
    if (c < 0x80 || QChar::category(c) == QChar::Separator_Space)
        return false;
    if (isListed(c))
        return true;
    // Superscripts and fractions are written so on purpose.
    if (QChar::category(c) == QChar::Number_Other)
        return false;
    const QString one = QString::fromUcs4(&c, 1);
    const QList<uint> plain = one.normalized(QString::NormalizationForm_KC).toUcs4();
    return plain != one.toUcs4() && std::ranges::all_of(plain, [](char32_t part) { return part < 0x80 || isListed(part); });
}

/// Wide or full width (UAX #11), coarsely: it decides where a name is cut, not where anything stands.
bool isWide(char32_t c)
{
    return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF)
        || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) || (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1FAFF)
        || (c >= 0x20000 && c <= 0x3FFFD);
}

int cellsOf(char32_t c)
{
    const auto category = QChar::category(c);
    if (category == QChar::Mark_NonSpacing || category == QChar::Mark_Enclosing)
        return 0;
    return isWide(c) ? 2 : 1;
}

int cellsOf(const QList<uint> &text)
{
    int cells = 0;
    for (const uint c : text)
        cells += cellsOf(c);
    return cells;
}

/// The head and the tail, for a name's end tells names apart as often as its beginning.
QList<uint> cutTo(const QList<uint> &text, int cells)
{
    const int tailCells = cells / 3;
    const int headCells = cells - 1 - tailCells;
    qsizetype head = 0;
    for (int used = 0; head < text.size() && used + cellsOf(text.at(head)) <= headCells; ++head)
        used += cellsOf(text.at(head));
    qsizetype tail = text.size();
    for (int used = 0; tail > head && used + cellsOf(text.at(tail - 1)) <= tailCells; --tail)
        used += cellsOf(text.at(tail - 1));
    return text.first(head) + QList<uint>{u'…'} + text.sliced(tail);
}

/// Chinese, Japanese and Korean are each written in several, and with Latin beside them.
QChar::Script familyOf(QChar::Script script)
{
    switch (script) {
    case QChar::Script_Hiragana:
    case QChar::Script_Katakana:
    case QChar::Script_Bopomofo:
    case QChar::Script_Hangul:
        return QChar::Script_Han;
    default:
        return script;
    }
}

bool isLetter(char32_t c)
{
    return QChar::isLetter(c) || QChar::category(c) == QChar::Number_DecimalDigit || QChar::category(c) == QChar::Number_Letter;
}

} // namespace

NameText::Letters NameText::lettersOf(const QString &untrusted)
{
    QSet<int> families;
    bool allLikeAscii = true;
    bool someForeign = false;
    bool signsForeign = false;
    // Without accents: "ё" is as much like "ë" as "е" is like "e".
    for (const uint c : untrusted.normalized(QString::NormalizationForm_D).toUcs4()) {
        const bool like = looksLikeAscii(c);
        const QChar::Script script = familyOf(QChar::script(c));
        if (script != QChar::Script_Common && script != QChar::Script_Inherited && script != QChar::Script_Unknown)
            families.insert(script);
        if (isLetter(c)) {
            allLikeAscii = allLikeAscii && (c < 0x80 || like);
            someForeign = someForeign || like;
        } else {
            signsForeign = signsForeign || like; // U+2024 for a dot
        }
    }
    if (families.contains(QChar::Script_Han))
        families.remove(QChar::Script_Latin);
    if (families.size() > 1)
        return Letters::Mixed;
    return signsForeign || (allLikeAscii && someForeign) ? Letters::LookAlike : Letters::Plain;
}

QString NameText::word(Letters letters)
{
    switch (letters) {
    case Letters::Plain:
        return {};
    case Letters::Mixed:
        return tr("mixed letters");
    case Letters::LookAlike:
        return tr("look-alike letters");
    }
    return {};
}

QString NameText::badge(Letters letters)
{
    return capitalised(word(letters));
}

NameText NameText::of(const QString &untrusted, int cells)
{
    QList<uint> shown = strictText(untrusted).toUcs4();
    NameText name;
    name.letters = lettersOf(untrusted);
    name.isCut = cellsOf(shown) > cells;
    if (name.isCut)
        shown = cutTo(shown, cells);
    name.text = QChar(0x2068) + QString::fromUcs4(reinterpret_cast<const char32_t *>(shown.constData()), shown.size()) + QChar(0x2069);
    return name;
}

} // namespace clavitor::ui
