// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/link/FrameChannel.h"
#include "app/link/Messages.h"
#include "app/service/OpenVault.h"

#include <QList>

#include <memory>

namespace clavitor::test {

/// The bridge's side of a channel, spoken by hand.
struct BridgeSide {
    int keeperEnd = -1;
    std::unique_ptr<link::FrameChannel> channel;
    QList<link::Answer> answers;
    QList<link::Callers> callers;
    bool started = false;

    BridgeSide();
    ~BridgeSide();

    void ask(std::uint64_t id, const QByteArray &token, link::Query query);
};

/// The token of a key that may read, search and list everything.
QByteArray makeKey(OpenVault &open, const QString &name);

} // namespace clavitor::test
