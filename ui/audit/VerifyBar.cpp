// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/VerifyBar.h"

#include "app/service/VaultClient.h"
#include "ui/audit/VerdictText.h"
#include "ui/words/ErrorText.h"

#include <QLocale>
#include <QPushButton>

namespace clavitor::ui {

VerifyBar::VerifyBar(VaultClient *client, Clock clock, QWidget *parent)
    : InlineMessage(Kind::Note, {}, parent)
    , m_client(client)
    , m_clock(std::move(clock))
{
    hide();
    setClosable(true);
    connect(setAction({}), &QPushButton::clicked, this, &VerifyBar::act);
    connect(client, &VaultClient::verifyProgress, this, [this](qint64 rows, qint64 total) {
        if (m_running)
            setMessage(Kind::Note, tr("Verifying: %1 of %2 rows are as they were written.").arg(QLocale().toString(rows), QLocale().toString(total)));
    });
    connect(client, &VaultClient::factsChanged, this, [this](const VaultFacts &facts) {
        if (facts.state != LockState::Unlocked)
            hide();
    });
}

void VerifyBar::start(VerdictText::File file, const Result<QByteArray> &checkpoints)
{
    if (m_running)
        return;
    m_file = std::move(file);
    m_file.trouble = checkpoints ? std::nullopt : std::optional(checkpoints.error().code);
    m_running = true;
    m_badRow = 0;
    setMessage(Kind::Note, tr("Verifying the log from its first row on."));
    setAction(tr("Stop"));
    setClosable(false);
    show();
    emit runningChanged(true);
    m_client->verifyLog(checkpoints.value_or(QByteArray()), {this, [this](const Result<LogVerdict> &verdict) { finish(verdict); }});
}

void VerifyBar::finish(const Result<LogVerdict> &verdict)
{
    m_running = false;
    setClosable(true);
    setAction({});
    emit runningChanged(false);
    if (!verdict) {
        say(verdict.error());
        return;
    }
    m_badRow = verdict->row;
    const bool good = verdict->fault == LogVerdict::Fault::None;
    // What was to vouch for a log from outside and is gone is what somebody would see to who rewrites it.
    const Kind kind = verdict->isCancelled ? Kind::Note : !good ? Kind::Error : VerdictText::lacksFile(*verdict, m_file) ? Kind::Warning : Kind::Good;
    setMessage(kind, VerdictText::of(*verdict, TimeText(m_clock()), m_file));
    if (!good)
        setAction(tr("Show row"));
}

void VerifyBar::say(const Error &error)
{
    setMessage(Kind::Error, ErrorText::of(error.code).sentence());
    setVisible(error.code != ErrorCode::Locked);
}

void VerifyBar::act()
{
    if (m_running)
        m_client->cancelVerify();
    else if (m_badRow > 0)
        emit rowRequested(m_badRow);
}

} // namespace clavitor::ui
