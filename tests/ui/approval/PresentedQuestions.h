// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/NoticeService.h"
#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/approval/ApprovalPresenter.h"
#include "ui/notify/DesktopNotice.h"
#include "ui/notify/Notifications.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QThread>

namespace clavitor::test {

using namespace Qt::StringLiterals;
using ui::ApprovalDialog;
using ui::ApprovalPresenter;

class Journal : public ui::NotificationSink {
public:
    void notify(Tone, const QString &title, const QString &text) override { told << title + u'\n' + text; }
    QStringList told;
};

/// A presenter with a scripted vault, and a desktop's notifications on a bus of their own.
class PresentedQuestions : public QObject {
    Q_OBJECT

protected:
    void make()
    {
        m_presenter.reset();
        m_notice = std::make_unique<ui::DesktopNotice>(m_bus.asks);
        QTRY_VERIFY(m_notice->hasButtons() == m_service->abilities.contains(u"actions"_s));
        m_presenter = std::make_unique<ApprovalPresenter>(ApprovalPresenter::Parts{
            m_client.get(), [this] { return m_now; }, &m_journal, m_notice.get(), [this] { return m_fullScreen; }, [this] { return m_steady; }, m_look, m_patience});
    }
    ApprovalRequest ask(const QString &title = u"AWS production"_s, qint64 later = 0)
    {
        ApprovalRequest request = ScriptedVault::question(m_now + later);
        request.title = title;
        request.caller.folder = u"/srv/shop"_s;
        m_vault->ask(m_client.get(), request);
        return request;
    }
    void wake()
    {
        m_steady += ui::DeadTime::Milliseconds;
        const auto isAwake = [](QWidget *window, QAbstractButton *one) { return !window->isVisible() || (one && one->isEnabled()); };
        QVERIFY(QTest::qWaitFor([&] {
            return isAwake(dialog(), allow()) && isAwake(m_presenter->card(), button(m_presenter->card(), u"&Not now"_s));
        }, 10'000));
    }
    ApprovalDialog *dialog() { return m_presenter->dialog(); }
    bool isAsking(const QString &title) { return QTest::qWaitFor([&] { return dialog()->isOpen() && says(dialog(), title); }, 3000); }
    QAbstractButton *allow()
    {
        for (auto *one : dialog()->findChildren<QPushButton *>())
            if (one->text().startsWith("Allow"_L1) || one->text().startsWith("&Allow"_L1))
                return one;
        return nullptr;
    }
    static int questionsOnTheScreen()
    {
        int count = 0;
        for (QWidget *window : QApplication::topLevelWidgets())
            count += window->isVisible() && qobject_cast<ApprovalDialog *>(window) ? 1 : 0;
        return count;
    }

    PrivateBus m_bus;
    qint64 m_now = 1'773'000'000'000;
    qint64 m_steady = 1'000;
    bool m_fullScreen = false;
    int m_patience = 20'000;    ///< a busy machine takes its time
    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<VaultClient> m_client;
    std::unique_ptr<NoticeService> m_service;
    std::unique_ptr<ui::DesktopNotice> m_notice;
    Journal m_journal;
    GitLook::Look m_look;
    std::unique_ptr<ApprovalPresenter> m_presenter;

private slots:
    void initTestCase()
    {
        if (QStandardPaths::findExecutable(u"dbus-daemon"_s).isEmpty())
            QSKIP("dbus-daemon is not installed");
        QVERIFY(m_bus.start());
    }
    void cleanupTestCase() { m_bus.stop(); }
    void init()
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
    void cleanup()
    {
        m_presenter.reset();
        m_notice.reset();
        QTest::qWait(20);
        m_bus.retire();
        m_service.reset();
        m_client.reset();
        m_vault.reset();
    }
};

} // namespace clavitor::test
