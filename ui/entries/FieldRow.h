// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/service/VaultClient.h"

#include <QTimer>
#include <QWidget>

class QHBoxLayout;

namespace clavitor::ui {

class Badge;
class ClipboardGuard;
class CountdownRing;
class IconButton;
class Label;
class PersonalAccess;
class SecretView;

/// What every field row needs to reach; all outlive the rows.
struct FieldDoors {
    VaultClient *client;
    ClipboardGuard *clipboard;
    PersonalAccess *personal;
    int revealMilliseconds = 20'000; ///< a shown secret is masked again after this long
};

/// One field of the entry on show: its label, its value and what can be done with it. GUI thread.
class FieldRow : public QWidget {
    Q_OBJECT
public:
    FieldRow(const FieldDoors &doors, const EntrySummary &entry, const FieldOutline &field, QWidget *parent = nullptr);

    /// Whatever is on show is hidden again.
    virtual void mask() {}
    [[nodiscard]] const FieldOutline &field() const { return m_field; }
    /// Copies the value as the button does.
    virtual void copy();

signals:
    void failed(const clavitor::Error &error);
    void copied(const QString &what);

protected:
    [[nodiscard]] const FieldDoors &doors() const { return m_doors; }
    [[nodiscard]] EntryId entryId() const { return m_entry; }
    [[nodiscard]] QHBoxLayout *row() const { return m_row; }
    IconButton *addCopyButton();
    [[nodiscard]] QString what() const;
    /// The value as guarded memory on the clipboard.
    void toClipboard(crypto::SecretText value);

private:
    FieldDoors m_doors;
    EntryId m_entry;
    QString m_title;
    FieldOutline m_field;
    QHBoxLayout *m_row;
};

/// A Shared field whose value may stand on screen: user name, e-mail, text, notes.
class OpenFieldRow : public FieldRow {
    Q_OBJECT
public:
    OpenFieldRow(const FieldDoors &doors, const EntrySummary &entry, const FieldOutline &field, QWidget *parent = nullptr);
    void setValue(const QString &value);

private:
    Label *m_value;
    IconButton *m_open = nullptr;
    QString m_url;
};

/// A masked field, Shared or Personal: the eye shows it for 20 s.
class SecretFieldRow : public FieldRow {
    Q_OBJECT
public:
    SecretFieldRow(const FieldDoors &doors, const EntrySummary &entry, const FieldOutline &field, QWidget *parent = nullptr);
    void mask() override;
    void copy() override;
    [[nodiscard]] bool isRevealed() const;
    /// The eye.
    void toggle();

private:
    void reveal();
    void face();

    SecretView *m_value;
    Badge *m_badge = nullptr;
    IconButton *m_eye;
    QTimer m_remask;
};

/// The live one-time code with what is left of it.
class CodeFieldRow : public FieldRow {
    Q_OBJECT
public:
    CodeFieldRow(const FieldDoors &doors, Clock clock, const EntrySummary &entry, const FieldOutline &field, QWidget *parent = nullptr);
    void copy() override;

signals:
    void periodKnown(int seconds);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void ask();
    void tick();

    SecretView *m_code;
    CountdownRing *m_ring;
    Label *m_seconds;
    Clock m_clock;
    QTimer m_tick;
    qint64 m_ends = 0;      ///< s since the epoch: where the period of the code on show ends; 0 without a code
    int m_period = 30;
    bool m_asking = false;
};

} // namespace clavitor::ui
