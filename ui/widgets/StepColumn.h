// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QVBoxLayout;
class QWidget;

namespace clavitor::ui {

/// Lays out a page of a dialog in steps: its title, what it is about (if it is said here), and a column for the rest.
[[nodiscard]] QVBoxLayout *stepColumn(QWidget *page, const QString &title, const QString &text);

} // namespace clavitor::ui
