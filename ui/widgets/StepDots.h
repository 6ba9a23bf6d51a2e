// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace clavitor::ui {

/// How far a row of steps has come, one dot each; "Step 2 of 6" for assistive tools and as its tool tip.
class StepDots : public QWidget {
    Q_OBJECT
public:
    explicit StepDots(int steps, QWidget *parent = nullptr);

    /// From 0.
    void setStep(int step);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int m_steps;
    int m_step = 0;
};

} // namespace clavitor::ui
