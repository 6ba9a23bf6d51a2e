// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPlainTextEdit>

namespace clavitor::ui {

/// Lines to copy into a file or a terminal: monospace, read-only, selectable, as high as its text.
class CodeBlock : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit CodeBlock(const QString &accessibleName, QWidget *parent = nullptr);

    void setCode(const QString &code);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
};

} // namespace clavitor::ui
