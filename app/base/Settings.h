// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"

#include <QByteArray>
#include <QObject>
#include <QSettings>

namespace clavitor {

/// The preferences of this computer: how the program looks and when it locks. Nothing about a vault and nothing secret.
///
/// Lives on the UI thread; owns one INI file at the path it is given. Reading always gives a value in range: what is
/// missing is the default, a number out of range is moved to the nearest end, a word that is not known is the default.
/// Keys that this version does not know stay in the file as they are. A file that is not INI is set aside as
/// "<name>.damaged" and the defaults apply.
class Settings : public QObject {
    Q_OBJECT
public:
    enum class Theme { System, Light, Dark };
    enum class Density { Comfortable, Compact };
    /// Whether the person must be there before the keychain opens the vault. Where nothing can ask, Always means the password.
    enum class KeychainCheck { Always, Never };

    static constexpr int AutoLockDefault = 10; ///< minutes without input; SECURITY.md P10
    static constexpr int AutoLockMinimum = 1;
    static constexpr int AutoLockMaximum = 480;
    static constexpr int ClipboardDefault = 30; ///< seconds; SECURITY.md P11 allows no more
    static constexpr int ClipboardMinimum = 5;
    static constexpr int ClipboardMaximum = 30;

    explicit Settings(const QString &path, QObject *parent = nullptr);

    [[nodiscard]] Theme theme() const;
    void setTheme(Theme theme);
    [[nodiscard]] Density density() const;
    void setDensity(Density density);
    /// Minutes without input after which the vault locks.
    [[nodiscard]] int autoLockMinutes() const;
    void setAutoLockMinutes(int minutes);
    /// Seconds after which a copied secret leaves the clipboard.
    [[nodiscard]] int clipboardSeconds() const;
    void setClipboardSeconds(int seconds);
    [[nodiscard]] KeychainCheck keychainCheck() const;
    void setKeychainCheck(KeychainCheck check);
    /// Whether Personal opens again by a presence check, once its password was given. On by default.
    [[nodiscard]] bool keepsPersonal() const;
    void setKeepsPersonal(bool keeps);
    /// Whether a lease goes on when nobody is there or the screen is locked. Off by default.
    [[nodiscard]] bool keepsLeases() const;
    void setKeepsLeases(bool keeps);
    /// Start in the tray, without a window. Off by default.
    [[nodiscard]] bool startMinimised() const;
    void setStartMinimised(bool minimised);
    /// Whether the window has said that a vault with one way to Personal wants a recovery sheet: it does so once.
    [[nodiscard]] bool isSheetReminderSeen() const;
    void setSheetReminderSeen();
    /// The file outside the vault's folder to which the log's checkpoints are added; empty: none.
    [[nodiscard]] QString checkpointFile() const;
    void setCheckpointFile(const QString &path);
    /// As QWidget::saveGeometry() makes it; empty before the first save.
    [[nodiscard]] QByteArray windowGeometry() const;
    void setWindowGeometry(const QByteArray &geometry);

    /// Where the file lies.
    [[nodiscard]] QString path() const { return m_file.fileName(); }
    /// Writes now what Qt would write a moment later. Io: the file cannot be written; the values hold until the program ends.
    [[nodiscard]] Result<> sync();

signals:
    /// A value other than the window's geometry is different now.
    void changed();

private:
    void set(const QString &key, const QVariant &value);
    [[nodiscard]] int number(const QString &key, int fallback, int minimum, int maximum) const;

    QSettings m_file;
};

} // namespace clavitor
