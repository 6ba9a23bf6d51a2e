// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/hardware/HardwareText.h"

#include "ui/words/ErrorText.h"

#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;
using crypto::SlotKind;
using ui::HardwareText;

class tst_HardwareText : public QObject {
    Q_OBJECT
private slots:
    void saysHowManyTriesAreLeft()
    {
        const auto said = [](const QString &detail) { return HardwareText::sentence({ErrorCode::HardwareWrongPin, detail}); };
        QVERIFY(said(u"7"_s).contains(u"7 tries are left."_s));
        QVERIFY(!said(u"7"_s).contains(u"After that"_s));
        QVERIFY(said(u"2"_s).contains(u"After that the hardware refuses the right one as well."_s));
        QVERIFY(said(u"1"_s).contains(u"One try is left."_s));
        QVERIFY(said(u"0"_s).contains(u"No try is left."_s));
        QCOMPARE(said({}), ui::ErrorText::of(ErrorCode::HardwareWrongPin).sentence());
    }

    void saysHowLongTheTpmRefuses()
    {
        const auto said = [](const QString &detail) { return HardwareText::sentence({ErrorCode::TpmLockout, detail}); };
        QVERIFY(said(u"90"_s).contains(u"in about a minute."_s));
        QVERIFY(said(u"1000"_s).contains(u"in about 17 minutes."_s));
        QVERIFY(said(u"7201"_s).contains(u"in about 3 hours."_s));
        QCOMPARE(said(u"0"_s), ui::ErrorText::of(ErrorCode::TpmLockout).sentence());
    }

    void otherErrorsKeepTheirWords()
    {
        QCOMPARE(HardwareText::sentence({ErrorCode::SecurityKeySeveral, u"2"_s}), ui::ErrorText::of(ErrorCode::SecurityKeySeveral).sentence());
    }

    void refusesWhatCannotBeAPin()
    {
        QVERIFY(!HardwareText::pinFault(SlotKind::Tpm, 5).isEmpty());
        QVERIFY(HardwareText::pinFault(SlotKind::Tpm, 6).isEmpty());
        QVERIFY(HardwareText::pinFault(SlotKind::Tpm, 300).isEmpty());
        QVERIFY(!HardwareText::pinFault(SlotKind::SecurityKey, 3).isEmpty());
        QVERIFY(HardwareText::pinFault(SlotKind::SecurityKey, 4).isEmpty());
        QVERIFY(!HardwareText::pinFault(SlotKind::SecurityKey, 64).isEmpty());
    }

    void namesTheNextKey()
    {
        QCOMPARE(HardwareText::nextName(0), u"My security key"_s);
        QCOMPARE(HardwareText::nextName(1), u"Security key 2"_s);
    }
};

QTEST_GUILESS_MAIN(tst_HardwareText)
#include "tst_HardwareText.moc"
