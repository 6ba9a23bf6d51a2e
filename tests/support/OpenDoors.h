// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/ClientVault.h"
#include "ui/ClipboardGuard.h"
#include "ui/PasswordSheet.h"
#include "ui/PersonalAccess.h"
#include "ui/entries/FieldRow.h"

#include <QGuiApplication>
#include <QLineEdit>
#include <QTest>

namespace clavitor::test {

/// An open vault with all that a widget showing fields goes through, to build a test's bench on.
struct OpenDoors {
    explicit OpenDoors(int revealMilliseconds = 20'000);
    ~OpenDoors();

    /// The sheet on `owner` that asks for the master password; null when none is on show.
    [[nodiscard]] static ui::PasswordSheet *sheetOn(const QWidget *owner);
    static void answer(const ui::PasswordSheet *sheet, const char *password = TemporaryVault::Password);

    ClientVault vault;
    ui::ClipboardGuard clipboard;
    ui::PersonalAccess personal;
    ui::FieldDoors doors;
};

} // namespace clavitor::test
