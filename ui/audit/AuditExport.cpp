// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/AuditExport.h"

#include "app/base/Clock.h"
#include "app/service/VaultClient.h"
#include "ui/words/DisplayText.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <limits>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int RowsAPage = 1000;

QString csvCell(const QString &text)
{
    QString cell = escapedText(text);
    // A spreadsheet would run these as formulas, and an agent chooses its own words.
    if (!cell.isEmpty() && "=+-@"_L1.contains(cell.front()))
        cell.prepend(u'\'');
    if (cell.contains(u'"') || cell.contains(u','))
        cell = u'"' + cell.replace(u'"', u"\"\""_s) + u'"';
    return cell;
}

} // namespace

AuditExport::AuditExport(VaultClient *client, AuditFilter filter, Format format, const QString &path, QObject *parent)
    : QObject(parent)
    , m_client(client)
    , m_filter(std::move(filter))
    , m_format(format)
    , m_file(path)
{
}

QByteArray AuditExport::header(Format format)
{
    if (format == Format::JsonLines)
        return {};
    return "sequence,time,action,entry,actor,outcome,why,reason_said_by_agent,key_id,request_id,duration_us,"
           "program,pid,parents,folder,client_says\r\n";
}

QByteArray AuditExport::line(Format format, const AuditEvent &event)
{
    if (format == Format::JsonLines) {
        QJsonObject row{
            {"sequence"_L1, event.sequence},        {"time"_L1, toIso8601(event.time)},
            {"action"_L1, event.action},            {"entry"_L1, event.subject},
            {"actor"_L1, event.actor},              {"outcome"_L1, QString(wireName(event.outcome))},
            {"why"_L1, event.why},                  {"reason_said_by_agent"_L1, event.reason},
            {"key_id"_L1, event.keyId},             {"request_id"_L1, event.requestId},
            {"duration_us"_L1, event.durationMicroseconds},
            {"program"_L1, event.caller.program},   {"pid"_L1, event.caller.pid},
            {"parents"_L1, event.caller.parents},   {"folder"_L1, event.caller.folder},
            {"client_says"_L1, event.caller.client},
        };
        if (!event.entry.isNull())
            row.insert("entry_id"_L1, event.entry.toString());
        return QJsonDocument(row).toJson(QJsonDocument::Compact) + '\n';
    }
    const QStringList cells{
        QString::number(event.sequence), toIso8601(event.time), csvCell(event.action), csvCell(event.subject),
        csvCell(event.actor), QString(wireName(event.outcome)), csvCell(event.why), csvCell(event.reason),
        csvCell(event.keyId), csvCell(event.requestId), QString::number(event.durationMicroseconds),
        csvCell(event.caller.program), QString::number(event.caller.pid), csvCell(event.caller.parents),
        csvCell(event.caller.folder), csvCell(event.caller.client)};
    return cells.join(u',').toUtf8() + "\r\n";
}

void AuditExport::start()
{
    if (!m_file.open(QIODevice::WriteOnly)) {
        emit failed({m_file.error() == QFileDevice::OpenError ? ErrorCode::ReadOnly : ErrorCode::Io, m_file.errorString()});
        return;
    }
    m_file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    m_file.write(header(m_format));
    next(std::numeric_limits<qint64>::max());
}

void AuditExport::next(qint64 before)
{
    m_client->auditPage(m_filter, before, RowsAPage, {this, [this](Result<AuditPage> page) {
        if (!page) {
            m_file.cancelWriting();
            emit failed(page.error());
            return;
        }
        for (const AuditEvent &event : page->events)
            m_file.write(line(m_format, event));
        m_rows += static_cast<int>(page->events.size());
        emit progressed(m_rows);
        if (page->more && !page->events.isEmpty()) {
            next(page->events.last().sequence);
            return;
        }
        // What is still in memory, too: commit() takes no notice of what a full disk says to that (Qt 6.4).
        if (!m_file.flush() || !m_file.commit()) {
            m_file.cancelWriting();
            emit failed({m_file.error() == QFileDevice::ResourceError ? ErrorCode::DiskFull : ErrorCode::Io, m_file.errorString()});
            return;
        }
        emit finished(m_rows);
    }});
}

} // namespace clavitor::ui
