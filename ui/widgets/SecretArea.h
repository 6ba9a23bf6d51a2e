// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPlainTextEdit>

namespace clavitor::ui {

/// Several lines of a secret to type or paste into. What is in it does not leave by copying, cutting, dragging or
/// selecting, keeps no undo history and is not learnt by input methods.
class SecretArea : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit SecretArea(const QString &accessibleName, QWidget *parent = nullptr);

protected:
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    [[nodiscard]] QMimeData *createMimeDataFromSelection() const override;
};

} // namespace clavitor::ui
