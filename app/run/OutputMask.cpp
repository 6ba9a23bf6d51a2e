// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/OutputMask.h"

#include "app/base/JsonEscape.h"
#include "app/link/Wipe.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace clavitor {

namespace {

constexpr std::size_t kShortestLine = 8;

crypto::SecretText encodedFrom(QByteArray encoded)
{
    crypto::SecretText text = crypto::SecretText::copyOf({encoded.constData(), static_cast<std::size_t>(encoded.size())});
    link::wipe(encoded);
    return text;
}

QByteArray inJson(char c)
{
    const JsonEscape escape(c);
    return escape.view().empty() ? QByteArray(1, c) : QByteArray(escape.view().data(), static_cast<qsizetype>(escape.view().size()));
}

QByteArray inJson(std::string_view utf8)
{
    QByteArray text;
    text.reserve(static_cast<qsizetype>(6 * utf8.size()));
    for (const char c : utf8)
        text += inJson(c);
    return text;
}

/// With every other character as \uXXXX, as Python's json has it.
QByteArray inAsciiJson(std::string_view utf8)
{
    QString characters = QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
    QByteArray text;
    text.reserve(6 * characters.size());
    for (const QChar c : std::as_const(characters))
        text += c.unicode() < 0x7f ? inJson(c.toLatin1()) : "\\u" + QByteArray::number(c.unicode(), 16).rightJustified(4, '0');
    link::wipe(characters);
    return text;
}

/// What base64 makes of the value when `before` bytes of something else stand in front of it, without the characters that those and
/// what follows have a part in.
QByteArray inBase64(QByteArrayView value, qsizetype before, QByteArray::Base64Option alphabet)
{
    QByteArray shifted(before, '\0');
    shifted.append(value);
    QByteArray text = shifted.toBase64(alphabet | QByteArray::OmitTrailingEquals);
    link::wipe(shifted);
    if ((before + value.size()) % 3 != 0)
        text.chop(1);
    return text.sliced(before == 0 ? 0 : before + 1);
}

} // namespace

OutputMask::OutputMask(const std::vector<crypto::SecretText> &values)
{
    for (const crypto::SecretText &value : values) {
        if (value.size() < shortest)
            continue;
        const std::string_view text = value.view();
        const auto raw = QByteArray::fromRawData(text.data(), static_cast<qsizetype>(text.size()));
        look(value.clone());
        for (qsizetype before = 0; before < 3; ++before)
            for (const QByteArray::Base64Option alphabet : {QByteArray::Base64Encoding, QByteArray::Base64UrlEncoding})
                look(encodedFrom(inBase64(raw, before, alphabet)));
        look(encodedFrom(raw.toPercentEncoding()));
        look(encodedFrom(inJson(text)));
        look(encodedFrom(inAsciiJson(text)));
        for (std::size_t begin = 0, end = 0; text.find('\n') != std::string_view::npos && begin < text.size(); begin = end + 1) {
            end = std::min(text.find('\n', begin), text.size());
            std::string_view line = text.substr(begin, end - begin);
            if (line.ends_with('\r'))
                line.remove_suffix(1);
            if (line.size() >= (text.find('\n') + 1 == text.size() ? shortest : kShortestLine))
                look(crypto::SecretText::copyOf(line));
        }
    }
    std::ranges::stable_sort(m_patterns, std::greater(), &crypto::SecretText::size);
}

OutputMask::~OutputMask()
{
    link::wipe(m_held);
}

void OutputMask::look(crypto::SecretText text)
{
    if (text.size() < shortest || std::ranges::any_of(m_patterns, [&](const crypto::SecretText &known) { return known.equals(text.view()); }))
        return;
    m_isFirst[static_cast<unsigned char>(text.view().front())] = true;
    m_patterns.push_back(std::move(text));
}

OutputMask::Found OutputMask::at(QByteArrayView rest) const
{
    if (!m_isFirst[static_cast<unsigned char>(rest.front())])
        return {};
    const std::string_view bytes(rest.data(), static_cast<std::size_t>(rest.size()));
    // A longer one may still come to be.
    Found found;
    for (const crypto::SecretText &pattern : m_patterns) {
        if (bytes.starts_with(pattern.view()))
            return found.fit == Fit::Beginning ? found : Found{Fit::Whole, pattern.size()};
        if (found.fit == Fit::None && pattern.size() > bytes.size() && pattern.view().starts_with(bytes))
            found = {Fit::Beginning, bytes.size()};
    }
    return found;
}

QByteArray OutputMask::pass(bool isLast)
{
    QByteArray passed;
    passed.reserve(m_held.size());
    qsizetype at = 0;
    while (at < m_held.size()) {
        const QByteArrayView rest = QByteArrayView(m_held).sliced(at);
        Found found = this->at(rest);
        if (found.fit == Fit::Beginning && !isLast)
            break;
        if (found.fit == Fit::Beginning) {
            // The end of the stream: a whole one that is a beginning of another counts, and else what is long enough to tell something.
            const auto whole = std::ranges::find_if(m_patterns, [&](const crypto::SecretText &pattern) {
                return std::string_view(rest.data(), static_cast<std::size_t>(rest.size())).starts_with(pattern.view());
            });
            found = whole != m_patterns.end() ? Found{Fit::Whole, whole->size()}
                : found.size >= shortest      ? Found{Fit::Whole, found.size}
                                              : Found{};
        }
        if (found.fit == Fit::Whole) {
            passed += Replacement;
            at += static_cast<qsizetype>(found.size);
            continue;
        }
        passed += m_held.at(at++);
    }
    std::fill_n(m_held.begin(), at, '\0');
    m_held.remove(0, at);
    return passed;
}

QByteArray OutputMask::take(QByteArrayView bytes)
{
    QByteArray joined;
    joined.reserve(m_held.size() + bytes.size());
    joined.append(m_held).append(bytes);
    link::wipe(m_held);
    m_held = std::move(joined);
    return pass(false);
}

QByteArray OutputMask::finish()
{
    return pass(true);
}

} // namespace clavitor
