// SPDX-License-Identifier: GPL-3.0-or-later
// The drawing half of ThemeStyle.
#include "ui/style/BusyBeat.h"
#include "ui/style/Icons.h"
#include "ui/style/Paint.h"
#include "ui/style/ThemeStyle.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QPainter>
#include <QPlainTextEdit>
#include <QStyleOption>
#include <QTextEdit>

namespace clavitor::ui {

namespace {

/// Between the words of a tab and the ring around them, both sides together.
constexpr int kTabRing = 12;

/// The words of a tab begin where it does, so that they stand in line with what is below; its room is behind them.
QRectF tabWords(const QStyleOptionTab &tab)
{
    return QRectF(tab.rect).adjusted(tab.direction == Qt::RightToLeft ? space::xl : 0, 0, tab.direction == Qt::RightToLeft ? 0 : -space::xl, 0);
}

void drawRow(const QStyleOptionViewItem &item, QPainter *painter)
{
    const Tokens &tokens = tokensOf(item.palette);
    QColor fill;
    if (item.state.testFlag(QStyle::State_Selected)) {
        fill = tokens.accent;
        fill.setAlphaF(item.state.testFlag(QStyle::State_Active) ? 0.12F : 0.08F);
    } else if (item.state.testFlag(QStyle::State_MouseOver)) {
        fill = tokens.text;
        fill.setAlphaF(0.04F);
    }
    if (fill.isValid())
        painter->fillRect(item.rect, fill);
    else if (item.backgroundBrush.style() != Qt::NoBrush)
        painter->fillRect(item.rect, item.backgroundBrush);
}

} // namespace

void ThemeStyle::drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    const Tokens &tokens = tokensOf(option->palette);
    switch (element) {
    case PE_PanelLineEdit:
        if (const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option); frame && frame->lineWidth > 0)
            paint::field(painter, option->rect, *option);
        return;
    case PE_FrameLineEdit:
    case PE_FrameStatusBarItem:
    case PE_PanelItemViewRow:
    case PE_FrameButtonBevel:
    case PE_FrameDefaultButton:
    case PE_FrameTabWidget:
    case PE_IndicatorTabClose:
    case PE_FrameMenu:
    case PE_FrameDockWidget:
        return;
    case PE_Frame:
        if (qobject_cast<const QTextEdit *>(widget) || qobject_cast<const QPlainTextEdit *>(widget))
            paint::field(painter, option->rect, *option);
        else
            paint::panel(painter, option->rect, kControlRadius,
                         qobject_cast<const QAbstractItemView *>(widget) ? tokens.surface : QColor(), tokens.line);
        return;
    case PE_FrameFocusRect:
        if (!qobject_cast<const QAbstractItemView *>(widget) && paint::byKeyboard(*option))
            paint::focusRing(painter, QRectF(option->rect).adjusted(-2, -1, 2, 1), 4, tokens);
        return;
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck:
        paint::checkBox(painter, *option);
        return;
    case PE_IndicatorRadioButton:
        paint::radioButton(painter, *option);
        return;
    case PE_PanelItemViewItem:
        if (const auto *item = qstyleoption_cast<const QStyleOptionViewItem *>(option))
            drawRow(*item, painter);
        return;
    case PE_PanelMenu:
        painter->fillRect(option->rect, tokens.raised);
        paint::panel(painter, option->rect, 1, {}, tokens.line);
        return;
    case PE_PanelTipLabel:
        paint::panel(painter, option->rect, 1, tokens.raised, tokens.line);
        return;
    case PE_FrameTabBarBase:
        paint::hairline(painter, QPointF(option->rect.left(), option->rect.bottom()),
                        QPointF(option->rect.right() + 1, option->rect.bottom() + 1), tokens.line);
        return;
    case PE_PanelStatusBar:
        return;
    case PE_IndicatorArrowDown:
        paintSymbol(painter, QRectF(0, 0, 16, 16).translated(QRectF(option->rect).center() - QPointF(8, 8)), Symbol::ChevronDown,
                    tokens.quiet);
        return;
    case PE_IndicatorBranch:
        if (option->state.testFlag(State_Children))
            paintSymbol(painter, QRectF(0, 0, 14, 14).translated(QRectF(option->rect).center() - QPointF(7, 7)),
                        option->state.testFlag(State_Open) ? Symbol::ChevronDown : Symbol::ChevronRight, tokens.quiet);
        return;
    default:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void ThemeStyle::drawControl(ControlElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    const Tokens &tokens = tokensOf(option->palette);
    switch (element) {
    case CE_PushButtonBevel:
        if (const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option))
            drawButton(*button, painter, widget);
        return;
    case CE_PushButtonLabel:
        if (const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option))
            drawButtonLabel(*button, painter, widget);
        return;
    case CE_ComboBoxLabel:
        if (const auto *combo = qstyleoption_cast<const QStyleOptionComboBox *>(option)) {
            QStyleOptionComboBox fitting = *combo;
            const int icon = combo->currentIcon.isNull() ? 0 : combo->iconSize.width() + 4;
            const int room = subControlRect(CC_ComboBox, combo, SC_ComboBoxEditField, widget).width() - 2 - icon;
            fitting.currentText = combo->fontMetrics.elidedText(combo->currentText, Qt::ElideRight, room);
            QProxyStyle::drawControl(element, &fitting, painter, widget);
        }
        return;
    case CE_MenuItem:
        if (const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(option))
            drawMenuItem(*item, painter, widget);
        return;
    case CE_MenuEmptyArea:
        return;
    case CE_Splitter:
        painter->fillRect(option->rect, tokens.line);
        return;
    case CE_HeaderSection:
    case CE_HeaderEmptyArea:
        painter->fillRect(option->rect, tokens.surface);
        paint::hairline(painter, QPointF(option->rect.left(), option->rect.bottom()),
                        QPointF(option->rect.right() + 1, option->rect.bottom() + 1), tokens.line);
        return;
    case CE_HeaderLabel:
        if (const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option)) {
            QStyleOptionHeader quiet = *header;
            quiet.palette.setColor(QPalette::ButtonText, tokens.quiet);
            quiet.rect.adjust(space::s + 2, 0, 0, 0); // in line with the cells below
            painter->save();
            painter->setFont(fontOf(TextStyle::Quiet));
            quiet.text = quiet.text.toUpper();
            QProxyStyle::drawControl(element, &quiet, painter, widget);
            painter->restore();
        }
        return;
    case CE_TabBarTabShape:
        if (const auto *tab = qstyleoption_cast<const QStyleOptionTab *>(option)) {
            const QRectF words = tabWords(*tab);
            const QRectF under(words.left(), tab->rect.bottom() - 1, words.width(), 2);
            if (paint::byKeyboard(*option))
                paint::focusRing(painter, words.adjusted(0, 4, kTabRing, -4), kControlRadius, tokens);
            else if (tab->state.testFlag(State_Selected))
                painter->fillRect(under, tokens.accent);
            else if (tab->state.testFlag(State_MouseOver))
                painter->fillRect(under, tokens.line);
        }
        return;
    case CE_TabBarTabLabel:
        if (const auto *tab = qstyleoption_cast<const QStyleOptionTab *>(option)) {
            painter->setPen(tab->state.testFlag(State_Selected) ? tokens.text : tokens.quiet);
            const QRectF words = tabWords(*tab).translated(paint::byKeyboard(*option) ? kTabRing / 2 : 0, 0);
            painter->drawText(words, Qt::AlignCenter | Qt::TextShowMnemonic, tab->text);
        }
        return;
    case CE_ProgressBarGroove:
    case CE_ProgressBarLabel:
        return;
    case CE_ProgressBarContents:
        if (const auto *bar = qstyleoption_cast<const QStyleOptionProgressBar *>(option)) {
            const qint64 range = qint64(bar->maximum) - bar->minimum;
            BusyBeat *beat = m_motion ? BusyBeat::of(widget) : nullptr;
            if (range > 0)
                paint::progress(painter, bar->rect, tokens, static_cast<qreal>(bar->progress - bar->minimum) / static_cast<qreal>(range));
            else
                paint::busy(painter, bar->rect, tokens, beat ? beat->next() : 0.5);
        }
        return;
    case CE_ShapedFrame:
        if (const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option)) {
            if (frame->frameShape == QFrame::HLine || frame->frameShape == QFrame::VLine)
                painter->fillRect(option->rect, tokens.line);
            else if (frame->frameShape != QFrame::NoFrame)
                drawPrimitive(PE_Frame, option, painter, widget);
        }
        return;
    default:
        QProxyStyle::drawControl(element, option, painter, widget);
    }
}

void ThemeStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter,
                                    const QWidget *widget) const
{
    switch (control) {
    case CC_ScrollBar: {
        const auto *bar = qstyleoption_cast<const QStyleOptionSlider *>(option);
        if (bar && bar->maximum > bar->minimum)
            paint::scrollBar(painter, subControlRect(control, bar, SC_ScrollBarSlider, widget), *bar,
                             bar->state & (State_MouseOver | State_Sunken));
        return;
    }
    case CC_Slider: {
        const auto *slider = qstyleoption_cast<const QStyleOptionSlider *>(option);
        if (slider && slider->orientation == Qt::Horizontal) {
            paint::slider(painter, subControlRect(control, slider, SC_SliderGroove, widget),
                          subControlRect(control, slider, SC_SliderHandle, widget), *slider);
            return;
        }
        break;
    }
    case CC_ComboBox:
        if (const auto *combo = qstyleoption_cast<const QStyleOptionComboBox *>(option))
            drawComboBox(*combo, painter, widget);
        return;
    case CC_SpinBox:
        if (const auto *spin = qstyleoption_cast<const QStyleOptionSpinBox *>(option))
            drawSpinBox(*spin, painter, widget);
        return;
    case CC_ToolButton:
        if (const auto *button = qstyleoption_cast<const QStyleOptionToolButton *>(option))
            drawToolButton(*button, painter, widget);
        return;
    default:
        break;
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

void ThemeStyle::drawMenuItem(const QStyleOptionMenuItem &option, QPainter *painter, const QWidget *widget) const
{
    const Tokens &tokens = tokensOf(option.palette);
    const QRect rect = option.rect;
    if (option.menuItemType == QStyleOptionMenuItem::Separator) {
        paint::hairline(painter, QPointF(rect.left() + space::s, rect.center().y()),
                        QPointF(rect.right() - space::s, rect.center().y() + 1), tokens.line);
        return;
    }
    const bool enabled = option.state.testFlag(State_Enabled);
    if (option.state.testFlag(State_Selected) && enabled) {
        QColor fill = tokens.accent;
        fill.setAlphaF(0.12F);
        paint::panel(painter, rect, kControlRadius - 1, fill, {});
    }
    QRect content = rect.adjusted(space::s, 0, -space::m, 0);
    const QRect iconRect(content.left(), content.center().y() - 8, 18, 18);
    if (option.checkType != QStyleOptionMenuItem::NotCheckable && option.checked)
        paintSymbol(painter, iconRect, Symbol::Check, tokens.accent);
    else if (!option.icon.isNull())
        option.icon.paint(painter, iconRect, Qt::AlignCenter, enabled ? QIcon::Normal : QIcon::Disabled);
    if (option.maxIconWidth > 0 || option.menuHasCheckableItems)
        content.setLeft(iconRect.right() + space::s + 2);
    else
        content.adjust(space::xs, 0, 0, 0);
    painter->save();
    painter->setFont(option.font);
    const int tab = static_cast<int>(option.text.indexOf(u'\t'));
    const QString text = tab < 0 ? option.text : option.text.left(tab);
    painter->setPen(option.palette.color(enabled ? QPalette::Active : QPalette::Disabled, QPalette::Text));
    int flags = Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine;
    flags |= proxy()->styleHint(SH_UnderlineShortcut, &option, widget) ? Qt::TextShowMnemonic : Qt::TextHideMnemonic;
    painter->drawText(content, flags, text);
    if (tab >= 0) {
        painter->setPen(tokens.quiet);
        painter->drawText(content, Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine, option.text.mid(tab + 1));
    }
    painter->restore();
    if (option.menuItemType == QStyleOptionMenuItem::SubMenu)
        paintSymbol(painter, QRectF(rect.right() - 22, rect.center().y() - 7, 16, 16), Symbol::ChevronRight, tokens.quiet);
}

void ThemeStyle::drawComboBox(const QStyleOptionComboBox &option, QPainter *painter, const QWidget *) const
{
    const Tokens &tokens = tokensOf(option.palette);
    if (!option.frame) {
        if (const QColor over = paint::veil(option); over.isValid())
            paint::panel(painter, option.rect, kControlRadius, over, {});
    } else {
        paint::field(painter, option.rect, option);
    }
    const QRectF rect = option.rect;
    paintSymbol(painter, QRectF(rect.right() - 23, rect.center().y() - 8, 16, 16), Symbol::ChevronDown, tokens.quiet);
}

void ThemeStyle::drawSpinBox(const QStyleOptionSpinBox &option, QPainter *painter, const QWidget *widget) const
{
    const Tokens &tokens = tokensOf(option.palette);
    if (option.frame)
        paint::field(painter, option.rect, option);
    if (option.buttonSymbols == QAbstractSpinBox::NoButtons)
        return;
    const QRectF up = subControlRect(CC_SpinBox, &option, SC_SpinBoxUp, widget);
    const QRectF down = subControlRect(CC_SpinBox, &option, SC_SpinBoxDown, widget);
    const auto ink = [&](QAbstractSpinBox::StepEnabledFlag step) {
        return option.stepEnabled.testFlag(step) ? tokens.quiet : blend(tokens.surface, tokens.faint, 0.4);
    };
    paintSymbol(painter, QRectF(up.center().x() - 7, up.center().y() - 5, 12, 12), Symbol::ChevronUp,
                ink(QAbstractSpinBox::StepUpEnabled));
    paintSymbol(painter, QRectF(down.center().x() - 7, down.center().y() - 7, 12, 12), Symbol::ChevronDown,
                ink(QAbstractSpinBox::StepDownEnabled));
}

} // namespace clavitor::ui
