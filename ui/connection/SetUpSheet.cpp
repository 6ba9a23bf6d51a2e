// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/SetUpSheet.h"

#include "app/connect/TokenItem.h"
#include "crypto/AgentToken.h"
#include "ui/connection/ConnectionText.h"
#include "ui/keys/KeyText.h"
#include "ui/keys/PresetChoice.h"
#include "ui/style/Icons.h"
#include "ui/widgets/ConfirmSheet.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"

#include <QComboBox>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QRegularExpression>
#include <QStackedWidget>

#include <algorithm>
#include <chrono>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::milliseconds kKeyLife = std::chrono::hours(24 * 90);

/// "claude-code": as it will stand in the audit log.
QString freeKeyName(const QString &client, const QList<Agent> &agents)
{
    static const QRegularExpression between(u"[^\\p{L}\\p{N}]+"_s, QRegularExpression::UseUnicodePropertiesOption);
    const QString base = client.toLower().split(between, Qt::SkipEmptyParts).join(u'-');
    QString name = base;
    const auto isTaken = [&](const Agent &agent) { return !agent.isRevoked() && agent.name.compare(name, Qt::CaseInsensitive) == 0; };
    for (int number = 2; std::any_of(agents.begin(), agents.end(), isTaken); ++number)
        name = base + u'-' + QString::number(number);
    return name;
}

} // namespace

SetUpSheet::~SetUpSheet() = default;

SetUpSheet::Step SetUpSheet::step() const
{
    return static_cast<Step>(m_pages->currentIndex());
}

void SetUpSheet::takeAgents(const QList<Agent> &agents)
{
    m_agents = agents;
    if (!m_name->isModified())
        m_name->setText(freeKeyName(m_to.name, agents));
    m_keys->clear();
    for (const Agent &agent : agents)
        if (KeyText::state(agent, m_clock()) == KeyState::Active)
            m_keys->addItem(icon(Symbol::Key), displayText(agent.name, 40), agent.keyId);
    m_oldKey->setVisible(m_keys->count() > 0);
    m_keys->setVisible(m_keys->count() > 0);
    // The key the client has already is the one it will want a new token for.
    if (const int own = m_keys->findData(m_present.keyId); own >= 0)
        m_keys->setCurrentIndex(own);
    offerOwnKey();
    refresh();
}

void SetUpSheet::offerOwnKey()
{
    const auto own = std::ranges::find(m_agents, m_present.keyId, &Agent::keyId);
    if (own == m_agents.end() || m_present.keyId.isEmpty()) {
        m_ownKey->hide();
        if (m_ownKey->isChecked())
            m_newKey->setChecked(true);
        return;
    }
    const KeyState state = KeyText::state(*own, m_clock());
    const bool isOver = state == KeyState::Revoked || state == KeyState::Expired || state == KeyState::NeedsToken;
    m_ownKey->setText(tr("Keep its key, %1").arg(displayText(own->name, 40).replace(u'&', "&&"_L1)));
    m_ownKey->setVisible(!isOver);
    if (state != KeyState::Active || m_hasChosenKey || m_busy || step() != Key)
        return;
    const bool hasFocus = !focusWidget() || focusWidget() == m_newKey;
    m_ownKey->setChecked(true);
    if (hasFocus)
        m_ownKey->setFocus();
}

void SetUpSheet::takeOwnToken()
{
    const Result<ClientSetting> setting = settingOf(m_to, m_port, m_computer.places.programFolders);
    if (!setting || setting->keyId != m_present.keyId) {
        fail(tr("The key is not in the file any more. Choose another way."));
        return;
    }
    m_keyId = setting->keyId;
    m_agent.reset();
    if (setting->token.isEmpty())
        takeFromKeychain();
    else
        takeFromFile(setting->token.clone());
}

void SetUpSheet::takeFromFile(crypto::SecretText token)
{
    m_token = std::move(token);
    m_origin = Origin::FromFile;
    plan();
}

void SetUpSheet::takeFromKeychain()
{
    tokenItem::read(*m_computer.keychain, m_keyId, [guard = QPointer(this)](Result<crypto::SecretText> token) {
        if (!guard || !guard->isVisible())
            return; // left, or locked away
        if (token) {
            guard->m_token = std::move(*token);
            guard->m_origin = Origin::FromKeychain;
            guard->plan();
        } else if (token.error().code == ErrorCode::KeychainNoItem || token.error().code == ErrorCode::KeychainWrongItem) {
            guard->fail(tr("The keychain holds no token of this key any more. Give it a new token of the key, or make another key."));
        } else {
            guard->fail(ConnectionText::keychain(token.error().code, guard->m_keyId));
        }
    });
}

void SetUpSheet::refresh()
{
    const bool isKeyStep = step() == Key;
    const bool canGoOn = !isKeyStep || !m_newKey->isChecked() || isValidAgentName(m_name->text().trimmed());
    m_next->setText(isKeyStep ? tr("Show the change") : step() == Change ? (m_plan && !m_plan->isDone() ? tr("Apply") : tr("Done")) : tr("Done"));
    m_next->setEnabled(canGoOn && !m_busy && !m_reading.isActive());
    m_cancel->setVisible(isKeyStep || (step() == Change && m_plan && !m_plan->isDone()));
    m_undo->setVisible(step() == Done && m_change);
    m_undo->setEnabled(!m_busy);
    m_copyLines->setEnabled(!m_busy);
    m_newKeyChoices->setVisible(m_newKey->isChecked()); // a key that is there keeps its own
    m_keys->setEnabled(m_oldKey->isChecked());
}

void SetUpSheet::setBusy(bool busy)
{
    m_busy = busy;
    refresh();
}

void SetUpSheet::startReading()
{
    m_reading.start();
    refresh();
    m_focusMeanwhile = focusWidget();
}

void SetUpSheet::endReading()
{
    refresh();
    // Which it could not have while it waited; not from who went elsewhere meanwhile.
    if (!focusWidget() || !m_focusMeanwhile || focusWidget() == m_focusMeanwhile)
        m_next->setFocus();
}

namespace {

bool isHeldReturn(const QKeyEvent *event)
{
    return event->isAutoRepeat() && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter);
}

} // namespace

bool SetUpSheet::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_next && event->type() == QEvent::KeyPress && isHeldReturn(static_cast<QKeyEvent *>(event)))
        return true;
    return QDialog::eventFilter(watched, event);
}

void SetUpSheet::keyPressEvent(QKeyEvent *event)
{
    if (!isHeldReturn(event))
        QDialog::keyPressEvent(event);
}

void SetUpSheet::fail(const QString &sentence)
{
    setBusy(false);
    m_error->setAction({}); // of an earlier failure
    m_error->setMessage(InlineMessage::Kind::Error, sentence);
    m_error->show();
    m_next->setFocus(); // it was disabled meanwhile, and the focus went elsewhere
}

void SetUpSheet::next()
{
    if (m_busy)
        return;
    m_error->hide();
    if (step() == Key)
        chooseKey();
    else if (step() == Change && m_plan && !m_plan->isDone())
        apply();
    else
        accept();
}

AgentDraft SetUpSheet::draft() const
{
    AgentDraft draft;
    draft.name = m_name->text().trimmed();
    draft.scope.everything = true;
    draft.actions = QList<Action>(allActions().begin(), allActions().end());
    draft.policy = policyOf(m_preset->preset());
    draft.expiresAt = m_clock() + kKeyLife.count();
    return draft;
}

void SetUpSheet::chooseKey()
{
    if (m_oldKey->isChecked()) {
        askToReplace();
        return;
    }
    if (m_ownKey->isChecked()) {
        setBusy(true);
        takeOwnToken();
        return;
    }
    // What the vault would refuse at the end is said at the start.
    const QString name = m_name->text().trimmed();
    const auto isTaken = [&](const Agent &agent) { return !agent.isRevoked() && agent.name.compare(name, Qt::CaseInsensitive) == 0; };
    if (std::ranges::any_of(m_agents, isTaken)) {
        fail(ErrorText::of(ErrorCode::NameTaken).sentence());
        return;
    }
    setBusy(true);
    mint(Origin::MadeHere);
    plan();
}

/// It ends the old token, so it is asked for by itself.
void SetUpSheet::askToReplace()
{
    const QString keyId = m_keys->currentData().toString();
    const QString name = m_keys->currentText();
    auto *ask = new ConfirmSheet(tr("Give %1 the token of %2?").arg(m_to.name, name),
                                 tr("It will be a new one. With Apply the old token stops at once, wherever it is written down; until then it works. "
                                    "Name, scope and history of the key stay."),
                                 tr("Show the change"), {}, this);
    connect(ask, &QDialog::accepted, this, [this, keyId, name] {
        setBusy(true);
        m_replacedId = keyId;
        m_replacedName = name;
        mint(Origin::Replaced);
        plan();
    });
    ask->open();
}

void SetUpSheet::mint(Origin origin)
{
    const crypto::AgentToken token = crypto::AgentToken::make(crypto::systemRandom());
    m_origin = origin;
    m_agent.reset();
    m_keyId = QString::fromStdString(token.id);
    m_token = token.text();
}

void SetUpSheet::done(int result)
{
    if (m_busy && m_vault->isUnlocked())
        return;
    if (!m_isHanded)
        leaveToken(parentWidget());
    m_token = {};
    m_paste = {};
    m_plan.reset();
    QDialog::done(result);
}

} // namespace clavitor::ui
