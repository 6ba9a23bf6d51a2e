// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/AboutDialog.h"

#include <QFile>
#include <QLabel>
#include <QTest>

using namespace clavitor::ui;
using namespace Qt::StringLiterals;

class tst_AboutDialog : public QObject {
    Q_OBJECT
private slots:
    void saysWhatSecurityMdSaysWordForWord_data();
    void saysWhatSecurityMdSaysWordForWord();
    void showsEveryRow();

private:
    [[nodiscard]] static QString sectionOf(const QString &heading);
};

QString tst_AboutDialog::sectionOf(const QString &heading)
{
    QFile file(QStringLiteral(CLAVITOR_SECURITY_MD));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QString text = QString::fromUtf8(file.readAll()).remove(u'`');
    const qsizetype start = text.indexOf("## "_L1 + heading);
    return start < 0 ? QString() : text.mid(start, text.indexOf(u"\n## "_s, start + 1) - start);
}

void tst_AboutDialog::saysWhatSecurityMdSaysWordForWord_data()
{
    QTest::addColumn<QString>("heading");
    QTest::addColumn<QList<std::pair<QString, QString>>>("inTheProgram");
    QTest::newRow("what is protected") << u"What is protected, and what is not"_s << AboutDialog::protection();
    QTest::newRow("the same user") << u"A program running as the same user"_s << AboutDialog::sameUser();
}

void tst_AboutDialog::saysWhatSecurityMdSaysWordForWord()
{
    QFETCH(QString, heading);
    using Rows = QList<std::pair<QString, QString>>;
    QFETCH(Rows, inTheProgram);
    Rows rows;
    for (const QString &line : sectionOf(heading).split(u'\n')) {
        const QStringList cells = line.split(u'|');
        if (cells.size() == 4 && !line.startsWith(u"|---"_s))
            rows << std::pair(cells.at(1).trimmed(), cells.at(2).trimmed());
    }
    QVERIFY(rows.size() > 1);
    rows.removeFirst(); // the heads of the columns
    for (qsizetype i = 0; i < qMin(rows.size(), inTheProgram.size()); ++i) {
        QCOMPARE(inTheProgram.at(i).first, rows.at(i).first);
        QCOMPARE(inTheProgram.at(i).second, rows.at(i).second);
    }
    QCOMPARE(inTheProgram.size(), rows.size());
    QVERIFY(sectionOf(u"A program running as the same user"_s).contains(AboutDialog::outOfScope()));
}

void tst_AboutDialog::showsEveryRow()
{
    AboutDialog dialog;
    QStringList shown;
    for (const QLabel *label : dialog.findChildren<QLabel *>())
        shown << label->text();
    for (const auto &[what, answer] : AboutDialog::protection() + AboutDialog::sameUser()) {
        QVERIFY2(shown.contains(what), qPrintable(what));
        QVERIFY2(shown.contains(answer), qPrintable(answer));
    }
    QVERIFY(shown.contains(AboutDialog::outOfScope()));
}

QTEST_MAIN(tst_AboutDialog)
#include "tst_AboutDialog.moc"
