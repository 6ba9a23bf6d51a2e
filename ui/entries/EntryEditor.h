// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/Approval.h"
#include "ui/entries/FieldRow.h"

#include <QDialog>

#include <vector>

class QCheckBox;
class QComboBox;
class QHBoxLayout;
class QLineEdit;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace clavitor::ui {

class FieldEditor;
class InlineMessage;
class TagEdit;

/// Makes or changes an entry. GUI thread. Asks before it throws changes away; what the vault refuses stays in the form.
class EntryEditor : public QDialog {
    Q_OBJECT
public:
    enum class Start { New, Edit, Duplicate };

    /// New: `entry` gives the type, and tags or title to start with. Edit: the stored entry. Duplicate: its values are
    /// loaded, Personal ones after the master password.
    EntryEditor(Start start, const FieldDoors &doors, Clock clock, const EntrySummary &entry, const QStringList &knownTags,
                QWidget *parent);

    /// Before open(), of a new one: starts with the title and fields an agent asked for, and says whose words they are.
    void startFrom(const EntryRequest &request);
    /// The person wants that agent's key to see the entry.
    [[nodiscard]] bool letsIn() const;
    [[nodiscard]] bool isDirty() const;
    /// The vault is being locked: off the screen without asking, with what was typed in guarded memory only.
    void stow();
    /// The same vault is open again: back on the screen as it was, secrets masked.
    void resume();
    [[nodiscard]] bool isStowed() const { return m_isStowed; }

signals:
    void saved(const clavitor::EntrySummary &entry);

public slots:
    void reject() override;
    void save();

protected:
    void closeEvent(QCloseEvent *event) override;

private:
    QWidget *form();
    void addUrl(const QString &url);
    FieldEditor *addField(EntryId source, const FieldOutline &field);
    void arrangeFields();
    void moveField(FieldEditor *field, int by);
    void removeField(FieldEditor *field);
    void applyTemplate();
    void loadStoredValues(const EntrySummary &entry);
    void loadOpenValues();
    void showProblem(const QString &text);
    [[nodiscard]] EntryDraft draft() const;
    /// The first thing that keeps it from being saved; focuses it.
    [[nodiscard]] QString problem() const;

    FieldDoors m_doors;
    Clock m_clock;
    Start m_start;
    EntrySummary m_entry;
    QComboBox *m_type;
    QLineEdit *m_title;
    QVBoxLayout *m_urlColumn;
    QList<QLineEdit *> m_urls;
    QVBoxLayout *m_fieldColumn;
    QList<FieldEditor *> m_fields;
    TagEdit *m_tags;
    InlineMessage *m_message;
    QPushButton *m_save;
    QScrollArea *m_area;
    QVBoxLayout *m_top = nullptr;   ///< of the form
    QHBoxLayout *m_foot = nullptr;  ///< the buttons'
    QCheckBox *m_letIn = nullptr;
    bool m_isRequested = false;
    bool m_dirty = false;
    bool m_discarding = false;
    bool m_asking = false;      ///< "discard?" is on show
    bool m_isStowed = false;
    std::vector<crypto::SecretText> m_stowed; ///< title, then addresses
};

} // namespace clavitor::ui
