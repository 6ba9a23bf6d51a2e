// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/words/ErrorText.h"

namespace clavitor::ui {

ErrorText ErrorText::of(ErrorCode code)
{
    const QString nothingChanged = tr("Nothing was changed.");
    const QString vaultUntouched = tr("The vault was not touched.");

    switch (code) {
    case ErrorCode::InvalidValue:
        return {tr("One of the values cannot be used."), nothingChanged, tr("Shorten or correct what was typed and try again.")};
    case ErrorCode::NotFound:
        return {tr("This is no longer here."), tr("Everything else is as it was."),
                tr("It may have been deleted or moved. Go back to the list.")};
    case ErrorCode::Conflict:
        return {tr("This entry changed while you were editing it."),
                tr("The newer version was kept and your text is still in the editor."),
                tr("Copy what you need, reopen the entry and make the change again.")};
    case ErrorCode::Cancelled:
        return {tr("Stopped as you asked."), nothingChanged, tr("Start again whenever you like.")};
    case ErrorCode::Locked:
        return {tr("The vault is locked."), tr("Everything in it is safe."), tr("Unlock it and try again.")};
    case ErrorCode::PersonalShut:
        return {tr("Personal fields are shut."), nothingChanged,
                tr("Enter the master password to open them for a minute.")};
    case ErrorCode::Busy:
        return {tr("The vault is busy with another step."), tr("That step carries on."),
                tr("Wait a moment and try again.")};
    case ErrorCode::WrongPassword:
        return {tr("That password does not open this vault."), tr("The vault is as it was. You can try as often as you need."),
                tr("Check Caps Lock and the keyboard layout, then try again.")};
    case ErrorCode::WeakPassword:
        return {tr("That password would be too easy to guess."), nothingChanged,
                tr("Use at least twelve characters. Four or five unrelated words work well.")};
    case ErrorCode::DamagedFile:
        return {tr("The vault file is damaged."), tr("It was left exactly as it is, so that nothing more is lost."),
                tr("Bring back a backup of the vault folder, or check the disk before you try again.")};
    case ErrorCode::ForeignFile:
        return {tr("This is not a Clavitor vault."), tr("The file was not touched."),
                tr("Choose another folder, or import the file if it is an export of another program.")};
    case ErrorCode::NewerSchema:
        return {tr("This vault was last opened by a newer Clavitor."), tr("The vault was not touched."),
                tr("Install the newer version and open it there.")};
    case ErrorCode::ParametersRefused:
        return {tr("The protection of this vault's password was changed outside Clavitor."),
                tr("The vault was not opened and not touched."),
                tr("Bring back a backup of the vault folder. If you did not change it, find out who did.")};
    case ErrorCode::OutOfMemory:
        return {tr("There is not enough free memory to check the password."), vaultUntouched,
                tr("Close some programs and try again. About 300 MB must be free.")};
    case ErrorCode::NoVault:
        return {tr("There is no vault here yet."), nothingChanged, tr("Create one, or choose the folder that holds yours.")};
    case ErrorCode::VaultExists:
        return {tr("There is already a vault here."), tr("The existing vault was not touched."),
                tr("Unlock it, or choose another folder for the new one.")};
    case ErrorCode::AlreadyOpen:
        return {tr("Clavitor is already running with this vault."), tr("The other window keeps the vault."),
                tr("Look for its icon in the tray, or quit it and start again.")};
    case ErrorCode::SqlCipherTooOld:
        return {tr("A part of Clavitor on this computer is too old to be safe."), vaultUntouched,
                tr("Run packaging/run again to install the right version.")};
    case ErrorCode::ChangedOutside:
        return {tr("This vault was changed outside Clavitor."), tr("It is open for looking only, and nothing was written."),
                tr("Look at what the notice names, then decide there whether to use the vault as it is.")};
    case ErrorCode::DiskFull:
        return {tr("The disk is full."), tr("Everything saved before is safe. The last change was not saved."),
                tr("Free some space and make the change again.")};
    case ErrorCode::ReadOnly:
        return {tr("The vault's folder cannot be written to."), tr("Everything saved before is safe. The last change was not saved."),
                tr("Allow writing to the folder, or move the vault to one you own.")};
    case ErrorCode::Io:
        return {tr("The disk did not answer as it should."), tr("Everything saved before was kept. The last change was not saved."),
                tr("Check the disk or the connection to it, then try again.")};
    case ErrorCode::WrongRecoverySheet:
        return {tr("This recovery sheet does not open this vault."), tr("The vault is as it was."),
                tr("Compare the vault's name, its id and the date on the sheet: a newer sheet replaces the ones before.")};
    case ErrorCode::WrongDevice:
        return {tr("This device does not open this vault."), tr("The vault is as it was."),
                tr("Use the device that was added to this vault, or unlock with the master password.")};
    case ErrorCode::NoSuchWay:
        return {tr("This vault does not open this way."), tr("The vault is as it was."),
                tr("It was never added, or it was removed. Use the master password or another way.")};
    case ErrorCode::LastWay:
        return {tr("This is the last way to open Personal."), tr("It was kept."), tr("Add another way first.")};
    case ErrorCode::TooManyWays:
        return {tr("A vault takes eight security keys."), nothingChanged, tr("Remove one that you do not use any more.")};
    case ErrorCode::WrongPasswordAgain:
        return {tr("That password does not open this vault either."), tr("The vault is as it was. You can try as often as you need."),
                tr("Check Caps Lock and the layout. If you are sure of it, vault.keys may have been changed: bring back a backup.")};
    case ErrorCode::KeysChanged:
        return {tr("The key file of this vault was changed outside Clavitor."),
                tr("No password was accepted with it, and nothing was written."),
                tr("Bring back vault.keys and vault.keys.copy from a backup. If you did not change them, find out who did.")};
    case ErrorCode::KeychainAbsent:
        return {tr("This desktop has no keychain running."), tr("Your vault is fine and needs no keychain."),
                tr("Unlock with the master password.")};
    case ErrorCode::KeychainLocked:
        return {tr("The keychain of this computer is locked."), tr("The key in it was not touched."),
                tr("Unlock it and try again, or use the master password. After a changed login password it may still want the former.")};
    case ErrorCode::KeychainStaysLocked:
        return {tr("The keychain stayed locked."), tr("The key in it was not touched."),
                tr("If it refuses your login password, give it the former one once; or use the master password and add it anew.")};
    case ErrorCode::KeychainDenied:
        return {tr("The keychain did not let Clavitor read its key."), tr("The key in it was not touched."),
                tr("Try again and allow it, or use the master password.")};
    case ErrorCode::KeychainNoItem:
        return {tr("The keychain holds no key for this vault."), tr("Your vault is fine, and nothing was written to the keychain."),
                tr("Unlock with the master password, then remove the keychain under Settings, Ways to unlock, and add it again.")};
    case ErrorCode::KeychainElsewhere:
        return {tr("The keychain that answers holds no key for this vault, and another one runs beside it."), tr("The vault and both keychains were left as they are."),
                tr("Unlock with the master password. Start Clavitor again, or remove the keychain in Settings and add it again.")};
    case ErrorCode::KeychainWrongItem:
        return {tr("The key in the keychain does not fit this vault."), tr("Both the vault and the key were left as they are."),
                tr("Unlock with the master password, then remove the keychain under Settings, Ways to unlock, and add it again.")};
    case ErrorCode::KeychainBrokenItem:
        return {tr("The key in the keychain is not whole."), tr("Both the vault and what is left of the key were left as they are."),
                tr("Unlock with the master password, then remove the keychain under Settings, Ways to unlock, and add it again.")};
    case ErrorCode::KeychainTimeout:
        return {tr("The keychain did not answer in time."), tr("The key in it was not touched."),
                tr("Look for a window of the keychain that waits for you, or use the master password.")};
    case ErrorCode::KeychainFailed:
        return {tr("The keychain could not be used."), tr("Your vault is fine, and the key in the keychain was not touched."),
                tr("Unlock with the master password.")};
    case ErrorCode::KeychainNotAdded:
        return {tr("The vault is made. The keychain does not open it."), tr("The master password and your second way do."),
                tr("Add the keychain in Settings, Ways to unlock.")};
    case ErrorCode::SecurityKeyAbsent:
        return {tr("No security key is plugged in."), nothingChanged, tr("Plug in your security key and try again.")};
    case ErrorCode::SecurityKeySeveral:
        return {tr("More than one security key is plugged in."), nothingChanged,
                tr("Leave only the one you mean plugged in and try again.")};
    case ErrorCode::SecurityKeyDenied:
        return {tr("This computer does not let you use the security key."), nothingChanged,
                tr("Log in at this computer's own screen, then plug the key in anew.")};
    case ErrorCode::SecurityKeyUnsuited:
        return {tr("This security key cannot keep a secret for a vault."), nothingChanged,
                tr("Use a FIDO2 key with the extension hmac-secret. Most keys made since 2019 have it.")};
    case ErrorCode::SecurityKeyPinNeeded:
        return {tr("This security key asks for its PIN."), nothingChanged, tr("Enter the PIN of the key and try again.")};
    case ErrorCode::SecurityKeyNoPin:
        return {tr("This security key has no PIN."), nothingChanged,
                tr("Add it without one, or set a PIN with the tool of its maker first.")};
    case ErrorCode::SecurityKeyPinPaused:
        return {tr("The security key takes no more PINs for now."), nothingChanged,
                tr("Take the key out, plug it in again and enter its PIN with care.")};
    case ErrorCode::SecurityKeyPinBlocked:
        return {tr("The PIN of this security key is blocked."), tr("The vault is as it was, and its other ways to unlock work."),
                tr("Use another way to unlock. Only a reset frees the key, and that erases it.")};
    case ErrorCode::SecurityKeyUnknown:
        return {tr("This security key is none of this vault's."), nothingChanged,
                tr("Plug in the key you added to this vault, or unlock another way.")};
    case ErrorCode::SecurityKeyUntouched:
        return {tr("The security key was not touched in time."), nothingChanged,
                tr("Try again and touch the key when it blinks.")};
    case ErrorCode::SecurityKeyRemoved:
        return {tr("The security key was taken out before it was done."), nothingChanged,
                tr("Plug it in, leave it there and try again.")};
    case ErrorCode::SecurityKeyFailed:
        return {tr("The security key did not answer as it should."), nothingChanged,
                tr("Take it out, plug it in again and try once more. Close other programs that use it.")};
    case ErrorCode::TpmAbsent:
        return {tr("This computer has no TPM 2.0."), nothingChanged,
                tr("Unlock another way. It may be switched off in the computer's firmware.")};
    case ErrorCode::TpmDenied:
        return {tr("This computer does not let you use its TPM."), nothingChanged,
                tr("Have an administrator put you into the group tss, then log in anew.")};
    case ErrorCode::TpmForeign:
        return {tr("This is not the TPM that was added to this vault."), nothingChanged,
                tr("Unlock another way, then remove that TPM in Settings and add this one.")};
    case ErrorCode::TpmLockout:
        return {tr("The TPM refuses every PIN for a while."), nothingChanged,
                tr("Wait before you try again, or unlock another way.")};
    case ErrorCode::TpmFailed:
        return {tr("The TPM did not answer as it should."), nothingChanged,
                tr("Try again. If it goes on, start the computer anew or unlock another way.")};
    case ErrorCode::HardwareWrongPin:
        return {tr("That is not the PIN."), nothingChanged, tr("Check Num Lock and the keyboard layout, then try again.")};
    case ErrorCode::PresenceRefused:
        return {tr("The check said that it is not you."), tr("Nothing was opened."), tr("Use the master password, or try once more.")};
    case ErrorCode::PresenceTimeout:
        return {tr("Nobody answered the check in thirty seconds."), tr("Nothing was opened."), tr("Try again, or use the master password.")};
    case ErrorCode::PresenceUnavailable:
        return {tr("This computer cannot check now whether it is you."), tr("Nothing was opened."),
                tr("Use the master password. Whether a check must come first is set under Settings, Checks that it is you.")};
    case ErrorCode::NameTaken:
        return {tr("Another key already has this name."), nothingChanged,
                tr("Choose a name that tells the two apart in the audit log.")};
    case ErrorCode::KeyRevoked:
        return {tr("This key was revoked."), tr("Its rows in the audit log are kept."), tr("Create a new key for this agent.")};
    case ErrorCode::ImportEmpty:
        return {tr("There is nothing to import in this file."), vaultUntouched,
                tr("Make the export again and check that it holds entries.")};
    case ErrorCode::ImportUnreadable:
        return {tr("This file is broken and cannot be read to its end."), vaultUntouched,
                tr("Make the export again. The details below say where it breaks.")};
    case ErrorCode::ImportUnsupported:
        return {tr("Clavitor does not know this kind of file."), vaultUntouched,
                tr("Export as Bitwarden JSON or CSV, or as CSV from Chrome, Edge or Firefox.")};
    case ErrorCode::ImportEncrypted:
        return {tr("This export is encrypted and only its own program can read it."), vaultUntouched,
                tr("Make the export again without encryption, import it, then delete the file.")};
    case ErrorCode::ImportTooLarge:
        return {tr("This file is larger than an export can be."), vaultUntouched,
                tr("Check that it is the right file. Exports up to 64 MB can be imported.")};
    case ErrorCode::AuditUnavailable:
        return {tr("The audit log could not be written."), tr("So nothing was handed out and nothing was changed."),
                tr("Check free space and the vault's folder, then try again.")};
    case ErrorCode::Internal:
        break;
    }
    return {tr("Something went wrong inside Clavitor."), tr("Everything saved before was kept."),
            tr("Try again. If it happens once more, report it with the details below.")};
}

ErrorText ErrorText::ofKeychainNotAdded(ErrorCode why)
{
    ErrorText text = of(ErrorCode::KeychainNotAdded);
    switch (why) {
    case ErrorCode::KeychainStaysLocked:
    case ErrorCode::KeychainDenied:
        text.kept = tr("Its question was closed or refused.") + u' ' + text.kept;
        break;
    case ErrorCode::KeychainTimeout:
        text.kept = tr("It did not answer in time.") + u' ' + text.kept;
        break;
    case ErrorCode::KeychainAbsent:
        text.kept = tr("None is running on this desktop.") + u' ' + text.kept;
        break;
    case ErrorCode::KeychainLocked:
        text.kept = tr("It stayed locked.") + u' ' + text.kept;
        break;
    default:
        text.kept = tr("It could not be used.") + u' ' + text.kept;
        break;
    }
    return text;
}

QString ErrorText::body() const
{
    return kept + u' ' + next;
}

QString ErrorText::sentence() const
{
    return title + u' ' + body();
}

} // namespace clavitor::ui
