// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/BitwardenCsv.h"

#include "crypto/Ascii.h"

#include <algorithm>
#include <array>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

using Kind = ImportRemark::Kind;

bool isWordByte(char c)
{
    return crypto::isAsciiWord(c) || c == '-' || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

// "https://…", "androidapp://…"
bool startsWithScheme(QByteArrayView text)
{
    const qsizetype end = text.indexOf("://");
    return end > 0 &&
           std::ranges::all_of(text.first(end), [](char c) { return isWordByte(c) || c == '+' || c == '.'; });
}

// "host.example", "192.0.2.10:8443": dotted words with nothing behind them but a port or a path.
bool startsWithHost(QByteArrayView text)
{
    qsizetype end = 0;
    int dots = 0;
    while (end < text.size() &&
           (isWordByte(text[end]) || (text[end] == '.' && end > 0 && text[end - 1] != '.')))
        dots += text[end++] == '.' ? 1 : 0;
    return dots > 0 && text[end - 1] != '.' &&
           (end == text.size() || text[end] == ':' || text[end] == '/' || text[end] == ',');
}

// An address without a path, query or fragment: a comma cannot belong to it.
bool isBareAuthority(QByteArrayView text)
{
    const qsizetype scheme = text.indexOf("://");
    const QByteArrayView rest = scheme < 0 ? text : text.sliced(scheme + 3);
    return std::ranges::none_of(rest, [](char c) { return c == '/' || c == '?' || c == '#'; });
}

// The length of the name of a "name: value" line; -1 when the line continues the one before. Names have no
// quotes or brackets and start at the margin, unlike the lines of a JSON or PEM value.
qsizetype nameLength(QByteArrayView line)
{
    const qsizetype colon = line.indexOf(':');
    if (colon <= 0 || colon > 100 || line[0] == ' ' || line[0] == '\t')
        return -1;
    if (colon + 1 < line.size() && line[colon + 1] != ' ')
        return -1;
    const bool plain = std::ranges::none_of(line.first(colon),
                                            [](char c) { return QByteArrayView("\"'{}[]<>=").contains(c); });
    return plain ? colon : -1;
}

} // namespace

QList<QByteArrayView> splitAddresses(QByteArrayView cell)
{
    QList<QByteArrayView> addresses;
    qsizetype start = 0;
    for (qsizetype i = 0; i < cell.size(); ++i) {
        if (cell[i] != ',')
            continue;
        const QByteArrayView before = cell.sliced(start, i - start);
        const QByteArrayView after = cell.sliced(i + 1);
        if (startsWithScheme(after) || (isBareAuthority(before) && startsWithHost(after))) {
            addresses.append(before);
            start = i + 1;
        }
    }
    addresses.append(cell.sliced(start));
    return addresses;
}

QList<NamedValue> splitFields(QByteArrayView cell)
{
    QList<NamedValue> fields;
    qsizetype valueStart = 0;
    for (qsizetype at = 0; at < cell.size();) {
        const qsizetype newline = cell.indexOf('\n', at);
        const qsizetype end = newline < 0 ? cell.size() : newline;
        const QByteArrayView line = cell.sliced(at, end - at);
        const qsizetype name = nameLength(line);
        if (name >= 0) {
            valueStart = at + std::min(name + 2, line.size());
            fields.append(NamedValue{QString::fromUtf8(line.first(name)), {}});
        } else if (fields.isEmpty()) {
            valueStart = at;
            fields.append(NamedValue{});
        }
        QByteArrayView value = cell.sliced(valueStart, end - valueStart);
        if (value.endsWith('\r'))
            value.chop(1);
        fields.last().value = value;
        at = end + 1;
    }
    return fields;
}

QString BitwardenCsv::name() const
{
    return u"Bitwarden CSV"_s;
}

CsvImporter::Columns BitwardenCsv::required() const
{
    static constexpr std::array kColumns{"type"_L1,           "name"_L1,      "notes"_L1,
                                         "fields"_L1,         "login_uri"_L1, "login_username"_L1,
                                         "login_password"_L1, "login_totp"_L1};
    return kColumns;
}

CsvImporter::Columns BitwardenCsv::optional() const
{
    static constexpr std::array kColumns{"folder"_L1, "collections"_L1, "favorite"_L1, "reprompt"_L1,
                                         "archiveddate"_L1};
    return kColumns;
}

bool BitwardenCsv::readRecord(const CsvRecord &record, qint64, DraftBuilder &draft, ImportPlan &) const
{
    const QString type = record.text("type"_L1);
    draft.setTitle(record.text("name"_L1));
    if (type == "note"_L1) {
        draft.setType(EntryType::Note);
    } else if (type != "login"_L1) {
        draft.setType(EntryType::Other);
        draft.remark(Kind::Note, u"it is of a type Clavitor does not know: what it holds is kept"_s);
    }
    draft.setFavourite(record["favorite"_L1] == "1");
    draft.addTag(record.text("folder"_L1));
    for (const QString &collection : record.text("collections"_L1).split(u',', Qt::SkipEmptyParts))
        draft.addTag(collection);

    for (const QByteArrayView address : splitAddresses(record["login_uri"_L1]))
        draft.addAddress(address);
    if (!record["login_username"_L1].isEmpty())
        draft.add(u"username"_s, FieldKind::Username, record["login_username"_L1]);
    if (!record["login_password"_L1].isEmpty())
        draft.add(u"password"_s, FieldKind::Password, record["login_password"_L1]);
    draft.addTotp(record["login_totp"_L1], record.text("login_username"_L1));
    // The file does not say which custom fields were hidden, so all of them are.
    for (const NamedValue &field : splitFields(record["fields"_L1]))
        draft.addCustom(field.name, true, field.value);
    draft.addNotes(record["notes"_L1]);

    if (record["reprompt"_L1] == "1")
        draft.remark(Kind::Lost,
                     u"Bitwarden asked for the master password before showing it; Clavitor asks only for "
                     "Personal fields"_s);
    if (!record["archiveddate"_L1].isEmpty())
        draft.remark(Kind::Lost,
                     u"it was archived; Clavitor has no archive, so it stands among the others"_s);
    return true;
}

void BitwardenCsv::remarkOnFormat(ImportPlan &plan) const
{
    plan.remarks.append(
        {Kind::Lost, u"all rows"_s,
         u"a Bitwarden CSV leaves out cards, identities, SSH keys, passkeys, dates, old passwords, files and "
         "the trash: the JSON export has them, except for the files"_s});
    plan.remarks.append(
        {Kind::Note, u"all rows"_s,
         u"a Bitwarden CSV does not say which custom fields were hidden: all of them are masked"_s});
}

} // namespace clavitor
