// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/Duplicates.h"

#include <QSet>

#include <sodium.h>

#include <array>
#include <string_view>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

using Key = std::array<unsigned char, crypto_generichash_KEYBYTES>;

// Keyed, so that the digests of short secrets tell nothing once the key is gone.
class EntryDigest {
public:
    explicit EntryDigest(const Key &key) { crypto_generichash_init(&m_state, key.data(), key.size(), kSize); }

    void add(std::string_view text)
    {
        // The length in front keeps "ab","c" and "a","bc" apart.
        const auto size = static_cast<quint64>(text.size());
        crypto_generichash_update(&m_state, reinterpret_cast<const unsigned char *>(&size), sizeof size);
        crypto_generichash_update(&m_state, reinterpret_cast<const unsigned char *>(text.data()), text.size());
    }
    void add(const QString &text)
    {
        const QByteArray utf8 = text.toUtf8();
        add(std::string_view(utf8.constData(), static_cast<std::size_t>(utf8.size())));
    }

    [[nodiscard]] QByteArray finish()
    {
        QByteArray digest(kSize, Qt::Uninitialized);
        crypto_generichash_final(&m_state, reinterpret_cast<unsigned char *>(digest.data()), kSize);
        return digest;
    }

private:
    static constexpr std::size_t kSize = crypto_generichash_BYTES;
    crypto_generichash_state m_state;
};

QByteArray digestOf(const EntryDraft &entry, const Key &key)
{
    EntryDigest digest(key);
    digest.add(wireName(entry.type));
    digest.add(entry.title);
    digest.add(QString::number(entry.urls.size()));
    for (const QString &url : entry.urls)
        digest.add(url);
    for (const QString &tag : entry.tags)
        digest.add(tag);
    for (const FieldDraft &field : entry.fields) {
        digest.add(field.label);
        digest.add(wireName(field.kind));
        digest.add(field.value ? field.value->view() : std::string_view());
    }
    return digest.finish();
}

} // namespace

void remarkDuplicates(ImportPlan &plan)
{
    Key key;
    randombytes_buf(key.data(), key.size());
    QSet<QByteArray> seen;
    seen.reserve(static_cast<qsizetype>(plan.entries.size()));
    for (const EntryDraft &entry : plan.entries) {
        const QByteArray digest = digestOf(entry, key);
        if (seen.contains(digest))
            plan.remarks.append({ImportRemark::Kind::Note, entry.title,
                                 u"the file holds this entry twice, alike in everything: both are kept"_s});
        seen.insert(digest);
    }
    sodium_memzero(key.data(), key.size());
}

} // namespace clavitor
