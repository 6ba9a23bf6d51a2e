// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QString>

namespace clavitor::ui {

/// A name that a decision hangs on (an entry's title, a key, a program), so that no two names look the same: strictText()
/// in an isolate (FSI … PDI, UAX #9) of at most `cells` columns, of which a wide letter takes two, with the middle left out
/// of a longer one; and what there is to say of its letters, for they can be of several scripts or those of another name
/// (UTS #39).
class NameText {
    Q_DECLARE_TR_FUNCTIONS(NameText)
public:
    enum class Letters {
        Plain,
        Mixed,              ///< of scripts that no language writes together, "pаypal" with a Cyrillic а
        LookAlike,          ///< each looks like one of ASCII and at least one is none, "сосо" or "github․com"
    };
    static constexpr int Cells = 80;

    [[nodiscard]] static NameText of(const QString &untrusted, int cells = Cells);
    [[nodiscard]] static Letters lettersOf(const QString &untrusted);
    /// "mixed letters", "look-alike letters"; empty for plain ones. Stands beside the name, with an icon.
    [[nodiscard]] static QString word(Letters letters);
    /// The same on a badge, with a capital.
    [[nodiscard]] static QString badge(Letters letters);

    QString text;
    Letters letters = Letters::Plain;
    bool isCut = false;
};

} // namespace clavitor::ui
