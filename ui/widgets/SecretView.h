// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/SecretText.h"

#include <QWidget>

namespace clavitor::ui {

/// Shows a secret, or a masked stand-in whose length says nothing. The text lives in guarded memory and becomes a
/// QString only while it is painted; it cannot be selected, dragged or read by accessibility.
///
/// Monospace, letters, digits and symbols in three tints. Long values wrap anywhere; line breaks are kept.
class SecretView : public QWidget {
    Q_OBJECT
public:
    explicit SecretView(QWidget *parent = nullptr);
    ~SecretView() override;

    /// Shows the value. Takes it over.
    void reveal(crypto::SecretText secret);
    /// Forgets the value and shows the mask.
    void mask();
    [[nodiscard]] bool isRevealed() const { return m_revealed; }
    /// The value on show; empty while masked.
    [[nodiscard]] const crypto::SecretText &secret() const { return m_secret; }
    /// 20 px type instead of 13.5.
    void setLarge(bool large);
    /// "847203" as "847 203".
    void setGrouped(bool grouped);

    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    [[nodiscard]] int columns(int width) const;
    [[nodiscard]] int lineCount(int width) const;

    crypto::SecretText m_secret;
    bool m_revealed = false;
    bool m_grouped = false;
};

} // namespace clavitor::ui
