// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/style/Tokens.h"

#include <QLabel>

namespace clavitor::ui {

/// A plain-text label of the type scale in one ink; follows the scheme. Never interprets markup.
class Label : public QLabel {
    Q_OBJECT
public:
    explicit Label(const QString &text, TextStyle style = TextStyle::Body, Ink ink = Ink::Text, QWidget *parent = nullptr);

    void setInk(Ink ink);
    /// Wraps, and lets the layout give it the height it needs.
    Label *wrapping();

protected:
    [[nodiscard]] Ink ink() const { return m_ink; }
    void changeEvent(QEvent *event) override;

private:
    void tint();

    Ink m_ink;
};

/// A section's heading, 15/600.
class SectionTitle : public Label {
    Q_OBJECT
public:
    explicit SectionTitle(const QString &text, QWidget *parent = nullptr)
        : Label(text, TextStyle::Section, Ink::Text, parent)
    {
    }
};

/// One line that gives way with an ellipsis; the whole text is its tooltip while cut.
class ElidedLabel : public Label {
    Q_OBJECT
public:
    explicit ElidedLabel(const QString &text, TextStyle style = TextStyle::Body, Ink ink = Ink::Text, QWidget *parent = nullptr);

    void setElideMode(Qt::TextElideMode mode);
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    Qt::TextElideMode m_mode = Qt::ElideRight;
};

} // namespace clavitor::ui
