// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/AuditEvent.h"
#include "app/model/KeyPolicy.h"

#include <QWidget>

class QLineEdit;
class QPushButton;

namespace clavitor::ui {

class Label;
class MarkedLabel;

/// Where a key works: from one program, in one folder, or anywhere. GUI thread.
class PinForm : public QWidget {
    Q_OBJECT
public:
    explicit PinForm(QWidget *parent = nullptr);

    void setPin(const Pin &pin);
    [[nodiscard]] Pin pin() const;
    /// Offers what the key was last used from; nothing known takes the offer away.
    void setLastCaller(const Caller &caller);
    /// Why it cannot be so, in a sentence; empty when it can.
    [[nodiscard]] QString problem() const;

signals:
    void changed();

private:
    void chooseProgram();
    void chooseFolder();
    void refresh();
    struct Note {
        QString text;
        bool warns = false;
    };
    /// What there is to say of the pin as it stands.
    [[nodiscard]] Note note(const Pin &pin) const;

    Pin m_last;             ///< what the key was used from, as it would be pinned
    QString m_lastProgram;  ///< as the system named it
    QLineEdit *m_program;
    QLineEdit *m_folder;
    QPushButton *m_useLast;
    MarkedLabel *m_note;
};

} // namespace clavitor::ui
