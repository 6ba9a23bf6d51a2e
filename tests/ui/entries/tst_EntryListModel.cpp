// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/EntryListModel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace clavitor;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

namespace {

EntrySummary entry(const QString &title)
{
    EntrySummary summary;
    summary.id = {newUuid(1)};
    summary.title = title;
    summary.subtitle = u"octo@example.com"_s;
    return summary;
}

} // namespace

class tst_EntryListModel : public QObject {
    Q_OBJECT
private slots:
    void keepsRowsThatStay_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("after");
        QTest::newRow("first fill") << u""_s << u"abc"_s;
        QTest::newRow("append") << u"abc"_s << u"abcd"_s;
        QTest::newRow("prepend") << u"abc"_s << u"xabc"_s;
        QTest::newRow("insert") << u"abd"_s << u"abcd"_s;
        QTest::newRow("remove first") << u"abc"_s << u"bc"_s;
        QTest::newRow("remove middle") << u"abc"_s << u"ac"_s;
        QTest::newRow("remove all") << u"abc"_s << u""_s;
        QTest::newRow("replace all") << u"abc"_s << u"xyz"_s;
        QTest::newRow("move") << u"abcd"_s << u"acbd"_s;
        QTest::newRow("same") << u"abc"_s << u"abc"_s;
    }
    void keepsRowsThatStay()
    {
        QFETCH(QString, before);
        QFETCH(QString, after);
        QHash<QChar, EntrySummary> pool;
        const auto list = [&pool](const QString &letters) {
            QList<EntrySummary> entries;
            for (QChar letter : letters) {
                if (!pool.contains(letter))
                    pool.insert(letter, entry(QString(letter)));
                entries.append(pool.value(letter));
            }
            return entries;
        };
        EntryListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setEntries(list(before));
        const bool headStays = !before.isEmpty() && !after.isEmpty() && before.at(0) == after.at(0);
        const QPersistentModelIndex first = headStays ? model.index(0) : QModelIndex();
        model.setEntries(list(after));
        QCOMPARE(model.rowCount(), after.size());
        for (int row = 0; row < model.rowCount(); ++row)
            QCOMPARE(model.index(row).data().toString(), QString(after.at(row)));
        QCOMPARE(first.isValid(), headStays);
    }

    void tellsOnlyChangedRows()
    {
        EntryListModel model;
        QList<EntrySummary> entries{entry(u"a"_s), entry(u"b"_s), entry(u"c"_s)};
        model.setEntries(entries);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        entries[1].favourite = true;
        model.setEntries(entries);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(changed.at(0).at(0).toModelIndex().row(), 1);
        QCOMPARE(reset.size(), 0);
        QVERIFY(model.index(1).data(EntryListModel::FavouriteRole).toBool());
    }

    void spellsOutHostileTitles()
    {
        EntryListModel model;
        model.setEntries({entry(u"bank\u202Egpj.exe\nnext"_s)});
        const QString shown = model.index(0).data().toString();
        QVERIFY(!shown.contains(QChar(0x202E)));
        QVERIFY(!shown.contains(u'\n'));
    }

    void givesNothingBesidesWhatListsMayShow()
    {
        EntrySummary one = entry(u"a"_s);
        one.fields = {{1, u"password"_s, FieldKind::Password, Tier::Shared}, {2, u"code"_s, FieldKind::Totp, Tier::Shared}};
        EntryListModel model;
        model.setEntries({one});
        for (int role = 0; role < Qt::UserRole + 100; ++role) {
            const QVariant value = model.index(0).data(role);
            QVERIFY2(!value.isValid() || value.typeId() == QMetaType::QString || value.typeId() == QMetaType::Bool
                         || value.typeId() == QMetaType::Int,
                     qPrintable(QString::number(role)));
        }
        QVERIFY(model.index(0).data(EntryListModel::HasTotpRole).toBool());
    }

    void takesAHundredThousandRowsWithoutAReset()
    {
        EntryListModel model;
        QList<EntrySummary> many;
        many.reserve(100'000);
        for (int i = 0; i < 100'000; ++i)
            many.append(entry(QString::number(i)));
        model.setEntries(many);
        QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
        many.insert(50'000, entry(u"new"_s));
        model.setEntries(many);
        QCOMPARE(inserted.size(), 1);
        QCOMPARE(inserted.at(0).at(1).toInt(), 50'000);
        QCOMPARE(inserted.at(0).at(2).toInt(), 50'000);
    }
};

QTEST_MAIN(tst_EntryListModel)
#include "tst_EntryListModel.moc"
