// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/import/ImportPreview.h"

#include "ui/entries/EntryText.h"
#include "ui/import/RemarksModel.h"
#include "ui/keys/KeyText.h"
#include "ui/keys/TickList.h"
#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/MarkedLabel.h"
#include "ui/words/DisplayText.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QPushButton>
#include <QSplitter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>
#include <map>

namespace clavitor::ui {

namespace {

/// What a remark is about, and below it the remark: on one line most would end in dots.
class RemarkDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override { return {100, 44}; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QStyleOptionViewItem own = option;
        initStyleOption(&own, index);
        own.text.clear();
        own.widget->style()->drawControl(QStyle::CE_ItemViewItem, &own, painter, own.widget);
        const int left = own.widget->style()->subElementRect(QStyle::SE_ItemViewItemDecoration, &own, own.widget).right() + space::s;
        const QRect room(left, own.rect.top(), own.rect.right() - space::s - left, own.rect.height());
        const QString subject = index.data(RemarksModel::SubjectRole).toString();
        const QString remark = index.data(RemarksModel::RemarkRole).toString();
        const Tokens &tokens = tokensOf(option.palette);
        const auto line = [&](int from, int height, TextStyle style, const QColor &colour, const QString &text) {
            const QFont font = fontOf(style);
            painter->setFont(font);
            painter->setPen(colour);
            painter->drawText(QRect(room.left(), room.top() + from, room.width(), height), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                              QFontMetrics(font).elidedText(text, Qt::ElideRight, room.width()));
        };
        painter->save();
        if (subject.isEmpty()) {
            line(0, room.height(), TextStyle::Body, tokens.text, remark);
        } else {
            line(3, 20, TextStyle::Body, tokens.text, subject);
            line(22, 18, TextStyle::Quiet, tokens.quiet, remark);
        }
        painter->restore();
    }
};

} // namespace

ImportPreview::ImportPreview(QWidget *parent)
    : QWidget(parent)
    , m_source(new Label({}, TextStyle::Body, Ink::Quiet))
    , m_counts(new Label({}, TextStyle::Section))
    , m_personal(new MarkedLabel(Symbol::Personal, Ink::Personal, {}, TextStyle::Body))
    , m_entries(new TickList(tr("Search entries"), tr("Entries to import")))
    , m_remarks(new RemarksModel(this))
    , m_kinds(new QComboBox)
    , m_remarkSide(remarksSide())
{
    m_counts->wrapping();
    m_personal->wrapping();
    auto *split = new QSplitter;
    split->setChildrenCollapsible(false);
    split->setHandleWidth(1);
    split->addWidget(entriesSide());
    split->addWidget(m_remarkSide);
    split->setStretchFactor(0, 1);
    split->setStretchFactor(1, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::xs);
    column->addWidget(m_source);
    column->addWidget(m_counts);
    column->addWidget(m_personal);
    column->addSpacing(space::s);
    column->addWidget(split, 1);
    setFocusProxy(m_entries);
    connect(m_entries, &TickList::changed, this, &ImportPreview::changed);
}

QWidget *ImportPreview::entriesSide()
{
    auto *all = new QPushButton(tr("Tick all"));
    auto *none = new QPushButton(tr("Tick none"));
    for (QPushButton *button : {all, none}) {
        setButtonRole(button, ButtonRole::Flat);
        button->setAutoDefault(false);
    }
    connect(all, &QPushButton::clicked, this, [this] { m_entries->tickShown(true); });
    connect(none, &QPushButton::clicked, this, [this] { m_entries->tickShown(false); });
    auto *side = new QWidget;
    auto *column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, space::s, 0);
    column->setSpacing(space::s);
    auto *head = new QHBoxLayout;
    head->addWidget(new SectionTitle(tr("Entries")));
    head->addStretch();
    head->addWidget(all);
    head->addWidget(none);
    column->addLayout(head);
    column->addWidget(m_entries, 1);
    return side;
}

QWidget *ImportPreview::remarksSide()
{
    m_kinds->setAccessibleName(tr("Kind of remark"));
    auto *search = new QLineEdit;
    search->setPlaceholderText(tr("Search remarks"));
    search->setAccessibleName(search->placeholderText());
    search->setClearButtonEnabled(true);
    auto *list = new QListView;
    list->setModel(m_remarks);
    list->setItemDelegate(new RemarkDelegate(list));
    list->setAccessibleName(tr("Remarks"));
    list->setUniformItemSizes(true);
    list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    list->setTextElideMode(Qt::ElideRight);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *copy = new QPushButton(tr("Copy"));
    copy->setIcon(icon(Symbol::Copy));
    copy->setAccessibleName(tr("Copy the remarks"));
    copy->setAutoDefault(false);
    setButtonRole(copy, ButtonRole::Flat);
    auto *side = new QWidget;
    auto *column = new QVBoxLayout(side);
    column->setContentsMargins(space::s, 0, 0, 0);
    column->setSpacing(space::s);
    auto *head = new QHBoxLayout;
    head->addWidget(new SectionTitle(tr("What to know")));
    head->addStretch();
    head->addWidget(copy);
    column->addLayout(head);
    auto *filters = new QHBoxLayout;
    filters->setSpacing(space::s);
    filters->addWidget(search, 1);
    filters->addWidget(m_kinds);
    column->addLayout(filters);
    column->addWidget(list, 1);
    connect(search, &QLineEdit::textChanged, m_remarks, &RemarksModel::setText);
    connect(m_kinds, &QComboBox::currentIndexChanged, this, [this] {
        const int kind = m_kinds->currentData().toInt();
        m_remarks->setKind(kind < 0 ? std::nullopt : std::optional(static_cast<ImportRemark::Kind>(kind)));
    });
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_remarks->plainText()); });
    return side;
}

void ImportPreview::setPlan(const ImportPlan &plan)
{
    m_source->setText(tr("%1 from %2").arg(displayText(plan.format, 60), displayText(plan.source, 120)));
    showCounts(plan);
    showRemarks(plan);
    QList<TickList::Item> items;
    for (std::size_t i = 0; i < plan.entries.size(); ++i) {
        const EntryDraft &entry = plan.entries[i];
        QString address = entry.urls.isEmpty() ? EntryText::types(entry.type) : hostOf(entry.urls.first());
        if (address == entry.title)
            address.clear();
        items << TickList::Item{QString::number(i), displayText(entry.title, 80),
                                entry.trashed ? tr("%1, in the trash").arg(displayText(address, 60)) : displayText(address, 60), true};
    }
    m_entries->setItems(items);
}

void ImportPreview::showCounts(const ImportPlan &plan)
{
    std::map<EntryType, int> types;
    for (const EntryDraft &entry : plan.entries)
        ++types[entry.type];
    QStringList parts;
    for (EntryType type : allEntryTypes())
        if (const int count = types[type]; count > 0)
            parts << KeyText::counted(type, count);
    m_counts->setText(parts.isEmpty() ? tr("No entries") : KeyText::list(parts, tr(" and ")));
    const int personal = plan.personalFields();
    m_personal->setVisible(personal > 0);
    m_personal->setText(personal == 1 ? tr("1 field becomes Personal: no agent ever gets it.")
                                      : tr("%Ln fields become Personal: no agent ever gets them.", nullptr, personal));
}

void ImportPreview::showRemarks(const ImportPlan &plan)
{
    m_remarks->setRemarks(plan.remarks);
    m_kinds->clear();
    m_kinds->addItem(tr("All %1").arg(plan.remarks.size()), -1);
    for (ImportRemark::Kind kind : RemarksModel::order())
        if (const int count = m_remarks->countOf(kind); count > 0)
            m_kinds->addItem(icon(RemarksModel::symbol(kind), RemarksModel::ink(kind)),
                             tr("%1 %2").arg(RemarksModel::word(kind)).arg(count), static_cast<int>(kind));
    m_remarkSide->setVisible(!plan.remarks.isEmpty());
}

int ImportPreview::tickedCount() const
{
    return m_entries->tickedCount();
}

std::vector<std::size_t> ImportPreview::ticked() const
{
    std::vector<std::size_t> indexes;
    for (const QString &key : m_entries->ticked())
        indexes.push_back(key.toULongLong());
    std::ranges::sort(indexes);
    return indexes;
}

void ImportPreview::setTicked(const std::vector<std::size_t> &indexes)
{
    QStringList keys;
    for (const std::size_t index : indexes)
        keys << QString::number(index);
    m_entries->setTicked(keys);
}

} // namespace clavitor::ui
