// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/hardware/HardwareText.h"

#include "ui/words/ErrorText.h"

namespace clavitor::ui {

namespace {

constexpr int kFewTries = 3;
constexpr int kMinute = 60;
constexpr int kHour = 60 * kMinute;

} // namespace

QString HardwareText::sentence(const Error &error)
{
    const ErrorText text = ErrorText::of(error.code);
    bool told = false;
    const int number = error.detail.toInt(&told);
    if (error.code == ErrorCode::HardwareWrongPin && told) {
        const QString left = number > 1 ? tr("%1 tries are left.").arg(number) : number == 1 ? tr("One try is left.") : tr("No try is left.");
        const QString warning = number <= kFewTries ? u' ' + tr("After that the hardware refuses the right one as well.") : QString();
        return text.title + u' ' + left + warning + u' ' + text.next;
    }
    if (error.code == ErrorCode::TpmLockout && told && number > 0) {
        const QString wait = number < 2 * kMinute ? tr("It takes another in about a minute.")
            : number < 2 * kHour ? tr("It takes another in about %1 minutes.").arg((number + kMinute - 1) / kMinute)
                                 : tr("It takes another in about %1 hours.").arg((number + kHour - 1) / kHour);
        return text.title + u' ' + wait + u' ' + text.next;
    }
    return text.sentence();
}

QString HardwareText::pinFault(crypto::SlotKind kind, qsizetype characters)
{
    if (kind == crypto::SlotKind::Tpm)
        return characters < 6 ? tr("The PIN needs at least six characters.") : QString();
    if (characters < 4)
        return tr("The PIN of a security key has at least four characters.");
    return characters > 63 ? tr("The PIN of a security key has at most 63 characters.") : QString();
}

QString HardwareText::nextName(qsizetype others)
{
    return others == 0 ? tr("My security key") : tr("Security key %1").arg(others + 1);
}

} // namespace clavitor::ui
