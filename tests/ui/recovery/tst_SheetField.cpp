// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/recovery/SheetField.h"

#include "app/base/SecretString.h"
#include "app/service/VaultTypes.h"
#include "tests/support/Widgets.h"

#include <QSignalSpy>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using crypto::RecoverySheet;

class tst_SheetField : public QObject {
    Q_OBJECT

    std::unique_ptr<ui::SheetField> m_field;
    QStringList m_groups;

    [[nodiscard]] QLineEdit *field() const { return lineEdit(m_field.get(), u"The eight groups of the sheet"_s); }

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init()
    {
        m_groups = revealToQString(RecoverySheet::make(crypto::systemRandom()).text()).split(u'-');
        VaultFacts facts;
        facts.name = u"Wo\u202Erk"_s;
        facts.vaultId = u"7k3m9q2w4x8z"_s;
        m_field = std::make_unique<ui::SheetField>(facts);
        m_field->show();
    }

    void saysWhichVaultItIsFor()
    {
        QVERIFY(says(m_field.get(), u"For the vault Wo[U+202E]rk with the id 7k3m9q2w4x8z"_s));
    }

    void givesTheSheetHoweverItIsTyped_data()
    {
        QTest::addColumn<QString>("between");
        QTest::addColumn<bool>("small");
        QTest::newRow("as printed") << u"-"_s << false;
        QTest::newRow("small, with blanks") << u" "_s << true;
        QTest::newRow("without anything between") << QString() << false;
    }
    void givesTheSheetHoweverItIsTyped()
    {
        QFETCH(QString, between);
        QFETCH(bool, small);
        const QString groups = m_groups.join(between);
        type(field(), small ? groups.toLower() : groups);
        const auto sheet = m_field->sheet();
        QVERIFY(sheet);
        QCOMPARE(revealToQString(sheet->text()), m_groups.join(u'-'));
        QVERIFY(!m_field->isEmpty());
        m_field->wipe();
        QVERIFY(m_field->isEmpty());
    }

    void namesWrongGroups()
    {
        m_groups[2] = u"00000"_s;
        m_groups[5] = u"UUUUU"_s;
        type(field(), m_groups.join(u' '));
        QVERIFY(says(m_field.get(), u"Groups 3 and 6 are not as printed"_s));
        QVERIFY(!m_field->sheet());
        QVERIFY(says(m_field.get(), u"Groups 3 and 6 are not as printed"_s));
    }

    void isSilentWhileTheSheetIsTyped()
    {
        const QString whole = m_groups.join(u'-');
        for (qsizetype length = 1; length < whole.size(); ++length) {
            QTest::keyClicks(field(), whole.mid(length - 1, 1));
            QVERIFY(!says(m_field.get(), u"not as printed"_s));
        }
        // Asked for it, it says what is wrong with the last group.
        QVERIFY(!m_field->sheet());
        QVERIFY(says(m_field.get(), u"Group 8 is not as printed"_s));
    }

    void tellsThatReturnWasPressed()
    {
        QSignalSpy submitted(m_field.get(), &ui::SheetField::submitted);
        type(field(), m_groups.join(u'-'));
        QTest::keyClick(field(), Qt::Key_Return);
        QCOMPARE(submitted.size(), 1);
    }
};

QTEST_MAIN(tst_SheetField)
#include "tst_SheetField.moc"
