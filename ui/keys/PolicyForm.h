// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/AuditEvent.h"
#include "app/model/Entry.h"
#include "app/model/KeyPolicy.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QPushButton;
class QSpinBox;

namespace clavitor::ui {

class Label;
class MarkedLabel;
class OverrideForm;
class PinForm;
class PresetChoice;

/// What a key gets and when the person is asked: a preset on a card, and behind "Adjust" everything it is made of.
/// GUI thread.
class PolicyForm : public QWidget {
    Q_OBJECT
public:
    explicit PolicyForm(QWidget *parent = nullptr);

    void setPolicy(const KeyPolicy &policy);
    [[nodiscard]] const KeyPolicy &policy() const { return m_policy; }
    void setEntries(const QList<EntrySummary> &entries);
    /// What the key was last used from.
    void setLastCaller(const Caller &caller);
    /// Why it cannot be so, in a sentence; empty when it can.
    [[nodiscard]] QString problem() const;
    void setAdjusting(bool shown);

signals:
    void changed();

private:
    QWidget *details();
    QWidget *deliveries();
    QWidget *budget();
    /// Into the widgets, without their signals.
    void fill();
    void take();
    void noteBudget();

    KeyPolicy m_policy;
    bool m_showing = false;
    PresetChoice *m_presets;
    QPushButton *m_adjust;
    QWidget *m_details;
    QList<QComboBox *> m_kinds;     ///< by group
    QCheckBox *m_asks;
    QCheckBox *m_codeTap;
    QSpinBox *m_perMinute;
    QSpinBox *m_perHour;
    QSpinBox *m_freezeAt;
    MarkedLabel *m_budgetNote;
    PinForm *m_pin;
    OverrideForm *m_overrides;
};

} // namespace clavitor::ui
