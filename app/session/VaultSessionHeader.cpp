// SPDX-License-Identifier: GPL-3.0-or-later
// The part of VaultSession about the header's copies on the disk: which of them counts, and how a changed one takes their place.
#include "app/session/VaultSessionParts.h"

#include <QLoggingCategory>

#include <algorithm>
#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

Q_LOGGING_CATEGORY(sessionLog, "clavitor.session")

QString formerKeysNote()
{
    return u"neither copy of vault.keys could be read, so vault.keys.before took their place; what lay there is kept, its names "
           "ending in .damaged"_s;
}

} // namespace

Result<> VaultSession::load()
{
    // What is begun opens by nothing before it is a vault.
    if (m_isUnfinished)
        return fail(ErrorCode::NoVault, u"the vault is not finished"_s);
    // What the open file was opened by counts, whatever lies beside it now.
    if (m_open || m_narrowed)
        return {};
    m_headers.clear();
    if (auto claimed = claim(); !claimed)
        return claimed;
    // What stays there says what it is by itself.
    if (const Result<> discarded = m_folder.discardUnfinished(); !discarded)
        qCWarning(sessionLog).noquote() << "a vault that was not finished could not be removed:" << discarded.error().detail;
    if (const Result<> finished = m_folder.finishSettingAside(); !finished)
        qCWarning(sessionLog).noquote() << "a database could not be set aside as a whole:" << finished.error().detail;
    auto reading = m_folder.readHeader();
    if (!reading)
        return loadFormer(reading.error());
    m_formerKeys.reset();
    m_headers = std::move(reading->headers);
    if (!reading->trouble.isEmpty()) {
        m_repairNote = reading->trouble;
        qCWarning(sessionLog).noquote() << m_repairNote;
    }
    // The keys were being replaced, and came as far as the switch: the vault of before is no second choice, or what opens only
    // that would bring it back. Its copy is repaired once a key has told that the newer one is genuine.
    m_hasStaleCopy = m_headers.size() > 1 && m_headers[0].epoch > m_headers[1].epoch && m_folder.hasDatabaseOf(m_headers[0]);
    if (m_hasStaleCopy)
        m_headers.resize(1, m_headers[0]);
    // Two whole copies that differ wait until a key has told which of them is genuine.
    if (reading->needsRepair)
        repairCopies(m_headers.front());
    else
        m_folder.discardStaged();
    if (m_folder.isMarkedFormer(m_headers.front()))
        m_repairNote = formerKeysNote();
    return {};
}

Result<> VaultSession::loadFormer(const Error &why)
{
    const bool isInUse = m_formerKeys && m_formerKeys->isInUse;
    m_formerKeys.reset();
    // A copy that cannot be read may be whole, and one of a newer version is.
    if (why.code != ErrorCode::DamagedFile && why.code != ErrorCode::ForeignFile && why.code != ErrorCode::ParametersRefused)
        return std::unexpected(why);
    const auto keys = m_folder.formerKeys();
    auto header = m_folder.former();
    if (!keys || !header)
        return std::unexpected(why);
    m_formerKeys = *keys;
    m_formerKeys->isInUse = isInUse && keys->opensVault;
    if (!m_formerKeys->isInUse)
        return std::unexpected(why);
    m_headers.push_back(std::move(*header));
    return {};
}

Result<> VaultSession::useFormerKeys()
{
    if (m_open || m_narrowed)
        return {};
    // As it is now: meanwhile somebody may have brought a copy back.
    if (const Result<> loaded = load(); loaded || !m_formerKeys)
        return loaded;
    if (!m_formerKeys->opensVault)
        return fail(ErrorCode::NoVault, u"vault.keys.before opens nothing that is here"_s);
    m_formerKeys->isInUse = true;
    return load();
}

void VaultSession::repairCopies(const crypto::VaultHeader &header)
{
    if (m_formerKeys) {
        const auto put = m_folder.putBackFormer(header);
        m_repairNote = formerKeysNote();
        if (!put) {
            m_repairNote = u"neither copy of vault.keys can be read, and vault.keys.before could not be put in their place"_s;
            m_trouble = put.error();
            return;
        }
        m_formerKeys.reset();
        return;
    }
    auto written = m_folder.writeHeader(header);
    m_repairNote += written ? "; repaired from the other copy"_L1 : "; the repair failed"_L1;
    if (!written)
        qCWarning(sessionLog).noquote() << m_repairNote << written.error().detail;
}

Result<> VaultSession::keep(crypto::VaultHeader header)
{
    if (const auto &frozen = m_open->database.frozenBy(); frozen && frozen->code == ErrorCode::ChangedOutside)
        return std::unexpected(*frozen);
    const bool isKept = !m_isUnfinished || std::ranges::count_if(waysOf(header), &UnlockWay::opensPersonal) > 1;
    if (auto written = isKept ? writeInPlace(header) : Result<>(); !written)
        return written;
    if (isKept && std::exchange(m_isUnfinished, false))
        if (const Result<> ended = m_folder.discardUnfinished(); !ended && !m_trouble)
            m_trouble = ended.error();
    m_headers.clear();
    m_headers.push_back(std::move(header));
    // While keys are replaced nothing may be written: it is owed.
    if (const Result<> known = remember(*m_open, m_headers.front()); !known && known.error().code != ErrorCode::Busy && !m_trouble)
        m_trouble = known.error();
    return {};
}

Result<> VaultSession::writeInPlace(const crypto::VaultHeader &header)
{
    // What was damaged stays beside it, also when that could not be done at the unlock.
    const auto written = m_formerKeys ? m_folder.putBackFormer(header) : m_folder.writeHeader(header);
    if (written)
        m_formerKeys.reset();
    if (!written) {
        // Whether the change reached the disk before it failed, the disk says, and nothing else that lies there counts: an older
        // header put back would be signed anew with the next change.
        const auto reading = m_folder.readHeader();
        if (!reading || reading->headers.front() != header)
            return written;
        // It is in place: to call that a failure would have the person keep a password that opens nothing.
        m_formerKeys.reset();
        m_trouble = written.error();
        qCWarning(sessionLog).noquote() << "the header is written, but not all of it is safe:" << written.error().detail;
    }
    return {};
}

bool VaultSession::isByFormerKeys() const
{
    return m_open && m_open->isByFormerKeys;
}

Result<> VaultSession::formerKeysAreOnRecord()
{
    if (m_open)
        m_open->isByFormerKeys = false;
    return m_folder.unmarkFormer();
}

} // namespace clavitor
