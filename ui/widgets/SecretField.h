// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/SecretText.h"

#include <QLineEdit>
#include <QWidget>

#include <optional>

class QAction;

namespace clavitor::ui {

class Label;

/// A line for a secret: masked until the eye is pressed, kept from input methods' memory and from the clipboard while
/// masked. The text leaves it only as guarded memory. Of what is pasted or dropped line ends and other control characters are
/// left out, which nobody sees and nobody can type again; nothing else is changed.
///
/// What Qt keeps meanwhile (the widget's own buffer) is wiped when the text is taken, replaced or the field dies; masked,
/// Qt's line edit keeps no undo history.
class SecretField : public QWidget {
    Q_OBJECT
public:
    explicit SecretField(const QString &accessibleName, QWidget *parent = nullptr);
    ~SecretField() override;

    /// Takes the text out and leaves the field empty.
    [[nodiscard]] crypto::SecretText takeSecret();
    /// A copy in guarded memory; the field keeps its text (for strength meters and previews).
    [[nodiscard]] crypto::SecretText copySecret() const;
    void setSecret(const crypto::SecretText &secret);
    [[nodiscard]] bool isEmpty() const;
    void wipe();

    void setPlaceholder(const QString &text);
    /// Master passwords are typed, never revealed by default; generated values may start shown.
    void setShown(bool shown);
    [[nodiscard]] bool isShown() const;
    void setEyeVisible(bool visible);
    void setMonospace();
    /// What stands for a run of line ends in the middle of what is pasted, where it parts words; by itself nothing does.
    void setLineEnd(QChar instead);
    void selectAll();
    void setReadOnly(bool readOnly);

signals:
    void edited();
    /// Return was pressed. With nobody connected it goes on to the dialog's default button.
    void submitted();
    /// The eye, or setShown().
    void shownChanged(bool shown);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void noteCapsLock(bool on);
    void insertCleaned(const QString &text);
    [[nodiscard]] QString cleaned(const QString &text) const;
    /// The ways by which Qt takes in text that was not typed; true when the event was one and is done.
    [[nodiscard]] bool takesIn(QEvent &event);

    QLineEdit *m_line;
    QAction *m_eye;
    Label *m_caps;
    std::optional<QChar> m_lineEnd;
};

} // namespace clavitor::ui
