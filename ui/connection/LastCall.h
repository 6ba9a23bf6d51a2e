// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/connect/AgentClient.h"
#include "app/model/AuditEvent.h"

#include <QCoreApplication>

#include <optional>

namespace clavitor::ui {

/// What the log tells of a client's last call, in a person's words: that it is connected, or the reason why it is not.
class LastCall {
    Q_DECLARE_TR_FUNCTIONS(LastCall)
public:
    enum class Kind { Connected, Refused, Waits };
    Kind kind = Kind::Connected;
    QString words;              ///< "Codex 0.169.0, today 10:23", or why and what to do
    qint64 time = 0;

    /// Of `events` (newest first) the last that came from this client. With `keyId` (the key its file names) calls of other keys
    /// do not count, but refused ones without a key do: that is what a wrong token looks like.
    [[nodiscard]] static std::optional<LastCall> of(AgentClient client, const QString &keyId, const QList<AuditEvent> &events, qint64 now);
    /// Whether a row is of an agent's call at all, allowed or not.
    [[nodiscard]] static bool isCall(const AuditEvent &event);

private:
    /// Of a denied one: why its key does not work, with when; empty when it was about the entry and not about the key.
    [[nodiscard]] static QString whyRefused(const AuditEvent &event, const QString &when);
};

} // namespace clavitor::ui
