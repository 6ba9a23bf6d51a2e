// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/entries/FieldRow.h"

#include <QPointer>
#include <QWidget>

#include <optional>

class QScrollArea;
class QVBoxLayout;

namespace clavitor::ui {

class InlineMessage;

/// The right pane: one entry with its fields, who of the agents saw it, and its history. GUI thread.
///
/// Holds no secret but those on show. Everything on show is masked again when the window loses the focus.
class EntryDetail : public QWidget {
    Q_OBJECT
public:
    EntryDetail(FieldDoors doors, Clock clock, QWidget *parent = nullptr);

    void setEntry(const EntrySummary &entry);
    void clear();
    [[nodiscard]] const std::optional<EntrySummary> &entry() const { return m_entry; }
    void maskAll();
    /// Copies the first field of these kinds, in this order of preference; false when there is none.
    bool copyFirst(std::initializer_list<FieldKind> kinds);
    void showError(const Error &error);
    /// In the narrow window the detail lies over the list and needs a way back.
    void setBackVisible(bool visible);
    [[nodiscard]] const QList<FieldRow *> &rows() const { return m_rows; }

signals:
    void backRequested();
    void editRequested();
    void duplicateRequested();
    void favouriteRequested();
    void trashRequested();
    void restoreRequested();
    void deleteRequested();
    void historyRequested();
    void decoyRequested(bool decoy);
    void copied(const QString &what);
    void periodKnown(clavitor::EntryId id, int seconds);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void leavePersonal();
    void build();
    QWidget *header();
    void addUrls(QVBoxLayout *column);
    void addTags(QVBoxLayout *column);
    void addFields(QVBoxLayout *column);
    QWidget *decoyRow();
    void addFoot(QVBoxLayout *column);
    void loadOpenValues();

    FieldDoors m_doors;
    Clock m_clock;
    std::optional<EntrySummary> m_entry;
    QScrollArea *m_area;
    QWidget *m_back;
    InlineMessage *m_error;
    QList<FieldRow *> m_rows;
    QPointer<QWidget> m_watched; ///< the window whose focus is followed
};

} // namespace clavitor::ui
