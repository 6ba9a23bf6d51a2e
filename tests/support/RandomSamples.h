// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/GateTest.h"

#include <QRandomGenerator>

/// Entries of all kinds for tests of many random cases. A failing one prints its seed, and CLAVITOR_TEST_SEED brings it back.
namespace clavitor::test {

[[nodiscard]] inline quint32 newSeed()
{
    bool isGiven = false;
    quint32 seed = qEnvironmentVariable("CLAVITOR_TEST_SEED").toUInt(&isGiven);
    if (!isGiven)
        seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    return seed;
}

template<typename T>
[[nodiscard]] T oneOf(QRandomGenerator &random, const QList<T> &list)
{
    return list.at(random.bounded(list.size()));
}

[[nodiscard]] inline EntryDraft randomEntry(QRandomGenerator &random, int number)
{
    static const QList<FieldKind> kinds(allFieldKinds().begin(), allFieldKinds().end());
    EntryDraft made = draft(u"entry %1"_s.arg(number), {}, {}, oneOf(random, QList{EntryType::Login, EntryType::Database, EntryType::Card}));
    for (const QString &tag : {u"dev"_s, u"work"_s})
        if (random.bounded(2) == 0)
            made.tags.append(tag);
    for (int i = random.bounded(1, 6); i > 0; --i) {
        FieldDraft field;
        field.kind = oneOf(random, kinds);
        field.label = QString::fromLatin1(wireName(field.kind));
        field.tier = random.bounded(4) == 0 ? Tier::Personal : defaultTier(field.kind);
        field.value = crypto::SecretText::copyOf(field.kind == FieldKind::Totp && random.bounded(8) != 0 ? kSeed : "value");
        made.fields.push_back(std::move(field));
    }
    return made;
}

} // namespace clavitor::test
