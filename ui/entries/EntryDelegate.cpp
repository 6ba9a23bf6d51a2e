// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/EntryDelegate.h"

#include "ui/entries/EntryListModel.h"
#include "ui/style/Icons.h"
#include "ui/style/Paint.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/Avatar.h"

#include <QPainter>

namespace clavitor::ui {

EntryDelegate::EntryDelegate(Clock clock, QObject *parent)
    : QStyledItemDelegate(parent)
    , m_clock(std::move(clock))
{
}

QSize EntryDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    const int height = rowHeight(option.widget);
    return {100, height};
}

void EntryDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Tokens &tokens = tokensOf(option.palette);
    const bool roomy = option.rect.height() >= 44;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);

    const QRectF row = QRectF(option.rect).adjusted(space::s, 1, -space::s, -1);
    QColor fill;
    if (option.state.testFlag(QStyle::State_Selected)) {
        fill = tokens.accent;
        fill.setAlphaF(0.12F);
    } else if (option.state.testFlag(QStyle::State_MouseOver)) {
        fill = tokens.text;
        fill.setAlphaF(0.04F);
    }
    if (fill.isValid())
        paint::panel(painter, row, kControlRadius, fill, {});
    if (option.state.testFlag(QStyle::State_HasFocus) && option.state.testFlag(QStyle::State_KeyboardFocusChange))
        paint::focusRing(painter, row, kControlRadius, tokens);

    const QString title = index.data(Qt::DisplayRole).toString();
    const qreal side = roomy ? 32 : 20;
    const QRectF avatar(row.left() + space::s, row.center().y() - side / 2, side, side);
    paintAvatar(painter, avatar, title, index.data(EntryListModel::SeedRole).toString(), tokens);

    qreal right = row.right() - space::s;
    if (index.data(EntryListModel::FavouriteRole).toBool()) {
        paintSymbol(painter, QRectF(right - 14, row.center().y() - 7, 14, 14), Symbol::StarFilled, tokens.asks);
        right -= 14 + space::s;
    }
    if (index.data(EntryListModel::HasTotpRole).toBool()) {
        const int period = index.data(EntryListModel::TotpPeriodRole).toInt();
        if (period > 0) {
            const int left = period - static_cast<int>(m_clock() / 1000 % period);
            painter->setFont(fontOf(TextStyle::Quiet));
            painter->setPen(left <= 5 ? tokens.denied : tokens.quiet);
            const QString seconds = tr("%1 s", "seconds").arg(left);
            painter->drawText(QRectF(right - 30, row.top(), 30, row.height()), Qt::AlignVCenter | Qt::AlignRight, seconds);
            right -= 30 + space::xs;
            paintRing(painter, QRectF(right - 15, row.center().y() - 7.5, 15, 15), static_cast<qreal>(left) / period,
                      left <= 5 ? tokens.denied : tokens.accent, tokens);
            right -= 15 + space::s;
        } else {
            paintSymbol(painter, QRectF(right - 15, row.center().y() - 7.5, 15, 15), Symbol::Timer, tokens.faint);
            right -= 15 + space::s;
        }
    }

    const qreal left = avatar.right() + space::m;
    const QRectF text(left, row.top(), right - left, row.height());
    const QString subtitle = index.data(EntryListModel::SubtitleRole).toString();
    const auto line = [&](const QRectF &area, TextStyle style, const QColor &colour, const QString &words) {
        painter->setFont(fontOf(style));
        painter->setPen(colour);
        const QString fitting = painter->fontMetrics().elidedText(words, Qt::ElideRight, static_cast<int>(area.width()));
        painter->drawText(area, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, fitting);
    };
    if (roomy && !subtitle.isEmpty()) {
        const qreal middle = row.center().y();
        line(QRectF(text.left(), middle - 19, text.width(), 20), TextStyle::Body, tokens.text, title);
        line(QRectF(text.left(), middle, text.width(), 18), TextStyle::Quiet, tokens.quiet, subtitle);
    } else if (!subtitle.isEmpty()) {
        const qreal half = qMin(text.width() * 0.55, 6.0 + QFontMetricsF(fontOf(TextStyle::Body)).horizontalAdvance(title));
        line(QRectF(text.left(), text.top(), half, text.height()), TextStyle::Body, tokens.text, title);
        line(text.adjusted(half + space::s, 0, 0, 0), TextStyle::Quiet, tokens.quiet, subtitle);
    } else {
        line(text, TextStyle::Body, tokens.text, title);
    }
    painter->restore();
}

} // namespace clavitor::ui
