// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/ReceiptText.h"

#include "ui/words/MarkdownText.h"

#include <QDateTime>

#include <algorithm>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

QString row(std::initializer_list<QString> cells)
{
    return u"| "_s + QStringList(cells).join(u" | "_s) + u" |\n"_s;
}

} // namespace

ReceiptText::ReceiptText(QTimeZone zone)
    : m_zone(std::move(zone))
{
}

QString ReceiptText::moment(qint64 time) const
{
    return time == 0 ? u"–"_s : QDateTime::fromMSecsSinceEpoch(time, m_zone).toString(u"yyyy-MM-dd HH:mm:ss"_s);
}

QString ReceiptText::offset(qint64 time) const
{
    const int minutes = QDateTime::fromMSecsSinceEpoch(time, m_zone).offsetFromUtc() / 60;
    if (minutes == 0)
        return u"UTC"_s;
    const int size = std::abs(minutes);
    return u"UTC%1%2:%3"_s.arg(QChar(minutes < 0 ? u'-' : u'+')).arg(size / 60, 2, 10, QLatin1Char('0')).arg(size % 60, 2, 10, QLatin1Char('0'));
}

QString ReceiptText::markdown(const KeyReceipt &receipt) const
{
    QString page = u"# "_s + tr("What %1 used").arg(markdownCode(receipt.keyName)) + u"\n\n"_s;
    page += tr("From %1 to %2, times in %3. Counts and times from the audit log; no values.")
                .arg(moment(receipt.from), moment(receipt.to), offset(receipt.from))
        + u"\n\n"_s;
    if (receipt.calls == 0)
        return page + tr("The key made no call in this time.") + u'\n';
    const auto number = [](int count) { return QString::number(count); };
    page += row({tr("Calls"), number(receipt.calls)}) + u"|---|---|\n"_s;
    page += row({tr("Searches"), number(receipt.searches)});
    page += row({tr("Lists"), number(receipt.lists)});
    page += row({tr("Passwords generated"), number(receipt.generated)});
    page += row({tr("Asked the person"), number(receipt.asked)});
    page += row({tr("Denied"), number(receipt.denied)});
    page += row({tr("First call"), moment(receipt.first)});
    page += row({tr("Last call"), moment(receipt.last)});
    QStringList programs;
    for (const QString &program : receipt.programs)
        programs << markdownCode(program);
    page += row({tr("Used from"), programs.isEmpty() ? tr("unknown") : programs.join(u", "_s)});
    page += row({tr("Key"), markdownCode(receipt.keyId)});
    page += u"\n## "_s + tr("Entries") + u"\n\n"_s;
    if (receipt.lines.isEmpty())
        return page + tr("It read no entry.") + u'\n';
    page += row({tr("Entry"), tr("Reads"), tr("Codes"), tr("Uses"), tr("Denied"), tr("First"), tr("Last")});
    page += u"|---|--:|--:|--:|--:|---|---|\n"_s;
    for (const KeyReceipt::Line &line : receipt.lines)
        page += row({markdownCode(line.title), number(line.reads), number(line.codes), number(line.uses), number(line.denied), moment(line.first), moment(line.last)});
    return page;
}

QString ReceiptText::markdown(const QString &keyName, const QList<SeenCredential> &seen, qint64 now) const
{
    QString page = u"# "_s + tr("What %1 has seen").arg(markdownCode(keyName)) + u"\n\n"_s;
    if (seen.isEmpty())
        return page + tr("As of %1 (%2) it has seen no credential.").arg(moment(now), offset(now)) + u'\n';
    const auto done = std::ranges::count_if(seen, &ReceiptText::isDealtWith);
    page += tr("As of %1, times in %2. %3 of %4 dealt with. No values.").arg(moment(now), offset(now)).arg(done).arg(seen.size())
        + u"\n\n"_s;
    page += row({tr("Done"), tr("Credential"), tr("First seen"), tr("Last seen"), tr("Reads"), tr("Codes"), tr("Uses"), tr("Changed since")});
    page += u"|---|---|---|---|--:|--:|--:|---|\n"_s;
    for (const SeenCredential &one : seen)
        page += row({isDealtWith(one) ? tr("yes") : tr("no"),
                     one.exists ? markdownCode(one.title) : tr("%1 (no longer in the vault)").arg(markdownCode(one.title)),
                     moment(one.firstSeen), moment(one.lastSeen), QString::number(one.reads), QString::number(one.codes), QString::number(one.uses),
                     one.rotatedAt == 0 ? tr("no") : moment(one.rotatedAt)});
    return page;
}

} // namespace clavitor::ui
