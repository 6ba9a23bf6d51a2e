// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/SecretText.h"

#include <QWidget>

class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QStackedWidget;

namespace clavitor::ui {

class Remask;
class SecretField;

/// Where the value of a field is typed: one line or several, in the open or masked. The text goes in and out as guarded
/// memory. Open lines have undo; masked ones keep no history, hide again by themselves, and nothing in them can be copied.
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
    /// Leaves it empty, without telling.
    void wipe();
    void setPlaceholder(const QString &text);
    /// Takes masked text out of sight, or shows it.
    void setShown(bool shown);
    [[nodiscard]] bool isShown() const;
    /// How long a secret may stand on screen untouched.
    void setRevealMilliseconds(int milliseconds) { m_revealMilliseconds = milliseconds; }
    /// Of a masked line: whether it offers to show what is in it.
    void setEyeVisible(bool visible);

signals:
    /// The person changed it.
    void edited();
    /// Of a secret. Showing may be asked for by the person, hiding comes by itself too.
    void shownChanged(bool shown);
    /// The cover of a secret area was pressed. Whether it opens is for the owner to say.
    void showRequested();

private:
    void noteShown(bool shown);

    Shape m_shape;
    QLineEdit *m_line = nullptr;
    QPlainTextEdit *m_area = nullptr;
    SecretField *m_secret = nullptr;
    QStackedWidget *m_cover = nullptr; ///< of a secret area: the cover, or the text
    Remask *m_remask = nullptr; ///< of secrets
    int m_revealMilliseconds = 20'000;
    bool m_loading = false;
};

} // namespace clavitor::ui
