// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/entries/FieldRow.h"
#include "ui/entries/ValueEdit.h"

#include <optional>

class QLineEdit;
class QMenu;
class QVBoxLayout;

namespace clavitor::ui {

class MarkedLabel;
class Switch;

/// One field in the editor: kind, label, value, Shared or Personal. GUI thread.
///
/// A stored secret is not loaded: it stays as it is until it is typed over, shown, or its tier changes. What was loaded and not
/// typed over goes again, when Personal shuts and with a lock.
class FieldEditor : public QWidget {
    Q_OBJECT
public:
    /// `source` null for a new field; else the entry the stored value comes from. `field.number` 0 makes a new field
    /// even with a source: a duplicate.
    FieldEditor(const FieldDoors &doors, Clock clock, EntryId source, const FieldOutline &field, QWidget *parent = nullptr);

    /// The stored value of an open Shared field, as loaded with the entry.
    void setStoredValue(const QString &value);
    /// For a duplicate: loads the stored value `number` of the source, to be written as a new one.
    void copyFrom(int number);

    /// With its value when it is new or changed. A one-time code's bare secret becomes an otpauth URI for `account` at
    /// `issuer`.
    [[nodiscard]] FieldDraft draft(const QString &account, const QString &issuer) const;
    /// New and without a value: not worth saving.
    [[nodiscard]] bool isBlank() const;
    [[nodiscard]] bool isDirty() const { return m_dirty; }
    /// What is wrong with the value; empty when nothing is.
    [[nodiscard]] QString problem() const;
    [[nodiscard]] const FieldOutline &outline() const { return m_field; }
    [[nodiscard]] QString openText() const;
    void setMovable(bool up, bool down);
    /// While the vault is locked: what was typed waits in guarded memory, what was loaded is forgotten, and the widgets hold nothing.
    void stow();
    /// Loads a Shared value again that is to be written; one that lies open comes by setStoredValue().
    void resume();

signals:
    void edited();
    void moveRequested(int by);
    void removeRequested();
    void failed(const clavitor::Error &error);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void buildValue();
    void changeKind(FieldKind kind);
    void tierToggled(bool personal);
    void loadStored(std::function<void()> then);
    void touched();
    /// The eye: loads the value where only the vault has it.
    void showValue();
    /// Which eye is on offer, and what it does next.
    void placeEyes();
    /// The value was Personal before it came here, so that showing it needs Personal to be open.
    [[nodiscard]] bool isGuarded() const;
    /// Holds what came from the vault and is there still.
    [[nodiscard]] bool isLoaded() const;
    void forgetLoaded();
    void placePlaceholder();
    /// The value is to be written, by a duplicate or into the other tier, and is not here.
    [[nodiscard]] bool isMissing() const;
    void showPreview();
    void showMenu();
    void openGenerator();
    void describeTier();

    FieldDoors m_doors;
    Clock m_clock;
    EntryId m_source;
    int m_sourceNumber;         ///< of the stored value, 0 when there is none
    FieldOutline m_field;
    Tier m_storedTier;
    bool m_valueKnown;          ///< the editor holds the value; false: only the vault does
    bool m_valueChanged = false;
    bool m_valueTyped = false;  ///< or generated, so that it is nowhere else
    bool m_loadedPersonal = false;
    bool m_isStowed = false;
    std::optional<crypto::SecretText> m_stowed;
    bool m_dirty = false;
    bool m_canMoveUp = false;
    bool m_canMoveDown = false;
    IconButton *m_kind;
    QLineEdit *m_label;
    QVBoxLayout *m_valueColumn;
    ValueEdit *m_value = nullptr;
    IconButton *m_show;
    IconButton *m_generate;
    Switch *m_personal;
    Label *m_tier;
    MarkedLabel *m_note;
    QTimer m_preview;
};

} // namespace clavitor::ui
