// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/Vault.h"
#include "crypto/PasswordHash.h"

#include <QTemporaryDir>

#include <memory>

namespace clavitor::test {

/// The cheapest password cost the format allows, so that tests do not spend a second on each vault.
[[nodiscard]] inline PasswordCost cheapestCost()
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

/// A vault in a folder of its own that goes with the object, with a clock that is set by hand. Used on the test's own
/// thread, as the vault thread would.
class TemporaryVault {
public:
    static constexpr char Password[] = "correct horse battery staple";

    TemporaryVault()
        : m_vault(makeVault())
    {
    }

    [[nodiscard]] Vault &vault() { return *m_vault; }
    [[nodiscard]] OpenVault &open() { return *m_vault->open(); }
    [[nodiscard]] QString folder() const { return m_folder.filePath(QStringLiteral("vault")); }
    [[nodiscard]] static crypto::SecretText password() { return crypto::SecretText::copyOf(Password); }

    // Without a thread for passwords the vault answers before the call returns.
    [[nodiscard]] Result<> create()
    {
        return answer([this](Vault::Done done) { m_vault->create(QStringLiteral("test"), password(), VaultSession::Kept::AtOnce, std::move(done)); });
    }
    [[nodiscard]] Result<> unlock(const crypto::SecretText &with = password())
    {
        return answer([&](Vault::Done done) { m_vault->unlock(with, std::move(done)); });
    }
    [[nodiscard]] Result<> openPersonal(const crypto::SecretText &with = password())
    {
        return answer([&](Vault::Done done) { m_vault->openPersonal(with, std::move(done)); });
    }
    [[nodiscard]] Result<> changePassword(const crypto::SecretText &current, const crypto::SecretText &next)
    {
        return answer([&](Vault::Done done) { m_vault->changePassword(current, next, std::move(done)); });
    }
    /// A second object over the same folder, as after a restart of the program.
    void restart()
    {
        m_vault.reset();
        m_vault = makeVault();
    }

    /// Set before restart(): where passwords are worked out.
    QObject *deriver = nullptr;
    qint64 now = 1'772'965'394'000;     ///< 2026-03-08 10:23:14 UTC
    qint64 steadyAhead = 0;             ///< ms that the clock which never goes back is ahead of the computer's
    /// Who asks, whatever the connection.
    CallerCard caller;
    /// Set before restart(): how long questions to the person wait.
    ApprovalQueue::Times approvalTimes{};

private:
    template<typename Call>
    static Result<> answer(Call call)
    {
        Result<> answered = fail(ErrorCode::Internal, QStringLiteral("not answered"));
        call([&](Result<> result) { answered = std::move(result); });
        return answered;
    }
    std::unique_ptr<Vault> makeVault()
    {
        return std::make_unique<Vault>(Vault::Parts{folder(), [this] { return now; }, crypto::systemRandom(), cheapestCost(), deriver,
                                                    [this](const link::Peer &) { return caller; },
                                                    [this, steady = steadyClock()] { return steady() + steadyAhead; }, approvalTimes});
    }

    QTemporaryDir m_folder;
    std::unique_ptr<Vault> m_vault;
};

struct DraftField {
    const char *label;
    FieldKind kind;
    const char *value;
};

/// A draft with the given fields; tiers as the kinds' defaults.
[[nodiscard]] inline EntryDraft draft(const QString &title, std::initializer_list<DraftField> fields, const QStringList &tags = {},
                                      EntryType type = EntryType::Login)
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
