// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/style/Icons.h"
#include "ui/widgets/Label.h"

#include <optional>

namespace clavitor::ui {

/// A text in one of the four tones, with the icon such a tone never stands without, before its first line. Without words, or
/// with the mark taken away, it is a plain label.
class MarkedLabel : public Label {
    Q_OBJECT
public:
    explicit MarkedLabel(TextStyle style = TextStyle::Body, QWidget *parent = nullptr);
    MarkedLabel(Symbol symbol, Ink ink, const QString &text = {}, TextStyle style = TextStyle::Quiet);

    /// Icon and words in `ink`.
    void setMark(Symbol symbol, Ink ink);
    /// Words alone, in `ink`.
    void clearMark(Ink ink = Ink::Text);
    [[nodiscard]] std::optional<Symbol> mark() const { return m_symbol; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    std::optional<Symbol> m_symbol;
};

} // namespace clavitor::ui
