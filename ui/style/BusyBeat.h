// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QTimer>

class QWidget;

namespace clavitor::ui {

/// The beat of a bar that says "something goes on": where its moving part is by now, and when the bar is painted next. Beats only
/// while the bar is painted, so a hidden one costs nothing. A child of its bar, made by ThemeStyle. GUI thread.
class BusyBeat : public QObject {
    Q_OBJECT
public:
    explicit BusyBeat(QWidget *bar);

    static BusyBeat *of(const QWidget *bar);
    /// 0 to 1, once round in 1.2 s; the bar is painted again a moment later.
    qreal next();

private:
    QElapsedTimer m_since;
    QTimer m_again;
};

} // namespace clavitor::ui
