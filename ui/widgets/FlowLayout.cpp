// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/FlowLayout.h"

#include <QWidget>

namespace clavitor::ui {

FlowLayout::FlowLayout(int spacing, QWidget *parent)
    : QLayout(parent)
{
    setSpacing(spacing);
    setContentsMargins(0, 0, 0, 0);
}

FlowLayout::~FlowLayout()
{
    qDeleteAll(m_items);
}

void FlowLayout::addItem(QLayoutItem *item)
{
    m_items.append(item);
}

int FlowLayout::count() const
{
    return static_cast<int>(m_items.size());
}

QLayoutItem *FlowLayout::itemAt(int index) const
{
    return m_items.value(index);
}

QLayoutItem *FlowLayout::takeAt(int index)
{
    return index >= 0 && index < m_items.size() ? m_items.takeAt(index) : nullptr;
}

int FlowLayout::heightForWidth(int width) const
{
    return arrange({0, 0, width, 0}, false);
}

QSize FlowLayout::minimumSize() const
{
    QSize size;
    for (const QLayoutItem *item : m_items)
        size = size.expandedTo(item->minimumSize());
    return size;
}

QSize FlowLayout::sizeHint() const
{
    int width = 0;
    int height = 0;
    for (const QLayoutItem *item : m_items) {
        width += item->sizeHint().width() + spacing();
        height = qMax(height, item->sizeHint().height());
    }
    return {width, height};
}

void FlowLayout::setGeometry(const QRect &rect)
{
    QLayout::setGeometry(rect);
    arrange(rect, true);
}

int FlowLayout::arrange(const QRect &rect, bool apply) const
{
    int y = rect.y();
    for (qsizetype next = 0; next < m_items.size();) {
        const qsizetype first = next;
        int width = 0;
        int height = 0;
        for (; next < m_items.size(); ++next) {
            if (m_items.at(next)->isEmpty())
                continue;
            const QSize size = m_items.at(next)->sizeHint();
            const int wider = width == 0 ? size.width() : width + spacing() + size.width();
            if (width > 0 && wider > rect.width())
                break;
            width = wider;
            height = qMax(height, size.height());
        }
        const bool isOnlyLine = first == 0 && next == m_items.size();
        int x = rect.x();
        for (qsizetype i = first; apply && i < next; ++i) {
            QLayoutItem *item = m_items.at(i);
            if (isOnlyLine && i == m_atRight)
                x += qMax(0, rect.width() - width);
            if (item->isEmpty())
                continue;
            const QSize size = item->sizeHint().boundedTo({rect.width(), height});
            item->setGeometry({QPoint(x, y + (height - size.height()) / 2), size});
            x += size.width() + spacing();
        }
        y += height + (next < m_items.size() ? spacing() : 0);
    }
    return y - rect.y();
}

} // namespace clavitor::ui
