// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/SnippetView.h"

#include "app/base/SecretString.h"
#include "app/link/Wipe.h"
#include "ui/ClipboardGuard.h"
#include "ui/style/Icons.h"
#include "ui/widgets/CodeBlock.h"
#include "ui/widgets/Label.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPushButton>
#include <QTabBar>
#include <QTimer>
#include <QVBoxLayout>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

/// "clavitor_Kq7ZrT2k…": the public id of the key, none of its secret.
QString shortened(const crypto::SecretText &token)
{
    constexpr std::size_t publicPart = 9 + 8;
    const std::string_view view = token.view().substr(0, publicPart);
    return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size())) + u'…';
}

constexpr int kCopiedMilliseconds = 1600;

} // namespace

SnippetView::SnippetView(ClipboardGuard *clipboard, QWidget *parent)
    : QWidget(parent)
    , m_clipboard(clipboard)
    , m_tabs(new QTabBar)
    , m_where(new ElidedLabel({}, TextStyle::MonoQuiet, Ink::Quiet))
    , m_code(new CodeBlock(tr("Configuration")))
    , m_copy(new QPushButton(tr("Copy")))
    , m_note(new Label({}, TextStyle::Quiet, Ink::Quiet))
{
    m_copy->setAutoDefault(false); // in a sheet it would turn into its main button
    m_tabs->setDocumentMode(true);
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    m_tabs->setAccessibleName(tr("Client"));
    for (ClientSnippet::Client client : ClientSnippet::allClients())
        m_tabs->addTab(ClientSnippet::nameOf(client));
    m_copy->setIcon(icon(Symbol::Copy));
    m_note->wrapping();
    auto *row = new QHBoxLayout;
    row->setSpacing(space::s);
    row->addWidget(m_where, 1);
    row->addWidget(m_copy);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::s);
    column->addWidget(m_tabs);
    column->addLayout(row);
    column->addWidget(m_code);
    column->addWidget(m_note);
    connect(m_tabs, &QTabBar::currentChanged, this, [this] {
        refresh();
        emit clientChanged();
    });
    connect(m_copy, &QPushButton::clicked, this, &SnippetView::copy);
    refresh();
}

void SnippetView::setPort(quint16 port)
{
    m_port = port;
    refresh();
}

void SnippetView::setToken(crypto::SecretText token)
{
    m_token = std::move(token);
    refresh();
}

ClientSnippet::Client SnippetView::client() const
{
    return ClientSnippet::allClients().value(m_tabs->currentIndex());
}

void SnippetView::setClient(ClientSnippet::Client client)
{
    m_tabs->setCurrentIndex(static_cast<int>(ClientSnippet::allClients().indexOf(client)));
}

void SnippetView::refresh()
{
    const QString token = m_token.isEmpty() ? ClientSnippet::tokenPlaceholder() : shortened(m_token);
    const auto snippet = ClientSnippet::make(client(), ClientSnippet::baseAddress(m_port), token);
    m_where->setText(snippet.where);
    m_code->setCode(snippet.text);
    m_copy->setAccessibleName(tr("Copy the configuration of %1").arg(snippet.name));
    if (client() == ClientSnippet::Client::Stdio)
        m_note->setText(m_token.isEmpty() ? tr("Put the key's id in place of KEY, the 8 characters after \"clavitor_\" in its token. Give the token to \"clavitor keep\" first.")
                                          : tr("Nothing in it is secret. Give the token to \"clavitor keep\" first: it puts it into the desktop's keychain."));
    else
        m_note->setText(m_token.isEmpty() ? tr("Put the key's token in place of the dots. It was shown once, when the key was made.")
                                      : tr("The copy holds the whole token and leaves the clipboard by itself."));
}

void SnippetView::copy()
{
    if (m_token.isEmpty()) {
        const auto snippet = ClientSnippet::make(client(), ClientSnippet::baseAddress(m_port), ClientSnippet::tokenPlaceholder());
        QGuiApplication::clipboard()->setText(snippet.text);
    } else {
        QString token = revealToQString(m_token);
        auto snippet = ClientSnippet::make(client(), ClientSnippet::baseAddress(m_port), token);
        link::wipe(token);
        m_clipboard->copySecret(takeSecret(std::move(snippet.text)), tr("Configuration of %1").arg(snippet.name));
    }
    emit copied();
    m_copy->setText(tr("Copied"));
    m_copy->setIcon(icon(Symbol::Check, Ink::Allowed));
    QTimer::singleShot(kCopiedMilliseconds, m_copy, [this] {
        m_copy->setText(tr("Copy"));
        m_copy->setIcon(icon(Symbol::Copy));
    });
}

} // namespace clavitor::ui
