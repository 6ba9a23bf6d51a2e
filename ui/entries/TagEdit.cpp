// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/TagEdit.h"

#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/FlowLayout.h"
#include "ui/words/DisplayText.h"

#include <QCompleter>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPushButton>

namespace clavitor::ui {

TagEdit::TagEdit(QWidget *parent)
    : QWidget(parent)
    , m_flow(new FlowLayout(space::xs, this))
    , m_line(new QLineEdit)
{
    m_line->setPlaceholderText(tr("Add a tag"));
    m_line->setAccessibleName(tr("Add a tag"));
    m_line->setFixedWidth(160);
    m_line->installEventFilter(this);
    m_flow->addWidget(m_line);
    setFocusProxy(m_line);
    connect(m_line, &QLineEdit::textEdited, this, [this](const QString &text) {
        if (text.endsWith(u','))
            commit();
        emit edited();
    });
}

void TagEdit::setTags(const QStringList &tags)
{
    m_tags = tags;
    rebuild();
}

QStringList TagEdit::tags() const
{
    QStringList all = m_tags;
    if (const QString last = m_line->text().trimmed(); !last.isEmpty())
        all.append(last);
    all.removeDuplicates();
    all.sort(Qt::CaseInsensitive);
    return all;
}

void TagEdit::setKnownTags(const QStringList &tags)
{
    auto *completer = new QCompleter(tags, m_line);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    completer->setFilterMode(Qt::MatchContains);
    m_line->setCompleter(completer);
    connect(completer, qOverload<const QString &>(&QCompleter::activated), this, &TagEdit::commit, Qt::QueuedConnection);
}

void TagEdit::commit()
{
    QString tag = m_line->text();
    tag.remove(u',');
    tag = tag.trimmed();
    m_line->clear();
    if (tag.isEmpty() || m_tags.contains(tag))
        return;
    m_tags.append(tag);
    rebuild();
    emit edited();
}

void TagEdit::rebuild()
{
    while (m_flow->count() > 0) {
        QLayoutItem *item = m_flow->takeAt(0);
        if (item->widget() != m_line)
            item->widget()->deleteLater();
        delete item;
    }
    for (const QString &tag : std::as_const(m_tags)) {
        auto *chip = new QPushButton(icon(Symbol::Close, Ink::Faint), displayText(tag, 40));
        chip->setLayoutDirection(Qt::RightToLeft);
        chip->setIconSize({12, 12});
        chip->setAutoDefault(false);
        chip->setAccessibleName(tr("Remove tag %1").arg(tag));
        chip->setToolTip(chip->accessibleName());
        connect(chip, &QPushButton::clicked, this, [this, tag] {
            m_tags.removeAll(tag);
            rebuild();
            m_line->setFocus();
            emit edited();
        });
        m_flow->addWidget(chip);
        chip->show();
    }
    m_flow->addWidget(m_line);
    updateGeometry();
}

bool TagEdit::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_line && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        const bool empty = m_line->text().isEmpty();
        if ((key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) && !empty) {
            commit();
            return true;
        }
        if (key->key() == Qt::Key_Backspace && empty && !m_tags.isEmpty()) {
            m_tags.removeLast();
            rebuild();
            m_line->setFocus();
            emit edited();
            return true;
        }
    }
    if (watched == m_line && event->type() == QEvent::FocusOut)
        commit();
    return QWidget::eventFilter(watched, event);
}

} // namespace clavitor::ui
