// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/CheckpointWriter.h"

#include "app/base/Post.h"
#include "app/service/Vault.h"
#include "app/session/CheckpointFile.h"

namespace clavitor {

CheckpointWriter::CheckpointWriter(Vault *vault, QObject *parent)
    : QObject(parent)
    , m_vault(vault)
{
    m_writing.setMaxThreadCount(1);
    connect(vault, &Vault::checkpointMade, this, &CheckpointWriter::write);
}

CheckpointWriter::~CheckpointWriter()
{
    m_writing.waitForDone();
}

void CheckpointWriter::write(const QByteArray &note, qint64 row)
{
    if (m_path.isEmpty())
        return;
    // This object waits for the thread before it goes, so the thread may name it.
    m_writing.start([this, path = m_path, note, row] {
        if (const Result<> written = CheckpointFile(path).append(note); !written)
            post(this, [this, error = written.error()] { emit failed(error); });
        else
            post(m_vault, [vault = m_vault, path, row] { vault->checkpointWritten({path, row}); });
    });
}

} // namespace clavitor
