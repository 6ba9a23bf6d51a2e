// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/SecretText.h"
#include "ui/keys/ClientSnippet.h"

#include <QWidget>

class QPushButton;
class QTabBar;

namespace clavitor::ui {

class ClipboardGuard;
class CodeBlock;
class Label;

/// Each client's configuration behind a tab, with a button that copies it. On screen the token is shortened; the copy
/// has all of it, marked as a secret and cleared like one. Without a token a placeholder stands in both.
class SnippetView : public QWidget {
    Q_OBJECT
public:
    /// `clipboard` outlives the view.
    SnippetView(ClipboardGuard *clipboard, QWidget *parent = nullptr);

    void setPort(quint16 port);
    /// Takes the token over; empty for the placeholder.
    void setToken(crypto::SecretText token);
    [[nodiscard]] ClientSnippet::Client client() const;
    void setClient(ClientSnippet::Client client);

signals:
    void clientChanged();
    /// The configuration is on the clipboard, with the token if there is one.
    void copied();

private:
    void refresh();
    void copy();

    ClipboardGuard *m_clipboard;
    crypto::SecretText m_token;
    quint16 m_port = 1984;
    QTabBar *m_tabs;
    Label *m_where;
    CodeBlock *m_code;
    QPushButton *m_copy;
    Label *m_note;
};

} // namespace clavitor::ui
