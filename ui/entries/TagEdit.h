// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>

class QLineEdit;

namespace clavitor::ui {

class FlowLayout;

/// Tags as chips with a line to add more: Return or a comma adds, Backspace in the empty line takes the last one back.
class TagEdit : public QWidget {
    Q_OBJECT
public:
    explicit TagEdit(QWidget *parent = nullptr);

    void setTags(const QStringList &tags);
    /// Sorted and unique, with what still stands in the line.
    [[nodiscard]] QStringList tags() const;
    /// For completion.
    void setKnownTags(const QStringList &tags);

signals:
    void edited();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void commit();
    void rebuild();

    QStringList m_tags;
    FlowLayout *m_flow;
    QLineEdit *m_line;
};

} // namespace clavitor::ui
