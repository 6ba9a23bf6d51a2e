// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/ImportFile.h"
#include "crypto/SecretBytes.h"

#include <QByteArray>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace clavitor;

// Hostile bytes into everything app/import reads, and the promises of its header checked on whatever it makes
// of them.
extern "C" int LLVMFuzzerInitialize(int *, char ***)
{
    return crypto::initialise() ? 0 : 1;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    constexpr qint64 now = 1'790'000'000'000;
    QByteArray bytes(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const auto plan = importBytes(QStringLiteral("export"), std::move(bytes), now);
    if (!plan) {
        if (plan.error().detail.isEmpty())
            std::abort();
        return 0;
    }
    if (plan->entries.size() > static_cast<std::size_t>(plan->read))
        std::abort();
    int personalRemarks = 0;
    for (const ImportRemark &remark : plan->remarks)
        personalRemarks += remark.kind == ImportRemark::Kind::Personal ? 1 : 0;
    if (personalRemarks != plan->personalFields())
        std::abort();
    for (const EntryDraft &entry : plan->entries) {
        if (entry.title.isEmpty() || entry.createdAt < 0 || entry.createdAt > now || entry.updatedAt > now)
            std::abort();
        for (const FieldDraft &field : entry.fields) {
            if (!field.value || field.label.contains(u'\n'))
                std::abort();
            const auto view = field.value->view();
            if (!QByteArrayView(view.data(), static_cast<qsizetype>(view.size())).isValidUtf8())
                std::abort();
        }
    }
    return 0;
}
