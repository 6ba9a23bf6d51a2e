// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/SecretText.h"

#include <QList>
#include <QString>

namespace clavitor {

/// What makes a password easier to guess than its length promises.
enum class PasswordWeakness {
    TooShort,       ///< under 12 characters
    CommonWord,     ///< words or known passwords, also with letters swapped for digits
    PersonalWord,   ///< contains the vault's name or another word given as context
    Repeat,         ///< "aaa", "abcabc"
    Sequence,       ///< "abcd", "4321"
    KeyboardRow,    ///< "qwerty", "1qaz"
    Date,           ///< dates and years
};

/// How hard a master password is to guess: zxcvbn's estimate (Wheeler, USENIX Security 2016) in zxcvbn-c's reckoning.
struct PasswordStrength {
    int score = 0;              ///< 0 worst … 4 best, by zxcvbn's thresholds of 10^3, 10^6, 10^8, 10^10 guesses
    double guesses = 0;         ///< expected, at least 1
    QString crackTime;          ///< English: "less than a second", "3 hours", "centuries"; see below
    int length = 0;             ///< in characters (code points, after NFKC)
    bool isAcceptable = false;  ///< SECURITY.md §5.1: at least 12 characters, or a score of at least 3
    QList<PasswordWeakness> weaknesses; ///< each once, the heaviest first
};

/// Rates what would be hashed, that is the NFKC form. `contextWords` are words the attacker knows: the vault's name, the
/// person's name. `crackTime` is the time to go through `guesses` at 10^4 a second, zxcvbn's "offline, slow hash": about
/// what a hundred graphics cards reach against our Argon2id. Text past the first 100 characters counts as length only
/// (zxcvbn's time grows with the square). Any thread; some tens of milliseconds for the longest passwords.
/// zxcvbn works on its own heap copies of the password and frees them unwiped: F16's scrubbed heap is what clears them.
[[nodiscard]] PasswordStrength passwordStrength(const crypto::SecretText &password,
                                                const QStringList &contextWords = {});

/// The NFKC form (Unicode UAX #15) in which master passwords are hashed, so that the same keys give the same password on
/// every keyboard and system. Temporaries are wiped.
[[nodiscard]] crypto::SecretText normalisedPassword(const crypto::SecretText &password);

} // namespace clavitor
