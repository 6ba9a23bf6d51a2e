// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/Label.h"

#include <QAbstractButton>
#include <QAbstractScrollArea>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QLabel>
#include <QLayout>
#include <QLineEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QStackedWidget>
#include <QTabBar>
#include <QTest>

namespace clavitor::test {

/// Looks for what a person could not read or reach below `owner`, its dialogs included: cut, lying over another, or beyond the edge of what scrolls.
class Fits {
public:
    /// What is wrong with the first one that does not fit, for a failing test to print; empty when all do.
    [[nodiscard]] static QString fault(const QWidget *owner)
    {
        for (const auto *widget : owner->findChildren<QWidget *>()) {
            if (!widget->isVisibleTo(owner) || widget->isWindow() || isInside(widget))
                continue;
            if (const QString wrong = faultOf(widget, owner); !wrong.isEmpty())
                return named(widget) + QStringLiteral(": ") + wrong;
        }
        return {};
    }

private:
    /// A part of a widget that lays it out itself.
    [[nodiscard]] static bool isInside(const QWidget *widget)
    {
        if (qobject_cast<const QScrollBar *>(widget))
            return true;
        for (const QWidget *above = widget->parentWidget(); above; above = above->parentWidget()) {
            if (qobject_cast<const QLineEdit *>(above) || qobject_cast<const QTabBar *>(above) || qobject_cast<const QComboBox *>(above) || qobject_cast<const QAbstractSpinBox *>(above))
                return true;
            if (qobject_cast<const QAbstractScrollArea *>(above) && !qobject_cast<const QScrollArea *>(above))
                return true; // a list scrolls to both sides by itself
        }
        return false;
    }

    [[nodiscard]] static QString named(const QWidget *widget)
    {
        QString words = widget->property("text").toString();
        if (words.isEmpty())
            words = widget->accessibleName();
        return QStringLiteral("%1 “%2”").arg(QString::fromLatin1(widget->metaObject()->className()), words.left(60));
    }

    [[nodiscard]] static bool scrolls(const QWidget *widget)
    {
        const auto *area = qobject_cast<const QScrollArea *>(widget->parentWidget());
        return area && area->viewport() == widget;
    }

    [[nodiscard]] static QString faultOf(const QWidget *widget, const QWidget *owner)
    {
        if (const QString wrong = cut(widget); !wrong.isEmpty())
            return wrong;
        const QWidget *parent = widget->parentWidget();
        const QRect place = widget->geometry();
        if (place.left() < 0 || place.right() >= parent->width() + 1)
            return QStringLiteral("from %1 to %2 in a width of %3").arg(place.left()).arg(place.right()).arg(parent->width());
        if (!scrolls(parent) && !qobject_cast<const QStackedWidget *>(parent) && (place.top() < 0 || place.bottom() >= parent->height() + 1))
            return QStringLiteral("from %1 to %2 in a height of %3").arg(place.top()).arg(place.bottom()).arg(parent->height());
        if (const auto *area = qobject_cast<const QScrollArea *>(widget); area && area->horizontalScrollBar()->maximum() > 0)
            return QStringLiteral("scrolls sideways by %1").arg(area->horizontalScrollBar()->maximum());
        if (parent == owner->window() || !isLaidOut(widget))
            return {};
        for (const QObject *child : parent->children()) {
            const auto *other = qobject_cast<const QWidget *>(child);
            if (other && other != widget && other->isVisibleTo(owner) && isLaidOut(other) && !other->isWindow() && other->geometry().intersects(place))
                return QStringLiteral("lies over ") + named(other);
        }
        return {};
    }

    /// What floats over the others on purpose is in no layout.
    [[nodiscard]] static bool isLaidOut(const QWidget *widget)
    {
        const QLayout *layout = widget->parentWidget()->layout();
        return layout && holds(layout, widget);
    }

    [[nodiscard]] static bool holds(const QLayout *layout, const QWidget *widget)
    {
        for (int i = 0; i < layout->count(); ++i) {
            QLayoutItem *item = layout->itemAt(i);
            if (item->widget() == widget || (item->layout() && holds(item->layout(), widget)))
                return true;
        }
        return false;
    }

    [[nodiscard]] static QString cut(const QWidget *widget)
    {
        const auto *label = qobject_cast<const QLabel *>(widget);
        const bool holdsWords = label || qobject_cast<const QAbstractButton *>(widget) || qobject_cast<const QLineEdit *>(widget);
        if (!holdsWords || (label && label->text().isEmpty() && label->pixmap().isNull()))
            return {};
        const bool givesWay = qobject_cast<const ui::ElidedLabel *>(widget) || qobject_cast<const QLineEdit *>(widget);
        const bool wraps = label && label->wordWrap();
        const QSize least = wraps ? label->minimumSizeHint() : widget->sizeHint();
        if (!givesWay && widget->width() < std::min(least.width(), widget->maximumWidth()))
            return QStringLiteral("%1 wide, needs %2").arg(widget->width()).arg(least.width());
        const int height = std::min(wraps ? label->heightForWidth(widget->width()) : widget->minimumSizeHint().height(), widget->maximumHeight());
        if (widget->height() < height)
            return QStringLiteral("%1 high, needs %2 at a width of %3").arg(widget->height()).arg(height).arg(widget->width());
        return {};
    }
};

/// As Fits::fault(), once the event loop has laid everything out; the fault that stays.
inline QString faultOfFit(const QWidget *owner)
{
    QTest::qWait(100);
    (void)QTest::qWaitFor([&] { return Fits::fault(owner).isEmpty(); }, 1000);
    return Fits::fault(owner);
}

} // namespace clavitor::test
