// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/service/VaultTypes.h"
#include "ui/widgets/Card.h"

class QPushButton;

namespace clavitor {
class VaultClient;
}

namespace clavitor::ui {

class HardwareWays;
class InlineMessage;
class Switch;

/// "Ways to unlock": a row for each, with what it opens and what its loss means, and what can be added; the switch for
/// strict mode, which is the vault without its keychain. Says first when one loss would lose the vault. GUI thread.
class UnlockWaysCard : public Card {
    Q_OBJECT
public:
    /// `client` outlives the card.
    UnlockWaysCard(VaultClient *client, Clock clock, QWidget *parent = nullptr);

    /// Without it security keys and TPMs that the vault has are shown and can be removed, and none be added. It outlives the card.
    void setHardware(HardwareWays *hardware);

signals:
    /// Something was done, in a sentence.
    void said(const QString &sentence);
    void failed(const clavitor::Error &error);

private:
    void takeFacts();
    void rebuild();
    /// A row of the list; `way` is null for what could be added.
    void addRow(crypto::SlotKind kind, const UnlockWay *way);
    [[nodiscard]] QPushButton *rowButton(const QString &words, const QString &accessibleName);
    void makeSheet();
    void changePassword();
    void replaceKeys();
    /// Where something can ask whether it is the person: without that the keychain would open nothing.
    void addKeychain();
    void makeKeychainSlot();
    void removeKeychain(const QString &done);
    /// The slot is gone and the keychain still has the key, which opens nothing any more but older copies.
    void tellLeftKey(const Error &error);
    void deleteLeftKey();
    void tellKeychain(const QString &words, const QString &verb);
    void askRemoval(const UnlockWay &way);
    void answer(const Result<> &result, const QString &sentence);

    VaultClient *m_client;
    Clock m_clock;
    HardwareWays *m_hardware = nullptr;
    InlineMessage *m_single;
    InlineMessage *m_reducedCost;
    QWidget *m_rows = nullptr;
    QVBoxLayout *m_list;
    InlineMessage *m_keychain;  ///< what it did not do
    Switch *m_strict;
    QPushButton *m_replace;
    QList<UnlockWay> m_shown;   ///< what the rows were made of
    bool m_taking = false;
    bool m_working = false;     ///< the keychain is being asked
    bool m_isKeychainLocked = false;
    quint64 m_look = 0;         ///< which answer about a check is waited for
};

} // namespace clavitor::ui
