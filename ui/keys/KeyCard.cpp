// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/KeyCard.h"

#include "ui/keys/KeyText.h"
#include "ui/keys/PolicyText.h"
#include "ui/style/Icons.h"
#include "ui/style/Tokens.h"
#include "ui/widgets/Badge.h"
#include "ui/widgets/IconButton.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/words/Capitalised.h"
#include "ui/words/DisplayText.h"
#include "ui/words/TimeText.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
#include <QVBoxLayout>

namespace clavitor::ui {

namespace {

Badge *badgeOf(KeyState state)
{
    switch (state) {
    case KeyState::Active:
        return new Badge(Symbol::Allowed, KeyText::word(state), Ink::Allowed);
    case KeyState::NeedsToken:
        return new Badge(Symbol::Key, KeyText::word(state), Ink::Asks);
    case KeyState::Frozen:
        return new Badge(Symbol::Frozen, KeyText::word(state), Ink::Denied);
    case KeyState::Resting:
        return new Badge(Symbol::Timer, KeyText::word(state), Ink::Asks);
    case KeyState::Paused:
        return new Badge(Symbol::Pause, KeyText::word(state), Ink::Asks);
    case KeyState::Expired:
        return new Badge(Symbol::Timer, KeyText::word(state), Ink::Denied);
    case KeyState::Revoked:
        break;
    }
    return new Badge(Symbol::Denied, KeyText::word(state), Ink::Quiet);
}

QHBoxLayout *line(Symbol symbol, const QString &text, QWidget *owner)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(space::s);
    auto *mark = new IconButton(symbol, {}, owner);
    mark->setSymbol(symbol, Ink::Faint);
    mark->setFixedSize(20, 20);
    mark->setIconSize({16, 16});
    mark->setFocusPolicy(Qt::NoFocus);
    mark->setAttribute(Qt::WA_TransparentForMouseEvents);
    row->addWidget(mark, 0, Qt::AlignTop);
    row->addWidget((new Label(text, TextStyle::Body, Ink::Quiet))->wrapping(), 1);
    return row;
}

} // namespace

KeyCard::KeyCard(const Agent &agent, qint64 now, QWidget *parent)
    : Card(parent)
    , m_agent(agent)
{
    const KeyState state = KeyText::state(agent, now);
    const QString name = displayText(agent.name, 64);
    setAccessibleName(tr("Key %1, %2").arg(name, KeyText::word(state).toLower()));

    auto *head = new QHBoxLayout;
    head->setSpacing(space::s);
    auto *heading = new ElidedLabel(name, TextStyle::Section);
    heading->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred); // the badge stands beside the name
    head->addWidget(heading);
    head->addSpacing(space::xs);
    head->addWidget(badgeOf(state));
    if (!agent.note.isEmpty()) {
        auto *note = new ElidedLabel(displayText(agent.note, 120), TextStyle::Quiet, Ink::Quiet);
        note->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // the first to give way
        head->addWidget(note, 1);
    }
    head->addStretch();
    if (state == KeyState::Active || state == KeyState::Paused || state == KeyState::Resting) {
        const bool paused = state == KeyState::Paused;
        auto *pause = new IconButton(paused ? Symbol::Play : Symbol::Pause, paused ? tr("Resume %1").arg(name) : tr("Pause %1").arg(name));
        pause->setObjectName(QStringLiteral("pause"));
        head->addWidget(pause);
        connect(pause, &IconButton::clicked, this, [this, paused] { emit pauseRequested(!paused); });
    }
    if (state != KeyState::Revoked) {
        auto *edit = new IconButton(Symbol::Edit, tr("Change %1").arg(name));
        edit->setObjectName(QStringLiteral("edit"));
        head->addWidget(edit);
        connect(edit, &IconButton::clicked, this, &KeyCard::editRequested);
    }
    auto *more = new IconButton(Symbol::More, tr("More about %1").arg(name));
    more->setObjectName(QStringLiteral("more"));
    more->setMenu(menu(state == KeyState::Revoked || state == KeyState::Expired, more));
    head->addWidget(more);

    column()->setSpacing(space::s);
    column()->addLayout(head);
    if (state == KeyState::Frozen || state == KeyState::Resting) {
        auto *stopped = new InlineMessage(state == KeyState::Frozen ? InlineMessage::Kind::Error : InlineMessage::Kind::Warning,
                                          KeyText::stopped(agent, now));
        QPushButton *release = stopped->setAction(tr("Release"));
        release->setAccessibleName(tr("Release %1").arg(name));
        release->setObjectName(QStringLiteral("release"));
        column()->addWidget(stopped);
        connect(release, &QPushButton::clicked, this, &KeyCard::releaseRequested);
    }
    if (state == KeyState::NeedsToken) {
        auto *waits = new InlineMessage(InlineMessage::Kind::Warning, tr("Its token ended when all keys of the vault were replaced. What it may do is as before."));
        QPushButton *renew = waits->setAction(tr("New token…"));
        renew->setAccessibleName(tr("New token for %1").arg(name));
        column()->addWidget(waits);
        connect(renew, &QPushButton::clicked, this, &KeyCard::rotateRequested);
    }
    column()->addLayout(line(Symbol::Eye, tr("May %1 in %2.").arg(KeyText::actions(agent.actions), KeyText::scope(agent.scope)), this));
    if (!agent.isRevoked())
        column()->addLayout(line(Symbol::Shield, capitalised(PolicyText::summary(agent.policy)), this));
    QString times = capitalised(agent.isRevoked() ? tr("Revoked %1").arg(TimeText(now).past(agent.revokedAt)) : KeyText::expiry(agent, now));
    times += tr(" · ") + (agent.lastUsedAt == 0 ? tr("never used") : tr("last used %1").arg(TimeText(now).past(agent.lastUsedAt)));
    column()->addLayout(line(Symbol::Timer, times, this));
}

QMenu *KeyCard::menu(bool over, QWidget *owner)
{
    auto *menu = new QMenu(owner);
    menu->addAction(icon(Symbol::Eye), tr("&View the vault as this key…"), this, &KeyCard::viewRequested);
    menu->addAction(icon(Symbol::Audit), tr("Show what it &did"), this, &KeyCard::historyRequested);
    menu->addAction(icon(Symbol::Receipt), tr("Session re&ceipt…"), this, &KeyCard::receiptRequested);
    menu->addAction(icon(Symbol::Radius), tr("What it has &seen…"), this, &KeyCard::seenRequested);
    if (!over)
        menu->addAction(icon(Symbol::Moon), tr("&Night lease…"), this, &KeyCard::leaseRequested);
    if (!m_agent.isRevoked()) {
        menu->addSeparator();
        menu->addAction(icon(Symbol::Rotate), tr("Replace the &token…"), this, &KeyCard::rotateRequested);
        menu->addAction(icon(Symbol::Denied, Ink::Denied), tr("&Revoke…"), this, &KeyCard::revokeRequested);
    }
    return menu;
}

} // namespace clavitor::ui
