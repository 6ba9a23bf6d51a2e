// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/SecretText.h"

#include <QByteArray>
#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

class QClipboard;

namespace clavitor::ui {

/// Puts secrets on the clipboard and takes them away again (SECURITY.md T21, P11).
///
/// Lives on the GUI thread. What it copies carries the marks that make clipboard managers skip it
/// (x-kde-passwordManagerHint and its relatives). After `seconds` (5–30) the clipboard is emptied, but only while it
/// still holds what we put there: what another program or the person copied since is left alone. The same at lock, and
/// when this object ends.
class ClipboardGuard : public QObject {
    Q_OBJECT
public:
    /// `second` in milliseconds: tests count faster.
    explicit ClipboardGuard(QClipboard *clipboard, QObject *parent = nullptr, int second = 1000);
    ~ClipboardGuard() override;

    /// Clamped to 5–30.
    void setSeconds(int seconds);
    /// Takes the text over. `what` names it for the status line: "Password of GitHub".
    void copySecret(crypto::SecretText text, const QString &what);
    /// Empties the clipboard if it still holds ours.
    void clear();

    /// 0 when nothing of ours is there.
    [[nodiscard]] int secondsLeft() const;
    [[nodiscard]] QString what() const { return m_what; }

signals:
    /// Once a second while counting down, and when it ends.
    void changed();

private:
    [[nodiscard]] bool isOurs() const;
    void finish();

    QClipboard *m_clipboard;
    QTimer m_tick;
    QElapsedTimer m_since;
    int m_second;
    int m_seconds = 30;
    QByteArray m_mark;          ///< names what we put there; random, empty while there is nothing
    QString m_what;
};

} // namespace clavitor::ui
