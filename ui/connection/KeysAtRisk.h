// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/base/Error.h"
#include "app/model/Agent.h"
#include "app/service/BridgeProcess.h"
#include "ui/keys/ClientSnippet.h"

#include <QSet>
#include <QWidget>

class QVBoxLayout;

namespace clavitor {
class VaultClient;
}

namespace clavitor::ui {

class ClipboardGuard;
class IconButton;
class InlineMessage;
class Label;

/// After another program had the port of the bridge: the keys that were in use since the bridge last began to serve, each with
/// a button that replaces its token. Agents that called meanwhile may have given theirs to that program, and nobody can tell.
/// Stays when the bridge serves again, until the person closes it. GUI thread.
class KeysAtRisk : public QWidget {
    Q_OBJECT
public:
    /// `client` and `clipboard` outlive it.
    KeysAtRisk(VaultClient *client, ClipboardGuard *clipboard, Clock clock, QWidget *parent = nullptr);

    void setBridge(const BridgeState &state);
    /// For new tokens' configurations; the port is the bridge's.
    void setPrograms(const QString &program, const QString &shim);
    /// Those there are; none while locked.
    void setAgents(const QList<Agent> &agents);

signals:
    /// What lies under this id in the keychain is of no use any more.
    void tokenEnded(const QString &keyId);

private:
    void refresh();
    void fill();
    /// On the button of that name, or on what is there instead of it.
    void focusOn(const QString &name);
    void noteThoseInUse();
    [[nodiscard]] QList<Agent> concerned() const;
    [[nodiscard]] QWidget *rowOf(const Agent &agent);
    void replace(const Agent &agent);

    VaultClient *m_client;
    ClipboardGuard *m_clipboard;
    Clock m_clock;
    OurSide m_ours;
    qint64 m_servedSince = 0;       ///< ms since the epoch; 0: not since this program was started
    qint64 m_usedSince = 0;         ///< keys used since then are concerned
    qint64 m_takenAt = 0;           ///< 0: nothing to tell
    bool m_isTaken = false;         ///< now
    bool m_wasTaken = false;        ///< since it last served
    bool m_owesLook = false;        ///< it was taken, and no list of keys was seen since
    bool m_serves = false;
    QList<Agent> m_agents;
    QSet<QString> m_atRisk;         ///< ids of those that were in use when the port was taken, or while it is
    QSet<QString> m_replaced;       ///< ids of new tokens, wherever they were made
    Label *m_words;
    IconButton *m_close;
    QVBoxLayout *m_rows;
    QWidget *m_list = nullptr;
    InlineMessage *m_error;
};

} // namespace clavitor::ui
