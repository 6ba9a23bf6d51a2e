// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/VaultTypes.h"
#include "app/model/AuditEvent.h"

#include <QObject>
#include <QSaveFile>

namespace clavitor {
class VaultClient;
}

namespace clavitor::ui {

/// Writes the rows a filter shows into a file, newest first, page by page. UI thread; deletes nothing and replaces the
/// file only when the last row was written. Rows hold no values, so neither does the file.
class AuditExport : public QObject {
    Q_OBJECT
public:
    enum class Format {
        Csv,                    ///< RFC 4180, UTF-8, one header line; hidden characters and formula signs made harmless
        JsonLines,              ///< one JSON object a line, texts exactly as logged
    };
    /// `client` outlives the export.
    AuditExport(VaultClient *client, AuditFilter filter, Format format, const QString &path, QObject *parent = nullptr);

    void start();
    [[nodiscard]] QString path() const { return m_file.fileName(); }

    [[nodiscard]] static QByteArray header(Format format);
    [[nodiscard]] static QByteArray line(Format format, const AuditEvent &event);

signals:
    void progressed(int rows);
    void finished(int rows);
    void failed(const clavitor::Error &error);

private:
    void next(qint64 before);

    VaultClient *m_client;
    AuditFilter m_filter;
    Format m_format;
    QSaveFile m_file;
    int m_rows = 0;
};

} // namespace clavitor::ui
