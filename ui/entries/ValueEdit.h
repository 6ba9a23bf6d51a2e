// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/SecretText.h"

#include <QWidget>

class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QStackedWidget;

namespace clavitor::ui {

class SecretField;

/// Where the value of a field is typed: one line or several, in the open or masked. The text goes in and out as guarded
/// memory. Open lines have undo; masked ones keep no history.
class ValueEdit : public QWidget {
    Q_OBJECT
public:
    enum class Shape { Line, Area, Secret, SecretArea };

    ValueEdit(Shape shape, const QString &accessibleName, QWidget *parent = nullptr);
    ~ValueEdit() override;

    [[nodiscard]] Shape shape() const { return m_shape; }
    [[nodiscard]] crypto::SecretText text() const;
    void setText(const crypto::SecretText &text);
    [[nodiscard]] bool isEmpty() const;
    void setPlaceholder(const QString &text);
    /// Takes masked text out of sight, or shows it.
    void setShown(bool shown);
    /// Of a masked line: whether it offers to show what is in it.
    void setEyeVisible(bool visible);

signals:
    /// The person changed it.
    void edited();

private:
    void wipe();

    Shape m_shape;
    QLineEdit *m_line = nullptr;
    QPlainTextEdit *m_area = nullptr;
    SecretField *m_secret = nullptr;
    QStackedWidget *m_cover = nullptr; ///< of a secret area: the cover, or the text
    bool m_loading = false;
};

} // namespace clavitor::ui
