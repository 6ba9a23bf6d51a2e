// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace clavitor {

/// The text of a .desktop file (Desktop Entry Specification), of which single keys of the main group are read and changed. Everything
/// else stays byte for byte: comments, order, translations, other groups, line ends, keys nobody here knows. Any thread; a value.
class DesktopEntry {
public:
    explicit DesktopEntry(const QByteArray &text);

    /// Without its main group it is none, and nothing can be set in it.
    [[nodiscard]] bool isOne() const { return m_first >= 0; }
    /// As it stands there; of several the last, as desktops have it.
    [[nodiscard]] std::optional<QByteArray> value(QByteArrayView key) const;
    /// With the escapes of a string resolved; empty when the key is missing.
    [[nodiscard]] QString string(QByteArrayView key) const;
    /// The words between semicolons.
    [[nodiscard]] QStringList list(QByteArrayView key) const;
    [[nodiscard]] bool isTrue(QByteArrayView key) const;
    [[nodiscard]] bool isFalse(QByteArrayView key) const;
    /// The program that Exec starts, a path or a name; empty when there is none.
    [[nodiscard]] QString program() const;
    /// No comment, no other group and no key but these.
    [[nodiscard]] bool holdsOnly(const QList<QByteArrayView> &keys) const;

    /// In the place of the key, or at the end of the group.
    void set(QByteArrayView key, const QByteArray &value);
    void remove(QByteArrayView key);
    [[nodiscard]] QByteArray text() const { return m_lines.join('\n'); }

    /// A value of type string.
    [[nodiscard]] static QByteArray escaped(const QString &string);
    /// A value of Exec: every word in quotes, with what stands for something else in it taken literally. A program's path with an equals
    /// sign or a percent sign is not started by every desktop.
    [[nodiscard]] static QByteArray command(const QStringList &words);

private:
    [[nodiscard]] bool isKey(qsizetype line, QByteArrayView key) const;

    QList<QByteArray> m_lines;
    qsizetype m_first = -1;     ///< the main group's first line, behind its name
    qsizetype m_end = -1;       ///< where the next group begins, or the text ends
};

} // namespace clavitor
