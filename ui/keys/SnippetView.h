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
/// has all of it, marked as a secret and cleared like one. Without a token a placeholder stands in both. Where the lines need no token, the
/// words beneath say how it gets into the keychain.
class SnippetView : public QWidget {
    Q_OBJECT
public:
    /// `clipboard` outlives the view.
    SnippetView(ClipboardGuard *clipboard, QWidget *parent = nullptr);

    void setPort(quint16 port);
    /// Our programs as a client is to run them; `shim` is empty where it is no way for a client.
    void setPrograms(const QString &program, const QString &shim);
    void setOurs(const OurSide &ours);
    /// Of the key whose token is to be put in by the person; empty for a placeholder.
    void setKeyId(const QString &keyId);
    /// Takes the token over; empty for the placeholder.
    void setToken(crypto::SecretText token);
    [[nodiscard]] ClientSnippet::Client client() const;
    void setClient(ClientSnippet::Client client);

signals:
    void clientChanged();
    /// The configuration is on the clipboard, with the token in it.
    void tokenCopied();

private:
    void refresh();
    [[nodiscard]] ClientSnippet snippet(const QString &token) const;
    /// What else is needed.
    [[nodiscard]] QString note(const ClientSnippet &snippet) const;
    void copy();

    ClipboardGuard *m_clipboard;
    crypto::SecretText m_token;
    QString m_keyId;
    OurSide m_ours;
    QTabBar *m_tabs;
    Label *m_where;
    CodeBlock *m_code;
    QPushButton *m_copy;
    Label *m_note;
};

} // namespace clavitor::ui
