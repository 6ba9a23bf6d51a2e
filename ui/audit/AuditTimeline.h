// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/model/AuditEvent.h"

#include <QWidget>

#include <optional>

namespace clavitor::ui {

/// How much happened when: a bar for each stretch of time, stacked by actor. Hover or the arrow keys say what a bar
/// holds; dragging, or Shift with the arrows, chooses a stretch; Escape lets it go. GUI thread.
class AuditTimeline : public QWidget {
    Q_OBJECT
public:
    explicit AuditTimeline(Clock clock, QWidget *parent = nullptr);

    /// What is shown: `bars` stretches of `barMilliseconds`, the last one holding now.
    void setSpan(qint64 barMilliseconds, int bars);
    [[nodiscard]] qint64 barMilliseconds() const { return m_bar; }
    [[nodiscard]] qint64 from() const;
    [[nodiscard]] qint64 to() const;

    /// Buckets may be finer than bars; each lies within one.
    void setBuckets(const QList<AuditBucket> &buckets);
    /// Counts rows that were just written.
    void add(const QList<AuditEvent> &events);

    /// Inclusive start, exclusive end; nothing when all is shown.
    [[nodiscard]] std::optional<std::pair<qint64, qint64>> chosen() const;
    void clearChosen();

    [[nodiscard]] QStringList actors() const { return m_actors; }
    /// Rows in a bar, the oldest being 0.
    [[nodiscard]] int count(int bar) const;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    void chosenChanged();

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    [[nodiscard]] QRectF plot() const;
    [[nodiscard]] int barAt(qreal x) const;
    [[nodiscard]] QRectF barRect(int bar) const;
    [[nodiscard]] QColor colourOf(int actor) const;
    [[nodiscard]] QString describe(int bar) const;
    void align();
    void pointAt(int bar);
    void paintBars(QPainter *painter) const;
    void paintAxis(QPainter *painter) const;
    void paintLegend(QPainter *painter) const;

    Clock m_clock;
    qint64 m_bar = 3'600'000;
    int m_count = 24;
    qint64 m_end = 0;           ///< exclusive end of the last bar
    QStringList m_actors;       ///< busiest first
    QList<QList<int>> m_bars;   ///< [bar][actor]
    int m_pointed = -1;
    int m_anchor = -1;          ///< where a drag began
    int m_first = -1;           ///< chosen bars, inclusive
    int m_last = -1;
    bool m_dragging = false;
};

} // namespace clavitor::ui
