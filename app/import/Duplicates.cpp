// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/Duplicates.h"

#include "crypto/Digest.h"
#include "crypto/Random.h"

#include <set>
#include <string_view>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// Keyed, so that the digests of short secrets tell nothing once the key is gone.
crypto::Digest32 digestOf(const EntryDraft &entry, const crypto::SecretBytes &key)
{
    crypto::KeyedDigest digest(key.bytes());
    const auto add = [&digest](const QString &text) {
        const QByteArray utf8 = text.toUtf8();
        digest.addField(std::string_view(utf8.constData(), static_cast<std::size_t>(utf8.size())));
    };
    const auto addName = [&digest](QLatin1StringView name) {
        digest.addField(std::string_view(name.data(), static_cast<std::size_t>(name.size())));
    };
    addName(wireName(entry.type));
    add(entry.title);
    digest.addNumber(static_cast<std::uint64_t>(entry.urls.size()));
    for (const QString &url : entry.urls)
        add(url);
    for (const QString &tag : entry.tags)
        add(tag);
    for (const FieldDraft &field : entry.fields) {
        add(field.label);
        addName(wireName(field.kind));
        digest.addField(field.value ? field.value->view() : std::string_view());
    }
    return digest.finish();
}

} // namespace

void remarkDuplicates(ImportPlan &plan)
{
    const crypto::SecretBytes key = crypto::randomSecret(32, crypto::systemRandom());
    std::set<crypto::Digest32> seen;
    for (const EntryDraft &entry : plan.entries) {
        if (!seen.insert(digestOf(entry, key)).second)
            plan.remarks.append({ImportRemark::Kind::Note, entry.title,
                                 u"the file holds this entry twice, alike in everything: both are kept"_s});
    }
}

} // namespace clavitor
