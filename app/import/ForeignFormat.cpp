// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/ForeignFormat.h"

#include "app/import/CsvReader.h"
#include "app/import/ImportSource.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

struct Magic
{
    QByteArrayView bytes;
    ErrorCode code;
    const char16_t *detail;
};

constexpr Magic kMagic[] = {
    {"PK\x03\x04", ErrorCode::ImportUnsupported,
     u"This is a ZIP archive. Unpack it and import the JSON or CSV file inside; attached files are not read "
     u"yet."},
    {"PK\x05\x06", ErrorCode::ImportEmpty, u"This is an empty ZIP archive."},
    {"\x03\xd9\xa2\x9a", ErrorCode::ImportEncrypted,
     u"This is a KeePass database, which Clavitor cannot open yet."},
    {"SQLite format 3", ErrorCode::ImportUnsupported,
     u"This is a program's own database, not an export. Use the export function of that program."},
    {"\x89PNG", ErrorCode::ImportUnsupported, u"This is a picture. QR codes are not read from files yet."},
    {"\xff\xd8\xff", ErrorCode::ImportUnsupported,
     u"This is a picture. QR codes are not read from files yet."},
    {"%PDF", ErrorCode::ImportUnsupported, u"This is a PDF document. Export as JSON or CSV instead."},
    {"-----BEGIN PGP", ErrorCode::ImportEncrypted,
     u"This is a PGP-encrypted file. Decrypt it first, or export without encryption."},
    {"\x1f\x8b", ErrorCode::ImportUnsupported,
     u"This is a compressed file. Unpack it and import what is inside."},
    {"CLAVITOR", ErrorCode::ImportUnsupported,
     u"This belongs to a Clavitor vault. A vault is opened, not imported."},
};

struct Shape
{
    const char16_t *name;
    // All of these members (JSON) or columns (CSV, lower case) identify it.
    std::array<QByteArrayView, 4> marks;
};

constexpr Shape kJsonShapes[] = {
    {u"a Proton Pass export", {"vaults", "userId", "", ""}},
    {u"a Proton Pass export", {"vaults", "version", "", ""}},
    {u"an Enpass export", {"folders", "items", "", ""}},
    {u"a 1Password export", {"accounts", "", "", ""}},
    {u"an Aegis export", {"db", "header", "version", ""}},
    {u"a 2FAS export", {"services", "schemaVersion", "", ""}},
};

constexpr Shape kCsvShapes[] = {
    {u"a LastPass CSV", {"url", "extra", "grouping", "fav"}},
    {u"a Dashlane CSV", {"username2", "username3", "title", ""}},
    {u"a NordPass CSV", {"cardholdername", "cardnumber", "cvc", ""}},
    {u"a Proton Pass CSV", {"type", "createtime", "modifytime", "vault"}},
    {u"a Proton Pass CSV", {"type", "email", "totp", "note"}},
    {u"a KeePass CSV", {"group", "title", "password", ""}},
    {u"a 1Password CSV", {"title", "otpauth", "archived", ""}},
};

template <std::size_t N, typename Has>
const Shape *match(const Shape (&shapes)[N], Has has)
{
    const auto found = std::ranges::find_if(shapes, [&](const Shape &shape) {
        return std::ranges::all_of(shape.marks,
                                   [&](QByteArrayView mark) { return mark.isEmpty() || has(mark); });
    });
    return found == std::end(shapes) ? nullptr : found;
}

Error unsupported(const QString &what)
{
    return {ErrorCode::ImportUnsupported, u"This is %1, which Clavitor does not read yet. It reads Bitwarden "
                                          u"JSON and CSV, and the CSV files of "
                                          "Chrome, Edge, Brave, Firefox and Safari."_s.arg(what)};
}

} // namespace

std::optional<Error> refuseBinary(const QString &fileName, QByteArrayView bytes)
{
    for (const Magic &magic : kMagic) {
        if (!bytes.startsWith(magic.bytes))
            continue;
        if (fileName.endsWith(".1pux"_L1, Qt::CaseInsensitive))
            return unsupported(u"a 1Password export"_s);
        return Error{magic.code, QString::fromUtf16(magic.detail)};
    }
    return std::nullopt;
}

Error refuseText(const ImportSource &source)
{
    if (source.isJson()) {
        const JsonValue &root = source.json();
        const Shape *shape =
            match(kJsonShapes, [&root](QByteArrayView mark) { return !root[mark].isNull(); });
        return unsupported(shape ? QString::fromUtf16(shape->name) : u"a JSON file of an unknown kind"_s);
    }
    const QByteArrayView text = source.text();
    if (text.trimmed().startsWith('<'))
        return unsupported(u"an XML or HTML file"_s);
    if (text.trimmed().startsWith("otpauth"))
        return unsupported(u"a list of one-time code addresses"_s);
    const QStringList columns = CsvReader(text).columns();
    const Shape *shape = match(kCsvShapes, [&columns](QByteArrayView mark) {
        return columns.contains(QString::fromUtf8(mark), Qt::CaseInsensitive);
    });
    if (shape)
        return unsupported(QString::fromUtf16(shape->name));
    // The columns are not quoted back: a file without a header has a secret in its first line.
    return unsupported(columns.size() > 1 ? u"a CSV file whose columns are not those of a known export"_s
                                          : u"a text file of an unknown kind"_s);
}

} // namespace clavitor
