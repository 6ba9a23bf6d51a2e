// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/AuditTimeline.h"

#include "ui/style/Paint.h"
#include "ui/style/Tokens.h"
#include "ui/words/DisplayText.h"
#include "ui/words/TimeText.h"

#include <QDateTime>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <map>
#include <numeric>

namespace clavitor::ui {

namespace {

constexpr int kChartHeight = 132;
constexpr int kLegend = 22;
constexpr int kAxis = 18;
/// Where the highest count stands, beside the legend.
constexpr int kPeak = 72;
/// The longest name beside its tint, and the least of it that says something.
constexpr int kLongestLegendName = 28;
constexpr int kLeastLegendName = 48;
constexpr qint64 kHourMilliseconds = 3'600'000;

} // namespace

AuditTimeline::AuditTimeline(Clock clock, QWidget *parent)
    : QWidget(parent)
    , m_clock(std::move(clock))
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Reads over time"));
    setAccessibleDescription(tr("Left and right move, with Shift they choose a stretch of time, Escape shows all again."));
    setBuckets({});
}

void AuditTimeline::setSpan(qint64 barMilliseconds, int bars)
{
    m_bar = barMilliseconds;
    m_count = bars;
    m_first = m_last = m_pointed = m_anchor = -1;
    setBuckets({});
}

/// The last bar holds now; bars begin on whole hours, or whole stretches, of the person's day.
void AuditTimeline::align()
{
    const qint64 now = m_clock();
    const qint64 offset = QDateTime::fromMSecsSinceEpoch(now).offsetFromUtc() * qint64(1000);
    m_end = ((now + offset) / m_bar + 1) * m_bar - offset;
}

qint64 AuditTimeline::from() const
{
    return m_end - m_bar * m_count;
}

qint64 AuditTimeline::to() const
{
    return m_end;
}

void AuditTimeline::setBuckets(const QList<AuditBucket> &buckets)
{
    align();
    std::map<QString, int> totals;
    for (const AuditBucket &bucket : buckets)
        totals[bucket.actor] += bucket.count;
    m_actors.clear();
    for (const auto &[actor, count] : totals)
        m_actors << actor;
    std::stable_sort(m_actors.begin(), m_actors.end(), [&totals](const QString &a, const QString &b) { return totals[a] > totals[b]; });
    m_bars = QList<QList<int>>(m_count, QList<int>(m_actors.size(), 0));
    for (const AuditBucket &bucket : buckets) {
        const qint64 bar = (bucket.start - from()) / m_bar;
        if (bucket.start >= from() && bar < m_count)
            m_bars[bar][m_actors.indexOf(bucket.actor)] += bucket.count;
    }
    update();
}

void AuditTimeline::add(const QList<AuditEvent> &events)
{
    const qint64 before = m_end;
    align();
    if (const qint64 steps = (m_end - before) / m_bar; steps > 0) {
        for (qint64 i = 0; i < std::min<qint64>(steps, m_count); ++i) {
            m_bars.removeFirst();
            m_bars.append(QList<int>(m_actors.size(), 0));
        }
        if (m_first >= 0) {
            m_first = static_cast<int>(std::max<qint64>(0, m_first - steps));
            m_last = static_cast<int>(std::max<qint64>(0, m_last - steps));
        }
    }
    for (const AuditEvent &event : events) {
        const qint64 bar = (event.time - from()) / m_bar;
        if (event.time < from() || bar >= m_count)
            continue;
        auto actor = m_actors.indexOf(event.actor);
        if (actor < 0) {
            actor = m_actors.size();
            m_actors << event.actor;
            for (QList<int> &counts : m_bars)
                counts << 0;
        }
        ++m_bars[bar][actor];
    }
    update();
}

std::optional<std::pair<qint64, qint64>> AuditTimeline::chosen() const
{
    if (m_first < 0)
        return std::nullopt;
    return std::pair(from() + m_first * m_bar, from() + (m_last + 1) * m_bar);
}

void AuditTimeline::clearChosen()
{
    if (m_first < 0)
        return;
    m_first = m_last = m_anchor = -1;
    update();
    emit chosenChanged();
}

QSize AuditTimeline::sizeHint() const
{
    return {480, kChartHeight};
}

QSize AuditTimeline::minimumSizeHint() const
{
    return {240, kChartHeight};
}

QRectF AuditTimeline::plot() const
{
    return QRectF(0, kLegend, width(), height() - kLegend - kAxis);
}

QRectF AuditTimeline::barRect(int bar) const
{
    const QRectF area = plot();
    const qreal step = area.width() / m_count;
    return {area.left() + bar * step, area.top(), step, area.height()};
}

int AuditTimeline::barAt(qreal x) const
{
    return std::clamp(static_cast<int>(x / width() * m_count), 0, m_count - 1);
}

int AuditTimeline::count(int bar) const
{
    int sum = 0;
    for (const int rows : m_bars.value(bar))
        sum += rows;
    return sum;
}

QColor AuditTimeline::colourOf(int actor) const
{
    return paint::categoryTint(tokensOf(palette()), std::min(actor, paint::categories - 1));
}

QString AuditTimeline::describe(int bar) const
{
    const qint64 start = from() + bar * m_bar;
    const TimeText time(m_clock());
    QString text = m_bar < 24 * kHourMilliseconds ? tr("%1, %2 to %3").arg(time.day(start), time.shortClock(start), time.shortClock(start + m_bar))
                                      : time.day(start);
    const QList<int> &counts = m_bars.value(bar);
    bool any = false;
    for (int actor = 0; actor < counts.size(); ++actor) {
        if (counts.at(actor) == 0)
            continue;
        any = true;
        text += u'\n' + tr("%1  %2").arg(counts.at(actor)).arg(displayText(m_actors.at(actor), 60));
    }
    return any ? text : text + u'\n' + tr("nothing");
}

void AuditTimeline::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tokens &tokens = tokensOf(palette());
    if (m_first >= 0) {
        const QRectF area = barRect(m_first).united(barRect(m_last));
        painter.fillRect(area, tokens.wash(Ink::Accent, 0.12));
        paint::hairline(&painter, area.topLeft(), area.bottomLeft(), tokens.accent);
        paint::hairline(&painter, area.topRight(), area.bottomRight(), tokens.accent);
    }
    if (m_pointed >= 0)
        painter.fillRect(barRect(m_pointed), tokens.wash(Ink::Text, 0.06));
    paintBars(&painter);
    paintAxis(&painter);
    paintLegend(&painter);
    if (hasFocus())
        paint::focusRing(&painter, QRectF(rect()), kControlRadius, tokens);
}

void AuditTimeline::paintBars(QPainter *painter) const
{
    int highest = 4;
    for (int bar = 0; bar < m_bars.size(); ++bar)
        highest = std::max(highest, count(bar));
    const Tokens &tokens = tokensOf(palette());
    const QRectF area = plot();
    painter->setFont(fontOf(TextStyle::Quiet));
    for (int half = 1; half <= 2; ++half) {
        const qreal y = area.bottom() - area.height() * 0.94 * half / 2;
        paint::hairline(painter, {area.left(), y}, {area.right(), y}, blend(tokens.surface, tokens.line, 0.6));
    }
    painter->setPen(Qt::NoPen);
    for (int bar = 0; bar < m_bars.size(); ++bar) {
        QRectF column = barRect(bar);
        const qreal gap = std::min(column.width() * 0.25, 4.0);
        column.adjust(gap / 2, 0, -gap / 2, 0);
        const bool out = m_first >= 0 && (bar < m_first || bar > m_last);
        painter->setOpacity(out ? 0.35 : 1);
        qreal bottom = area.bottom();
        for (int actor = 0; actor < m_bars.at(bar).size(); ++actor) {
            const int count = m_bars.at(bar).at(actor);
            if (count == 0)
                continue;
            const qreal height = std::max(2.0, area.height() * 0.94 * count / highest);
            painter->setBrush(colourOf(actor));
            painter->drawRoundedRect(QRectF(column.left(), bottom - height, column.width(), height - 1), 2, 2);
            bottom -= height;
        }
    }
    painter->setOpacity(1);
    painter->setPen(tokens.quiet);
    painter->drawText(QRectF(area.right() - kPeak, area.top() - kLegend, kPeak - space::xs, kLegend), Qt::AlignRight | Qt::AlignVCenter,
                      tr("peak %1").arg(highest));
}

void AuditTimeline::paintAxis(QPainter *painter) const
{
    const Tokens &tokens = tokensOf(palette());
    const QRectF area = plot();
    paint::hairline(painter, area.bottomLeft(), area.bottomRight(), tokens.line);
    painter->setFont(fontOf(TextStyle::Quiet));
    painter->setPen(tokens.quiet);
    const TimeText time(m_clock());
    const bool days = m_bar * m_count > 36 * kHourMilliseconds;
    qreal free = 0;
    for (int bar = 0; bar < m_count; ++bar) {
        const qint64 start = from() + bar * m_bar;
        const QDateTime local = QDateTime::fromMSecsSinceEpoch(start);
        const bool mark = days ? local.time().hour() < std::max<qint64>(1, m_bar / kHourMilliseconds) : local.time().hour() % 3 == 0;
        if (!mark)
            continue;
        const QString text = days ? QLocale().toString(local.date(), QStringLiteral("d MMM")) : time.shortClock(start);
        const QRectF box(barRect(bar).left(), area.bottom() + 2, painter->fontMetrics().horizontalAdvance(text) + space::s, kAxis - 2);
        if (box.left() < free || box.right() > width())
            continue;
        painter->drawText(box, Qt::AlignLeft | Qt::AlignVCenter, text);
        free = box.right() + space::s;
    }
}

void AuditTimeline::paintLegend(QPainter *painter) const
{
    const Tokens &tokens = tokensOf(palette());
    painter->setFont(fontOf(TextStyle::Quiet));
    QStringList names;
    for (int actor = 0; actor < std::min<int>(static_cast<int>(m_actors.size()), paint::categories); ++actor) {
        const bool others = actor == paint::categories - 1 && m_actors.size() > paint::categories;
        names << (others ? tr("others") : displayText(m_actors.at(actor), kLongestLegendName));
    }
    // Every tint that is drawn is named, if need be in part.
    const QFontMetrics metrics = painter->fontMetrics();
    const auto whole = std::accumulate(names.cbegin(), names.cend(), 0, [&](int sum, const QString &name) { return sum + metrics.horizontalAdvance(name); });
    const int spaces = static_cast<int>(names.size()) * (16 + space::l);
    const int room = width() - kPeak - spaces;
    const int most = whole <= room || names.isEmpty() ? width() : std::max(kLeastLegendName, room / static_cast<int>(names.size()));
    qreal x = 0;
    for (int actor = 0; actor < names.size(); ++actor) {
        const QString text = metrics.elidedText(names.at(actor), Qt::ElideRight, most);
        const int advance = metrics.horizontalAdvance(text);
        painter->setPen(Qt::NoPen);
        painter->setBrush(colourOf(actor));
        painter->drawRoundedRect(QRectF(x, (kLegend - 10) / 2.0 - 1, 10, 10), 3, 3);
        painter->setPen(tokens.quiet);
        painter->drawText(QRectF(x + 16, 0, advance + 2, kLegend - 2), Qt::AlignLeft | Qt::AlignVCenter, text);
        x += 16 + advance + space::l;
    }
}

void AuditTimeline::pointAt(int bar)
{
    if (m_pointed == bar)
        return;
    m_pointed = bar;
    if (bar >= 0)
        setAccessibleDescription(describe(bar));
    update();
}

void AuditTimeline::mouseMoveEvent(QMouseEvent *event)
{
    const int bar = barAt(event->position().x());
    pointAt(bar);
    if (m_dragging) {
        m_first = std::min(m_anchor, bar);
        m_last = std::max(m_anchor, bar);
        update();
    }
    QToolTip::showText(event->globalPosition().toPoint(), describe(bar), this, barRect(bar).toAlignedRect());
}

void AuditTimeline::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_dragging = true;
    m_anchor = barAt(event->position().x());
    m_first = m_last = m_anchor;
    update();
}

void AuditTimeline::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || !m_dragging)
        return;
    m_dragging = false;
    emit chosenChanged();
}

void AuditTimeline::keyPressEvent(QKeyEvent *event)
{
    const int step = event->key() == Qt::Key_Left ? -1 : event->key() == Qt::Key_Right ? 1 : 0;
    if (step != 0) {
        const int at = m_pointed < 0 ? m_count - (step > 0 ? 1 : 0) : m_pointed;
        const int bar = std::clamp(at + step, 0, m_count - 1);
        if (event->modifiers() & Qt::ShiftModifier) {
            if (m_first < 0)
                m_anchor = std::clamp(at, 0, m_count - 1);
            m_first = std::min(m_anchor, bar);
            m_last = std::max(m_anchor, bar);
            emit chosenChanged();
        }
        pointAt(bar);
        QToolTip::showText(mapToGlobal(barRect(bar).center().toPoint()), describe(bar), this);
        update();
        return;
    }
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && m_pointed >= 0) {
        m_anchor = m_first = m_last = m_pointed;
        update();
        emit chosenChanged();
        return;
    }
    if (event->key() == Qt::Key_Escape && m_first >= 0) {
        clearChosen();
        return;
    }
    QWidget::keyPressEvent(event);
}

void AuditTimeline::leaveEvent(QEvent *)
{
    pointAt(-1);
}

void AuditTimeline::focusOutEvent(QFocusEvent *event)
{
    pointAt(-1);
    QWidget::focusOutEvent(event);
}

} // namespace clavitor::ui
