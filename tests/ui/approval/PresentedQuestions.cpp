// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/approval/PresentedQuestions.h"

namespace clavitor::test {

PresentedQuestions::PresentedQuestions() = default;
PresentedQuestions::~PresentedQuestions() = default;

void PresentedQuestions::make()
{
    m_presenter.reset();
    m_notice = std::make_unique<ui::DesktopNotice>(m_bus.asks);
    QTRY_VERIFY(m_notice->hasButtons() == m_service->abilities.contains(u"actions"_s));
    m_presenter = std::make_unique<ApprovalPresenter>(ApprovalPresenter::Parts{
        m_client.get(), [this] { return m_now; }, &m_journal, m_notice.get(), [this] { return m_fullScreen; }, [this] { return m_steady; }, m_look, m_patience});
}

ApprovalRequest PresentedQuestions::ask(const QString &title, qint64 later)
{
    ApprovalRequest request = ScriptedVault::question(m_now + later);
    request.title = title;
    request.caller.folder = u"/srv/shop"_s;
    m_vault->ask(m_client.get(), request);
    return request;
}

void PresentedQuestions::wake()
{
    m_steady += ui::DeadTime::Milliseconds;
    const auto isAwake = [](QWidget *window, QAbstractButton *one) { return !window->isVisible() || (one && one->isEnabled()); };
    QVERIFY(QTest::qWaitFor([&] {
        return isAwake(dialog(), allow()) && isAwake(m_presenter->card(), button(m_presenter->card(), u"&Not now"_s));
    }, 10'000));
}

bool PresentedQuestions::isAsking(const QString &title)
{
    return QTest::qWaitFor([&] { return dialog()->isOpen() && says(dialog(), title); }, 3000);
}

QAbstractButton *PresentedQuestions::allow()
{
    for (auto *one : dialog()->findChildren<QPushButton *>())
        if (one->text().startsWith("Allow"_L1) || one->text().startsWith("&Allow"_L1))
            return one;
    return nullptr;
}

int PresentedQuestions::questionsOnTheScreen()
{
    int count = 0;
    for (QWidget *window : QApplication::topLevelWidgets())
        count += window->isVisible() && qobject_cast<ApprovalDialog *>(window) ? 1 : 0;
    return count;
}

void PresentedQuestions::initTestCase()
{
    if (QStandardPaths::findExecutable(u"dbus-daemon"_s).isEmpty())
        QSKIP("dbus-daemon is not installed");
    QVERIFY(m_bus.start());
}

void PresentedQuestions::cleanupTestCase()
{
    m_bus.stop();
}

void PresentedQuestions::init()
{
    m_fullScreen = false;
    m_patience = 20'000;
    m_journal.told.clear();
    m_look = [](const QString &) { return std::optional(GitWorkplace{u"shop"_s, u"main"_s, {}}); };
    m_vault = std::make_unique<ScriptedVault>();
    m_vault->facts.state = LockState::Unlocked;
    m_client = ScriptedVault::makeClient();
    m_service = std::make_unique<NoticeService>();
    QVERIFY(m_bus.serve(m_service.get()));
    make();
}

void PresentedQuestions::cleanup()
{
    m_presenter.reset();
    m_notice.reset();
    QTest::qWait(20);
    m_bus.retire();
    m_service.reset();
    m_client.reset();
    m_vault.reset();
}

} // namespace clavitor::test

#include "moc_PresentedQuestions.cpp"
