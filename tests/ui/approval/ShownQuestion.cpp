// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/approval/ShownQuestion.h"

namespace clavitor::test {

ShownQuestion::ShownQuestion() = default;
ShownQuestion::~ShownQuestion() = default;

void ShownQuestion::show(const ApprovalRequest &request)
{
    m_dialog->ask(request, ui::ApprovalText::repository({}).isEmpty() ? std::optional(GitWorkplace{u"shop"_s, u"main"_s, {}}) : std::nullopt);
    m_dialog->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_dialog.get()));
}

void ShownQuestion::wake()
{
    pass(DeadTime::Milliseconds);
    QVERIFY(QTest::qWaitFor([this] { return find(u"Deny"_s)->isEnabled(); }, 10'000));
}

void ShownQuestion::pass(qint64 milliseconds)
{
    m_steady += milliseconds;
    m_now += milliseconds;
    QTest::qWait(90);
}

QPushButton *ShownQuestion::find(const QString &text)
{
    for (auto *button : m_dialog->findChildren<QPushButton *>())
        if (QString(button->text()).remove(u'&') == text || button->accessibleName() == text)
            return button;
    return nullptr;
}

void ShownQuestion::init()
{
    m_given.clear();
    m_vault = std::make_unique<ScriptedVault>();
    m_dialog = std::make_unique<ApprovalDialog>([this] { return m_now; }, [this] { return m_steady; });
    connect(m_dialog.get(), &ApprovalDialog::answered, this, [this](ApprovalId, ApprovalAnswer answer) { m_given << answer; });
}

void ShownQuestion::cleanup()
{
    m_dialog.reset();
    m_vault.reset();
}

} // namespace clavitor::test

#include "moc_ShownQuestion.cpp"
