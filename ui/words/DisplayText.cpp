// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/words/DisplayText.h"

#include <QStringView>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr char16_t FirstStrongIsolate = 0x2068;
constexpr char16_t PopDirectionalIsolate = 0x2069;

/// Letters and symbols that look like nothing at all.
bool isBlank(char32_t c)
{
    return c == 0x115F || c == 0x1160 || c == 0x3164 || c == 0xFFA0 || c == 0x2800 || c == 0x034F || c == 0x17B4
        || c == 0x17B5 || (c >= 0x180B && c <= 0x180F) || (c >= 0xE0100 && c <= 0xE01EF);
}

bool isHidden(char32_t c)
{
    if (QChar::isNonCharacter(c) || isBlank(c))
        return true;
    switch (QChar::category(c)) {
    case QChar::Other_Control:
    case QChar::Other_Format:
    case QChar::Other_Surrogate:
    case QChar::Other_PrivateUse:
    case QChar::Other_NotAssigned:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return true;
    default:
        return false;
    }
}

bool isRightToLeft(char32_t c)
{
    const auto direction = QChar::direction(c);
    return direction == QChar::DirR || direction == QChar::DirAL || direction == QChar::DirAN;
}

struct Escaped {
    QString text;
    bool escaped = false;
    bool rightToLeft = false;
};

void appendCode(QString &out, char32_t c)
{
    out += "[U+"_L1 + QString::number(static_cast<uint>(c), 16).toUpper().rightJustified(4, u'0') + u']';
}

/// Which code points of a text look like another spelling of it.
class OtherSpellings {
public:
    explicit OtherSpellings(const QString &text)
        : m_text(text)
        , m_isComposed(text == text.normalized(QString::NormalizationForm_C))
    {
    }

    [[nodiscard]] bool has(qsizetype at, char32_t c) const
    {
        if (QChar::category(c) == QChar::Separator_Space)
            return c != U' ' || at == 0 || at == m_text.size() - 1 || m_text.at(at - 1) == u' ';
        if (m_isComposed || c < 0x80)
            return false;
        const QString own = QString::fromUcs4(&c, 1);
        return QChar::category(c) == QChar::Mark_NonSpacing || own != own.normalized(QString::NormalizationForm_C);
    }

private:
    const QString &m_text;
    bool m_isComposed;
};

/// Cuts between code points, never inside an escape.
Escaped escape(const QString &untrusted, int limit, const OtherSpellings *spellings = nullptr)
{
    Escaped result;
    result.text.reserve(untrusted.size());
    int marks = 0;
    int shown = 0;
    for (qsizetype i = 0; i < untrusted.size(); ++i) {
        if (limit > 0 && shown++ == limit) {
            result.text += u'…';
            break;
        }
        const qsizetype at = i;
        char32_t c = untrusted.at(i).unicode();
        if (QChar::isHighSurrogate(c) && i + 1 < untrusted.size() && untrusted.at(i + 1).isLowSurrogate()) {
            c = QChar::surrogateToUcs4(untrusted.at(i), untrusted.at(i + 1));
            ++i;
        }
        marks = QChar::category(c) == QChar::Mark_NonSpacing || QChar::category(c) == QChar::Mark_Enclosing ? marks + 1 : 0;
        const bool imitates = c == U'[' && QStringView(untrusted).mid(i + 1).startsWith("U+"_L1);
        if (isHidden(c) || marks > MarksInARow || imitates || (spellings && spellings->has(at, c))) {
            appendCode(result.text, c);
            result.escaped = true;
            continue;
        }
        result.rightToLeft = result.rightToLeft || isRightToLeft(c);
        result.text += QStringView(QChar::fromUcs4(c));
    }
    return result;
}

} // namespace

QString displayText(const QString &untrusted, int limit)
{
    Escaped result = escape(untrusted, limit);
    if (!result.rightToLeft)
        return result.text;
    return QChar(FirstStrongIsolate) + result.text + QChar(PopDirectionalIsolate);
}

QString escapedText(const QString &untrusted)
{
    return escape(untrusted, 0).text;
}

QString strictText(const QString &untrusted)
{
    const OtherSpellings spellings(untrusted);
    return escape(untrusted, 0, &spellings).text;
}

bool isSuspicious(const QString &untrusted)
{
    return escape(untrusted, 0).escaped;
}

} // namespace clavitor::ui
