// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>

namespace clavitor {

/// The name of a value in the vault, in place of the value: "clavitor://github.com/deploy token". In its parts "/" and "%" stand
/// percent-encoded (RFC 3986 §2.1); who reads one takes any other character so, too.
struct Reference {
    QString entry;              ///< its title, or its id
    QString field;              ///< its label, or its id on the wire ("f3")
    bool operator==(const Reference &) const = default;

    [[nodiscard]] QString toString() const;
    /// nullopt for anything else than one with two parts that are not empty.
    [[nodiscard]] static std::optional<Reference> fromString(QStringView text);
    /// Whether it was meant to be one.
    [[nodiscard]] static bool isAttempt(QStringView text);
};

} // namespace clavitor
