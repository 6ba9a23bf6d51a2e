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
    PresentedQuestions();
    ~PresentedQuestions() override;

    void make();
    ApprovalRequest ask(const QString &title = u"AWS production"_s, qint64 later = 0);
    void wake();
    ApprovalDialog *dialog() { return m_presenter->dialog(); }
    bool isAsking(const QString &title);
    QAbstractButton *allow();
    static int questionsOnTheScreen();

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
    void initTestCase();
    void cleanupTestCase();
    void init();
    void cleanup();
};

} // namespace clavitor::test
