// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/style/Tokens.h"

#include <QProxyStyle>
#include <QStyleOption>

class QAbstractButton;

namespace clavitor::ui {

enum class Density { Comfortable, Compact };

/// What a button is for. One Primary a view.
enum class ButtonRole { Ordinary, Primary, Danger, Flat };

void setButtonRole(QAbstractButton *button, ButtonRole role);
/// As set; else the default button is Primary and a flat one Flat.
[[nodiscard]] ButtonRole buttonRole(const QWidget *button, const QStyleOptionButton &option);

/// Row height of lists under the style in force: 44 px comfortable, 32 px compact.
[[nodiscard]] int rowHeight(const QWidget *widget);
/// 150 ms, or 0 when the desktop asks for less motion.
[[nodiscard]] int motionMilliseconds(const QWidget *widget);

/// Draws Qt's widgets with the tokens: hairlines, radius 6, a 2 px focus ring, selections at 12 %. Everything not drawn
/// here is Fusion. Colours come from the palette of the widget drawn, so one style serves both schemes.
class ThemeStyle : public QProxyStyle {
    Q_OBJECT
public:
    /// Asked through pixelMetric() by rowHeight().
    static constexpr auto PM_RowHeight = static_cast<PixelMetric>(PM_CustomBase + 1);
    /// Between a button's icon and its words.
    static constexpr int kIconGap = 6;

    ThemeStyle();

    void setDensity(Density density) { m_density = density; }
    void setMotion(bool allowed) { m_motion = allowed; }

    using QProxyStyle::polish;
    void polish(QWidget *widget) override;
    [[nodiscard]] int pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const override;
    [[nodiscard]] int styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                                QStyleHintReturn *data) const override;
    [[nodiscard]] QSize sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &size,
                                         const QWidget *widget) const override;
    [[nodiscard]] QRect subControlRect(ComplexControl control, const QStyleOptionComplex *option, SubControl sub,
                                       const QWidget *widget) const override;
    [[nodiscard]] QRect subElementRect(SubElement element, const QStyleOption *option, const QWidget *widget) const override;
    [[nodiscard]] QIcon standardIcon(StandardPixmap pixmap, const QStyleOption *option, const QWidget *widget) const override;
    void drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                       const QWidget *widget) const override;
    void drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                     const QWidget *widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter,
                            const QWidget *widget) const override;

private:
    void drawButton(const QStyleOptionButton &option, QPainter *painter, const QWidget *widget) const;
    void drawButtonLabel(const QStyleOptionButton &option, QPainter *painter, const QWidget *widget) const;
    void drawMenuItem(const QStyleOptionMenuItem &option, QPainter *painter, const QWidget *widget) const;
    void drawComboBox(const QStyleOptionComboBox &option, QPainter *painter, const QWidget *widget) const;
    void drawSpinBox(const QStyleOptionSpinBox &option, QPainter *painter, const QWidget *widget) const;
    void drawToolButton(const QStyleOptionToolButton &option, QPainter *painter, const QWidget *widget) const;

    Density m_density = Density::Comfortable;
    bool m_motion = true;
};

} // namespace clavitor::ui
