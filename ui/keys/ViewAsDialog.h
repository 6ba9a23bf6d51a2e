// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/service/VaultClient.h"

#include <QDialog>

class QComboBox;
class QLineEdit;
class QVBoxLayout;

namespace clavitor::ui {

class InlineMessage;
class KeyViewFilter;
class KeyViewModel;
class Label;
class RowView;

/// The vault as a key sees it: what it may list, read and get codes of, and why not, by the same rules its calls go through.
/// Nothing is read for it and no row is left in the log. GUI thread.
class ViewAsDialog : public QDialog {
    Q_OBJECT
public:
    /// `client` outlives the dialog. `keyId` is one of `agents`.
    ViewAsDialog(VaultClient *client, const QList<Agent> &agents, const QString &keyId, QWidget *parent = nullptr);

    [[nodiscard]] KeyViewModel *model() const { return m_model; }

private:
    void load();
    void take(KeyView view);
    void count();
    void showEntry();

    VaultClient *m_client;
    KeyViewModel *m_model;
    KeyViewFilter *m_filter;
    QComboBox *m_key;
    QLineEdit *m_search;
    QComboBox *m_show;
    Label *m_count;
    InlineMessage *m_stopped;
    Label *m_pin;               ///< from where alone it works
    RowView *m_table;
    Label *m_nothing;
    QWidget *m_detail;
    QVBoxLayout *m_detailColumn;
    QWidget *m_fields = nullptr;
    int m_generation = 0;
};

} // namespace clavitor::ui
