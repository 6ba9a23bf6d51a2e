// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace clavitor {

/// What of JSON with comments a reader takes: each client its own.
enum class JsonDialect {
    Strict,
    Comments,               ///< // and /* */
    CommentsAndCommas,      ///< and a comma after the last member
};

/// A JSON object as a text, for putting a member into it and leaving every other byte alone.
///
/// Comments and a byte order mark are blanked in a copy of the same length, which QJsonDocument then judges; so places in the
/// copy are places in the text.
class JsonText {
public:
    /// An empty text is an empty object. DamagedFile: not JSON of that dialect, or no object; `detail` says the line.
    [[nodiscard]] static Result<JsonText> read(const QByteArray &text, JsonDialect dialect);

    [[nodiscard]] const QJsonObject &root() const { return m_root; }
    /// The text with `value` (JSON, on one line or with "\n" between) as the member `name` of the object under `group` in the root,
    /// both made when they are missing. nullopt: the group is no object, or one of the names stands twice.
    [[nodiscard]] std::optional<QByteArray> withMember(const QString &group, const QString &name, const QByteArray &value) const;
    /// The text without the members at these paths, each the names from the root to one, of an object of its own. nullopt: one is
    /// not there, or a name on the way to it stands twice.
    [[nodiscard]] std::optional<QByteArray> withoutMembers(const QList<QStringList> &paths) const;
    /// Whether a name on the way stands twice: what a reader would take is anybody's guess.
    [[nodiscard]] bool isAmbiguous(const QString &group, const QString &name) const;

private:
    struct Member {
        QString name;
        qsizetype nameBegin = 0;
        qsizetype begin = 0;    ///< of the value
        qsizetype end = 0;
    };
    struct Object {
        qsizetype open = 0;     ///< of its braces
        qsizetype close = 0;
        QList<Member> members;
    };
    [[nodiscard]] Object objectAt(qsizetype open) const;
    [[nodiscard]] qsizetype endOfValue(qsizetype begin) const;
    [[nodiscard]] qsizetype skipSpace(qsizetype at) const;
    [[nodiscard]] QByteArray indentOf(qsizetype at) const;
    /// `text` is the same up to the end of `object`.
    void remove(QByteArray &text, const Object &object, qsizetype index) const;
    [[nodiscard]] QByteArray inserted(const Object &object, const QString &name, const QByteArray &value) const;

    QByteArray m_text;
    QByteArray m_plain;         ///< without comments and last commas, as long as m_text
    QByteArray m_commas;        ///< without comments
    QJsonObject m_root;
};

/// `text` as a JSON string, in quotes.
[[nodiscard]] QByteArray jsonString(QByteArrayView utf8);

} // namespace clavitor
