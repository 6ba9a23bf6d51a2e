// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/KeyPolicy.h"
#include "ui/style/Icons.h"

#include <QAbstractButton>

class QButtonGroup;

namespace clavitor::ui {

/// A card to choose with the mouse or the arrow keys: a title and one sentence. Exclusive among its siblings.
class ChoiceCard : public QAbstractButton {
    Q_OBJECT
public:
    ChoiceCard(Symbol symbol, const QString &title, const QString &sentence, QWidget *parent = nullptr);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    [[nodiscard]] QRect sentenceArea(int width) const;

    Symbol m_symbol;
    QString m_sentence;
};

/// The policies a person picks from, each with what happens under it; "Custom" stands there while it is none of them.
class PresetChoice : public QWidget {
    Q_OBJECT
public:
    explicit PresetChoice(QWidget *parent = nullptr);

    void setPreset(Preset preset);
    [[nodiscard]] Preset preset() const;

signals:
    /// The person chose one.
    void chosen(clavitor::Preset preset);

private:
    QButtonGroup *m_group;
    bool m_setting = false;
};

} // namespace clavitor::ui
