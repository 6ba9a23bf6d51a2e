// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/import/RemarksModel.h"

#include "ui/words/DisplayText.h"

#include <algorithm>

namespace clavitor::ui {

RemarksModel::RemarksModel(QObject *parent)
    : QAbstractListModel(parent)
{
}

QList<ImportRemark::Kind> RemarksModel::order()
{
    using Kind = ImportRemark::Kind;
    return {Kind::Broken, Kind::Lost, Kind::Skipped, Kind::Personal, Kind::Note};
}

void RemarksModel::setRemarks(const QList<ImportRemark> &remarks)
{
    m_remarks = remarks;
    const auto place = [](const ImportRemark &remark) { return order().indexOf(remark.kind); };
    std::stable_sort(m_remarks.begin(), m_remarks.end(),
                     [&place](const ImportRemark &a, const ImportRemark &b) { return place(a) < place(b); });
    refresh();
}

void RemarksModel::setKind(std::optional<ImportRemark::Kind> kind)
{
    m_kind = kind;
    refresh();
}

void RemarksModel::setText(const QString &text)
{
    m_text = text.trimmed();
    refresh();
}

void RemarksModel::refresh()
{
    beginResetModel();
    m_shown.clear();
    for (qsizetype i = 0; i < m_remarks.size(); ++i) {
        const ImportRemark &remark = m_remarks.at(i);
        if ((!m_kind || *m_kind == remark.kind)
            && (m_text.isEmpty() || remark.subject.contains(m_text, Qt::CaseInsensitive)
                || remark.text.contains(m_text, Qt::CaseInsensitive)))
            m_shown << i;
    }
    endResetModel();
}

int RemarksModel::countOf(ImportRemark::Kind kind) const
{
    return static_cast<int>(std::count_if(m_remarks.begin(), m_remarks.end(),
                                          [kind](const ImportRemark &remark) { return remark.kind == kind; }));
}

QString RemarksModel::line(const ImportRemark &remark) const
{
    return remark.subject.isEmpty() ? displayText(remark.text, 300)
                                    : tr("%1: %2").arg(displayText(remark.subject, 80), displayText(remark.text, 300));
}

QString RemarksModel::plainText() const
{
    QString text;
    for (qsizetype i : m_shown) {
        const ImportRemark &remark = m_remarks.at(i);
        text += word(remark.kind) + u'\t' + escapedText(remark.subject) + u'\t' + escapedText(remark.text) + u'\n';
    }
    return text;
}

int RemarksModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

QVariant RemarksModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_shown.size())
        return {};
    const ImportRemark &remark = m_remarks.at(m_shown.at(index.row()));
    switch (role) {
    case Qt::DisplayRole:
        return line(remark);
    case Qt::ToolTipRole:
        return line(remark).toHtmlEscaped();
    case Qt::DecorationRole:
        return icon(symbol(remark.kind), ink(remark.kind));
    case Qt::AccessibleTextRole:
        return tr("%1, %2").arg(word(remark.kind), line(remark));
    case SubjectRole:
        return displayText(remark.subject, 80);
    case RemarkRole:
        return displayText(remark.text, 300);
    case KindRole:
        return static_cast<int>(remark.kind);
    default:
        return {};
    }
}

QString RemarksModel::word(ImportRemark::Kind kind)
{
    switch (kind) {
    case ImportRemark::Kind::Broken:
        return tr("Broken in the file");
    case ImportRemark::Kind::Lost:
        return tr("Not kept");
    case ImportRemark::Kind::Skipped:
        return tr("Left out");
    case ImportRemark::Kind::Personal:
        return tr("Becomes Personal");
    case ImportRemark::Kind::Note:
        break;
    }
    return tr("Changed");
}

Symbol RemarksModel::symbol(ImportRemark::Kind kind)
{
    switch (kind) {
    case ImportRemark::Kind::Broken:
        return Symbol::Warning;
    case ImportRemark::Kind::Lost:
        return Symbol::Denied;
    case ImportRemark::Kind::Skipped:
        return Symbol::Minus;
    case ImportRemark::Kind::Personal:
        return Symbol::Personal;
    case ImportRemark::Kind::Note:
        break;
    }
    return Symbol::Info;
}

Ink RemarksModel::ink(ImportRemark::Kind kind)
{
    switch (kind) {
    case ImportRemark::Kind::Broken:
        return Ink::Denied;
    case ImportRemark::Kind::Lost:
        return Ink::Asks;
    case ImportRemark::Kind::Personal:
        return Ink::Personal;
    case ImportRemark::Kind::Skipped:
    case ImportRemark::Kind::Note:
        break;
    }
    return Ink::Quiet;
}

} // namespace clavitor::ui
