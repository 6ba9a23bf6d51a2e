// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/VaultClient.h"
#include "ui/widgets/InlineMessage.h"

#include <QPointer>

#include <optional>

namespace clavitor::ui {

class DistrustSheet;

/// The line over every page of a vault that is not as it was left, with the way to decide about it. The sheet comes up by
/// itself once; the line stays. GUI thread.
class DistrustNotice : public InlineMessage {
    Q_OBJECT
public:
    explicit DistrustNotice(VaultClient *client, QWidget *parent = nullptr);

    void decide();

private:
    void takeFacts(const VaultFacts &facts);

    VaultClient *m_client;
    std::optional<Distrust> m_shown;
    QPointer<DistrustSheet> m_sheet;
};

} // namespace clavitor::ui
