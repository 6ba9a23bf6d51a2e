// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/SafeLog.h"

#include <QLoggingCategory>

#include <cstring>
#include <string>

#include <unistd.h>

namespace clavitor::link {

using namespace Qt::StringLiterals;

namespace {

/// These come after what a qtlogging.ini of the person's says for all programs (Qt's documentation: the later rule counts), so that they leave nothing of
/// it: no line for each key that is pressed, with its time, and no warning that is missing.
constexpr auto Rules = "*.debug=false\n*.info=false\ndefault.info=true\n*.warning=true\n*.critical=true\nqt.httpserver*=false"_L1;

constexpr auto Prefix = "clavitor_"_L1;
constexpr qsizetype ShortestTail = 8;

std::string &programName()
{
    static std::string name = "clavitor";
    return name;
}

bool isTokenCharacter(QChar c)
{
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9') || c == u'_';
}

const char *levelName(QtMsgType type)
{
    switch (type) {
    case QtDebugMsg:
        return "debug";
    case QtInfoMsg:
        return "info";
    case QtWarningMsg:
        return "warning";
    case QtCriticalMsg:
        return "critical";
    case QtFatalMsg:
        return "fatal";
    }
    return "unknown";
}

void appendEscaped(std::string &line, const QByteArray &utf8)
{
    for (const char c : utf8) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte != 0x7f) {
            line.push_back(c);
        } else if (c == '\n') {
            line += "\\n";
        } else {
            constexpr char digits[] = "0123456789abcdef";
            line += "\\x";
            line.push_back(digits[byte >> 4]);
            line.push_back(digits[byte & 0x0f]);
        }
    }
}

void writeSafely(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    const char *category = context.category != nullptr ? context.category : "default";
    // Rules that somebody sets later could switch these on again, so the category is refused here as well.
    if (std::strncmp(category, "qt.httpserver", 13) == 0 && type != QtFatalMsg)
        return;
    std::string line = programName();
    line += ": ";
    line += levelName(type);
    line += ": ";
    if (std::strcmp(category, "default") != 0) {
        line += category;
        line += ": ";
    }
    appendEscaped(line, maskTokens(message).toUtf8());
    line.push_back('\n');
    // One write, so that lines of two threads or of keeper and bridge do not mix.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

} // namespace

QString maskTokens(QStringView text)
{
    QString masked;
    qsizetype from = 0;
    for (qsizetype at = text.indexOf(Prefix); at >= 0; at = text.indexOf(Prefix, at)) {
        const qsizetype tail = at + Prefix.size();
        qsizetype end = tail;
        while (end < text.size() && isTokenCharacter(text[end]))
            ++end;
        if (end - tail >= ShortestTail) {
            masked += text.sliced(from, tail - from);
            masked += "[MASKED]"_L1;
            from = end;
        }
        at = end;
    }
    masked += text.sliced(from);
    return masked;
}

void installSafeLog(const char *program)
{
    programName() = program;
    QLoggingCategory::setFilterRules(QString(Rules));
    qInstallMessageHandler(writeSafely);
}

} // namespace clavitor::link
