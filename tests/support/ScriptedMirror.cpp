// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ScriptedMirror.h"

namespace clavitor::test {

void ScriptedMirror::read(const QString &vaultId, Found found)
{
    ++reads;
    if (isSilent)
        return;
    QTimer::singleShot(0, this, [this, vaultId, shared = std::make_shared<Found>(std::move(found))] {
        if (readError)
            return (*shared)(fail(*readError));
        const auto record = records.find(vaultId);
        (*shared)(record == records.end() ? Result<QByteArray>(fail(ErrorCode::KeychainNoItem)) : record->second);
    });
}

void ScriptedMirror::write(const QString &vaultId, const QByteArray &record, Done done)
{
    ++writes;
    if (isHung)
        return;
    const auto store = [this, vaultId, record, shared = std::make_shared<Done>(std::move(done))] {
        records.insert_or_assign(vaultId, record);
        (*shared)({});
    };
    if (writeDelay == 0)
        return store();
    QTimer::singleShot(writeDelay, this, store);
}

} // namespace clavitor::test
