// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/EntryOutline.h"

#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;

namespace {

std::span<const std::byte> bytesOf(const QByteArray &bytes)
{
    return std::as_bytes(std::span(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

EntrySummary sample()
{
    EntrySummary summary;
    summary.subtitle = u"octo\U0001F511"_s;
    summary.urls = {u"https://github.com"_s, QString(200, u'u')};
    summary.tags = {u"dev"_s, u"work"_s};
    for (const FieldKind kind : allFieldKinds())
        summary.fields.append({static_cast<int>(kind) * 20000 + 1, u"label"_s, kind, defaultTier(kind)});
    return summary;
}

} // namespace

class tst_EntryOutline : public QObject {
    Q_OBJECT
private slots:
    void readsWhatItWrote();
    void readsAnEmptyOne();
    void refusesEveryCut();
    void refusesTrailingBytesAndUnknownFormats();
    void survivesEveryFlippedByte();
};

void tst_EntryOutline::readsWhatItWrote()
{
    EntrySummary read;
    QVERIFY(decodeOutline(bytesOf(encodeOutline(sample())), read));
    QCOMPARE(read, sample());
}

void tst_EntryOutline::readsAnEmptyOne()
{
    EntrySummary read = sample();
    QVERIFY(decodeOutline(bytesOf(encodeOutline({})), read));
    QCOMPARE(read, EntrySummary());
}

void tst_EntryOutline::refusesEveryCut()
{
    const QByteArray whole = encodeOutline(sample());
    for (qsizetype size = 0; size < whole.size(); ++size) {
        EntrySummary read;
        QVERIFY(!decodeOutline(bytesOf(whole.first(size)), read));
    }
}

void tst_EntryOutline::refusesTrailingBytesAndUnknownFormats()
{
    QByteArray bytes = encodeOutline(sample());
    EntrySummary read;
    QVERIFY(!decodeOutline(bytesOf(bytes + '\0'), read));
    bytes[0] = 2;
    QVERIFY(!decodeOutline(bytesOf(bytes), read));
}

void tst_EntryOutline::survivesEveryFlippedByte()
{
    const QByteArray whole = encodeOutline(sample());
    int refused = 0;
    for (qsizetype i = 0; i < whole.size(); ++i) {
        QByteArray changed = whole;
        changed[i] = static_cast<char>(changed[i] ^ 0xff);
        EntrySummary read;
        // Within texts any byte is fine; what matters is that no count leads out of the buffer (ASan watches).
        refused += decodeOutline(bytesOf(changed), read) ? 0 : 1;
    }
    QVERIFY(refused > 0);
}

QTEST_APPLESS_MAIN(tst_EntryOutline)
#include "tst_EntryOutline.moc"
