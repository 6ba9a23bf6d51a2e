// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/Random.h"
#include "crypto/SecretText.h"

#include <expected>
#include <vector>

namespace clavitor::crypto {

/// Why a text is no recovery sheet: for the person who typed it, so it says where to look again.
struct RecoverySheetFault
{
    enum class Kind {
        Empty,
        TooShort,   ///< whole groups or characters are missing, and which cannot be told
        TooLong,    ///< more than a sheet has
        WrongGroups ///< as many as there should be, and `groups` are not as printed
    };
    Kind kind = Kind::Empty;
    std::vector<int> groups; ///< 1 to RecoverySheet::groupCount, ascending
};

/// The 160 random bits of a printed recovery sheet, and the text they are printed as: eight groups of five
/// characters of Crockford's base32. The last character of a group checks the four before it and the group's
/// place, so a slip of the pen, two characters or two groups exchanged are found and named; see
/// crypto/README.md.
///
/// Move-only, owns guarded memory, one owner at a time. Everybody who has it can open the vault, Personal
/// included.
class RecoverySheet
{
public:
    static constexpr std::size_t size = 20; ///< bytes
    static constexpr int groupCount = 8;
    static constexpr int groupLength = 5; ///< characters, the check included

    [[nodiscard]] static RecoverySheet make(const RandomSource &random);
    /// Reads what people type: any case, O for 0, I and L for 1, blanks, hyphens and line ends anywhere.
    [[nodiscard]] static std::expected<RecoverySheet, RecoverySheetFault> parse(std::string_view utf8);

    /// The groups with hyphens between them, 47 characters of ASCII.
    [[nodiscard]] SecretText text() const;
    /// `number` from 1, as printed.
    [[nodiscard]] SecretText group(int number) const;
    /// Whether this was typed for that group, read as forgivingly as by parse().
    [[nodiscard]] bool groupIs(int number, std::string_view utf8) const;

    /// The 32 bytes that open the slot.
    [[nodiscard]] SecretBytes slotSecret() const;

private:
    explicit RecoverySheet(SecretBytes bits)
        : m_bits(std::move(bits))
    {
    }

    SecretBytes m_bits;
};

} // namespace clavitor::crypto
