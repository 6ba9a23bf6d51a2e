// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/setup/NewPasswordForm.h"

#include "app/session/PasswordStrength.h"
#include "ui/setup/PasswordMeter.h"
#include "ui/style/Tokens.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/MarkedLabel.h"
#include "ui/widgets/SecretField.h"

#include <QVBoxLayout>

namespace clavitor::ui {

namespace {

constexpr int kStrengthPause = 120;

} // namespace

NewPasswordForm::NewPasswordForm(const QString &name, QWidget *parent)
    : QWidget(parent)
    , m_first(new SecretField(name))
    , m_second(new SecretField(tr("%1 again").arg(name)))
    , m_meter(new PasswordMeter)
    , m_difference(new MarkedLabel(Symbol::Denied, Ink::Denied))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::s);
    column->addWidget(new Label(name, TextStyle::BodyStrong));
    column->addWidget(m_first);
    column->addWidget(m_meter);
    column->addWidget(new Label(tr("Once more"), TextStyle::BodyStrong));
    column->addWidget(m_second);
    column->addWidget(m_difference);
    m_difference->setMinimumHeight(m_difference->fontMetrics().lineSpacing());
    setFocusProxy(m_first);

    m_pause.setSingleShot(true);
    m_pause.setInterval(kStrengthPause);
    connect(&m_pause, &QTimer::timeout, this, &NewPasswordForm::rate);
    connect(m_first, &SecretField::edited, this, [this] {
        m_acceptable = false;
        m_pause.start();
        compare();
    });
    connect(m_second, &SecretField::edited, this, &NewPasswordForm::compare);
    connect(m_first, &SecretField::submitted, m_second, qOverload<>(&QWidget::setFocus));
    connect(m_second, &SecretField::submitted, this, [this] {
        if (m_pause.isActive()) {
            m_pause.stop();
            rate();
        }
        emit submitted();
    });
}

void NewPasswordForm::setContext(const QStringList &words)
{
    m_context = words;
    if (!m_first->isEmpty())
        rate();
}

void NewPasswordForm::rate()
{
    const PasswordStrength strength = passwordStrength(m_first->copySecret(), m_context);
    m_meter->setStrength(strength);
    m_acceptable = strength.isAcceptable;
    emit changed();
}

void NewPasswordForm::compare()
{
    const auto second = m_second->copySecret();
    m_same = !second.isEmpty() && m_first->copySecret().equals(second.view());
    // Silent while the second one is still being typed and may become the same.
    const auto first = m_first->copySecret();
    const bool differs = !second.isEmpty()
        && (second.size() >= first.size() ? !m_same : !first.view().starts_with(second.view()));
    m_difference->setText(differs ? tr("The two are different.") : QString());
    emit changed();
}

crypto::SecretText NewPasswordForm::takePassword()
{
    m_second->wipe();
    auto password = m_first->takeSecret();
    wipe();
    return password;
}

void NewPasswordForm::wipe()
{
    m_pause.stop();
    for (SecretField *field : {m_first, m_second}) {
        field->wipe();
        field->setShown(false);
    }
    m_meter->clear();
    m_difference->clear();
    m_acceptable = m_same = false;
    emit changed();
}

QString NewPasswordForm::missing() const
{
    if (m_first->isEmpty())
        return tr("Choose a master password.");
    if (!m_acceptable)
        return tr("Choose a password that is harder to guess.");
    if (m_second->isEmpty())
        return tr("Type the password once more.");
    return m_same ? QString() : tr("The two passwords are different.");
}

} // namespace clavitor::ui
