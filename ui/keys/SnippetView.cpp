// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/SnippetView.h"

#include "app/base/SecretString.h"
#include "app/connect/ClientSetting.h"
#include "app/link/ShimArguments.h"
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

#include <utility>

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

constexpr qsizetype kPrefix = 9; ///< "clavitor_"
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
    m_ours.port = port;
    refresh();
}

void SnippetView::setPrograms(const QString &program, const QString &shim)
{
    m_ours.program = program;
    m_ours.shim = shim;
    refresh();
}

void SnippetView::setOurs(const OurSide &ours)
{
    m_ours = ours;
    refresh();
}

void SnippetView::setKeyId(const QString &keyId)
{
    if (std::exchange(m_keyId, keyId) != keyId)
        refresh();
}

void SnippetView::setToken(crypto::SecretText token)
{
    m_token = std::move(token);
    m_keyId = m_token.isEmpty() ? QString() : shortened(m_token).mid(kPrefix, link::KeyIdLength);
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

ClientSnippet SnippetView::snippet(const QString &token) const
{
    return ClientSnippet::make(client(), m_ours, m_keyId.isEmpty() ? ClientSnippet::keyIdPlaceholder() : m_keyId, token);
}

QString SnippetView::note(const ClientSnippet &snippet) const
{
    if (snippet.holdsToken && m_token.isEmpty())
        return tr("Put the key's token in place of the dots. It was shown once, when the key was made.");
    if (snippet.holdsToken)
        return tr("The copy holds the whole token and leaves the clipboard by itself.");
    const QString keep = shellLine(m_ours.program, {u"keep"_s});
    if (!m_token.isEmpty())
        return tr("Nothing in it is secret. Run \"%1\" in a terminal first and give it the token: it goes into the keychain, where clavitor-mcp gets it.").arg(keep);
    const QString before = m_keyId.isEmpty() ? tr("Put the key's id in place of %1, the 8 characters after \"clavitor_\" in its token.").arg(ClientSnippet::keyIdPlaceholder())
                                             : tr("Nothing in it is secret.");
    return before + u' '
        + tr("The key's token, shown once when it was made, has to be in the keychain: run \"%1\" in a terminal and give it the token, unless it is there already.").arg(keep);
}

void SnippetView::refresh()
{
    const ClientSnippet lines = snippet(m_token.isEmpty() ? ClientSnippet::tokenPlaceholder() : shortened(m_token));
    m_where->setText(lines.where);
    m_code->setCode(lines.text);
    m_copy->setAccessibleName(tr("Copy the configuration of %1").arg(lines.name));
    m_note->setText(note(lines));
}

void SnippetView::copy()
{
    if (m_token.isEmpty() || !snippet({}).holdsToken) {
        QGuiApplication::clipboard()->setText(snippet(ClientSnippet::tokenPlaceholder()).text);
    } else {
        QString token = revealToQString(m_token);
        ClientSnippet lines = snippet(token);
        link::wipe(token);
        m_clipboard->copySecret(takeSecret(std::move(lines.text)), tr("Configuration of %1").arg(lines.name));
        emit tokenCopied();
    }
    m_copy->setText(tr("Copied"));
    m_copy->setIcon(icon(Symbol::Check, Ink::Allowed));
    QTimer::singleShot(kCopiedMilliseconds, m_copy, [this] {
        m_copy->setText(tr("Copy"));
        m_copy->setIcon(icon(Symbol::Copy));
    });
}

} // namespace clavitor::ui
