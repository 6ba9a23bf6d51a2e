// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model/Command.h"

#include <QChar>
#include <QList>

#include <algorithm>

namespace clavitor {

using namespace Qt::StringLiterals;

bool isReadable(char32_t character)
{
    if (character == U' ')
        return true;
    if (!QChar::isPrint(character) || QChar::isSpace(character))
        return false;
    switch (QChar::category(character)) {
    case QChar::Other_Control:
    case QChar::Other_Format:
    case QChar::Other_Surrogate:
    case QChar::Other_PrivateUse:
    case QChar::Other_NotAssigned:
    case QChar::Mark_NonSpacing:
    case QChar::Mark_SpacingCombining:
    case QChar::Mark_Enclosing:
        return false;
    default:
        break;
    }
    // Letters that show nothing: Hangul fillers, and the empty pattern of Braille.
    if (character == 0x115f || character == 0x1160 || character == 0x3164 || character == 0xffa0 || character == 0x2800)
        return false;
    const QChar::Direction direction = QChar::direction(character);
    return direction != QChar::DirR && direction != QChar::DirAL && direction != QChar::DirAN;
}

bool isReadable(QStringView command)
{
    // None at either end, where nobody sees it.
    bool wasSpace = true;
    const QList<uint> characters = command.toUcs4();
    for (const char32_t character : characters) {
        if (!isReadable(character) || (character == U' ' && wasSpace))
            return false;
        wasSpace = character == U' ';
    }
    return !wasSpace;
}

QString shellWord(const QString &text)
{
    const auto isPlain = [](QChar c) {
        return (c.unicode() < 0x80 && c.isLetterOrNumber()) || u"_@%+=:,./-"_s.contains(c);
    };
    if (!text.isEmpty() && std::ranges::all_of(text, isPlain))
        return text;
    if (text.isEmpty() || isReadable(text))
        return u'\'' + QString(text).replace(u'\'', u"'\\''"_s) + u'\'';
    QString quoted = u"$'"_s;
    bool wasSpace = true;
    const QList<uint> characters = text.toUcs4();
    for (const char32_t c : characters) {
        if (c == U'\n')
            quoted += u"\\n"_s;
        else if (c == U'\t')
            quoted += u"\\t"_s;
        else if (c == U'\'' || c == U'\\')
            quoted += u'\\' + QString(QChar(c));
        else if (!isReadable(c) || (c == U' ' && wasSpace))
            quoted += (c > 0xffff ? u"\\U%1"_s.arg(uint(c), 8, 16, QLatin1Char('0')) : u"\\u%1"_s.arg(uint(c), 4, 16, QLatin1Char('0')));
        else
            quoted += QString::fromUcs4(&c, 1);
        wasSpace = c == U' ';
    }
    return quoted + u'\'';
}

} // namespace clavitor
