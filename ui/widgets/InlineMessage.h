// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/style/Icons.h"
#include "ui/widgets/Label.h"

#include <QWidget>

class QBoxLayout;
class QPushButton;

namespace clavitor::ui {

/// A message that stays in the page it concerns: what happened, and perhaps one thing to do about it.
class InlineMessage : public QWidget {
    Q_OBJECT
public:
    enum class Kind { Note, Good, Warning, Error, Personal };

    explicit InlineMessage(Kind kind, const QString &text = {}, QWidget *parent = nullptr);

    void setMessage(Kind kind, const QString &text);
    [[nodiscard]] Kind kind() const { return m_kind; }
    [[nodiscard]] QString text() const { return m_text->text(); }
    /// A verb; the caller connects the button. Empty takes it away.
    QPushButton *setAction(const QString &verb);
    void setClosable(bool closable);

signals:
    /// The person closed it; it hid itself.
    void closed();

protected:
    void showEvent(QShowEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    Kind m_kind;
    Label *m_text;
    QBoxLayout *m_row = nullptr;
    QPushButton *m_action;
    QWidget *m_close;
};

} // namespace clavitor::ui
