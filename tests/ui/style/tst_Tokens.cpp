// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/Theme.h"

#include <QPushButton>
#include <QTest>

#include <algorithm>
#include <cmath>

using namespace clavitor::ui;

namespace {

/// WCAG 2.1 contrast of two opaque colours, 1 to 21.
double contrast(const QColor &a, const QColor &b)
{
    const auto luminance = [](const QColor &colour) {
        const auto linear = [](double channel) {
            return channel <= 0.03928 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
        };
        return 0.2126 * linear(static_cast<double>(colour.redF())) + 0.7152 * linear(static_cast<double>(colour.greenF()))
            + 0.0722 * linear(static_cast<double>(colour.blueF()));
    };
    const double one = luminance(a) + 0.05;
    const double two = luminance(b) + 0.05;
    return std::max(one, two) / std::min(one, two);
}

} // namespace

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
                QVERIFY(contrast(palette.color(QPalette::Disabled, QPalette::Text), surface) >= 3.5);
            QVERIFY(contrast(palette.color(QPalette::Active, QPalette::Text), palette.color(QPalette::Disabled, QPalette::Text)) >= 2.5);
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
