// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/recovery/RecoveryGroups.h"

#include "app/base/SecretString.h"
#include "app/link/Wipe.h"
#include "ui/Remask.h"
#include "ui/style/Tokens.h"

#include <QPainter>

#include <utility>

namespace clavitor::ui {

using namespace Qt::StringLiterals;
using crypto::RecoverySheet;

namespace {

constexpr int kColumns = 4;
constexpr int kRows = RecoverySheet::groupCount / kColumns;
constexpr int kCell = 116;
constexpr int kCellHeight = 56;

} // namespace

RecoveryGroups::RecoveryGroups(const RecoverySheet &sheet, QWidget *parent)
    : QWidget(parent)
    , m_sheet(sheet)
    , m_remask(new Remask(this, [this] { setShown(false); }))
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAccessibleName(tr("The eight groups of the recovery sheet"));
}

void RecoveryGroups::setShown(bool shown)
{
    m_shown = shown;
    if (shown)
        m_remask->start(shownMilliseconds);
    else
        m_remask->stop();
    update();
    emit shownChanged(shown);
}

QSize RecoveryGroups::sizeHint() const
{
    return {kColumns * kCell, kRows * kCellHeight};
}

void RecoveryGroups::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &tokens = tokensOf(palette());
    for (int number = 1; number <= RecoverySheet::groupCount; ++number) {
        const QRect cell((number - 1) % kColumns * kCell, (number - 1) / kColumns * kCellHeight, kCell, kCellHeight);
        painter.setFont(fontOf(TextStyle::Quiet));
        painter.setPen(tokens.quiet);
        painter.drawText(cell, Qt::AlignTop | Qt::AlignHCenter, QString::number(number));
        painter.setFont(fontOf(TextStyle::MonoLarge));
        const QRect place = cell.adjusted(0, painter.fontMetrics().height() / 2, 0, 0);
        if (!m_shown) {
            painter.setPen(tokens.faint);
            painter.drawText(place, Qt::AlignCenter, QString(RecoverySheet::groupLength, u'•'));
            continue;
        }
        QString group = revealToQString(m_sheet.group(number));
        const int advance = painter.fontMetrics().horizontalAdvance(u'0');
        int x = place.left() + (place.width() - advance * static_cast<int>(group.size())) / 2;
        for (const QChar one : std::as_const(group)) {
            painter.setPen(one.isDigit() ? tokens.digit : tokens.text);
            painter.drawText(QRect(x, place.top(), advance, place.height()), Qt::AlignCenter, one);
            x += advance;
        }
        link::wipe(group);
    }
}

} // namespace clavitor::ui
