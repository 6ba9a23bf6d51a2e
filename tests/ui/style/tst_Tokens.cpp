// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/Theme.h"

#include "tests/ui/style/Contrast.h"
#include "ui/style/Paint.h"
#include "ui/widgets/Badge.h"

#include <QPushButton>
#include <QTest>

using namespace clavitor::ui;
using namespace Qt::StringLiterals;
using clavitor::test::contrast;

class tst_Tokens : public QObject {
    Q_OBJECT
private slots:
    void readsOnEverySurface_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::addColumn<int>("ink");
        QTest::addColumn<double>("least");
        for (bool dark : {false, true}) {
            const auto name = [dark](const char *ink) { return QByteArray(QByteArray(dark ? "dark " : "light ") + ink); };
            QTest::newRow(name("text").constData()) << dark << static_cast<int>(Ink::Text) << 7.0;
            QTest::newRow(name("quiet").constData()) << dark << static_cast<int>(Ink::Quiet) << 4.5;
            QTest::newRow(name("allowed").constData()) << dark << static_cast<int>(Ink::Allowed) << 4.5;
            QTest::newRow(name("asks").constData()) << dark << static_cast<int>(Ink::Asks) << 4.5;
            QTest::newRow(name("denied").constData()) << dark << static_cast<int>(Ink::Denied) << 4.5;
            QTest::newRow(name("personal").constData()) << dark << static_cast<int>(Ink::Personal) << 4.5;
        }
    }
    void readsOnEverySurface()
    {
        QFETCH(bool, dark);
        QFETCH(int, ink);
        QFETCH(double, least);
        const Tokens &tokens = dark ? darkTokens() : lightTokens();
        for (const QColor &surface : {tokens.ground, tokens.surface, tokens.raised})
            QVERIFY2(contrast(tokens.ink(static_cast<Ink>(ink)), surface) >= least, qPrintable(surface.name()));
    }

    void readsWhatIsDisabled()
    {
        for (const Tokens *tokens : {&lightTokens(), &darkTokens()}) {
            const QPalette palette = paletteFor(*tokens);
            for (const QColor &surface : {tokens->surface, tokens->raised})
                QVERIFY(contrast(palette.color(QPalette::Disabled, QPalette::Text), surface) >= 4.5);
            QVERIFY(contrast(palette.color(QPalette::Active, QPalette::Text), palette.color(QPalette::Disabled, QPalette::Text)) >= 2.5);
        }
    }

    /// Painted on each surface, as a badge in the dark lets it through.
    void readsOnBadges()
    {
        for (const Tokens *tokens : {&lightTokens(), &darkTokens()})
            for (const QColor &surface : {tokens->ground, tokens->surface, tokens->raised})
                for (const Ink ink : {Ink::Text, Ink::Quiet, Ink::Allowed, Ink::Asks, Ink::Denied, Ink::Personal}) {
                    Badge badge(Symbol::Check, u"Word"_s, ink);
                    badge.setPalette(paletteFor(*tokens));
                    QImage picture(badge.sizeHint(), QImage::Format_RGB32);
                    picture.fill(surface);
                    badge.resize(badge.sizeHint());
                    badge.render(&picture, {}, {}, QWidget::RenderFlags());
                    const QColor fill = picture.pixelColor(4, picture.height() / 2);
                    QVERIFY(fill != surface);
                    QVERIFY2(contrast(tokens->ink(ink), fill) >= 4.5,
                             qPrintable(u"%1 on %2"_s.arg(tokens->ink(ink).name(), fill.name())));
                }
    }

    void tellsCategoriesApartWithoutTheTonesOfStates()
    {
        for (const Tokens *tokens : {&lightTokens(), &darkTokens()})
            for (int one = 0; one < paint::categories; ++one) {
                const QColor tint = paint::categoryTint(*tokens, one);
                for (const Ink state : {Ink::Allowed, Ink::Asks, Ink::Denied, Ink::Personal})
                    QVERIFY(tint != tokens->ink(state));
                QVERIFY(contrast(tint, tokens->surface) >= 1.8);
                for (int other = 0; other < one; ++other)
                    QVERIFY(tint != paint::categoryTint(*tokens, other));
            }
    }

    void paletteTellsItsScheme()
    {
        QVERIFY(tokensOf(paletteFor(darkTokens())).dark);
        QVERIFY(!tokensOf(paletteFor(lightTokens())).dark);
    }

    void themeChangesEveryWidgetAtRunTime()
    {
        Theme theme;
        QPushButton button;
        button.show();
        theme.setChoice(SchemeChoice::Light);
        QCOMPARE(button.palette().color(QPalette::Window), lightTokens().ground);
        theme.setChoice(SchemeChoice::Dark);
        QCOMPARE(button.palette().color(QPalette::Window), darkTokens().ground);
        theme.setDensity(Density::Compact);
        QCOMPARE(rowHeight(&button), 32);
        theme.setDensity(Density::Comfortable);
        QCOMPARE(rowHeight(&button), 44);
    }
};

QTEST_MAIN(tst_Tokens)
#include "tst_Tokens.moc"
