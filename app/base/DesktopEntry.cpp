// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/DesktopEntry.h"

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

QByteArrayView keyIn(const QByteArray &line)
{
    const qsizetype equals = line.indexOf('=');
    return equals < 0 || line.startsWith('#') ? QByteArrayView() : QByteArrayView(line).first(equals).trimmed();
}

QByteArray carriageOf(const QByteArray &line)
{
    return line.endsWith('\r') ? QByteArray("\r") : QByteArray();
}

QString unescaped(const QByteArray &value)
{
    QByteArray plain;
    for (qsizetype at = 0; at < value.size(); ++at) {
        if (value.at(at) != '\\' || at + 1 == value.size()) {
            plain += value.at(at);
            continue;
        }
        switch (const char next = value.at(++at)) {
        case 's':
            plain += ' ';
            break;
        case 'n':
            plain += '\n';
            break;
        case 't':
            plain += '\t';
            break;
        case 'r':
            plain += '\r';
            break;
        case '\\':
            plain += '\\';
            break;
        default: // of lists (\;) and mistakes
            plain += '\\';
            plain += next;
        }
    }
    return QString::fromUtf8(plain);
}

} // namespace

DesktopEntry::DesktopEntry(const QByteArray &text)
    : m_lines(text.split('\n'))
{
    for (qsizetype i = 0; i < m_lines.size(); ++i) {
        const QByteArrayView line = QByteArrayView(m_lines.at(i)).trimmed();
        if (!line.startsWith('['))
            continue;
        if (m_first >= 0) {
            m_end = i;
            return;
        }
        if (line == "[Desktop Entry]")
            m_first = i + 1;
    }
    m_end = m_lines.size();
}

bool DesktopEntry::isKey(qsizetype line, QByteArrayView key) const
{
    return keyIn(m_lines.at(line)) == key;
}

std::optional<QByteArray> DesktopEntry::value(QByteArrayView key) const
{
    for (qsizetype i = m_end - 1; isOne() && i >= m_first; --i)
        if (isKey(i, key))
            return m_lines.at(i).sliced(m_lines.at(i).indexOf('=') + 1).trimmed();
    return std::nullopt;
}

QString DesktopEntry::string(QByteArrayView key) const
{
    return unescaped(value(key).value_or(QByteArray()));
}

QStringList DesktopEntry::list(QByteArrayView key) const
{
    return string(key).split(u';', Qt::SkipEmptyParts);
}

bool DesktopEntry::isTrue(QByteArrayView key) const
{
    const QByteArray word = value(key).value_or(QByteArray()).toLower();
    return word == "true" || word == "1";
}

bool DesktopEntry::isFalse(QByteArrayView key) const
{
    const QByteArray word = value(key).value_or(QByteArray()).toLower();
    return word == "false" || word == "0";
}

QString DesktopEntry::program() const
{
    const QString line = string("Exec");
    QString word;
    if (line.startsWith(u'"')) {
        for (qsizetype at = 1; at < line.size() && line.at(at) != u'"'; ++at)
            word += line.at(at) == u'\\' && at + 1 < line.size() ? line.at(++at) : line.at(at);
    } else {
        word = line.section(u' ', 0, 0);
    }
    return word.replace("%%"_L1, "%"_L1);
}

bool DesktopEntry::holdsOnly(const QList<QByteArrayView> &keys) const
{
    for (qsizetype i = 0; i < m_lines.size(); ++i) {
        const bool isName = i == m_first - 1;
        if (!isName && !m_lines.at(i).trimmed().isEmpty() && (i < m_first || i >= m_end || !keys.contains(keyIn(m_lines.at(i)))))
            return false;
    }
    return isOne();
}

void DesktopEntry::set(QByteArrayView key, const QByteArray &value)
{
    if (!isOne())
        return;
    const QByteArray line = key.toByteArray() + '=' + value;
    bool isSet = false;
    qsizetype last = m_first - 1; // with something in it
    for (qsizetype i = m_first; i < m_end; ++i) {
        if (isKey(i, key)) {
            m_lines[i] = line + carriageOf(m_lines.at(i));
            isSet = true;
        }
        if (!m_lines.at(i).trimmed().isEmpty())
            last = i;
    }
    if (isSet)
        return;
    const QByteArray end = carriageOf(m_lines.at(m_first - 1));
    const bool hasEnd = last + 1 < m_lines.size();
    if (!hasEnd)
        m_lines[last] += end;
    m_lines.insert(last + 1, hasEnd ? line + end : line);
    ++m_end;
}

void DesktopEntry::remove(QByteArrayView key)
{
    for (qsizetype i = m_end - 1; isOne() && i >= m_first; --i)
        if (isKey(i, key)) {
            m_lines.removeAt(i);
            --m_end;
        }
}

QByteArray DesktopEntry::escaped(const QString &string)
{
    QByteArray value = string.toUtf8();
    value.replace('\\', "\\\\").replace('\n', "\\n").replace('\t', "\\t").replace('\r', "\\r");
    return value.startsWith(' ') ? "\\s" + value.sliced(1) : value;
}

QByteArray DesktopEntry::command(const QStringList &words)
{
    QStringList quoted;
    for (QString word : words) {
        for (const QChar special : u"\\\"`$"_s) // the backslash first: those of the others are no more to be doubled
            word.replace(special, QString(u'\\') + special);
        quoted.append(u'"' + word.replace("%"_L1, "%%"_L1) + u'"');
    }
    // A string's escapes are resolved before the quotes are read.
    return escaped(quoted.join(u' '));
}

} // namespace clavitor
