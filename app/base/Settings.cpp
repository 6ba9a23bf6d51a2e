// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/Settings.h"

#include <QFile>

#include <algorithm>
#include <array>
#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

const QString ThemeKey = u"appearance/theme"_s;
const QString DensityKey = u"appearance/density"_s;
const QString AutoLockKey = u"security/autoLockMinutes"_s;
const QString ClipboardKey = u"security/clipboardSeconds"_s;
const QString KeychainCheckKey = u"security/keychainCheck"_s;
const QString KeepsPersonalKey = u"security/personalByPresence"_s;
const QString KeepsLeasesKey = u"security/keepLeasesWhenAway"_s;
const QString StartMinimisedKey = u"start/minimised"_s;
const QString SheetReminderKey = u"seen/recoverySheetReminder"_s;
const QString CheckpointFileKey = u"log/checkpointFile"_s;
const QString GeometryKey = u"window/geometry"_s;

template<typename Enum>
using Word = std::pair<Enum, QLatin1StringView>;

constexpr std::array ThemeWords{
    Word<Settings::Theme>{Settings::Theme::System, "system"_L1},
    Word<Settings::Theme>{Settings::Theme::Light, "light"_L1},
    Word<Settings::Theme>{Settings::Theme::Dark, "dark"_L1},
};

constexpr std::array DensityWords{
    Word<Settings::Density>{Settings::Density::Comfortable, "comfortable"_L1},
    Word<Settings::Density>{Settings::Density::Compact, "compact"_L1},
};

constexpr std::array KeychainCheckWords{
    Word<Settings::KeychainCheck>{Settings::KeychainCheck::Always, "always"_L1},
    Word<Settings::KeychainCheck>{Settings::KeychainCheck::Never, "never"_L1},
};

/// The first of `words` is the default.
template<typename Enum, std::size_t N>
Enum fromWord(const std::array<Word<Enum>, N> &words, const QVariant &stored)
{
    const QString text = stored.toString();
    const auto found = std::find_if(words.begin(), words.end(), [&](const auto &word) { return text == word.second; });
    return found != words.end() ? found->first : words.front().first;
}

template<typename Enum, std::size_t N>
QString toWord(const std::array<Word<Enum>, N> &words, Enum value)
{
    const auto found = std::find_if(words.begin(), words.end(), [&](const auto &word) { return value == word.first; });
    return found != words.end() ? QString(found->second) : QString(words.front().second);
}

/// QSettings would overwrite a file that it could not read.
QString setAsideIfForeign(const QString &path)
{
    if (QSettings(path, QSettings::IniFormat).status() == QSettings::FormatError) {
        const QString aside = path + ".damaged"_L1;
        QFile::remove(aside);
        QFile::rename(path, aside);
    }
    return path;
}

} // namespace

Settings::Settings(const QString &path, QObject *parent)
    : QObject(parent)
    , m_file(setAsideIfForeign(path), QSettings::IniFormat)
{
    m_file.setFallbacksEnabled(false);
}

Settings::Theme Settings::theme() const
{
    return fromWord(ThemeWords, m_file.value(ThemeKey));
}

void Settings::setTheme(Theme theme)
{
    set(ThemeKey, toWord(ThemeWords, theme));
}

Settings::Density Settings::density() const
{
    return fromWord(DensityWords, m_file.value(DensityKey));
}

void Settings::setDensity(Density density)
{
    set(DensityKey, toWord(DensityWords, density));
}

int Settings::autoLockMinutes() const
{
    return number(AutoLockKey, AutoLockDefault, AutoLockMinimum, AutoLockMaximum);
}

void Settings::setAutoLockMinutes(int minutes)
{
    set(AutoLockKey, std::clamp(minutes, AutoLockMinimum, AutoLockMaximum));
}

int Settings::clipboardSeconds() const
{
    return number(ClipboardKey, ClipboardDefault, ClipboardMinimum, ClipboardMaximum);
}

void Settings::setClipboardSeconds(int seconds)
{
    set(ClipboardKey, std::clamp(seconds, ClipboardMinimum, ClipboardMaximum));
}

Settings::KeychainCheck Settings::keychainCheck() const
{
    return fromWord(KeychainCheckWords, m_file.value(KeychainCheckKey));
}

void Settings::setKeychainCheck(KeychainCheck check)
{
    set(KeychainCheckKey, toWord(KeychainCheckWords, check));
}

bool Settings::keepsPersonal() const
{
    return m_file.value(KeepsPersonalKey).toString() != "false"_L1;
}

void Settings::setKeepsPersonal(bool keeps)
{
    set(KeepsPersonalKey, keeps ? u"true"_s : u"false"_s);
}

bool Settings::keepsLeases() const
{
    return m_file.value(KeepsLeasesKey).toString() == "true"_L1;
}

void Settings::setKeepsLeases(bool keeps)
{
    set(KeepsLeasesKey, keeps ? u"true"_s : u"false"_s);
}

bool Settings::startMinimised() const
{
    return m_file.value(StartMinimisedKey).toString() == "true"_L1;
}

void Settings::setStartMinimised(bool minimised)
{
    set(StartMinimisedKey, minimised ? u"true"_s : u"false"_s);
}

bool Settings::isSheetReminderSeen() const
{
    return m_file.value(SheetReminderKey).toString() == "true"_L1;
}

void Settings::setSheetReminderSeen()
{
    set(SheetReminderKey, u"true"_s);
}

QString Settings::checkpointFile() const
{
    return m_file.value(CheckpointFileKey).toString();
}

void Settings::setCheckpointFile(const QString &path)
{
    set(CheckpointFileKey, path);
}

QByteArray Settings::windowGeometry() const
{
    return QByteArray::fromBase64(m_file.value(GeometryKey).toByteArray());
}

void Settings::setWindowGeometry(const QByteArray &geometry)
{
    m_file.setValue(GeometryKey, geometry.toBase64());
}

Result<> Settings::sync()
{
    m_file.sync();
    if (m_file.status() == QSettings::NoError)
        return {};
    return fail(ErrorCode::Io, u"%1 cannot be written"_s.arg(path()));
}

void Settings::set(const QString &key, const QVariant &value)
{
    if (m_file.value(key).toString() == value.toString())
        return;
    m_file.setValue(key, value);
    emit changed();
}

int Settings::number(const QString &key, int fallback, int minimum, int maximum) const
{
    bool isNumber = false;
    const qint64 value = m_file.value(key).toLongLong(&isNumber);
    return isNumber ? static_cast<int>(std::clamp<qint64>(value, minimum, maximum)) : fallback;
}

} // namespace clavitor
