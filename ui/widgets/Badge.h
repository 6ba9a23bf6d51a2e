// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/style/Icons.h"

#include <QWidget>

#include <optional>

namespace clavitor::ui {

/// A word with an icon in one ink on a faint wash of it: "Personal", "Paused", a tag.
class Badge : public QWidget {
    Q_OBJECT
public:
    Badge(Symbol symbol, const QString &word, Ink ink = Ink::Quiet, QWidget *parent = nullptr);
    /// Without an icon; only for things that are no state (a tag).
    explicit Badge(const QString &word, QWidget *parent = nullptr);

    void setBadge(Symbol symbol, const QString &word, Ink ink);
    [[nodiscard]] QString word() const { return m_word; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    std::optional<Symbol> m_symbol;
    QString m_word;
    Ink m_ink;
};

} // namespace clavitor::ui
