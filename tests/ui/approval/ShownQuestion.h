// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/approval/ApprovalDialog.h"
#include "ui/approval/ApprovalText.h"
#include "ui/widgets/ConfirmSheet.h"

#include <QAccessible>
#include <QApplication>
#include <QLabel>
#include <QMainWindow>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

Q_DECLARE_METATYPE(clavitor::AskedBecause)

namespace clavitor::test {

using namespace Qt::StringLiterals;
using ui::ApprovalDialog;
using ui::DeadTime;

/// The dialog with one question, on clocks that a test turns.
class ShownQuestion : public QObject {
    Q_OBJECT

protected:
    ShownQuestion();
    ~ShownQuestion() override;

    void show(const ApprovalRequest &request);
    void wake();
    /// The steady clock goes on, and the dialog had its turn.
    void pass(qint64 milliseconds);
    QPushButton *find(const QString &text);
    QList<ApprovalAnswer> given() const { return m_given; }

    qint64 m_now = 1'773'000'000'000;
    qint64 m_steady = 5'000;
    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<ApprovalDialog> m_dialog;
    QList<ApprovalAnswer> m_given;

private slots:
    void init();
    void cleanup();
};

} // namespace clavitor::test
