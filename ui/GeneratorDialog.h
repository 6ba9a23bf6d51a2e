// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/Random.h"
#include "crypto/SecretText.h"

#include <QDialog>

class QCheckBox;
class QLineEdit;
class QProgressBar;
class QSlider;
class QSpinBox;
class QTabWidget;

namespace clavitor::ui {

class ClipboardGuard;
class Label;
class MarkedLabel;
class SecretView;

/// Makes passwords and passphrases. The strength shown is exact: the logarithm of how many results are equally likely.
/// GUI thread.
class GeneratorDialog : public QDialog {
    Q_OBJECT
public:
    /// Use adds a button that hands the result to whoever opened the dialog.
    enum class Mode { Copy, Use };

    GeneratorDialog(crypto::RandomSource random, ClipboardGuard *clipboard, Mode mode, QWidget *parent);

    /// After chosen(): the result, once.
    [[nodiscard]] crypto::SecretText takeSecret();
    /// Of the result on show.
    [[nodiscard]] double entropyBits() const { return m_bits; }
    [[nodiscard]] const crypto::SecretText &secret() const;

signals:
    /// "Use" was pressed; the dialog closes after.
    void chosen();

private:
    QWidget *passwordPage();
    QWidget *passphrasePage();
    void generate();
    void copy();

    crypto::RandomSource m_random;
    ClipboardGuard *m_clipboard;
    SecretView *m_view;
    QTabWidget *m_tabs;
    QSlider *m_lengthSlider;
    QSpinBox *m_length;
    QCheckBox *m_lower;
    QCheckBox *m_upper;
    QCheckBox *m_digits;
    QCheckBox *m_symbols;
    QCheckBox *m_clear;
    QSlider *m_wordSlider;
    QSpinBox *m_words;
    QLineEdit *m_separator;
    QProgressBar *m_meter;
    MarkedLabel *m_strength;
    double m_bits = 0;
};

} // namespace clavitor::ui
