// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model/Command.h"

#include <QChar>
#include <QList>

namespace clavitor {

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
        return false;
    default:
        break;
    }
    const QChar::Direction direction = QChar::direction(character);
    return direction != QChar::DirR && direction != QChar::DirAL && direction != QChar::DirAN;
}

bool isReadable(QStringView command)
{
    bool wasSpace = false;
    const QList<uint> characters = command.toUcs4();
    for (const char32_t character : characters) {
        if (!isReadable(character) || (character == U' ' && wasSpace))
            return false;
        wasSpace = character == U' ';
    }
    return true;
}

} // namespace clavitor
