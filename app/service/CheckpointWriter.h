// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/VaultTypes.h"

#include <QByteArray>
#include <QObject>
#include <QString>
#include <QThreadPool>

namespace clavitor {

class Vault;

/// Adds the log's checkpoints to the file outside that the person chose, in their order, on a thread that may be kept
/// waiting by a share or a stick, and tells the vault what is in it.
///
/// Lives on the UI thread; the vault outlives it. Destruction waits for what is being written.
class CheckpointWriter : public QObject {
    Q_OBJECT
public:
    explicit CheckpointWriter(Vault *vault, QObject *parent = nullptr);
    ~CheckpointWriter() override;

    /// Empty: nowhere.
    void setFile(const QString &path) { m_path = path; }

signals:
    /// It could not be written; the log itself has the checkpoint.
    void failed(const clavitor::Error &error);

private:
    void write(const QByteArray &note, qint64 row);

    Vault *m_vault;
    QString m_path;
    QThreadPool m_writing;  ///< of one thread
};

} // namespace clavitor
