// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/RecoverySheet.h"

#include <QWidget>

namespace clavitor::ui {

class Remask;

/// The eight groups of a recovery sheet with their numbers, or dots in their place until they are to be seen. A group
/// becomes a QString only while it is painted; it cannot be selected or read by accessibility. Shown, they go out of sight again
/// with the window's focus and after the time it takes to copy them by hand. GUI thread.
class RecoveryGroups : public QWidget {
    Q_OBJECT
public:
    /// `sheet` outlives the widget.
    explicit RecoveryGroups(const crypto::RecoverySheet &sheet, QWidget *parent = nullptr);

    static constexpr int shownMilliseconds = 120'000;

    void setShown(bool shown);
    [[nodiscard]] bool isShown() const { return m_shown; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

signals:
    void shownChanged(bool shown);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const crypto::RecoverySheet &m_sheet;
    Remask *m_remask;
    bool m_shown = false;
};

} // namespace clavitor::ui
