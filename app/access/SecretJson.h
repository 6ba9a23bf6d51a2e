// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/SecretText.h"

#include <QStringView>

#include <concepts>

namespace clavitor {

/// Writes one JSON text (RFC 8259) straight into guarded memory. QJsonDocument would leave copies of every value in
/// unlocked heap; this writer leaves none.
///
/// Calls must nest properly: key() before each value inside an object. Strings are escaped so that the text holds no
/// control character and no lone surrogate. Not thread safe.
class SecretJson {
public:
    SecretJson();

    void beginObject();
    void endObject();
    void beginArray();
    void endArray();
    void key(QLatin1StringView name);
    void value(QStringView text);
    /// `utf8` is a secret: it goes nowhere but into the guarded text.
    void value(std::string_view utf8);
    void value(qint64 number);
    void value(double number);
    /// Only a real bool: a string literal would prefer it to QStringView.
    void value(std::same_as<bool> auto flag) { literal(flag ? "true" : "false"); }
    void null();
    /// A value that another writer finished.
    void object(std::string_view json) { literal(json); }

    /// The finished text; the writer is empty afterwards.
    [[nodiscard]] crypto::SecretText take();

private:
    void literal(std::string_view text);
    void separate();
    void escape(std::string_view utf8);

    crypto::SecretText m_text;
    bool m_needsComma = false;
};

} // namespace clavitor
