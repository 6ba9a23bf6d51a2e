// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/PresetChoice.h"

#include "ui/keys/PolicyText.h"
#include "ui/style/Paint.h"

#include <QButtonGroup>
#include <QPainter>
#include <QVBoxLayout>

#include <array>

namespace clavitor::ui {

namespace {

constexpr int kMark = 20;
constexpr int kTextLeft = space::m + kMark + space::m;
constexpr int kUsualWidth = 480;

struct Offer {
    Preset preset;
    Symbol symbol;
};
constexpr std::array kPresets{Offer{Preset::AskFirst, Symbol::Asks}, Offer{Preset::Trusted, Symbol::Allowed},
                              Offer{Preset::UseWithoutSeeing, Symbol::EyeOff}, Offer{Preset::Custom, Symbol::Settings}};

int titleHeight()
{
    return QFontMetrics(fontOf(TextStyle::BodyStrong)).height();
}

} // namespace

ChoiceCard::ChoiceCard(Symbol symbol, const QString &title, const QString &sentence, QWidget *parent)
    : QAbstractButton(parent)
    , m_symbol(symbol)
    , m_sentence(sentence)
{
    setText(title);
    setCheckable(true);
    setAutoExclusive(true);
    setAccessibleDescription(sentence);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

QRect ChoiceCard::sentenceArea(int width) const
{
    const QFontMetrics metrics(fontOf(TextStyle::Quiet));
    const QRect room(kTextLeft, space::s + titleHeight() + 2, width - kTextLeft - space::m, 1000);
    return metrics.boundingRect(room, Qt::TextWordWrap, m_sentence);
}

int ChoiceCard::heightForWidth(int width) const
{
    return sentenceArea(width).bottom() + 1 + space::s;
}

QSize ChoiceCard::sizeHint() const
{
    return {kUsualWidth, heightForWidth(kUsualWidth)};
}

QSize ChoiceCard::minimumSizeHint() const
{
    return {200, heightForWidth(qMax(200, width()))};
}

void ChoiceCard::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &tokens = tokensOf(palette());
    const QRectF frame = QRectF(rect());
    const bool on = isChecked();
    const QColor fill = on ? tokens.wash(Ink::Accent, 0.10) : underMouse() ? tokens.wash(Ink::Text, 0.03) : tokens.raised;
    paint::panel(&painter, frame, kControlRadius, fill, on ? tokens.accent : paint::controlLine(tokens));
    if (hasFocus())
        paint::focusRing(&painter, frame, kControlRadius, tokens);
    const int middle = height() / 2;
    paintSymbol(&painter, QRectF(space::m, middle - kMark / 2.0, kMark, kMark), m_symbol, on ? tokens.accent : tokens.quiet);
    painter.setFont(fontOf(TextStyle::BodyStrong));
    painter.setPen(tokens.text);
    painter.drawText(QRect(kTextLeft, space::s, width() - kTextLeft - space::m, titleHeight()), Qt::AlignLeft | Qt::AlignVCenter, text());
    painter.setFont(fontOf(TextStyle::Quiet));
    painter.setPen(tokens.quiet);
    QRect area = sentenceArea(width());
    area.setRight(width() - space::m);
    painter.drawText(area, Qt::TextWordWrap, m_sentence);
}

PresetChoice::PresetChoice(QWidget *parent)
    : QWidget(parent)
    , m_group(new QButtonGroup(this))
{
    setAccessibleName(tr("How it gets them"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::s);
    for (const auto &[preset, symbol] : kPresets) {
        auto *card = new ChoiceCard(symbol, PolicyText::word(preset), PolicyText::explanation(preset));
        m_group->addButton(card, static_cast<int>(preset));
        column->addWidget(card);
    }
    connect(m_group, &QButtonGroup::idToggled, this, [this](int id, bool on) {
        if (!on || m_setting)
            return;
        m_group->button(static_cast<int>(Preset::Custom))->hide();
        emit chosen(static_cast<Preset>(id));
    });
    setPreset(Preset::AskFirst);
}

void PresetChoice::setPreset(Preset preset)
{
    m_setting = true;
    m_group->button(static_cast<int>(preset))->setChecked(true);
    m_setting = false;
    // Nobody chooses "custom": it is what comes of setting things by hand.
    m_group->button(static_cast<int>(Preset::Custom))->setVisible(preset == Preset::Custom);
}

Preset PresetChoice::preset() const
{
    return static_cast<Preset>(m_group->checkedId());
}

} // namespace clavitor::ui
