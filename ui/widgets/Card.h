// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QVBoxLayout;

namespace clavitor::ui {

/// A raised surface, radius 10, hairline around. Cards do not nest.
class Card : public QWidget {
    Q_OBJECT
public:
    explicit Card(QWidget *parent = nullptr);

    /// A column with 16 px margins and 12 px between, to put things in.
    [[nodiscard]] QVBoxLayout *column() const { return m_column; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QVBoxLayout *m_column;
};

/// A horizontal line, one pixel.
class Hairline : public QWidget {
    Q_OBJECT
public:
    explicit Hairline(QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;
};

/// A pane in the surface colour (the window itself is in the ground colour).
class Pane : public QWidget {
    Q_OBJECT
public:
    explicit Pane(QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace clavitor::ui
