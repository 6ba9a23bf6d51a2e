// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/ThemeStyle.h"

#include "ui/style/BusyBeat.h"
#include "ui/style/Icons.h"
#include "ui/style/Paint.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QPainter>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollBar>
#include <QSlider>
#include <QStyleOption>
#include <QTabBar>
#include <QTextEdit>
#include <QToolButton>
#include <QVariant>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr auto kRoleProperty = "clavitorRole";

bool takesText(const QWidget *widget)
{
    return qobject_cast<const QTextEdit *>(widget) || qobject_cast<const QPlainTextEdit *>(widget);
}

/// Whether anything in the menu stands before its words.
bool hasIcons(const QStyleOptionMenuItem *item)
{
    return item && (item->maxIconWidth > 0 || item->menuHasCheckableItems);
}

bool isFramedList(const QWidget *widget)
{
    const auto *view = qobject_cast<const QAbstractItemView *>(widget);
    return view && view->frameShape() == QFrame::StyledPanel;
}

} // namespace

void setButtonRole(QAbstractButton *button, ButtonRole role)
{
    button->setProperty(kRoleProperty, static_cast<int>(role));
    button->update();
}

ButtonRole buttonRole(const QWidget *button, const QStyleOptionButton &option)
{
    const QVariant value = button ? button->property(kRoleProperty) : QVariant();
    if (value.isValid())
        return static_cast<ButtonRole>(value.toInt());
    if (option.features.testFlag(QStyleOptionButton::DefaultButton))
        return ButtonRole::Primary;
    return option.features.testFlag(QStyleOptionButton::Flat) ? ButtonRole::Flat : ButtonRole::Ordinary;
}

int rowHeight(const QWidget *widget)
{
    const int height = widget->style()->pixelMetric(ThemeStyle::PM_RowHeight, nullptr, widget);
    // A foreign style (a test without a Theme) knows nothing of our metric.
    return height > 0 ? height : 44;
}

int motionMilliseconds(const QWidget *widget)
{
    return qMin(150, widget->style()->styleHint(QStyle::SH_Widget_Animation_Duration, nullptr, widget));
}

ThemeStyle::ThemeStyle()
    : QProxyStyle(u"Fusion"_s)
{
}

void ThemeStyle::polish(QWidget *widget)
{
    QProxyStyle::polish(widget);
    // The frame paints the whole field or list; the contents' own background would stand in it as a box.
    if (takesText(widget) || isFramedList(widget))
        static_cast<QAbstractScrollArea *>(widget)->viewport()->setAutoFillBackground(false);
    if (qobject_cast<QAbstractButton *>(widget) || qobject_cast<QComboBox *>(widget) || qobject_cast<QLineEdit *>(widget)
        || qobject_cast<QScrollBar *>(widget) || qobject_cast<QAbstractSpinBox *>(widget) || qobject_cast<QTabBar *>(widget)
        || qobject_cast<QSlider *>(widget))
        widget->setAttribute(Qt::WA_Hover);
    if (qobject_cast<QProgressBar *>(widget) && !BusyBeat::of(widget))
        new BusyBeat(widget);
}

int ThemeStyle::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    if (metric == PM_RowHeight)
        return m_density == Density::Comfortable ? 44 : 32;
    switch (metric) {
    case PM_DefaultFrameWidth:
        return takesText(widget) ? 5 : isFramedList(widget) ? 3 : 1;
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
    case PM_MenuVMargin:
    case PM_MenuHMargin:
    case PM_MenuPanelWidth:
        return metric == PM_MenuVMargin || metric == PM_MenuHMargin ? 4 : metric == PM_MenuPanelWidth ? 1 : 0;
    case PM_ScrollBarExtent:
        return 10;
    case PM_ScrollBarSliderMin:
        return 32;
    case PM_ScrollView_ScrollBarSpacing:
    case PM_ScrollView_ScrollBarOverlap:
        return 0;
    case PM_SplitterWidth:
        return 1;
    case PM_FocusFrameHMargin: // what stands in a list does not stand on its edge
        return qobject_cast<const QAbstractItemView *>(widget) ? space::s - 2 : QProxyStyle::pixelMetric(metric, option, widget);
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight:
        return 18;
    case PM_CheckBoxLabelSpacing:
    case PM_RadioButtonLabelSpacing:
        return space::s;
    case PM_ButtonIconSize:
    case PM_SmallIconSize:
    case PM_ToolBarIconSize:
    case PM_TabBarIconSize:
    case PM_ListViewIconSize:
        return 18;
    case PM_SliderThickness:
    case PM_SliderControlThickness:
        return 20;
    case PM_SliderLength:
        return 16;
    case PM_TabBarTabHSpace:
        return space::xl;
    case PM_TabBarTabVSpace:
        return space::l;
    case PM_TabBarTabShiftHorizontal:
    case PM_TabBarTabShiftVertical:
    case PM_TabBarBaseOverlap:
        return 0;
    case PM_LayoutLeftMargin:
    case PM_LayoutTopMargin:
    case PM_LayoutRightMargin:
    case PM_LayoutBottomMargin:
        return space::l;
    case PM_LayoutHorizontalSpacing:
    case PM_LayoutVerticalSpacing:
        return space::s;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int ThemeStyle::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget, QStyleHintReturn *data) const
{
    switch (hint) {
    case SH_Widget_Animation_Duration:
        return m_motion ? 150 : 0;
    case SH_ComboBox_Popup:
    case SH_EtchDisabledText:
    case SH_DitherDisabledText:
    case SH_DialogButtonBox_ButtonsHaveIcons: // they would be the platform's, not ours
    case SH_ItemView_ShowDecorationSelected:
        return hint == SH_ItemView_ShowDecorationSelected ? 1 : 0;
    case SH_LineEdit_PasswordCharacter:
        return 0x2022;
    case SH_ScrollView_FrameOnlyAroundContents:
        return 0;
    case SH_DialogButtonLayout:
        return 3; // GNOME order: the action of the dialog stands last, on the right
    case SH_TabBar_Alignment:
        return Qt::AlignLeft;
    default:
        return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

QSize ThemeStyle::sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &size, const QWidget *widget) const
{
    switch (type) {
    case CT_PushButton: {
        const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option);
        const bool menu = button && button->features.testFlag(QStyleOptionButton::HasMenu);
        const bool hasText = button && !button->text.isEmpty();
        const bool wider = hasText && !button->icon.isNull(); // Qt reckons with a narrower gap
        const int width = size.width() + (hasText ? 2 * space::m : space::m) + (menu ? space::l : 0) + (wider ? kIconGap - 4 : 0);
        return {qMax(width, hasText ? 64 : kControlHeight), qMax(size.height(), kControlHeight)};
    }
    case CT_LineEdit:
    case CT_SpinBox:
    case CT_ComboBox: {
        QSize result = QProxyStyle::sizeFromContents(type, option, size, widget);
        result.setHeight(qMax(type == CT_SpinBox ? size.height() : result.height(), kControlHeight));
        if (type == CT_SpinBox)
            result.rwidth() += space::xs;
        if (type == CT_ComboBox) // room for what subControlRect() takes away
            result.setWidth(qMax(result.width(), size.width() + 28 + 2 * space::s));
        return result;
    }
    case CT_MenuItem: {
        const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(option);
        if (item && item->menuItemType == QStyleOptionMenuItem::Separator)
            return {10, 9};
        const int icon = hasIcons(item) ? 18 + space::m : 0;
        return {size.width() + icon + 2 * space::m + space::xl, qMax(size.height() + space::s, 30)};
    }
    case CT_ItemViewItem: {
        QSize result = QProxyStyle::sizeFromContents(type, option, size, widget);
        result.setHeight(qMax(result.height() + space::s, 32));
        return result;
    }
    case CT_HeaderSection: {
        QSize result = QProxyStyle::sizeFromContents(type, option, size, widget);
        result.setHeight(qMax(result.height(), 32));
        return result;
    }
    default:
        return QProxyStyle::sizeFromContents(type, option, size, widget);
    }
}

QRect ThemeStyle::subControlRect(ComplexControl control, const QStyleOptionComplex *option, SubControl sub,
                                 const QWidget *widget) const
{
    if (control == CC_ScrollBar) {
        const auto *bar = qstyleoption_cast<const QStyleOptionSlider *>(option);
        if (!bar)
            return {};
        if (sub == SC_ScrollBarAddLine || sub == SC_ScrollBarSubLine)
            return {};
        if (sub == SC_ScrollBarGroove)
            return bar->rect;
        const bool vertical = bar->orientation == Qt::Vertical;
        const int length = vertical ? bar->rect.height() : bar->rect.width();
        const qint64 range = qint64(bar->maximum) - bar->minimum;
        int thumb = length;
        if (range > 0)
            thumb = qBound(qMin(32, length), static_cast<int>(qint64(length) * bar->pageStep / (range + bar->pageStep)), length);
        const int start = sliderPositionFromValue(bar->minimum, bar->maximum, bar->sliderPosition, length - thumb, bar->upsideDown);
        const auto piece = [&](int from, int extent) {
            return vertical ? QRect(bar->rect.x(), bar->rect.y() + from, bar->rect.width(), extent)
                            : QRect(bar->rect.x() + from, bar->rect.y(), extent, bar->rect.height());
        };
        if (sub == SC_ScrollBarSlider)
            return piece(start, thumb);
        if (sub == SC_ScrollBarSubPage)
            return piece(0, start);
        if (sub == SC_ScrollBarAddPage)
            return piece(start + thumb, length - start - thumb);
        return {};
    }
    if (control == CC_SpinBox && sub == SC_SpinBoxEditField)
        return QProxyStyle::subControlRect(control, option, sub, widget).adjusted(space::xs, 0, 0, 0);
    if (control == CC_ComboBox && sub == SC_ComboBoxEditField)
        return option->rect.adjusted(space::s, 1, -28, -1);
    if (control == CC_ComboBox && sub == SC_ComboBoxArrow)
        return {option->rect.right() - 28, option->rect.top(), 28, option->rect.height()};
    return QProxyStyle::subControlRect(control, option, sub, widget);
}

QRect ThemeStyle::subElementRect(SubElement element, const QStyleOption *option, const QWidget *widget) const
{
    if (element == SE_LineEditContents) {
        const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option);
        if (frame && frame->lineWidth > 0)
            return option->rect.adjusted(space::s - 2, 1, 2 - space::s, -1);
    }
    QRect rect = QProxyStyle::subElementRect(element, option, widget);
    // After a box or an icon the text has the margins of both; one is enough.
    if (const auto *item = qstyleoption_cast<const QStyleOptionViewItem *>(option); item && element == SE_ItemViewItemText
        && (item->features & (QStyleOptionViewItem::HasCheckIndicator | QStyleOptionViewItem::HasDecoration))) {
        const int margin = pixelMetric(PM_FocusFrameHMargin, option, widget);
        rect.adjust(item->direction == Qt::RightToLeft ? 0 : -margin, 0, item->direction == Qt::RightToLeft ? margin : 0, 0);
    }
    return rect;
}

QIcon ThemeStyle::standardIcon(StandardPixmap pixmap, const QStyleOption *option, const QWidget *widget) const
{
    switch (pixmap) {
    case SP_LineEditClearButton:
        return icon(Symbol::Close, Ink::Faint);
    case SP_MessageBoxWarning:
        return icon(Symbol::Warning, Ink::Asks);
    case SP_MessageBoxCritical:
        return icon(Symbol::Denied, Ink::Denied);
    case SP_MessageBoxInformation:
        return icon(Symbol::Info, Ink::Accent);
    case SP_MessageBoxQuestion:
        return icon(Symbol::Asks, Ink::Accent);
    default:
        return QProxyStyle::standardIcon(pixmap, option, widget);
    }
}

} // namespace clavitor::ui
