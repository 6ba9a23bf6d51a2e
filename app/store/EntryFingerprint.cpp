// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/EntryFingerprint.h"

namespace clavitor {

namespace {

void add(crypto::KeyedDigest &digest, const QString &text)
{
    const QByteArray utf8 = text.toUtf8();
    digest.addField(std::string_view(utf8.constData(), static_cast<std::size_t>(utf8.size())));
}

void add(crypto::KeyedDigest &digest, QLatin1StringView text)
{
    digest.addField(std::string_view(text.data(), static_cast<std::size_t>(text.size())));
}

} // namespace

crypto::Digest32 entryFingerprint(const EntrySummary &summary, const std::vector<StoredField> &fields,
                                  const crypto::SecretBytes &manifestKey)
{
    crypto::KeyedDigest digest(manifestKey.bytes());
    digest.addField(std::string_view("clavitor/entry-fingerprint/v1"));
    add(digest, wireName(summary.type));
    add(digest, summary.title);
    digest.addNumber(static_cast<std::uint64_t>(summary.urls.size()));
    for (const QString &url : summary.urls)
        add(digest, url);
    digest.addNumber(fields.size());
    for (const StoredField &field : fields) {
        add(digest, wireName(field.outline.kind));
        add(digest, field.outline.label);
        const bool shared = field.outline.tier == Tier::Shared;
        digest.addNumber(shared ? 1 : 0);
        if (shared)
            digest.addField(field.value.bytes());
    }
    return digest.finish();
}

} // namespace clavitor
