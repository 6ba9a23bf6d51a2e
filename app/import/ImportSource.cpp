// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/ImportSource.h"

#include "app/import/ForeignFormat.h"
#include "app/import/JsonReader.h"
#include "app/link/Wipe.h"

#include <QFile>
#include <QFileInfo>

#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

Result<QByteArray> readWhole(const QString &path)
{
    const QFileInfo about(path);
    if (!about.exists())
        return fail(ErrorCode::NotFound, u"There is no such file."_s);
    if (about.isDir())
        return fail(ErrorCode::ImportUnsupported, u"This is a folder. Choose the exported file inside it."_s);
    if (!about.isFile())
        return fail(ErrorCode::ImportUnsupported, u"This is a device or a pipe, not a file."_s);
    if (about.size() > ImportSource::kMostBytes)
        return fail(ErrorCode::ImportTooLarge, u"The file is larger than 64 MiB."_s);
    QFile file(path);
    // Unbuffered: QFile's own buffer could not be overwritten afterwards.
    if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return fail(ErrorCode::Io, file.errorString());
    QByteArray bytes(about.size() + 1, Qt::Uninitialized);
    qint64 length = 0;
    while (length < bytes.size()) {
        const qint64 got = file.read(bytes.data() + length, bytes.size() - length);
        if (got < 0) {
            link::wipe(bytes);
            return fail(ErrorCode::Io, file.errorString());
        }
        if (got == 0)
            break;
        length += got;
    }
    if (length > about.size()) {
        link::wipe(bytes);
        return fail(ErrorCode::Io,
                    u"The file is still being written. Try again when the export has finished."_s);
    }
    bytes.truncate(length);
    return bytes;
}

bool looksLikeJson(QByteArrayView text)
{
    const QByteArrayView trimmed = text.first(qMin(text.size(), qsizetype{4096})).trimmed();
    return trimmed.startsWith('{') || trimmed.startsWith('[');
}

} // namespace

Result<ImportSource> ImportSource::open(const QString &path)
{
    auto bytes = readWhole(path);
    if (!bytes)
        return std::unexpected(bytes.error());
    return fromBytes(QFileInfo(path).fileName(), std::move(*bytes));
}

Result<ImportSource> ImportSource::fromBytes(QString fileName, QByteArray &&bytes)
{
    if (bytes.size() > kMostBytes) {
        link::wipe(bytes);
        return fail(ErrorCode::ImportTooLarge, u"The file is larger than 64 MiB."_s);
    }
    if (bytes.isEmpty())
        return fail(ErrorCode::ImportEmpty,
                    u"The file is empty. Export again and check that the export finished."_s);
    if (auto refusal = refuseBinary(fileName, bytes)) {
        link::wipe(bytes);
        return std::unexpected(std::move(*refusal));
    }
    auto text = decodeText(std::move(bytes));
    if (!text)
        return std::unexpected(text.error());
    ImportSource source(std::move(fileName), std::move(*text));
    if (source.text().trimmed().isEmpty())
        return fail(ErrorCode::ImportEmpty, u"The file holds nothing but blanks."_s);
    if (looksLikeJson(source.text())) {
        auto json = JsonReader(source.text()).read();
        if (!json)
            return std::unexpected(json.error());
        source.m_json = std::move(*json);
    }
    return source;
}

ImportSource::ImportSource(QString fileName, DecodedText text)
    : m_fileName(std::move(fileName))
    , m_text(std::move(text))
{
}

ImportSource &ImportSource::operator=(ImportSource &&other) noexcept
{
    if (this != &other) {
        link::wipe(m_text.utf8);
        m_fileName = std::move(other.m_fileName);
        m_text = std::move(other.m_text);
        m_json = std::move(other.m_json);
    }
    return *this;
}

ImportSource::~ImportSource()
{
    link::wipe(m_text.utf8);
}

} // namespace clavitor
