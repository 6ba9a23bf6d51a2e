// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/TextDiff.h"

#include "app/connect/SecretMask.h"
#include "app/link/Wipe.h"

#include <QStringList>

#include <algorithm>
#include <vector>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr int kContext = 3;
constexpr qsizetype kLongestLine = 240;
constexpr qsizetype kBeforeTheDifference = 60;
/// Cells of the table for the longest common subsequence; a change this large is shown as all out, all in.
constexpr qsizetype kLargestTable = 4'000'000;

QList<QByteArray> linesOf(const QByteArray &text)
{
    QList<QByteArray> lines = text.split('\n');
    if (lines.last().isEmpty())
        lines.removeLast();
    for (QByteArray &line : lines)
        if (line.endsWith('\r'))
            line.chop(1);
    return lines;
}

struct Step {
    DiffLine::Kind kind;
    qsizetype before;           ///< index of the line in each text
    qsizetype after;
};

/// Which lines stay, by the longest common subsequence of what is between the equal ends.
QList<Step> stepsBetween(const QList<QByteArray> &before, const QList<QByteArray> &after)
{
    qsizetype start = 0;
    while (start < before.size() && start < after.size() && before.at(start) == after.at(start))
        ++start;
    qsizetype end = 0;
    while (end < before.size() - start && end < after.size() - start && before.at(before.size() - 1 - end) == after.at(after.size() - 1 - end))
        ++end;
    const qsizetype rows = before.size() - start - end;
    const qsizetype columns = after.size() - start - end;
    std::vector<int> common;
    const auto at = [&](qsizetype row, qsizetype column) -> int & { return common[static_cast<std::size_t>(row * (columns + 1) + column)]; };
    const bool fits = (rows + 1) * (columns + 1) <= kLargestTable;
    if (fits) {
        common.assign(static_cast<std::size_t>((rows + 1) * (columns + 1)), 0);
        for (qsizetype row = rows - 1; row >= 0; --row)
            for (qsizetype column = columns - 1; column >= 0; --column)
                at(row, column) = before.at(start + row) == after.at(start + column) ? at(row + 1, column + 1) + 1
                                                                                     : std::max(at(row + 1, column), at(row, column + 1));
    }
    QList<Step> steps;
    for (qsizetype line = 0; line < start; ++line)
        steps.append({DiffLine::Kind::Same, line, line});
    qsizetype row = 0;
    qsizetype column = 0;
    while (row < rows || column < columns) {
        if (fits && row < rows && column < columns && before.at(start + row) == after.at(start + column)) {
            steps.append({DiffLine::Kind::Same, start + row++, start + column++});
        } else if (row < rows && (column == columns || !fits || at(row + 1, column) >= at(row, column + 1))) {
            steps.append({DiffLine::Kind::Removed, start + row++, start + column});
        } else {
            steps.append({DiffLine::Kind::Added, start + row, start + column++});
        }
    }
    for (qsizetype line = end; line > 0; --line)
        steps.append({DiffLine::Kind::Same, before.size() - line, after.size() - line});
    return steps;
}

/// A text's lines with the secrets in them masked. What names a secret may stand on a line above it, so it is never done by the line.
class MaskedLines {
public:
    explicit MaskedLines(const QList<QByteArray> &lines)
        : m_lines(lines)
    {
    }

    /// Makes these lines ready, end exclusive.
    void prepare(qsizetype first, qsizetype end)
    {
        if (first >= m_first && end <= m_first + m_masked.size())
            return;
        m_first = std::max<qsizetype>(0, first - kAbove);
        QByteArray text;
        for (qsizetype line = m_first; line < end; ++line)
            text += m_lines.at(line) + '\n';
        QString masked = maskSecrets(QString::fromUtf8(text));
        link::wipe(text);
        masked.chop(1);
        m_masked = masked.split(u'\n');
        if (m_masked.size() != end - m_first) // what cannot be told apart is not shown
            m_masked = QStringList(end - m_first, u"…"_s);
    }
    [[nodiscard]] QString at(qsizetype line) const { return m_masked.at(line - m_first); }

private:
    static constexpr qsizetype kAbove = 200;

    const QList<QByteArray> &m_lines;
    QStringList m_masked;
    qsizetype m_first = 0;
};

/// `before`: what the line has in common with the one it is compared to.
QString shown(const QString &text, QByteArrayView before)
{
    if (text.size() <= kLongestLine)
        return text;
    const qsizetype difference = maskSecrets(QString::fromUtf8(before)).size();
    const qsizetype from = std::clamp<qsizetype>(difference - kBeforeTheDifference, 0, text.size() - kLongestLine);
    return (from > 0 ? u"…"_s : QString()) + text.mid(from, kLongestLine) + (from + kLongestLine < text.size() ? u"…"_s : QString());
}

qsizetype firstDifference(const QByteArray &one, const QByteArray &other)
{
    const auto pair = std::mismatch(one.begin(), one.end(), other.begin(), other.end());
    return pair.first - one.begin();
}

QString placeText(qsizetype before, qsizetype removed, qsizetype after, qsizetype added)
{
    return u"@@ -%1,%2 +%3,%4 @@"_s.arg(removed == 0 ? before : before + 1).arg(removed).arg(added == 0 ? after : after + 1).arg(added);
}

} // namespace

QList<DiffLine> differences(const QByteArray &before, const QByteArray &after)
{
    const QList<QByteArray> oldLines = before.isEmpty() ? QList<QByteArray>() : linesOf(before);
    const QList<QByteArray> newLines = after.isEmpty() ? QList<QByteArray>() : linesOf(after);
    const QList<Step> steps = stepsBetween(oldLines, newLines);
    const auto isChange = [](const Step &step) { return step.kind != DiffLine::Kind::Same; };
    QList<DiffLine> lines;
    MaskedLines oldMasked(oldLines);
    MaskedLines newMasked(newLines);
    for (auto next = std::find_if(steps.begin(), steps.end(), isChange); next != steps.end();) {
        const auto first = next - std::min<qsizetype>(kContext, next - steps.begin());
        // Changes whose surroundings touch are shown together.
        auto last = next;
        for (auto look = next; look != steps.end() && look - last <= 2 * kContext + 1; ++look)
            if (isChange(*look))
                last = look;
        const auto end = last + 1 + std::min<qsizetype>(kContext, steps.end() - last - 1);
        const auto count = [&](DiffLine::Kind gone) { return std::count_if(first, end, [gone](const Step &step) { return step.kind != gone; }); };
        lines.append({DiffLine::Kind::Place, placeText(first->before, count(DiffLine::Kind::Added), first->after, count(DiffLine::Kind::Removed))});
        const Step &lastStep = *(end - 1);
        oldMasked.prepare(first->before, lastStep.before + (lastStep.kind == DiffLine::Kind::Added ? 0 : 1));
        newMasked.prepare(first->after, lastStep.after + (lastStep.kind == DiffLine::Kind::Removed ? 0 : 1));
        for (auto step = first; step != end; ++step) {
            const bool isNew = step->kind == DiffLine::Kind::Added;
            const QByteArray &line = isNew ? newLines.at(step->after) : oldLines.at(step->before);
            const QList<QByteArray> &others = isNew ? oldLines : newLines;
            // Of a line in place of another, what differs: a whole file may be one line.
            const qsizetype other = isNew ? step->before - 1 : step->after;
            const bool hasOther = step->kind != DiffLine::Kind::Same && other >= 0 && other < others.size();
            const QString text = isNew ? newMasked.at(step->after) : oldMasked.at(step->before);
            lines.append({step->kind, shown(text, QByteArrayView(line).first(hasOther ? firstDifference(line, others.at(other)) : 0))});
        }
        next = std::find_if(end, steps.end(), isChange);
    }
    return lines;
}

QString unifiedDiff(const QList<DiffLine> &lines)
{
    QString text;
    for (const DiffLine &line : lines) {
        switch (line.kind) {
        case DiffLine::Kind::Place:
            break;
        case DiffLine::Kind::Same:
            text += u' ';
            break;
        case DiffLine::Kind::Removed:
            text += u'-';
            break;
        case DiffLine::Kind::Added:
            text += u'+';
            break;
        }
        text += line.text + u'\n';
    }
    return text;
}

} // namespace clavitor
