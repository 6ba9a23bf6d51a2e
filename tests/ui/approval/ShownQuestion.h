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
    void show(const ApprovalRequest &request)
    {
        m_dialog->ask(request, ui::ApprovalText::repository({}).isEmpty() ? std::optional(GitWorkplace{u"shop"_s, u"main"_s, {}}) : std::nullopt);
        m_dialog->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_dialog.get()));
    }
    void wake()
    {
        pass(DeadTime::Milliseconds);
        QVERIFY(QTest::qWaitFor([this] { return find(u"Deny"_s)->isEnabled(); }, 10'000));
    }
    /// The steady clock goes on, and the dialog had its turn.
    void pass(qint64 milliseconds)
    {
        m_steady += milliseconds;
        m_now += milliseconds;
        QTest::qWait(90);
    }
    QPushButton *find(const QString &text)
    {
        for (auto *button : m_dialog->findChildren<QPushButton *>())
            if (QString(button->text()).remove(u'&') == text || button->accessibleName() == text)
                return button;
        return nullptr;
    }
    QList<ApprovalAnswer> given() const { return m_given; }

    qint64 m_now = 1'773'000'000'000;
    qint64 m_steady = 5'000;
    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<ApprovalDialog> m_dialog;
    QList<ApprovalAnswer> m_given;

private slots:
    void init()
    {
        m_given.clear();
        m_vault = std::make_unique<ScriptedVault>();
        m_dialog = std::make_unique<ApprovalDialog>([this] { return m_now; }, [this] { return m_steady; });
        connect(m_dialog.get(), &ApprovalDialog::answered, this, [this](ApprovalId, ApprovalAnswer answer) { m_given << answer; });
    }
    void cleanup()
    {
        m_dialog.reset();
        m_vault.reset();
    }
};

} // namespace clavitor::test
