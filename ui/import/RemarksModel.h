// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/import/ImportPlan.h"
#include "ui/style/Icons.h"

#include <QAbstractListModel>

#include <optional>

namespace clavitor::ui {

/// The report of an import: what became Personal, what changed, what is not kept and why. Grouped by kind, filtered by
/// kind and text. GUI thread.
class RemarksModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { KindRole = Qt::UserRole, SubjectRole, RemarkRole };

    explicit RemarksModel(QObject *parent = nullptr);

    void setRemarks(const QList<ImportRemark> &remarks);
    void setKind(std::optional<ImportRemark::Kind> kind);
    void setText(const QString &text);
    [[nodiscard]] int countOf(ImportRemark::Kind kind) const;
    /// What is on show, a line each, for the clipboard.
    [[nodiscard]] QString plainText() const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

    [[nodiscard]] static QString word(ImportRemark::Kind kind);
    [[nodiscard]] static Symbol symbol(ImportRemark::Kind kind);
    [[nodiscard]] static Ink ink(ImportRemark::Kind kind);
    /// What the person should look at first.
    [[nodiscard]] static QList<ImportRemark::Kind> order();

private:
    void refresh();
    [[nodiscard]] QString line(const ImportRemark &remark) const;

    QList<ImportRemark> m_remarks;
    QList<qsizetype> m_shown;
    std::optional<ImportRemark::Kind> m_kind;
    QString m_text;
};

} // namespace clavitor::ui
