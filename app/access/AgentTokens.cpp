// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/AgentTokens.h"

#include "crypto/AgentToken.h"

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

std::string_view view(QByteArrayView bytes)
{
    return {bytes.data(), static_cast<std::size_t>(bytes.size())};
}

} // namespace

std::optional<QString> claimedKeyId(QByteArrayView token)
{
    const auto parsed = crypto::AgentToken::parse(view(token));
    if (!parsed)
        return std::nullopt;
    return QString::fromLatin1(parsed->id.data(), static_cast<qsizetype>(parsed->id.size()));
}

AgentTokens::AgentTokens(AgentStore &agents, const crypto::SecretBytes &pepper)
    : m_agents(agents)
    , m_pepper(pepper)
{
}

Result<std::optional<Agent>> AgentTokens::authenticate(QByteArrayView token) const
{
    const auto parsed = crypto::AgentToken::parse(view(token));
    if (!parsed)
        return std::nullopt;
    auto stored = m_agents.find(QString::fromLatin1(parsed->id.data(), static_cast<qsizetype>(parsed->id.size())));
    const bool known = stored.has_value();
    if (!known && stored.error().code != ErrorCode::NotFound)
        return std::unexpected(stored.error());
    // Digest and comparison also for an unknown id, so that the time tells nothing about which keys exist.
    const crypto::Digest32 digest = crypto::tokenDigest(m_pepper, parsed->id, parsed->secret);
    const bool matches = crypto::equals(digest, known ? stored->tokenDigest : crypto::Digest32{});
    if (!known || !matches)
        return std::nullopt;
    return std::move(stored->agent);
}

Result<MintedToken> AgentTokens::adopt(crypto::SecretText token) const
{
    const auto parsed = crypto::AgentToken::parse(token.view());
    if (!parsed)
        return fail(ErrorCode::InvalidValue, u"token"_s);
    return MintedToken{std::move(token), QString::fromLatin1(parsed->id.data(), static_cast<qsizetype>(parsed->id.size())),
                       crypto::tokenDigest(m_pepper, parsed->id, parsed->secret)};
}

MintedToken AgentTokens::mint(const crypto::RandomSource &random) const
{
    const crypto::AgentToken token = crypto::AgentToken::make(random);
    return {token.text(), QString::fromLatin1(token.id.data(), static_cast<qsizetype>(token.id.size())),
            crypto::tokenDigest(m_pepper, token.id, token.secret)};
}

} // namespace clavitor
