// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/FieldEditor.h"

#include "app/base/SecretString.h"
#include "app/model/EntryLimits.h"
#include "crypto/Random.h"
#include "crypto/Totp.h"
#include "ui/GeneratorDialog.h"
#include "ui/PersonalAccess.h"
#include "ui/entries/EntryText.h"
#include "ui/entries/FieldKindMenu.h"
#include "ui/style/Icons.h"
#include "ui/widgets/IconButton.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/MarkedLabel.h"
#include "ui/words/DisplayText.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QSignalBlocker>

namespace clavitor::ui {

namespace {

bool isLongShared(FieldKind kind)
{
    return kind == FieldKind::Notes || kind == FieldKind::Address || kind == FieldKind::PublicKey;
}

bool isLongSecret(FieldKind kind)
{
    return kind == FieldKind::PrivateKey || kind == FieldKind::RecoveryCodes || kind == FieldKind::SeedPhrase
        || kind == FieldKind::Passkey;
}

ValueEdit::Shape shapeFor(const FieldOutline &field)
{
    if (isLongSecret(field.kind))
        return ValueEdit::Shape::SecretArea;
    if (isLongShared(field.kind))
        return field.tier == Tier::Personal ? ValueEdit::Shape::SecretArea : ValueEdit::Shape::Area;
    return isMasked(field.kind) || field.tier == Tier::Personal ? ValueEdit::Shape::Secret : ValueEdit::Shape::Line;
}

bool canGenerate(FieldKind kind)
{
    return kind == FieldKind::Password || kind == FieldKind::Token || kind == FieldKind::Hidden;
}

} // namespace

FieldEditor::FieldEditor(const FieldDoors &doors, Clock clock, EntryId source, const FieldOutline &field, QWidget *parent)
    : QWidget(parent)
    , m_doors(doors)
    , m_clock(std::move(clock))
    , m_source(source)
    , m_sourceNumber(source.isNull() ? 0 : field.number)
    , m_field(field)
    , m_storedTier(field.tier)
    , m_valueKnown(source.isNull() || field.number == 0)
    , m_kind(new IconButton(EntryText::symbol(field.kind), tr("Kind of field, move, remove")))
    , m_label(new QLineEdit(field.label))
    , m_valueColumn(new QVBoxLayout)
    , m_show(new IconButton(Symbol::Eye, tr("Load the stored value")))
    , m_generate(new IconButton(Symbol::Generate, tr("Generate…")))
    , m_personal(new Switch(tr("Personal: never for agents")))
    , m_tier(new Label({}, TextStyle::Quiet, Ink::Quiet))
    , m_note(new MarkedLabel(TextStyle::Quiet))
{
    m_label->setAccessibleName(tr("Label of the field"));
    m_label->setFixedWidth(140);
    m_label->setPlaceholderText(EntryText::kind(field.kind));
    m_label->setToolTip(EntryText::kind(field.kind));
    m_label->setCursorPosition(0);
    m_personal->setInk(Ink::Personal);
    m_personal->setChecked(field.tier == Tier::Personal);
    m_note->wrapping();
    m_note->hide();

    auto *top = new QHBoxLayout;
    top->setSpacing(space::s);
    top->addWidget(m_kind, 0, Qt::AlignTop);
    top->addWidget(m_label, 0, Qt::AlignTop);
    top->addLayout(m_valueColumn, 1);
    top->addWidget(m_show, 0, Qt::AlignTop);
    top->addWidget(m_generate, 0, Qt::AlignTop);
    auto *bottom = new QHBoxLayout;
    bottom->setContentsMargins(kControlHeight + 140 + 2 * space::s, 0, 0, 0);
    bottom->setSpacing(space::xs);
    bottom->addWidget(m_personal);
    bottom->addWidget(m_tier, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, space::xs, 0, space::xs);
    column->setSpacing(space::xs);
    column->addLayout(top);
    column->addLayout(bottom);

    buildValue();
    describeTier();
    connect(m_label, &QLineEdit::textEdited, this, &FieldEditor::touched);
    connect(m_kind, &IconButton::clicked, this, &FieldEditor::showMenu);
    connect(m_show, &IconButton::clicked, this, [this] {
        if (m_valueKnown && m_value->isShown())
            m_value->setShown(false);
        else
            showValue();
    });
    connect(m_doors.personal, &PersonalAccess::changed, this, [this] {
        if (m_field.tier != Tier::Personal || m_doors.personal->isOpen())
            return;
        m_value->setShown(false);
        if (m_loadedPersonal && isLoaded())
            forgetLoaded();
    });
    connect(m_generate, &IconButton::clicked, this, &FieldEditor::openGenerator);
    connect(m_personal, &Switch::clicked, this, &FieldEditor::tierToggled);
    m_preview.setInterval(1000);
    connect(&m_preview, &QTimer::timeout, this, &FieldEditor::showPreview);
}

void FieldEditor::buildValue()
{
    crypto::SecretText kept;
    if (m_value && m_valueKnown)
        kept = m_value->text();
    delete m_value;
    m_value = new ValueEdit(shapeFor(m_field), EntryText::label(m_field));
    m_value->setRevealMilliseconds(m_doors.revealMilliseconds);
    m_valueColumn->insertWidget(0, m_value);
    if (m_valueColumn->indexOf(m_note) < 0) {
        m_valueColumn->setSpacing(space::xs);
        m_valueColumn->addWidget(m_note);
    }
    setTabOrder(m_label, m_value);
    if (m_valueKnown)
        m_value->setText(kept);
    placePlaceholder();
    placeEyes();
    m_generate->setVisible(canGenerate(m_field.kind));
    connect(m_value, &ValueEdit::shownChanged, this, &FieldEditor::placeEyes);
    connect(m_value, &ValueEdit::showRequested, this, &FieldEditor::showValue);
    connect(m_value, &ValueEdit::edited, this, [this] {
        m_valueKnown = true;
        m_valueChanged = true;
        m_valueTyped = true;
        placeEyes();
        touched();
        showPreview();
    });
    if (m_field.kind == FieldKind::Totp)
        m_preview.start();
    else
        m_preview.stop();
    showPreview();
}

void FieldEditor::placePlaceholder()
{
    m_value->setPlaceholder(m_valueKnown ? (m_field.kind == FieldKind::Totp ? tr("otpauth:// address or secret from the site") : QString())
                            : isMissing() ? tr("Not copied yet. Press the eye to load it.")
                                          : tr("Unchanged. Type to replace."));
}

void FieldEditor::tierToggled(bool personal)
{
    const auto apply = [this, personal] {
        m_field.tier = personal ? Tier::Personal : Tier::Shared;
        m_personal->setChecked(personal);
        if (m_sourceNumber != 0 && m_field.tier != m_storedTier)
            m_valueChanged = true; // a tier changes only together with its value
        buildValue();
        describeTier();
        touched();
    };
    m_personal->setChecked(m_field.tier == Tier::Personal);
    if (!personal && m_storedTier == Tier::Personal && m_sourceNumber != 0)
        m_doors.personal->request(window(), this, [this, apply] { loadStored(apply); });
    else
        loadStored(apply);
}

void FieldEditor::describeTier()
{
    const bool personal = m_field.tier == Tier::Personal;
    m_tier->setText(personal ? tr("Personal: never for agents")
                             : tr("Shared: agents whose key reaches it may read it"));
    m_tier->setToolTip(personal ? tr("No key of an agent reaches it. Making it Shared again asks for the master password.")
                                : tr("The switch seals it with your master password, out of reach of every agent."));
    m_tier->setInk(personal ? Ink::Personal : Ink::Quiet);
}

void FieldEditor::changeKind(FieldKind kind)
{
    if (kind == m_field.kind)
        return;
    const bool raises = defaultTier(kind) == Tier::Personal && m_field.tier == Tier::Shared;
    const auto apply = [this, kind, raises] {
        m_field.kind = kind;
        m_label->setPlaceholderText(EntryText::kind(kind));
        m_label->setToolTip(EntryText::kind(kind));
        m_kind->setSymbol(EntryText::symbol(kind));
        if (raises) {
            m_field.tier = Tier::Personal;
            m_personal->setChecked(true);
            if (m_sourceNumber != 0 && m_storedTier != Tier::Personal)
                m_valueChanged = true;
        }
        buildValue();
        describeTier();
        touched();
    };
    // A new tier needs the value in hand; a new kind alone does not.
    if (raises)
        loadStored(apply);
    else
        apply();
}

void FieldEditor::showMenu()
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    fillKindMenu(menu->addMenu(icon(EntryText::symbol(m_field.kind)), tr("Change kind")), this,
                 [this](FieldKind kind) { changeKind(kind); });
    menu->addSeparator();
    QAction *up = menu->addAction(icon(Symbol::ArrowUp), tr("Move up\tAlt+Up"));
    QAction *down = menu->addAction(icon(Symbol::ArrowDown), tr("Move down\tAlt+Down"));
    up->setEnabled(m_canMoveUp);
    down->setEnabled(m_canMoveDown);
    connect(up, &QAction::triggered, this, [this] { emit moveRequested(-1); });
    connect(down, &QAction::triggered, this, [this] { emit moveRequested(1); });
    menu->addSeparator();
    connect(menu->addAction(icon(Symbol::Trash, Ink::Denied), tr("Remove field")), &QAction::triggered, this,
            &FieldEditor::removeRequested);
    menu->popup(m_kind->mapToGlobal(QPoint(0, m_kind->height())));
}

void FieldEditor::openGenerator()
{
    auto *dialog = new GeneratorDialog(crypto::systemRandom(), m_doors.clipboard, GeneratorDialog::Mode::Use, window());
    connect(dialog, &GeneratorDialog::chosen, this, [this, dialog] {
        m_valueKnown = true;
        m_valueChanged = true;
        m_valueTyped = true;
        m_loadedPersonal = false;
        m_value->setText(dialog->takeSecret());
        m_value->setShown(true);
        placeEyes();
        touched();
    });
    dialog->open();
}

FieldDraft FieldEditor::draft(const QString &account, const QString &issuer) const
{
    FieldDraft draft;
    draft.number = m_field.number;
    draft.label = m_label->text().trimmed();
    if (draft.label.isEmpty())
        draft.label = EntryText::kind(m_field.kind);
    draft.kind = m_field.kind;
    draft.tier = m_field.tier;
    if (m_field.number != 0 && !m_valueChanged)
        return draft;
    draft.value = m_value->text();
    if (m_field.kind == FieldKind::Totp) {
        const auto totp = crypto::Totp::parse(draft.value->view());
        if (totp && totp->isAssumed())
            draft.value = totp->toUri(account.toStdString(), issuer.toStdString());
    }
    return draft;
}

bool FieldEditor::isBlank() const
{
    return m_field.number == 0 && !isMissing() && m_value->isEmpty();
}

QString FieldEditor::problem() const
{
    const QString label = displayText(m_label->text().trimmed().isEmpty() ? EntryText::kind(m_field.kind) : m_label->text().trimmed(), 40);
    if (isMissing())
        return tr("The value of “%1” was not copied. Press its eye to load it, type a new one, or remove the field.").arg(label);
    if (m_valueChanged && m_value->text().size() > entryLimits::valueBytes)
        return tr("“%1” is too long: a field holds up to 1 MiB. Shorten it, or split it into two fields.").arg(label);
    if (m_field.kind != FieldKind::Totp || !m_valueKnown || m_value->isEmpty())
        return {};
    const auto totp = crypto::Totp::parse(m_value->text().view());
    if (totp)
        return {};
    switch (totp.error()) {
    case crypto::CryptoError::Unsupported:
        return tr("This counts presses instead of time, or uses an unknown method. Only time-based codes work here.");
    case crypto::CryptoError::Refused:
        return tr("The number of digits or the period is out of range.");
    default:
        return tr("This is neither an otpauth:// address nor a secret. A secret has the letters A–Z and the digits 2–7.");
    }
}

QString FieldEditor::openText() const
{
    if (!m_valueKnown || m_value->shape() != ValueEdit::Shape::Line)
        return {};
    return revealToQString(m_value->text());
}

void FieldEditor::showPreview()
{
    if (m_field.kind != FieldKind::Totp || !m_valueKnown || m_value->isEmpty()) {
        m_note->hide();
        return;
    }
    if (const QString wrong = problem(); !wrong.isEmpty()) {
        m_note->setMark(Symbol::Denied, Ink::Denied);
        m_note->setText(wrong);
    } else {
        const auto totp = crypto::Totp::parse(m_value->text().view());
        const qint64 now = m_clock() / 1000;
        QString code = revealToQString(totp->codeAt(now));
        m_note->setMark(Symbol::Allowed, Ink::Allowed);
        m_note->setText(tr("Code now: %1, for %2 s more. Compare it with the site's.", "seconds")
                            .arg(code.size() == 6 ? code.left(3) + u' ' + code.mid(3) : code)
                            .arg(totp->secondsLeft(now)));
    }
    m_note->show();
}

void FieldEditor::setMovable(bool up, bool down)
{
    m_canMoveUp = up;
    m_canMoveDown = down;
}

void FieldEditor::touched()
{
    m_dirty = true;
    emit edited();
}

void FieldEditor::keyPressEvent(QKeyEvent *event)
{
    if (event->modifiers() == Qt::AltModifier && event->key() == Qt::Key_Up && m_canMoveUp)
        emit moveRequested(-1);
    else if (event->modifiers() == Qt::AltModifier && event->key() == Qt::Key_Down && m_canMoveDown)
        emit moveRequested(1);
    else
        QWidget::keyPressEvent(event);
}

} // namespace clavitor::ui
