// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/OpenDoors.h"

namespace clavitor::test {

OpenDoors::OpenDoors(int revealMilliseconds)
    : clipboard(QGuiApplication::clipboard())
    , personal(vault.client(), vault.clock())
    , doors{vault.client(), &clipboard, &personal, revealMilliseconds}
{
}

OpenDoors::~OpenDoors() = default;

ui::PasswordSheet *OpenDoors::sheetOn(const QWidget *owner)
{
    for (auto *sheet : owner->findChildren<ui::PasswordSheet *>())
        if (sheet->isVisible())
            return sheet;
    return nullptr;
}

void OpenDoors::answer(const ui::PasswordSheet *sheet, const char *password)
{
    auto *line = sheet->findChild<QLineEdit *>();
    QTest::keyClicks(line, QString::fromLatin1(password));
    QTest::keyClick(line, Qt::Key_Return);
}

} // namespace clavitor::test
