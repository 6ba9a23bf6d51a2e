// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/ValueEdit.h"

#include "app/base/SecretString.h"
#include "app/link/Wipe.h"
#include "ui/Remask.h"
#include "ui/style/Icons.h"
#include "ui/widgets/SecretArea.h"
#include "ui/widgets/SecretField.h"

#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace clavitor::ui {

ValueEdit::ValueEdit(Shape shape, const QString &accessibleName, QWidget *parent)
    : QWidget(parent)
    , m_shape(shape)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    if (shape == Shape::Secret || shape == Shape::SecretArea)
        m_remask = new Remask(this, [this] { setShown(false); });
    if (shape == Shape::Line) {
        m_line = new QLineEdit;
        m_line->setAccessibleName(accessibleName);
        connect(m_line, &QLineEdit::textEdited, this, &ValueEdit::edited);
        column->addWidget(m_line);
        setFocusProxy(m_line);
        return;
    }
    if (shape == Shape::Secret) {
        m_secret = new SecretField(accessibleName);
        m_secret->setMonospace();
        connect(m_secret, &SecretField::shownChanged, this, &ValueEdit::noteShown);
        connect(m_secret, &SecretField::edited, this, [this] {
            noteShown(isShown());
            emit edited();
        });
        column->addWidget(m_secret);
        setFocusProxy(m_secret);
        return;
    }
    if (shape == Shape::Area) {
        m_area = new QPlainTextEdit;
        m_area->setAccessibleName(accessibleName);
        m_area->setTabChangesFocus(true);
        column->addWidget(m_area);
        setFocusProxy(m_area);
    } else {
        m_area = new SecretArea(accessibleName);
        m_cover = new QStackedWidget;
        auto *cover = new QPushButton(icon(Symbol::Eye), tr("Hidden. Press to show and edit."));
        m_cover->addWidget(m_area);
        m_cover->addWidget(cover);
        m_cover->setFixedHeight(96);
        cover->setAutoDefault(false);
        connect(cover, &QPushButton::clicked, this, &ValueEdit::showRequested);
        column->addWidget(m_cover);
        setFocusProxy(m_cover);
    }
    m_area->setFixedHeight(96);
    connect(m_area->document(), &QTextDocument::contentsChanged, this, [this] {
        if (m_loading)
            return;
        noteShown(isShown());
        emit edited();
    });
}

ValueEdit::~ValueEdit()
{
    wipe();
}

crypto::SecretText ValueEdit::text() const
{
    if (m_secret)
        return m_secret->copySecret();
    QString text = m_line ? m_line->text() : m_area->toPlainText();
    if (m_line)
        return takeSecret(QString(text.constData(), text.size()));
    return takeSecret(std::move(text));
}

void ValueEdit::setText(const crypto::SecretText &text)
{
    if (m_secret) {
        m_secret->setSecret(text);
        return;
    }
    QString plain = revealToQString(text);
    if (m_line) {
        m_line->setText(plain);
        m_line->setCursorPosition(0);
    } else {
        m_loading = true;
        m_area->setPlainText(plain);
        m_loading = false;
        setShown(false);
    }
    // The widget shares this buffer with us; it is wiped when the widget lets go of it.
}

bool ValueEdit::isEmpty() const
{
    if (m_secret)
        return m_secret->isEmpty();
    return m_line ? m_line->text().isEmpty() : m_area->document()->isEmpty();
}

void ValueEdit::setPlaceholder(const QString &text)
{
    if (m_secret)
        m_secret->setPlaceholder(text);
    else if (m_line)
        m_line->setPlaceholderText(text);
    else
        m_area->setPlaceholderText(text);
}

void ValueEdit::setShown(bool shown)
{
    if (m_secret)
        m_secret->setShown(shown);
    else if (m_cover) {
        const bool had = m_area->hasFocus();
        m_cover->setCurrentIndex(shown || m_area->document()->isEmpty() ? 0 : 1);
        if (shown || (had && m_cover->currentIndex() == 1))
            m_cover->currentWidget()->setFocus();
        noteShown(isShown());
    }
}

bool ValueEdit::isShown() const
{
    if (m_secret)
        return m_secret->isShown();
    return !m_cover || (m_cover->currentIndex() == 0 && !m_area->document()->isEmpty());
}

void ValueEdit::noteShown(bool shown)
{
    if (!m_remask)
        return;
    if (shown)
        m_remask->start(m_revealMilliseconds);
    else
        m_remask->stop();
    emit shownChanged(shown);
}

void ValueEdit::setEyeVisible(bool visible)
{
    if (m_secret)
        m_secret->setEyeVisible(visible);
}

void ValueEdit::wipe()
{
    if (m_secret) {
        m_secret->wipe();
    } else if (m_line) {
        QString text = m_line->text();
        m_line->setText({});
        link::wipe(text);
    } else if (m_area) {
        m_loading = true;
        m_area->clear();
        m_loading = false;
    }
}

} // namespace clavitor::ui
