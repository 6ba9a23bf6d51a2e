// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/import/JsonValue.h"
#include "app/import/TextDecoding.h"

#include <QByteArray>
#include <QString>

#include <optional>

namespace clavitor {

/// A file to import, in memory: its text as UTF-8 and, when it is JSON, the parsed tree. Holds every secret
/// of the file, so it is move-only and overwrites its buffers when it goes, whether the import succeeded or
/// not.
///
/// Any thread, one at a time.
class ImportSource
{
public:
    /// The largest file taken, in bytes.
    static constexpr qint64 kMostBytes = qint64{64} * 1024 * 1024;

    /// Reads a regular file. Errors: NotFound, Io, ImportEmpty, ImportTooLarge, ImportUnsupported (not text,
    /// the detail says what it is), ImportUnreadable (text or JSON that is broken, the detail says where).
    [[nodiscard]] static Result<ImportSource> open(const QString &path);
    /// The same for bytes at hand, which are overwritten.
    [[nodiscard]] static Result<ImportSource> fromBytes(QString fileName, QByteArray &&bytes);

    /// Without its folder.
    [[nodiscard]] const QString &fileName() const { return m_fileName; }
    /// Valid UTF-8 without a byte order mark.
    [[nodiscard]] QByteArrayView text() const { return m_text.utf8; }
    [[nodiscard]] TextEncoding encoding() const { return m_text.encoding; }
    [[nodiscard]] bool isJson() const { return m_json.has_value(); }
    /// The root of the document; null for anything that is not JSON.
    [[nodiscard]] const JsonValue &json() const { return m_json ? *m_json : JsonValue::null(); }

    ImportSource(ImportSource &&) noexcept = default;
    ImportSource &operator=(ImportSource &&other) noexcept;
    ImportSource(const ImportSource &) = delete;
    ImportSource &operator=(const ImportSource &) = delete;
    ~ImportSource();

private:
    ImportSource(QString fileName, DecodedText text);

    QString m_fileName;
    DecodedText m_text;
    std::optional<JsonValue> m_json;
};

} // namespace clavitor
