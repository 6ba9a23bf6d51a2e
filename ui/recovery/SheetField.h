// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/RecoverySheet.h"

#include <QWidget>

#include <optional>

namespace clavitor {
struct VaultFacts;
}

namespace clavitor::ui {

class Label;
class SecretField;

/// Takes the eight groups of a recovery sheet and says which of them are not as printed, as soon as that can be told. The groups are
/// seen while they are typed: whoever sees the screen sees the paper. Says below which vault it is to be the sheet of. GUI thread.
class SheetField : public QWidget {
    Q_OBJECT
public:
    explicit SheetField(const VaultFacts &vault, QWidget *parent = nullptr);

    [[nodiscard]] bool isEmpty() const;
    /// What is typed, which stays; nothing when it is no sheet, and then the field says why and has the focus.
    [[nodiscard]] std::optional<crypto::RecoverySheet> sheet();
    void wipe();

signals:
    void edited();
    void submitted();

private:
    void look();

    SecretField *m_typed;
    Label *m_verdict;
};

} // namespace clavitor::ui
