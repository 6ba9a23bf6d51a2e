// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/SecretJson.h"

#include "app/base/JsonEscape.h"
#include "app/link/Wipe.h"

#include <QByteArray>

namespace clavitor {

namespace {

// One guarded allocation serves nearly every answer; growth doubles from here.
constexpr std::size_t kFirstBlock = 4096;

} // namespace

SecretJson::SecretJson()
{
    m_text.reserve(kFirstBlock);
}

void SecretJson::separate()
{
    if (m_needsComma)
        m_text.append(",");
    m_needsComma = false;
}

void SecretJson::beginObject()
{
    separate();
    m_text.append("{");
}

void SecretJson::endObject()
{
    m_text.append("}");
    m_needsComma = true;
}

void SecretJson::beginArray()
{
    separate();
    m_text.append("[");
}

void SecretJson::endArray()
{
    m_text.append("]");
    m_needsComma = true;
}

void SecretJson::key(QLatin1StringView name)
{
    separate();
    m_text.append("\"");
    m_text.append({name.data(), static_cast<std::size_t>(name.size())});
    m_text.append("\":");
}

void SecretJson::value(QStringView text)
{
    QByteArray utf8 = text.toUtf8();
    value(std::string_view(utf8.constData(), static_cast<std::size_t>(utf8.size())));
    link::wipe(utf8);
}

void SecretJson::value(std::string_view utf8)
{
    separate();
    m_text.append("\"");
    escape(utf8);
    m_text.append("\"");
    m_needsComma = true;
}

void SecretJson::value(qint64 number)
{
    separate();
    const QByteArray digits = QByteArray::number(number);
    m_text.append({digits.constData(), static_cast<std::size_t>(digits.size())});
    m_needsComma = true;
}

void SecretJson::value(double number)
{
    separate();
    const QByteArray digits = QByteArray::number(number, 'g', 10);
    m_text.append({digits.constData(), static_cast<std::size_t>(digits.size())});
    m_needsComma = true;
}

void SecretJson::null()
{
    literal("null");
}

void SecretJson::literal(std::string_view text)
{
    separate();
    m_text.append(text);
    m_needsComma = true;
}

void SecretJson::escape(std::string_view utf8)
{
    std::size_t start = 0;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const JsonEscape escape(utf8[i]);
        if (escape.view().empty())
            continue;
        m_text.append(utf8.substr(start, i - start));
        m_text.append(escape.view());
        start = i + 1;
    }
    m_text.append(utf8.substr(start));
}

crypto::SecretText SecretJson::take()
{
    m_needsComma = false;
    return std::move(m_text);
}

} // namespace clavitor
