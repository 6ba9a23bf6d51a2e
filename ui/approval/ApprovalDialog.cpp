// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/approval/ApprovalDialog.h"

#include "app/base/Error.h"
#include "app/model/Entry.h"
#include "ui/approval/ApprovalText.h"
#include "ui/entries/EntryText.h"
#include "ui/style/Icons.h"
#include "ui/style/Paint.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/Avatar.h"
#include "ui/widgets/Badge.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/MarkedLabel.h"
#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"
#include "ui/words/NameText.h"

#include <QAccessible>
#include <QCloseEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLocale>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kQuestionWidth = 540;
constexpr int kQuestionAvatar = 44;
constexpr int kMostHeight = 720;        ///< fits a screen of 768
constexpr int kLeastSaid = 72;
constexpr int kDeadLine = 6;

} // namespace

ApprovalDialog::ApprovalDialog(Clock clock, DeadTime::Steady steady, QWidget *parent)
    : QDialog(parent, Qt::Dialog | Qt::CustomizeWindowHint | Qt::WindowTitleHint | Qt::WindowCloseButtonHint | Qt::WindowStaysOnTopHint)
    , m_clock(std::move(clock))
    , m_dead(new DeadTime(this, std::move(steady)))
{
    setWindowTitle(tr("A question – Clavitor"));
    // Whoever types goes on typing where he does.
    setAttribute(Qt::WA_ShowWithoutActivating);
    setFocusPolicy(Qt::StrongFocus);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::m);
    buildWhat(column);
    column->addSpacing(space::xs);
    column->addWidget(new Hairline);
    column->addSpacing(space::xs);
    buildFacts(column);
    m_message = new InlineMessage(InlineMessage::Kind::Note);
    m_message->hide();
    column->addWidget(m_message);
    buildAnswers(column);
    setFixedWidth(kQuestionWidth);

    m_tick.setSingleShot(true);
    connect(&m_tick, &QTimer::timeout, this, &ApprovalDialog::tick);
    connect(m_dead, &DeadTime::moved, this, &ApprovalDialog::refresh);
}

void ApprovalDialog::buildWhat(QVBoxLayout *column)
{
    m_headline = (new Label({}, TextStyle::Section))->wrapping();
    m_avatar = new Avatar(kQuestionAvatar);
    m_title = (new Label({}, TextStyle::Title))->wrapping();
    m_letters = new Badge(Symbol::Warning, {}, Ink::Asks);
    m_entryLine = (new Label({}, TextStyle::Body, Ink::Quiet))->wrapping();
    column->addWidget(m_headline);
    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(m_title);
    words->addWidget(m_letters, 0, Qt::AlignLeft);
    words->addWidget(m_entryLine);
    auto *row = new QHBoxLayout;
    row->setSpacing(space::l);
    row->addWidget(m_avatar, 0, Qt::AlignTop);
    row->addLayout(words, 1);
    column->addLayout(row);
}

Label *ApprovalDialog::addFact(QGridLayout *grid, const QString &heading, Label *first, Label *second)
{
    const int row = grid->rowCount();
    auto *name = new Label(heading, TextStyle::Body, Ink::Quiet);
    grid->addWidget(name, row, 0, Qt::AlignTop | Qt::AlignLeft);
    auto *lines = new QVBoxLayout;
    lines->setSpacing(1);
    for (Label *line : {first, second})
        if (line)
            lines->addWidget(line->wrapping());
    grid->addLayout(lines, row, 1);
    return name;
}

void ApprovalDialog::buildFacts(QVBoxLayout *column)
{
    m_command = new Label({}, TextStyle::Mono);
    m_why = new Label({}, TextStyle::Body);
    m_saidBy = new Label(tr("said by the agent"), TextStyle::Quiet, Ink::Quiet);
    m_who = new Label({}, TextStyle::Body);
    m_program = new Label({}, TextStyle::Quiet, Ink::Quiet);
    m_where = new Label({}, TextStyle::Body);
    m_repository = new Label({}, TextStyle::Quiet, Ink::Quiet);
    m_because = new MarkedLabel;
    m_soFar = new Label({}, TextStyle::Body);
    m_calls = new MarkedLabel(Symbol::Warning, Ink::Asks, {}, TextStyle::Body);
    const auto facts = [](QGridLayout *grid) {
        grid->setContentsMargins(0, 0, 0, 0);
        grid->setColumnMinimumWidth(0, kQuestionAvatar + space::l - space::s);
        grid->setColumnStretch(1, 1);
        grid->setHorizontalSpacing(space::s);
        grid->setVerticalSpacing(space::s);
        return grid;
    };
    m_said = new QWidget;
    auto *said = facts(new QGridLayout(m_said));
    m_commandHeading = addFact(said, tr("runs"), m_command);
    addFact(said, tr("why"), m_why, m_saidBy);
    auto *grid = facts(new QGridLayout);
    addFact(grid, tr("who"), m_who, m_program);
    addFact(grid, tr("where"), m_where, m_repository);
    addFact(grid, tr("now"), m_because);
    addFact(grid, tr("so far"), m_soFar);
    m_callsHeading = addFact(grid, tr("calls"), m_calls);
    // What an agent says stands whole, and what is known of it and the answers stay on the screen: so of the former the rest is scrolled.
    m_area = new QScrollArea;
    m_area->setFrameShape(QFrame::NoFrame);
    m_area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_area->setWidgetResizable(true);
    m_area->setAccessibleName(tr("What it says"));
    m_area->setWidget(m_said);
    m_area->viewport()->setAutoFillBackground(false);
    m_said->setAutoFillBackground(false);
    column->addWidget(m_area);
    column->addLayout(grid);
}

void ApprovalDialog::buildAnswers(QVBoxLayout *column)
{
    m_answers = new QWidget;
    m_deny = new QPushButton(ApprovalText::button(ApprovalAnswer::Deny));
    m_pause = new QPushButton(ApprovalText::button(ApprovalAnswer::DenyAndPause));
    m_allow = new QPushButton;
    m_more = new QPushButton;
    m_menu = new QMenu(this);
    for (QPushButton *button : {m_deny, m_pause, m_allow, m_more})
        setButtonRole(button, ButtonRole::Ordinary);
    setButtonRole(m_allow, ButtonRole::Primary);
    m_more->setIcon(icon(Symbol::ChevronDown));
    m_more->setAccessibleName(tr("Other ways to allow it"));
    m_more->setToolTip(m_more->accessibleName());
    m_more->setFixedWidth(kControlHeight + space::xs);
    m_allow->setAutoDefault(true);
    m_deny->setDefault(true);
    auto *row = new QHBoxLayout(m_answers);
    row->setContentsMargins(0, space::m, 0, 0);
    row->setSpacing(space::s);
    row->addWidget(m_deny);
    row->addWidget(m_pause);
    row->addStretch();
    row->addWidget(m_allow);
    row->addWidget(m_more);
    row->setSpacing(space::s);
    column->addWidget(m_answers);

    m_waiting = new Label({}, TextStyle::Quiet, Ink::Quiet);
    m_ring = new CountdownRing;
    m_left = new Label({}, TextStyle::Quiet, Ink::Quiet);
    auto *foot = new QHBoxLayout;
    foot->setSpacing(space::s);
    foot->addWidget(m_waiting, 1);
    foot->addWidget(m_ring);
    foot->addWidget(m_left);
    column->addLayout(foot);

    connect(m_deny, &QPushButton::clicked, this, [this] { answer(ApprovalAnswer::Deny); });
    connect(m_pause, &QPushButton::clicked, this, [this] { answer(ApprovalAnswer::DenyAndPause); });
    connect(m_allow, &QPushButton::clicked, this, [this] { answer(m_main); });
    connect(m_more, &QPushButton::clicked, this, [this] {
        if (isOpen() && m_dead->isOver())
            m_menu->popup(m_more->mapToGlobal(QPoint(m_more->width() - m_menu->sizeHint().width(), m_more->height() + space::xs)));
    });
}

void ApprovalDialog::fillMenu()
{
    m_menu->clear();
    const AllowChoices choices = allowChoices(m_request);
    m_main = choices.main;
    m_allow->setText(ApprovalText::button(choices.main, m_request.action));
    for (ApprovalAnswer other : choices.others)
        connect(m_menu->addAction(ApprovalText::button(other, m_request.action)), &QAction::triggered, this, [this, other] { answer(other); });
}

void ApprovalDialog::ask(const ApprovalRequest &request, const std::optional<GitWorkplace> &place)
{
    m_menu->close();
    m_request = request;
    m_state = State::Asking;
    const auto letters = [](Badge *badge, const QString &text) {
        const NameText::Letters found = NameText::lettersOf(text);
        badge->setBadge(Symbol::Warning, NameText::badge(found), Ink::Asks);
        badge->setVisible(found != NameText::Letters::Plain);
    };
    m_headline->setText(breakable(ApprovalText::headline(request)));
    EntrySummary entry;
    entry.title = request.title;
    entry.type = request.type;
    entry.urls = request.urls;
    m_avatar->setEntry(request.title, EntryText::seed(entry));
    m_title->setText(breakable(NameText::of(request.title).text));
    letters(m_letters, request.title);
    m_entryLine->setText(breakable(ApprovalText::entryLine(request)));
    m_command->setText(breakable(ApprovalText::command(request)));
    m_command->setVisible(!m_command->text().isEmpty());
    m_commandHeading->setVisible(!m_command->text().isEmpty());
    m_why->setText(breakable(ApprovalText::why(request)));
    const bool hasReason = !request.reason.trimmed().isEmpty();
    m_why->setInk(hasReason ? Ink::Text : Ink::Quiet);
    m_saidBy->setVisible(hasReason);
    m_who->setText(breakable(ApprovalText::who(request.caller)));
    m_program->setText(breakable(ApprovalText::program(request.caller)));
    m_program->setVisible(!m_program->text().isEmpty());
    m_where->setText(breakable(ApprovalText::where(request.caller)));
    m_repository->setText(breakable(ApprovalText::repository(place)));
    m_repository->setVisible(!m_repository->text().isEmpty());
    m_because->setText(ApprovalText::because(request));
    if (request.because == AskedBecause::FirstTime || request.because == AskedBecause::Command)
        m_because->clearMark();
    else
        m_because->setMark(Symbol::Warning, Ink::Asks);
    m_soFar->setText(ApprovalText::soFar(request));
    m_message->hide();
    m_answers->show();
    fillMenu();
    setAccessibleName(spoken(ApprovalText::sentence(request)));
    m_area->verticalScrollBar()->setValue(0);
    m_hasGrown = false;
    setCalls(request.calls);
    tick();
    m_dead->restart();
    if (isVisible())
        announce();
}

void ApprovalDialog::setTime(qint64 askedAt, qint64 until)
{
    m_request.askedAt = askedAt;
    if (std::exchange(m_request.until, until) != until)
        tick();
}

void ApprovalDialog::setCalls(int calls)
{
    m_request.calls = calls;
    // Once a question: an agent must not keep it dead by calling again and again.
    const bool grows = isVisible() && calls > 1 && !std::exchange(m_hasGrown, m_hasGrown || calls > 1);
    const QString words = ApprovalText::calls(m_request);
    m_calls->setText(words);
    m_calls->setVisible(!words.isEmpty());
    m_callsHeading->setVisible(!words.isEmpty());
    QStringList facts{ApprovalText::why(m_request), ApprovalText::who(m_request.caller), ApprovalText::where(m_request.caller),
                      ApprovalText::because(m_request), ApprovalText::soFar(m_request)};
    if (!words.isEmpty())
        facts << words;
    if (const QString command = ApprovalText::command(m_request); !command.isEmpty())
        facts.prepend(tr("runs %1").arg(command));
    setAccessibleDescription(spoken(facts.join(u". "_s)));
    fit();
    if (grows)
        m_dead->restart();
}

void ApprovalDialog::announce()
{
    // It does not take the keyboard, so a screen reader would pass it by.
    QAccessibleEvent event(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

void ApprovalDialog::setWaiting(qsizetype others)
{
    m_waiting->setText(others == 0 ? QString() : others == 1 ? tr("1 more question waits") : tr("%1 more wait").arg(QLocale().toString(others)));
}

void ApprovalDialog::tellEnd(const QString &line)
{
    m_menu->close();
    m_state = State::Ended;
    m_tick.stop();
    m_answers->hide();
    m_ring->hide();
    m_left->hide();
    m_message->setMessage(InlineMessage::Kind::Note, line);
    m_message->show();
    fit();
}

void ApprovalDialog::tellError(const Error &error)
{
    m_state = State::Asking;
    m_message->setMessage(InlineMessage::Kind::Error, ErrorText::of(error.code).sentence());
    m_message->show();
    fit();
    m_dead->restart();
}

void ApprovalDialog::fit()
{
    const QMargins margins = layout()->contentsMargins();
    const int width = kQuestionWidth - margins.left() - margins.right();
    // Also the layouts in it, which remember the height of lines that were hidden until now.
    m_said->layout()->invalidate();
    m_said->layout()->activate();
    const int said = m_said->layout()->totalHeightForWidth(width);
    // By itself the area would give it the height it takes where its lines are as narrow as they can get.
    m_said->setMinimumHeight(said);
    const auto take = [this](int height) {
        m_area->setFixedHeight(height);
        layout()->invalidate();
        layout()->activate();
        return layout()->totalHeightForWidth(kQuestionWidth);
    };
    const int most = std::min(kMostHeight, screen()->availableGeometry().height() - 2 * space::xl);
    const int rest = take(0);
    const int shown = std::min(said, std::max(kLeastSaid, most - rest));
    m_area->setFocusPolicy(shown < said ? Qt::TabFocus : Qt::NoFocus);
    setFixedHeight(take(shown));
}

void ApprovalDialog::answer(ApprovalAnswer answer)
{
    // Whatever pressed the button: a key, a finger, an assistive tool.
    if (!isOpen() || !m_dead->isOver())
        return;
    const bool isAllowing = answer != ApprovalAnswer::Deny && answer != ApprovalAnswer::DenyAndPause;
    if (isAllowing && m_clock() >= m_request.until)
        return;
    takeAnswer();
    emit answered(m_request.id, answer);
}

void ApprovalDialog::takeAnswer()
{
    m_state = State::Sent;
    m_menu->close();
    refresh();
}

void ApprovalDialog::reject()
{
    answer(ApprovalAnswer::Deny);
}

void ApprovalDialog::closeEvent(QCloseEvent *event)
{
    event->accept();
    // Not held up by the dead time: it gives nothing, and the program may be ending.
    if (std::exchange(m_state, State::Sent) == State::Asking)
        emit answered(m_request.id, ApprovalAnswer::Deny);
}

void ApprovalDialog::showEvent(QShowEvent *event)
{
    QDialog::showEvent(event);
    if (isOpen())
        m_dead->restart();
    if (!event->spontaneous())
        announce();
}

void ApprovalDialog::tick()
{
    const qint64 left = std::clamp<qint64>((m_request.until - m_clock() + 999) / 1000, 0, 3600);
    const int period = static_cast<int>(std::max<qint64>(1, (m_request.until - m_request.askedAt) / 1000));
    m_ring->setVisible(isOpen());
    m_left->setVisible(isOpen());
    m_ring->setTime(static_cast<int>(left), period);
    m_left->setText(left == 0 ? tr("time is up") : tr("%1:%2 left, then denied").arg(left / 60).arg(left % 60, 2, 10, QChar(u'0')));
    if (left > 0)
        m_tick.start(CountdownRing::untilNextSecond(m_clock));
    refresh();
}

void ApprovalDialog::refresh()
{
    const bool answers = isOpen() && m_dead->isOver();
    const bool allows = answers && m_clock() < m_request.until;
    const bool wakes = answers && !m_deny->isEnabled();
    m_deny->setEnabled(answers);
    m_pause->setEnabled(answers);
    m_allow->setEnabled(allows);
    m_more->setEnabled(allows);
    if (wakes)
        m_deny->setFocus(Qt::OtherFocusReason);
    else if (!answers)
        setFocus(Qt::OtherFocusReason);
    update();
}

void ApprovalDialog::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &tokens = tokensOf(palette());
    painter.fillRect(rect(), tokens.raised);
    if (!isOpen())
        return;
    // It fills while the buttons sleep, and is a hairline from then on.
    const QRectF line(space::xl, m_answers->y() - 2.0, width() - 2.0 * space::xl, kDeadLine);
    if (m_dead->isOver())
        painter.fillRect(QRectF(line.x(), line.y(), line.width(), 1), tokens.line);
    else
        paint::progress(&painter, line, tokens, m_dead->gone());
}

} // namespace clavitor::ui
