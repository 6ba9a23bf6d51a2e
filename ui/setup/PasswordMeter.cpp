// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/setup/PasswordMeter.h"

#include "ui/style/Tokens.h"
#include "ui/widgets/Label.h"

#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

namespace clavitor::ui {

namespace {

constexpr int kParts = 4;

int partsOf(const PasswordStrength &strength)
{
    return strength.isAcceptable ? std::clamp(strength.score, 2, kParts) : std::clamp(strength.score, 1, 2);
}

Ink inkOf(const PasswordStrength &strength)
{
    if (!strength.isAcceptable)
        return Ink::Denied;
    return strength.score >= 3 ? Ink::Allowed : Ink::Asks;
}

} // namespace

class PasswordMeter::Bar : public QWidget {
public:
    explicit Bar(QWidget *parent)
        : QWidget(parent)
    {
        setFixedHeight(4);
    }

    void show(int parts, Ink ink)
    {
        m_parts = parts;
        m_ink = ink;
        update();
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        const Tokens &tokens = tokensOf(palette());
        const qreal part = (width() - space::xs * (kParts - 1.0)) / kParts;
        for (int i = 0; i < kParts; ++i) {
            painter.setBrush(i < m_parts ? tokens.ink(m_ink) : tokens.line);
            painter.drawRoundedRect(QRectF(i * (part + space::xs), 0, part, height()), 2, 2);
        }
    }

private:
    int m_parts = 0;
    Ink m_ink = Ink::Quiet;
};

PasswordMeter::PasswordMeter(QWidget *parent)
    : QWidget(parent)
    , m_bar(new Bar(this))
    , m_words(new Label({}, TextStyle::Quiet, Ink::Text))
    , m_help(new Label({}, TextStyle::Quiet, Ink::Quiet))
{
    m_words->wrapping();
    m_help->wrapping();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::xs);
    column->addWidget(m_bar);
    column->addSpacing(space::xs);
    column->addWidget(m_words);
    column->addWidget(m_help);
    column->addStretch();
    // The two lines keep their room, so that typing does not move what stands below.
    setMinimumHeight(4 + 3 * space::xs + 3 * m_words->fontMetrics().lineSpacing());
    clear();
}

void PasswordMeter::clear()
{
    m_bar->show(0, Ink::Quiet);
    m_words->setText(tr("Four or five unrelated words are easy to remember and hard to guess."));
    m_words->setInk(Ink::Quiet);
    m_help->clear();
    setAccessibleDescription({});
}

void PasswordMeter::setStrength(const PasswordStrength &strength)
{
    if (strength.length == 0) {
        clear();
        return;
    }
    m_bar->show(partsOf(strength), inkOf(strength));
    m_words->setText(words(strength));
    m_words->setInk(Ink::Text);
    m_help->setText(help(strength));
    setAccessibleDescription(m_words->text() + u' ' + m_help->text());
}

QString PasswordMeter::words(const PasswordStrength &strength)
{
    if (!strength.isAcceptable)
        return tr("Too easy to guess: %1 on a fast computer.").arg(strength.crackTime);
    if (strength.score >= 4)
        return tr("Strong. Guessing it would take %1.").arg(strength.crackTime);
    if (strength.score == 3)
        return tr("Good. Guessing it would take %1.").arg(strength.crackTime);
    return tr("Just enough. Guessing it would take %1.").arg(strength.crackTime);
}

QString PasswordMeter::help(const PasswordStrength &strength)
{
    if (strength.weaknesses.isEmpty() || strength.score >= 4)
        return {};
    switch (strength.weaknesses.first()) {
    case PasswordWeakness::TooShort:
        return tr("Longer helps most: at least 12 characters.");
    case PasswordWeakness::CommonWord:
        return tr("Known words and passwords are tried first, also with letters swapped for digits. Add unrelated words.");
    case PasswordWeakness::PersonalWord:
        return tr("It contains the vault's name. Leave that out.");
    case PasswordWeakness::Repeat:
        return tr("Repeated parts add little. Use different words.");
    case PasswordWeakness::Sequence:
        return tr("Rows like abcd and 4321 are tried early. Leave them out.");
    case PasswordWeakness::KeyboardRow:
        return tr("Rows of the keyboard are tried early. Leave them out.");
    case PasswordWeakness::Date:
        return tr("Dates and years are tried early. Leave them out.");
    }
    return {};
}

} // namespace clavitor::ui
