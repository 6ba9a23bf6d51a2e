// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/PresenceLine.h"

#include "ui/style/Icons.h"
#include "ui/widgets/GrowDialog.h"
#include "ui/widgets/Label.h"
#include "ui/words/PresenceText.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>

#include <algorithm>

namespace clavitor::ui {

namespace {

constexpr int kFinger = 28;
constexpr int kWidestWords = 300;

} // namespace

PresenceLine::PresenceLine(QWidget *parent)
    : QWidget(parent)
    , m_icon(new Label({}))
    , m_text(new Label({}))
{
    m_text->wrapping();
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::m);
    row->addWidget(m_icon, 0, Qt::AlignVCenter);
    row->addWidget(m_text, 1);
    hide();
}

void PresenceLine::centre()
{
    auto *row = static_cast<QHBoxLayout *>(layout());
    row->setStretchFactor(m_text, 0);
    row->insertStretch(0);
    row->addStretch();
    m_isCentred = true;
}

void PresenceLine::follow(UserPresence *presence)
{
    if (presence)
        connect(presence, &UserPresence::progressed, this, &PresenceLine::take);
}

void PresenceLine::take(const UserPresence::Progress &progress)
{
    m_progress = progress;
    tint();
    say(PresenceText::progress(progress));
}

void PresenceLine::say(const QString &words)
{
    if (m_text->text() == words)
        return;
    m_text->setText(words);
    if (m_isCentred) // what wraps would take a narrow column of its own accord
        m_text->setMinimumWidth(std::min(kWidestWords, m_text->fontMetrics().horizontalAdvance(words) + 2));
    setAccessibleName(words);
    updateGeometry();
    if (isVisible()) {
        growDialog(this);
        QAccessibleEvent event(this, QAccessible::Alert);
        QAccessible::updateAccessibility(&event);
    }
}

QString PresenceLine::text() const
{
    return m_text->text();
}

void PresenceLine::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        tint();
}

void PresenceLine::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    growDialog(this);
}

void PresenceLine::tint()
{
    using Stage = UserPresence::Progress::Stage;
    const bool isDialog = m_progress.means == UserPresence::Means::SystemDialog;
    const bool missed = m_progress.misses > 0 || m_progress.stage == Stage::Unclear;
    m_icon->setPixmap(symbolPixmap(isDialog ? Symbol::Window : Symbol::Fingerprint, kFinger, devicePixelRatioF(),
                                   tokensOf(palette()).ink(missed ? Ink::Asks : Ink::Accent)));
    m_text->setInk(missed ? Ink::Asks : Ink::Text);
}

} // namespace clavitor::ui
