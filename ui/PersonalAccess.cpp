// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/PersonalAccess.h"

#include "ui/PasswordSheet.h"

namespace clavitor::ui {

PersonalAccess::PersonalAccess(VaultClient *client, Clock clock, QObject *parent)
    : QObject(parent)
    , m_client(client)
    , m_clock(std::move(clock))
{
    m_tick.setInterval(1000);
    connect(&m_tick, &QTimer::timeout, this, [this] {
        if (secondsLeft() == 0)
            shut();
        else
            emit changed();
    });
    connect(m_client, &VaultClient::personalShut, this, &PersonalAccess::closed);
    connect(m_client, &VaultClient::factsChanged, this, [this](const VaultFacts &facts) {
        if (facts.state != LockState::Unlocked)
            closed();
    });
}

int PersonalAccess::secondsLeft() const
{
    if (!isOpen())
        return 0;
    return static_cast<int>(qBound(qint64(0), (m_openUntil - m_clock() + 999) / 1000, qint64(seconds)));
}

void PersonalAccess::request(QWidget *window, QObject *context, std::function<void()> then)
{
    if (isOpen()) {
        then();
        return;
    }
    if (m_sheet)
        m_sheet->close();
    auto *sheet = new PasswordSheet(tr("Open Personal fields"),
                                    tr("Personal fields are sealed with your master password and never given to agents. "
                                       "They stay open for one minute."),
                                    tr("Open"), window);
    m_sheet = sheet;
    connect(sheet, &PasswordSheet::entered, this,
            [this, sheet, guard = QPointer<QObject>(context), next = std::move(then)] {
                sheet->setBusy(true);
                m_client->openPersonal(sheet->takePassword(), Reply<Result<>>(sheet, [this, sheet, guard, next](Result<> result) {
                    sheet->setBusy(false);
                    if (!result) {
                        sheet->showError(result.error());
                        return;
                    }
                    opened();
                    sheet->accept();
                    if (guard)
                        next();
                }));
            });
    sheet->open();
}

void PersonalAccess::shut()
{
    if (!isOpen())
        return;
    m_client->shutPersonal();
    closed();
}

void PersonalAccess::opened()
{
    m_openUntil = m_clock() + seconds * 1000;
    m_tick.start();
    emit changed();
}

void PersonalAccess::closed()
{
    if (!isOpen())
        return;
    m_openUntil = 0;
    m_tick.stop();
    emit changed();
}

} // namespace clavitor::ui
