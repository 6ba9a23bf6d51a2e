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
    void saysWhatSecurityMdSaysWordForWord();
    void showsEveryRow();
};

void tst_AboutDialog::saysWhatSecurityMdSaysWordForWord()
{
    QFile file(QStringLiteral(CLAVITOR_SECURITY_MD));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QString text = QString::fromUtf8(file.readAll());
    const qsizetype start = text.indexOf(u"## What is protected, and what is not"_s);
    QVERIFY(start >= 0);
    const QString section = text.mid(start, text.indexOf(u"\n## "_s, start + 1) - start);
    QList<std::pair<QString, QString>> rows;
    for (const QString &line : section.split(u'\n')) {
        const QStringList cells = line.split(u'|');
        if (cells.size() == 4 && !line.startsWith(u"|---"_s))
            rows << std::pair(cells.at(1).trimmed(), cells.at(2).trimmed());
    }
    rows.removeFirst(); // the heads of the columns
    const auto inTheProgram = AboutDialog::protection();
    for (qsizetype i = 0; i < qMin(rows.size(), inTheProgram.size()); ++i) {
        QCOMPARE(inTheProgram.at(i).first, rows.at(i).first);
        QCOMPARE(inTheProgram.at(i).second, rows.at(i).second);
    }
    QCOMPARE(inTheProgram.size(), rows.size());
}

void tst_AboutDialog::showsEveryRow()
{
    AboutDialog dialog;
    QStringList shown;
    for (const QLabel *label : dialog.findChildren<QLabel *>())
        shown << label->text();
    for (const auto &[what, answer] : AboutDialog::protection()) {
        QVERIFY2(shown.contains(what), qPrintable(what));
        QVERIFY2(shown.contains(answer), qPrintable(answer));
    }
}

QTEST_MAIN(tst_AboutDialog)
#include "tst_AboutDialog.moc"
