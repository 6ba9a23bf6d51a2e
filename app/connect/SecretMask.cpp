// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/SecretMask.h"

#include "app/link/SafeLog.h"

#include <QRegularExpression>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr int kDeepest = 4;

#define SECRET_WORDS "(?:key|token|secret|pass|pwd|auth(?!ors?\\b)|cookie|credential|bearer|pat\\b)"

const QRegularExpression &secretName()
{
    static const QRegularExpression name(QStringLiteral(SECRET_WORDS), QRegularExpression::CaseInsensitiveOption);
    return name;
}

/// A name, what stands between, and its value: a string, a list, or a bare word.
const QRegularExpression &member()
{
    static const QRegularExpression expression(
        uR"re(((?<!\\)"(?:[^"\\\n]++|\\.)*+"|'[^'\n]*+'|(?<![\w.-])[\w.-]++)([ \t]*+[:=][ \t]*+|(?<=["'])\s*+:\s*+)("""(?:[^"\\]++|\\.|"(?!""))*+"""|'''(?:[^']++|'(?!''))*+'''|"(?:[^"\\\n]++|\\.)*+"|'[^'\n]*+'|\[[^\]]*+\]|[^\s"',;{}\[\]#]++))re"_s,
        QRegularExpression::DotMatchesEverythingOption);
    return expression;
}

bool isQuote(QChar c)
{
    return c == u'"' || c == u'\'';
}

/// How many characters open a string, and close it: 1, 3, or none.
qsizetype quotesOf(const QString &value)
{
    if (value.isEmpty() || !isQuote(value.front()))
        return 0;
    return value.size() >= 6 && value.at(1) == value.front() && value.at(2) == value.front() ? 3 : 1;
}

bool mayStay(const QString &content)
{
    static const QRegularExpression known(uR"re(\A(?:(?:Bearer|Basic)\s*)?(?:clavitor_\[MASKED\]|\$\w+|\$\{[^}]*\}|…)?\z)re"_s,
                                          QRegularExpression::CaseInsensitiveOption);
    return known.match(content).hasMatch();
}

/// The same lines with nothing on them.
QString hidden(const QString &content)
{
    QString text = u"…"_s;
    for (qsizetype line = content.count(u'\n'); line > 0; --line)
        text += u"\n…"_s;
    return text;
}

QString hiddenValue(const QString &value)
{
    if (value.startsWith(u'[')) {
        static const QRegularExpression string(uR"re("(?:[^"\\]++|\\.)*+"|'[^'\n]*+')re"_s);
        QString list = value;
        return list.replace(string, u"\"…\""_s);
    }
    if (const qsizetype quotes = quotesOf(value); quotes > 0) {
        const QString content = value.sliced(quotes, value.size() - 2 * quotes);
        return mayStay(content) ? value : value.first(quotes) + hidden(content) + value.last(quotes);
    }
    static const QRegularExpression plain(uR"re(\A(?:true|false|null|[-+0-9.,:_TZe]+)\z)re"_s, QRegularExpression::CaseInsensitiveOption);
    return plain.match(value).hasMatch() || mayStay(value) ? value : u"…"_s;
}

QString maskMembers(const QString &text, int depth)
{
    QString result;
    qsizetype at = 0;
    for (auto found = member().globalMatch(text); found.hasNext();) {
        const QRegularExpressionMatch match = found.next();
        const QString value = match.captured(3);
        result += QStringView(text).sliced(at, match.capturedStart(3) - at);
        if (secretName().match(match.captured(1)).hasMatch()) {
            result += hiddenValue(value);
        } else if (depth == kDeepest) {
            result += value;
        } else {
            // In it there may be members as well: a command with options, a list.
            const qsizetype edge = value.startsWith(u'[') ? 1 : quotesOf(value);
            result += value.first(edge) + maskMembers(value.sliced(edge, value.size() - 2 * edge), depth + 1) + value.last(edge);
        }
        at = match.capturedEnd(3);
    }
    return result + QStringView(text).sliced(at);
}

} // namespace

QString maskSecrets(const QString &text)
{
    static const QRegularExpression scheme(uR"re(\b((?:Bearer|Basic)\s+)(?!clavitor_|\$|…)[^"'\s]+)re"_s, QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression shape(
        uR"re(\b(gh[pousr]_|github_pat_|glpat-|sk-|xox[abeprs]-|npm_|AKIA|ASIA|eyJ)[A-Za-z0-9_.=-]{8,})re"_s);
    static const QRegularExpression inAddress(uR"re((://[^/@\s"':]*:)(?!\$)[^@/\s"']+(?=@))re"_s);
    static const QRegularExpression inQuery(QStringLiteral("([?&][\\w.-]*" SECRET_WORDS "[\\w.-]*=)(?!\\$)[^&#\\s\"']+"),
                                            QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression option(QStringLiteral("([\"']--?[\\w-]*" SECRET_WORDS "[\\w-]*[\"']\\s*,\\s*([\"']))(?!\\$|clavitor_)[^\"'\\n]+(?=\\2)"),
                                           QRegularExpression::CaseInsensitiveOption);
    QString masked = link::maskTokens(text);
    masked.replace(scheme, u"\\1…"_s);
    masked.replace(shape, u"\\1…"_s);
    masked.replace(inAddress, u"\\1…"_s);
    masked.replace(inQuery, u"\\1…"_s);
    masked.replace(option, u"\\1…"_s);
    return maskMembers(masked, 0);
}

} // namespace clavitor
