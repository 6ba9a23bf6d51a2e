// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QFile>
#include <QList>
#include <QRegularExpression>

/// Requests that others published with what a strict parser makes of them.
namespace clavitor::bridge {

using namespace Qt::StringLiterals;

/// One case of llhttp's Markdown files: the bytes between ```http and ```, with line ends made CR LF, as its
/// own test runner does it; a backslash escape is the byte it names.
struct PublishedCase
{
    QString name;
    QByteArray bytes;
    bool isLenient = false;
    bool isRefusedByLlhttp = false;
};

inline QByteArray unescaped(QString text)
{
    text.remove(u"\\\n"_s);
    QByteArray bytes;
    const QByteArray utf8 = text.replace(u'\n', u"\r\n"_s).toUtf8();
    for (qsizetype at = 0; at < utf8.size(); ++at) {
        if (utf8.at(at) != '\\' || at + 1 == utf8.size()) {
            bytes.append(utf8.at(at));
            continue;
        }
        const char kind = utf8.at(at + 1);
        if (kind == 'r' || kind == 'n' || kind == 't' || kind == 'f') {
            bytes.append(kind == 'r' ? '\r' : kind == 'n' ? '\n' : kind == 't' ? '\t' : '\f');
            ++at;
        } else if (kind >= '0' && kind <= '7') {
            qsizetype digits = 0;
            int value = 0;
            while (digits < 3 && at + 1 + digits < utf8.size() && utf8.at(at + 1 + digits) >= '0' &&
                   utf8.at(at + 1 + digits) <= '7')
                value = value * 8 + (utf8.at(at + 1 + digits++) - '0');
            bytes.append(static_cast<char>(value));
            at += digits;
        } else {
            bytes.append('\\');
        }
    }
    return bytes;
}

inline QList<PublishedCase> publishedCases(const QString &file)
{
    QFile source(QStringLiteral(CLAVITOR_TEST_DATA "/http/") + file);
    if (!source.open(QIODevice::ReadOnly))
        return {};
    static const QRegularExpression pattern(
        u"^#{2,3} ([^\\n]+)\\n(?:(?!^#).)*?<!-- meta=([^\\n]*) -->\\n```http\\n(.*?)\\n```\\n+```log\\n(.*?)\\n```"_s,
        QRegularExpression::MultilineOption | QRegularExpression::DotMatchesEverythingOption);
    QList<PublishedCase> cases;
    const QString text = QString::fromUtf8(source.readAll());
    for (auto found = pattern.globalMatch(text); found.hasNext();) {
        const QRegularExpressionMatch match = found.next();
        const QString meta = match.captured(2);
        cases.append({match.captured(1), unescaped(match.captured(3)),
                      meta.contains(u"lenient"_s) || match.captured(1).contains(u"lenient"_s),
                      match.captured(4).contains(u"error code"_s)});
    }
    return cases;
}

} // namespace clavitor::bridge
