// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"

#include <QString>

#include <functional>

class QWidget;

namespace clavitor::ui {

/// A Markdown page the person saves. GUI thread.
class PageFile {
public:
    /// Asks where to, with the desktop's own dialog; `then` runs when a place was chosen.
    static void choose(const QString &title, const QString &name, QWidget *parent, std::function<void(const QString &path)> then);
    /// For the owner alone, as a whole or not at all. ReadOnly, DiskFull or Io.
    [[nodiscard]] static Result<> write(const QString &path, const QString &page);
};

} // namespace clavitor::ui
