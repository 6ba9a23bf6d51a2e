// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connect/ClientSetting.h"
#include "crypto/AgentToken.h"
#include "crypto/Random.h"

namespace clavitor::test {

/// A token that parses; a new one each run.
inline const QByteArray &sampleToken()
{
    static const QByteArray token = [] {
        const crypto::SecretText text = crypto::AgentToken::make(crypto::systemRandom()).text();
        return QByteArray(text.view().data(), static_cast<qsizetype>(text.size()));
    }();
    return token;
}

inline QString sampleKeyId()
{
    return QString::fromLatin1(sampleToken().mid(9, 8));
}

inline Wiring tokenWiring()
{
    return {QStringLiteral("http://localhost:1984/mcp"), {},
            crypto::SecretText::copyOf({sampleToken().constData(), static_cast<std::size_t>(sampleToken().size())})};
}

inline Wiring commandWiring()
{
    return {QStringLiteral("http://localhost:1984/mcp"), QStringLiteral("/usr/bin/clavitor headers Kq7ZrT2k"), {}};
}

inline Wiring programWiring()
{
    return {{}, {}, {}, StdioServer{QStringLiteral("/usr/bin/clavitor-mcp"), QStringLiteral("Kq7ZrT2k")}};
}

} // namespace clavitor::test
