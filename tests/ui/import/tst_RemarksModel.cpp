// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/import/RemarksModel.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;
using ui::RemarksModel;
using Kind = ImportRemark::Kind;

class tst_RemarksModel : public QObject {
    Q_OBJECT
private slots:
    void putsWhatIsLostFirst();
    void filtersByKindAndText();
    void copiesWhatIsShownOnALineEach();
};

namespace {

const QList<ImportRemark> remarks{{Kind::Note, u"Mail"_s, u"algorithm unknown, SHA-1 assumed"_s},
                                  {Kind::Personal, u"Visa"_s, u"CVV became Personal"_s},
                                  {Kind::Lost, u"Wi\nFi"_s, u"attachment cannot be kept"_s},
                                  {Kind::Personal, u"Passport"_s, u"number became Personal"_s}};

} // namespace

void tst_RemarksModel::putsWhatIsLostFirst()
{
    RemarksModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setRemarks(remarks);
    QCOMPARE(model.rowCount(), 4);
    QCOMPARE(model.index(0).data().toString(), u"Wi[U+000A]Fi: attachment cannot be kept"_s);
    QCOMPARE(model.index(1).data().toString(), u"Visa: CVV became Personal"_s);
    QCOMPARE(model.index(0).data(RemarksModel::SubjectRole).toString(), u"Wi[U+000A]Fi"_s);
    QCOMPARE(model.index(1).data(RemarksModel::RemarkRole).toString(), u"CVV became Personal"_s);
    QCOMPARE(model.countOf(Kind::Personal), 2);
    QCOMPARE(model.countOf(Kind::Broken), 0);
}

void tst_RemarksModel::filtersByKindAndText()
{
    RemarksModel model;
    model.setRemarks(remarks);
    model.setKind(Kind::Personal);
    QCOMPARE(model.rowCount(), 2);
    model.setText(u" PASS "_s);
    QCOMPARE(model.rowCount(), 1);
    model.setKind(std::nullopt);
    model.setText({});
    QCOMPARE(model.rowCount(), 4);
}

void tst_RemarksModel::copiesWhatIsShownOnALineEach()
{
    RemarksModel model;
    model.setRemarks(remarks);
    model.setKind(Kind::Lost);
    QCOMPARE(model.plainText(), u"Not kept\tWi[U+000A]Fi\tattachment cannot be kept\n"_s);
}

QTEST_MAIN(tst_RemarksModel)
#include "tst_RemarksModel.moc"
