// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/TemporaryVault.h"

namespace clavitor::test {

namespace {

template<typename Call>
Result<> answerOf(Call call)
{
    Result<> answered = fail(ErrorCode::Internal, QStringLiteral("not answered"));
    call([&](Result<> result) { answered = std::move(result); });
    return answered;
}

} // namespace

PasswordCost cheapestCost()
{
    return [](const crypto::RandomSource &random) -> std::expected<crypto::Calibration, crypto::CryptoError> {
        crypto::PasswordHashParameters::Salt salt;
        random(std::as_writable_bytes(std::span(salt)));
        auto parameters = crypto::PasswordHashParameters::make(crypto::PasswordHashParameters::fewestPasses,
                                                               crypto::PasswordHashParameters::leastMemory, salt);
        if (!parameters)
            return std::unexpected(parameters.error());
        return crypto::Calibration{*parameters, false};
    };
}

TemporaryVault::TemporaryVault()
    : m_vault(makeVault())
{
}

TemporaryVault::~TemporaryVault() = default;

Result<> TemporaryVault::create()
{
    return answerOf([this](Vault::Done done) { m_vault->create(QStringLiteral("test"), password(), VaultSession::Kept::AtOnce, std::move(done)); });
}

Result<> TemporaryVault::unlock(const crypto::SecretText &with)
{
    return answerOf([&](Vault::Done done) { m_vault->unlock(with, std::move(done)); });
}

Result<> TemporaryVault::openPersonal(const crypto::SecretText &with)
{
    return answerOf([&](Vault::Done done) { m_vault->openPersonal(with, std::move(done)); });
}

Result<> TemporaryVault::changePassword(const crypto::SecretText &current, const crypto::SecretText &next)
{
    return answerOf([&](Vault::Done done) { m_vault->changePassword(current, next, std::move(done)); });
}

void TemporaryVault::restart()
{
    m_vault.reset();
    m_vault = makeVault();
}

std::unique_ptr<Vault> TemporaryVault::makeVault()
{
    return std::make_unique<Vault>(Vault::Parts{folder(), [this] { return now; }, crypto::systemRandom(), cheapestCost(), deriver,
                                                [this](const link::Peer &) { return caller; },
                                                [this, steady = steadyClock()] { return steady() + steadyAhead; }, approvalTimes});
}

EntryDraft draft(const QString &title, std::initializer_list<DraftField> fields, const QStringList &tags, EntryType type)
{
    EntryDraft made;
    made.title = title;
    made.type = type;
    made.tags = tags;
    made.urls = {QStringLiteral("https://") + title};
    for (const DraftField &field : fields) {
        FieldDraft one;
        one.label = QString::fromLatin1(field.label);
        one.kind = field.kind;
        one.tier = defaultTier(field.kind);
        one.value = crypto::SecretText::copyOf(field.value);
        made.fields.push_back(std::move(one));
    }
    return made;
}

} // namespace clavitor::test
