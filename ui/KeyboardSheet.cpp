// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/KeyboardSheet.h"

#include "ui/style/Paint.h"
#include "ui/widgets/Label.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace clavitor::ui {

namespace {

/// Keys as caps: one box for each.
class Keys : public QWidget {
public:
    explicit Keys(const QString &keys)
        : m_keys(keys.split(u'+'))
    {
        setFont(fontOf(TextStyle::Quiet));
        setAccessibleName(keys);
        int width = 0;
        for (const QString &key : m_keys)
            width += capWidth(key) + space::xs;
        setFixedSize(width, 24);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Tokens &tokens = tokensOf(palette());
        int x = 0;
        for (const QString &key : m_keys) {
            const QRectF cap(x, 1, capWidth(key), 22);
            paint::panel(&painter, cap, 4, tokens.ground, paint::controlLine(tokens));
            painter.setPen(tokens.quiet);
            painter.drawText(cap, Qt::AlignCenter, key);
            x += capWidth(key) + space::xs;
        }
    }

private:
    [[nodiscard]] int capWidth(const QString &key) const
    {
        return qMax(22, fontMetrics().horizontalAdvance(key) + 2 * 7);
    }

    QStringList m_keys;
};

} // namespace

KeyboardSheet::KeyboardSheet(const QList<Line> &lines, QWidget *parent)
    : QDialog(parent)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Keyboard"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::m);
    column->addWidget(new Label(tr("Keyboard"), TextStyle::Title));
    column->addSpacing(space::xs);
    auto *sides = new QHBoxLayout;
    sides->setSpacing(space::xxl);
    QGridLayout *grid = nullptr;
    // Two columns of headings with their lines; each is spaced by itself.
    int side = -1;
    int row = 0;
    const qsizetype half = lines.size() / 2;
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const Line &line = lines.at(i);
        if (line.keys.isEmpty()) {
            if (side < 0 || (side == 0 && i >= half)) {
                ++side;
                row = 0;
                if (grid)
                    grid->setRowStretch(grid->rowCount(), 1);
                grid = new QGridLayout;
                grid->setHorizontalSpacing(space::xxl);
                grid->setVerticalSpacing(space::xs);
                sides->addLayout(grid);
            }
            auto *heading = new SectionTitle(line.what);
            heading->setContentsMargins(0, row == 0 ? 0 : space::m, 0, space::xs);
            grid->addWidget(heading, row++, 0, 1, 2);
            continue;
        }
        if (!grid)
            continue; // what belongs nowhere
        grid->addWidget(new Label(line.what), row, 0);
        grid->addWidget(new Keys(line.keys.toString(QKeySequence::NativeText)), row++, 1, Qt::AlignRight);
    }
    if (grid)
        grid->setRowStretch(grid->rowCount(), 1);
    column->addLayout(sides);
    column->addStretch(1);
    column->addSpacing(space::s);
    auto *close = new QPushButton(tr("Close"));
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    column->addWidget(close, 0, Qt::AlignRight);
}

} // namespace clavitor::ui
