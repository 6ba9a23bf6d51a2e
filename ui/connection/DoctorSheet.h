// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/connection/DoctorText.h"

#include <QDialog>

class QPushButton;
class QScrollArea;

namespace clavitor::ui {

class Badge;
class Label;

/// What `clavitor doctor` says, in a window: the same lines in the same words. Examines when it opens and again when asked.
/// GUI thread.
class DoctorSheet : public QDialog {
    Q_OBJECT
public:
    /// `examiner` outlives the sheet.
    explicit DoctorSheet(Examiner *examiner, QWidget *parent = nullptr);

    /// As last shown; empty while the first examination runs.
    [[nodiscard]] const QList<DoctorLine> &lines() const { return m_lines; }
    void showLines(const QList<DoctorLine> &lines);

private:
    void examine();
    void copy();

    Examiner *m_examiner;
    QList<DoctorLine> m_lines;
    Label *m_verdict;
    QScrollArea *m_scroll;
    QPushButton *m_copy;
    QPushButton *m_again;
};

} // namespace clavitor::ui
