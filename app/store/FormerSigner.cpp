// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/FormerSigner.h"

#include "app/store/MetaStore.h"

#include <QtEndian>

#include <cstring>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr auto SignersOfBefore = "checkpoint.former"_L1;
constexpr qsizetype KeySize = sizeof(crypto::VerifyingKey);
constexpr qsizetype RecordSize = KeySize + 8;

} // namespace

Result<std::vector<FormerSigner>> formerSigners(Database &database)
{
    const auto stored = MetaStore(database).value(SignersOfBefore);
    if (!stored)
        return std::unexpected(stored.error());
    std::vector<FormerSigner> signers;
    if (!*stored)
        return signers;
    if ((*stored)->size() % RecordSize != 0)
        return fail(ErrorCode::DamagedFile, u"the former keys of checkpoints"_s);
    for (qsizetype at = 0; at < (*stored)->size(); at += RecordSize) {
        FormerSigner signer;
        std::memcpy(signer.key.data(), (*stored)->constData() + at, KeySize);
        signer.upTo = qFromLittleEndian<qint64>((*stored)->constData() + at + KeySize);
        signers.push_back(signer);
    }
    return signers;
}

Result<> addFormerSigner(Database &database, const FormerSigner &signer)
{
    MetaStore meta(database);
    const auto stored = meta.value(SignersOfBefore);
    if (!stored)
        return std::unexpected(stored.error());
    QByteArray all = stored->value_or(QByteArray());
    all.append(reinterpret_cast<const char *>(signer.key.data()), KeySize);
    char upTo[8];
    qToLittleEndian(signer.upTo, upTo);
    all.append(upTo, sizeof upTo);
    return meta.setValue(SignersOfBefore, all);
}

} // namespace clavitor
