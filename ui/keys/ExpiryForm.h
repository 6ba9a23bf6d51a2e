// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QComboBox;
class QDateEdit;
class QLineEdit;

namespace clavitor::ui {

class Label;

/// Until when a key works: presets, a day at most a year away, or never, which has to be typed (CONTRACT "Token").
class ExpiryForm : public QWidget {
    Q_OBJECT
public:
    static constexpr int DefaultDays = 90;
    static constexpr int MostDays = 365;

    explicit ExpiryForm(qint64 now, QWidget *parent = nullptr);

    /// ms since the epoch; 0 = never, as an existing key has it.
    void setExpiresAt(qint64 moment);
    [[nodiscard]] qint64 expiresAt() const;
    /// "Never" is chosen and not yet typed.
    [[nodiscard]] bool isComplete() const;

signals:
    void changed();

private:
    void refresh();

    qint64 m_now;
    qint64 m_kept = -1;         ///< the moment of the key being edited; -1 for a new one
    QComboBox *m_choice;
    QDateEdit *m_day;
    QWidget *m_never;
    QLineEdit *m_typed;
    Label *m_words;
};

} // namespace clavitor::ui
