// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"

#include <QByteArray>
#include <QString>

namespace clavitor {

/// A text file somewhere else to which the log's checkpoints are added, one signed note after the other with an empty line
/// between: on a stick, a share, another account. Whatever else is in it stays.
///
/// Any thread; a value that owns nothing. The place may be gone or slow, so it is not for a thread that must answer.
class CheckpointFile {
public:
    /// What is read of it, from its end: some 50,000 notes.
    static constexpr qint64 largest = 16 * 1024 * 1024;

    explicit CheckpointFile(QString path);

    /// Makes the file, for its user alone, when it is missing; on the disk when it returns. ReadOnly · DiskFull · Io.
    [[nodiscard]] Result<> append(QByteArrayView note) const;
    /// NotFound: there is no such file, or not now, as on a stick that was pulled out · Io.
    [[nodiscard]] Result<QByteArray> read() const;

private:
    QString m_path;
};

} // namespace clavitor
