// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/pictures/HardwarePictures.h"

#include "tests/support/HardwareFixture.h"
#include "ui/PersonalAccess.h"
#include "ui/hardware/HardwareDialogs.h"
#include "ui/setup/UnlockPanel.h"

#include <QApplication>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>

#include <memory>

using namespace clavitor;
using namespace clavitor::test;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;
using crypto::SlotKind;
using Aim = HardwareDialog::Purpose;

namespace {

void enter(QWidget *owner, const QString &name, const QString &text)
{
    for (auto *line : owner->findChildren<QLineEdit *>())
        if (line->accessibleName() == name) {
            line->setText(text);
            emit line->textEdited(text);
        }
}

void press(QWidget *owner, const QString &text)
{
    for (auto *button : owner->findChildren<QPushButton *>())
        if (button->text() == text && button->isVisibleTo(owner)) {
            button->click();
            break;
        }
    QTest::qWait(150);
}

std::unique_ptr<HardwareDialog> dialogFor(HardwareFixture &all, Aim purpose, SlotKind kind)
{
    auto made = std::make_unique<HardwareDialog>(HardwareDialog::Parts{all.client.get(), &all.hardware}, purpose, kind);
    made->setAttribute(Qt::WA_DeleteOnClose, false);
    made->show();
    QTest::qWait(150);
    return made;
}

using Take = std::function<void(const QString &, QWidget *, QSize)>;

void shootLocked(const Take &take)
{
    HardwareFixture all;
    all.addWay(SlotKind::SecurityKey, 1, u"Blue key"_s);
    all.addWay(SlotKind::Tpm, 2, {});
    all.start(LockState::Locked);
    HardwareDialogs dialogs(all.client.get(), &all.hardware);
    {
        UnlockPanel panel(all.client.get(), [] { return qint64(1'773'000'000'000); });
        panel.setHardware(&dialogs);
        take(u"hardware-unlock"_s, &panel, {820, 560});
    }
    all.key->there = false;
    take(u"hardware-plug"_s, dialogFor(all, Aim::Unlock, SlotKind::SecurityKey).get(), {});
    all.key->there = true;
    all.key->waits = true;
    take(u"hardware-touch"_s, dialogFor(all, Aim::Unlock, SlotKind::SecurityKey).get(), {});
    all.key->waits = false;
    all.key->fail(Error{ErrorCode::SecurityKeyDenied, {}});
    take(u"hardware-failed"_s, dialogFor(all, Aim::Unlock, SlotKind::SecurityKey).get(), {});
    all.key->fail(std::nullopt);
    all.key->setPin("1234");
    {
        const auto dialog = dialogFor(all, Aim::Unlock, SlotKind::SecurityKey);
        take(u"hardware-pin"_s, dialog.get(), {});
        enter(dialog.get(), u"PIN of the security key"_s, u"4321"_s);
        press(dialog.get(), u"Unlock"_s);
        take(u"hardware-pin-wrong"_s, dialog.get(), {});
    }
    all.key->setPin({});
    all.chip->fail(Error{ErrorCode::TpmLockout, u"1000"_s});
    {
        const auto dialog = dialogFor(all, Aim::Unlock, SlotKind::Tpm);
        enter(dialog.get(), u"PIN"_s, u"123456"_s);
        press(dialog.get(), u"Unlock"_s);
        take(u"hardware-tpm-lockout"_s, dialog.get(), {});
    }
}

void shootOpen(const Take &take)
{
    HardwareFixture open;
    open.addWay(SlotKind::SecurityKey, 1, u"Blue key"_s);
    open.addWay(SlotKind::Tpm, 2, {});
    open.start(LockState::Unlocked);
    {
        const auto dialog = dialogFor(open, Aim::Add, SlotKind::SecurityKey);
        take(u"hardware-name"_s, dialog.get(), {});
        press(dialog.get(), u"Continue"_s);
        take(u"hardware-password"_s, dialog.get(), {});
    }
    take(u"hardware-tpm-new"_s, dialogFor(open, Aim::Add, SlotKind::Tpm).get(), {});
    HardwareDialogs others(open.client.get(), &open.hardware);
    PersonalAccess personal(open.client.get(), [] { return qint64(1'773'000'000'000); });
    personal.setHardware(&others);
    QWidget window;
    window.show();
    personal.request(&window, &window, [] {});
    if (QWidget *sheet = QApplication::activeModalWidget())
        take(u"hardware-personal"_s, sheet, {});
}

} // namespace

void shootHardware(const Take &take)
{
    shootLocked(take); // one vault at a time
    shootOpen(take);
}
