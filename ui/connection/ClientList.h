// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/connect/ClientSight.h"
#include "app/service/VaultClient.h"
#include "ui/connection/ThisComputer.h"

#include <QPointer>
#include <QTimer>
#include <QWidget>

#include <optional>

class QVBoxLayout;

namespace clavitor::ui {

class ClipboardGuard;
class ClientRow;
class InlineMessage;
class Label;
class RemoveSheet;
class SetUpSheet;

/// The clients found on this computer, a row each, kept up with their files and with the calls that arrive. GUI thread.
///
/// Looks again when it is shown, when its window is gone to, after each change, and when the port is another.
class ClientList : public QWidget {
    Q_OBJECT
public:
    /// `client` and `clipboard` outlive the list.
    ClientList(VaultClient *client, ClipboardGuard *clipboard, Clock clock, ThisComputer computer, QWidget *parent = nullptr);

    void setPort(quint16 port);
    /// Agents' rows of the log, newest first.
    void setCalls(const QList<AuditEvent> &calls);
    [[nodiscard]] QList<ClientRow *> rows() const { return m_rows; }

signals:
    /// Some client was set up.
    void setUpDone();

protected:
    void showEvent(QShowEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void look();
    void take(const ClientSights &sights);
    void showCalls();
    void loadAgents();
    void showAgents();
    void openSheet(const InstalledClient &client);
    void openRemoval(const std::shared_ptr<const ClientSight> &sight);
    void undo(const ClientSight &sight);

    VaultClient *m_client;
    ClipboardGuard *m_clipboard;
    Clock m_clock;
    ThisComputer m_computer;
    quint16 m_port = 1984;
    QList<AuditEvent> m_calls;
    std::optional<QList<Agent>> m_agents;   ///< nullopt while they are not known
    QList<ClientRow *> m_rows;
    QVBoxLayout *m_column;
    Label *m_none;
    InlineMessage *m_message;
    QPointer<SetUpSheet> m_sheet;
    QPointer<RemoveSheet> m_removal;
    QTimer m_tick;              ///< "4 minutes ago" grows older
    bool m_isLooking = false;
    bool m_lookAgain = false;
};

} // namespace clavitor::ui
