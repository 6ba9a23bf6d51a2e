// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Toast.h"

#include "ui/style/Paint.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/Label.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>

namespace clavitor::ui {

namespace {

/// Clear of the line at the foot of the window.
constexpr int kAboveStatusLine = 36 + space::l;
/// What is through sooner needs no words.
constexpr int kMoment = 500; // ms

} // namespace

Toast::Toast(QWidget *host)
    : QWidget(host)
    , m_text(new Label({}))
    , m_bar(new QProgressBar)
    , m_button(new QPushButton(tr("Undo")))
{
    setButtonRole(m_button, ButtonRole::Flat);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(space::l, space::xs, space::xs, space::xs);
    row->setSpacing(space::m);
    row->addWidget(m_text);
    row->addWidget(m_bar, 0, Qt::AlignVCenter);
    row->addWidget(m_button);
    m_bar->setRange(0, 0);
    m_bar->setTextVisible(false);
    m_bar->setFixedSize(96, space::xs);
    m_bar->hide();
    setMinimumHeight(44);
    hide();
    host->installEventFilter(this);
    m_timer.setSingleShot(true);
    m_moment.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &Toast::dismiss);
    connect(&m_moment, &QTimer::timeout, this, &Toast::showWork);
    connect(m_button, &QPushButton::clicked, this, &Toast::run);
}

void Toast::say(const QString &text, std::function<void()> undo, int milliseconds)
{
    m_isOffer = false;
    put(text, tr("Undo"), std::move(undo), milliseconds);
}

void Toast::offer(const QString &text, const QString &verb, std::function<void()> run, int milliseconds)
{
    m_isOffer = true;
    put(text, verb, std::move(run), milliseconds);
}

void Toast::work(const QString &text)
{
    ++m_works;
    const bool isShown = !m_work.isEmpty() && !m_moment.isActive();
    m_work = text;
    isShown ? showWork() : m_moment.start(kMoment);
}

void Toast::workDone()
{
    if (--m_works > 0)
        return;
    if (!m_work.isEmpty() && !m_moment.isActive())
        dismiss();
    m_moment.stop();
    m_work.clear();
}

void Toast::showWork()
{
    m_timer.stop();
    m_undo = {};
    m_text->setText(m_work);
    m_bar->setAccessibleName(m_work);
    m_bar->show();
    m_button->hide();
    appear();
}

void Toast::put(const QString &text, const QString &verb, std::function<void()> run, int milliseconds)
{
    m_moment.stop();
    m_work.clear();
    m_bar->hide();
    m_text->setText(text);
    m_undo = std::move(run);
    m_button->setText(verb);
    m_button->setVisible(static_cast<bool>(m_undo));
    m_timer.start(milliseconds);
    appear();
}

void Toast::appear()
{
    layout()->setContentsMargins(space::l, space::xs, m_undo ? space::xs : space::l, space::xs);
    setAccessibleName(m_text->text());
    show();
    place();
    raise();
    QAccessibleEvent event(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

void Toast::dismiss()
{
    m_moment.stop();
    m_work.clear();
    m_timer.stop();
    m_undo = {};
    m_text->clear();
    hide();
}

bool Toast::undo()
{
    if (!m_undo || m_isOffer)
        return false;
    run();
    return true;
}

void Toast::run()
{
    m_timer.stop();
    hide();
    if (const auto run = std::exchange(m_undo, {}))
        run();
}

bool Toast::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == parentWidget() && event->type() == QEvent::Resize && isVisible())
        place();
    return QWidget::eventFilter(watched, event);
}

void Toast::place()
{
    layout()->activate();
    const QWidget *host = parentWidget();
    const QSize size(qMin(sizeHint().width(), host->width() - 2 * space::l), qMax(44, sizeHint().height()));
    setGeometry((host->width() - size.width()) / 2, host->height() - size.height() - kAboveStatusLine, size.width(), size.height());
}

void Toast::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &tokens = tokensOf(palette());
    paint::panel(&painter, rect(), kCardRadius, tokens.raised, paint::controlLine(tokens));
}

} // namespace clavitor::ui
