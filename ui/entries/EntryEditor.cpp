// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/EntryEditor.h"

#include "ui/PersonalAccess.h"
#include "ui/entries/EntryText.h"
#include "ui/entries/FieldEditor.h"
#include "ui/entries/TagEdit.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/IconButton.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QShortcut>
#include <QVBoxLayout>

#include <algorithm>

namespace clavitor::ui {

namespace {

constexpr int kLongestTitle = 200;

} // namespace

EntryEditor::EntryEditor(Start start, const FieldDoors &doors, Clock clock, const EntrySummary &entry, const QStringList &knownTags,
                         QWidget *parent)
    : QDialog(parent)
    , m_doors(doors)
    , m_clock(std::move(clock))
    , m_start(start)
    , m_entry(entry)
    , m_type(new QComboBox)
    , m_title(new QLineEdit)
    , m_urlColumn(new QVBoxLayout)
    , m_fieldColumn(new QVBoxLayout)
    , m_tags(new TagEdit)
    , m_message(new InlineMessage(InlineMessage::Kind::Error))
    , m_save(new QPushButton(tr("Save")))
    , m_area(new QScrollArea)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(start == Start::Edit ? tr("Edit %1").arg(displayText(EntryText::title(entry), 60)) : tr("New entry"));
    resize(660, 640);
    m_tags->setKnownTags(knownTags);
    m_tags->setTags(entry.tags);
    m_message->hide();
    setButtonRole(m_save, ButtonRole::Primary);
    m_save->setAutoDefault(false);
    m_save->setToolTip(tr("Save (Ctrl+S)"));
    auto *cancel = new QPushButton(tr("Cancel"));
    cancel->setAutoDefault(false);

    m_area->setWidget(form());
    m_area->setWidgetResizable(true);
    m_area->setFrameShape(QFrame::NoFrame);
    m_area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *buttons = new QHBoxLayout;
    buttons->setContentsMargins(space::xl, space::m, space::xl, space::l);
    buttons->setSpacing(space::s);
    m_foot = buttons;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_save);
    auto *messages = new QHBoxLayout;
    messages->setContentsMargins(space::xl, space::s, space::xl, 0);
    messages->addWidget(m_message);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_area, 1);
    column->addWidget(new Hairline);
    column->addLayout(messages);
    column->addLayout(buttons);

    if (start == Start::New)
        applyTemplate();
    else
        loadStoredValues(entry);
    connect(cancel, &QPushButton::clicked, this, &EntryEditor::reject);
    connect(m_save, &QPushButton::clicked, this, &EntryEditor::save);
    connect(new QShortcut(QKeySequence::Save, this), &QShortcut::activated, this, &EntryEditor::save);
    connect(m_tags, &TagEdit::edited, this, [this] { m_dirty = true; });
    m_title->setFocus();
}

QWidget *EntryEditor::form()
{
    auto *page = new Pane;
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::xl);
    column->setSpacing(space::s);
    m_top = column;

    for (EntryType type : allEntryTypes())
        m_type->addItem(icon(EntryText::symbol(type)), EntryText::type(type), static_cast<int>(type));
    m_type->setCurrentIndex(m_type->findData(static_cast<int>(m_entry.type)));
    m_type->setAccessibleName(tr("Type of entry"));
    m_title->setFont(fontOf(TextStyle::Section));
    m_title->setPlaceholderText(tr("Title"));
    m_title->setAccessibleName(tr("Title"));
    m_title->setMaxLength(kLongestTitle);
    m_title->setText(m_start == Start::Duplicate ? tr("%1 (copy)").arg(m_entry.title) : m_entry.title);
    m_title->setCursorPosition(0);
    auto *head = new QHBoxLayout;
    head->addWidget(m_title, 1);
    head->addWidget(m_type);
    column->addLayout(head);
    connect(m_title, &QLineEdit::textEdited, this, [this] { m_dirty = true; });
    connect(m_type, &QComboBox::activated, this, [this] {
        m_dirty = true;
        if (m_start == Start::New && !m_isRequested && std::ranges::all_of(m_fields, &FieldEditor::isBlank))
            applyTemplate();
    });

    const auto section = [column](const QString &title) {
        column->addSpacing(space::m);
        column->addWidget(new SectionTitle(title));
    };
    section(tr("Addresses"));
    m_urlColumn->setSpacing(space::xs);
    column->addLayout(m_urlColumn);
    for (const QString &url : std::as_const(m_entry.urls))
        addUrl(url);
    if (m_urls.isEmpty())
        addUrl({});
    auto *moreUrl = new QPushButton(icon(Symbol::Plus), tr("Add address"));
    setButtonRole(moreUrl, ButtonRole::Flat);
    moreUrl->setAutoDefault(false);
    connect(moreUrl, &QPushButton::clicked, this, [this] {
        addUrl({});
        m_urls.last()->setFocus();
    });
    column->addWidget(moreUrl, 0, Qt::AlignLeft);

    section(tr("Fields"));
    m_fieldColumn->setSpacing(space::xs);
    column->addLayout(m_fieldColumn);
    auto *moreField = new QPushButton(icon(Symbol::Plus), tr("Add field"));
    setButtonRole(moreField, ButtonRole::Flat);
    moreField->setAutoDefault(false);
    auto *menu = new QMenu(moreField);
    for (FieldKind kind : allFieldKinds())
        connect(menu->addAction(icon(EntryText::symbol(kind), defaultTier(kind) == Tier::Personal ? Ink::Personal : Ink::Quiet),
                                EntryText::kind(kind)),
                &QAction::triggered, this, [this, kind] {
                    FieldOutline field;
                    field.kind = kind;
                    field.tier = defaultTier(kind);
                    addField({}, field)->setFocus();
                    arrangeFields();
                    m_dirty = true;
                });
    moreField->setMenu(menu);
    column->addWidget(moreField, 0, Qt::AlignLeft);

    section(tr("Tags"));
    column->addWidget(m_tags);
    column->addStretch(1);
    return page;
}

void EntryEditor::addUrl(const QString &url)
{
    auto *box = new QWidget;
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::xs);
    auto *line = new QLineEdit(url);
    line->setPlaceholderText(tr("https://example.com"));
    line->setAccessibleName(tr("Address"));
    line->setCursorPosition(0); // a long one is known by its start
    auto *remove = new IconButton(Symbol::Close, tr("Remove this address"));
    row->addWidget(line, 1);
    row->addWidget(remove);
    m_urlColumn->addWidget(box);
    m_urls.append(line);
    connect(line, &QLineEdit::textEdited, this, [this] { m_dirty = true; });
    connect(remove, &IconButton::clicked, this, [this, box, line] {
        m_urls.removeAll(line);
        box->deleteLater();
        m_dirty = true;
    });
}

FieldEditor *EntryEditor::addField(EntryId source, const FieldOutline &field)
{
    auto *editor = new FieldEditor(m_doors, m_clock, source, field);
    m_fields.append(editor);
    m_fieldColumn->addWidget(editor);
    connect(editor, &FieldEditor::moveRequested, this, [this, editor](int by) { moveField(editor, by); });
    connect(editor, &FieldEditor::removeRequested, this, [this, editor] { removeField(editor); });
    connect(editor, &FieldEditor::edited, m_message, &QWidget::hide);
    connect(editor, &FieldEditor::failed, this, [this](const Error &error) {
        if (error.code != ErrorCode::Cancelled)
            showProblem(ErrorText::of(error.code).sentence());
    });
    return editor;
}

void EntryEditor::arrangeFields()
{
    for (qsizetype i = 0; i < m_fields.size(); ++i) {
        m_fieldColumn->insertWidget(static_cast<int>(i), m_fields.at(i));
        m_fields.at(i)->setMovable(i > 0, i + 1 < m_fields.size());
    }
    QWidget *before = m_urls.isEmpty() ? static_cast<QWidget *>(m_title) : m_urls.last();
    for (FieldEditor *field : std::as_const(m_fields)) {
        setTabOrder(before, field);
        before = field;
    }
}

void EntryEditor::moveField(FieldEditor *field, int by)
{
    const qsizetype from = m_fields.indexOf(field);
    const qsizetype to = from + by;
    if (from < 0 || to < 0 || to >= m_fields.size())
        return;
    m_fields.move(from, to);
    arrangeFields();
    m_dirty = true;
}

void EntryEditor::removeField(FieldEditor *field)
{
    m_fields.removeAll(field);
    field->deleteLater();
    field->hide();
    arrangeFields();
    m_dirty = true;
}

void EntryEditor::applyTemplate()
{
    for (FieldEditor *field : std::exchange(m_fields, {})) {
        field->hide();
        field->deleteLater();
    }
    const auto type = static_cast<EntryType>(m_type->currentData().toInt());
    for (const FieldOutline &field : EntryText::fieldsOfNew(type))
        addField({}, field);
    arrangeFields();
}

void EntryEditor::loadStoredValues(const EntrySummary &entry)
{
    const bool duplicate = m_start == Start::Duplicate;
    for (FieldOutline field : entry.fields) {
        const int number = field.number;
        if (duplicate)
            field.number = 0;
        FieldEditor *editor = addField(entry.id, field);
        if (duplicate)
            editor->copyFrom(number);
    }
    arrangeFields();
    m_dirty = duplicate;
    if (!duplicate)
        loadOpenValues();
}

void EntryEditor::loadOpenValues()
{
    m_doors.client->openValues(m_entry.id, Reply<Result<QHash<int, QString>>>(this, [this](Result<QHash<int, QString>> values) {
        if (!values) {
            showProblem(ErrorText::of(values.error().code).sentence());
            return;
        }
        if (m_isStowed)
            return;
        for (FieldEditor *editor : std::as_const(m_fields))
            if (const auto value = values->constFind(editor->outline().number); value != values->cend())
                editor->setStoredValue(*value);
    }));
}

bool EntryEditor::isDirty() const
{
    return m_dirty || std::ranges::any_of(m_fields, &FieldEditor::isDirty);
}

QString EntryEditor::problem() const
{
    const bool hasUrl = std::ranges::any_of(m_urls, [](const QLineEdit *line) { return !line->text().trimmed().isEmpty(); });
    if (m_title->text().trimmed().isEmpty() && !hasUrl) {
        m_title->setFocus();
        return tr("Give the entry a title or an address, so that you find it again.");
    }
    for (FieldEditor *field : m_fields) {
        if (const QString wrong = field->problem(); !wrong.isEmpty()) {
            m_area->ensureWidgetVisible(field);
            field->setFocus();
            return wrong;
        }
    }
    return {};
}

EntryDraft EntryEditor::draft() const
{
    EntryDraft draft;
    if (m_start == Start::Edit) {
        draft.id = m_entry.id;
        draft.baseVersion = m_entry.version;
    }
    draft.favourite = m_start != Start::Duplicate && m_entry.favourite;
    draft.type = static_cast<EntryType>(m_type->currentData().toInt());
    draft.title = m_title->text().trimmed();
    draft.tags = m_tags->tags();
    for (const QLineEdit *line : m_urls)
        if (const QString url = line->text().trimmed(); !url.isEmpty())
            draft.urls.append(url);
    QString account;
    for (const FieldEditor *field : m_fields)
        if (account.isEmpty() && (field->outline().kind == FieldKind::Username || field->outline().kind == FieldKind::Email))
            account = field->openText();
    for (const FieldEditor *field : m_fields)
        if (!field->isBlank())
            draft.fields.push_back(field->draft(account, draft.title));
    return draft;
}

void EntryEditor::save()
{
    if (!m_save->isEnabled())
        return;
    if (const QString wrong = problem(); !wrong.isEmpty()) {
        showProblem(wrong);
        return;
    }
    m_save->setEnabled(false);
    m_doors.client->save(draft(), Reply<Result<EntrySummary>>(this, [this](Result<EntrySummary> stored) {
        m_save->setEnabled(true);
        if (!stored) {
            showProblem(ErrorText::of(stored.error().code).sentence());
            // Making a Personal field Shared took longer than the minute Personal stays open.
            if (stored.error().code == ErrorCode::PersonalShut) {
                m_doors.personal->shut(); // whatever its countdown says: request() shall ask, not run at once
                m_doors.personal->request(this, this, [this] { save(); });
            }
            return;
        }
        m_discarding = true;
        emit saved(*stored);
        accept();
    }));
}

void EntryEditor::showProblem(const QString &text)
{
    m_asking = false;
    m_message->setAction({});
    m_message->setMessage(InlineMessage::Kind::Error, text);
    m_message->show();
}

} // namespace clavitor::ui
