// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connect/TextDiff.h"

#include <QPlainTextEdit>

namespace clavitor::ui {

/// What a change does to a file, line by line: monospace, with + and − and a wash of colour behind, selectable. GUI thread.
class DiffView : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit DiffView(QWidget *parent = nullptr);

    void setLines(const QList<DiffLine> &lines);

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    QList<DiffLine::Kind> m_kinds;      ///< of each block
};

} // namespace clavitor::ui
