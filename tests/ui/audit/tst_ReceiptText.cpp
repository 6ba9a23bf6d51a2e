// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/ReceiptText.h"

#include <QFile>
#include <QTest>

using namespace clavitor;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

class tst_ReceiptText : public QObject {
    Q_OBJECT

    /// 2026-03-11 15:40 in Berlin.
    static constexpr qint64 Now = 1'773'240'000'000;
    static constexpr qint64 Minute = 60'000;
    const ReceiptText m_text{QTimeZone("Europe/Berlin")};

    static QString golden(const QString &name)
    {
        QFile file(QStringLiteral(CLAVITOR_GOLDEN "/") + name);
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }
    static KeyReceipt receipt()
    {
        KeyReceipt one;
        one.keyId = u"Kq7ZrT2k"_s;
        one.keyName = u"codex-agent"_s;
        one.from = Now - 60 * Minute;
        one.to = Now;
        one.programs = {u"/usr/local/bin/codex"_s, u"/tmp/a|b"_s};
        one.calls = 14;
        one.searches = 3;
        one.lists = 1;
        one.generated = 1;
        one.asked = 2;
        one.denied = 1;
        one.first = Now - 59 * Minute;
        one.last = Now - Minute;
        one.lines = {{EntryId{}, u"github.com"_s, 3, 1, 0, Now - 58 * Minute, Now - 2 * Minute, 2},
                     {EntryId{}, u"a | `b` [c](https://x.example)\n# d\u202E"_s, 1, 0, 0, Now - 50 * Minute, Now - 50 * Minute},
                     {EntryId{}, QString(), 0, 0, 1, Now - 40 * Minute, Now - 40 * Minute}};
        return one;
    }

private slots:
    void writesAReceipt() { QCOMPARE(m_text.markdown(receipt()), golden(u"receipt.md"_s)); }

    void keepsATableOfOneLineARow()
    {
        const QStringList lines = m_text.markdown(receipt()).split(u'\n');
        for (const QString &line : lines)
            QVERIFY2(line.isEmpty() || line.startsWith(u'|') || line.startsWith(u'#') || line.startsWith(u"From "_s), qPrintable(line));
    }

    void saysThatNothingWasCalled()
    {
        KeyReceipt none;
        none.keyName = u"codex-agent"_s;
        none.from = none.to = Now;
        QVERIFY(m_text.markdown(none).endsWith(u"The key made no call in this time.\n"_s));
        none.calls = 1;
        none.lists = 1;
        QVERIFY(m_text.markdown(none).endsWith(u"It read no entry.\n"_s));
    }

    void writesWhatAKeyHasSeen()
    {
        const QList<SeenCredential> seen{
            {EntryId{}, u"github.com"_s, {}, true, 12, 3, Now - 7 * 1440 * Minute, Now - 5 * Minute, 0, true, 4},
            {EntryId{}, u"AWS production"_s, {}, true, 1, 0, Now - 3 * 1440 * Minute, Now - 3 * 1440 * Minute, Now - 1440 * Minute, false},
            {EntryId{}, u"Old <b>forum</b>"_s, {}, false, 2, 0, Now - 1440 * Minute, Now - 60 * Minute, 0, false},
        };
        QCOMPARE(m_text.markdown(u"codex-agent"_s, seen, Now), golden(u"seen.md"_s));
        QVERIFY(m_text.markdown(u"codex-agent"_s, {}, Now).contains(u"it has seen no credential"_s));
    }

    void saysTheTimesOfWinterAndSummerAsTheyWere()
    {
        KeyReceipt summer = receipt();
        summer.from = 1'781'000'000'000; // June
        QVERIFY(m_text.markdown(summer).contains(u"UTC+02:00"_s));
        QVERIFY(ReceiptText(QTimeZone::utc()).markdown(receipt()).contains(u"times in UTC."_s));
        QVERIFY(ReceiptText(QTimeZone(-12'600)).markdown(receipt()).contains(u"UTC-03:30"_s));
    }
};

QTEST_GUILESS_MAIN(tst_ReceiptText)
#include "tst_ReceiptText.moc"
