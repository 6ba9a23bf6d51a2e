// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/Icons.h"
#include "ui/style/Theme.h"

#include <QDir>
#include <QImage>
#include <QSet>
#include <QTest>

using namespace clavitor::ui;
using namespace Qt::StringLiterals;

class tst_Icons : public QObject {
    Q_OBJECT
private slots:
    void drawsEveryFileAndNoTwoAlike()
    {
        QSet<QByteArray> seen;
        const QStringList files = QDir(u":/clavitor/icons"_s).entryList({u"*.svg"_s});
        QVERIFY(files.size() > 45);
        for (const QString &file : files) {
            const QImage image = tintedSvg(u":/clavitor/icons/"_s + file, 40, Qt::black).toImage();
            QVERIFY2(!image.isNull(), qPrintable(file));
            const QByteArray pixels(reinterpret_cast<const char *>(image.constBits()), image.sizeInBytes());
            QVERIFY2(pixels.count('\0') < pixels.size(), qPrintable(file));
            QVERIFY2(!seen.contains(pixels), qPrintable(file));
            seen.insert(pixels);
        }
    }

    void isSharpAtTwoPixelsAPoint()
    {
        const QPixmap pixmap = symbolPixmap(Symbol::Key, 20, 2.0, Qt::black);
        QCOMPARE(pixmap.size(), QSize(40, 40));
        QCOMPARE(pixmap.deviceIndependentSize(), QSizeF(20, 20));
    }

    void followsTheSchemeWhenItChanges()
    {
        Theme theme;
        theme.setChoice(SchemeChoice::Light);
        const QIcon one = icon(Symbol::Plus, Ink::Text);
        const QImage light = one.pixmap(80, 80).toImage();
        theme.setChoice(SchemeChoice::Dark);
        const QImage dark = one.pixmap(80, 80).toImage();
        QVERIFY(light != dark);
        QCOMPARE(light.pixelColor(40, 40).rgb(), lightTokens().text.rgb());
        QCOMPARE(dark.pixelColor(40, 40).rgb(), darkTokens().text.rgb());
    }
};

QTEST_MAIN(tst_Icons)
#include "tst_Icons.moc"
