// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>

namespace clavitor::ui {

/// A line of text in the accent colour that opens something elsewhere: a web address. Disabled, it is plain quiet text.
class LinkButton : public QAbstractButton {
    Q_OBJECT
public:
    explicit LinkButton(const QString &text, QWidget *parent = nullptr);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    bool m_keyboard = false;    ///< the focus came by Tab

    void focusInEvent(QFocusEvent *event) override;
};

} // namespace clavitor::ui
