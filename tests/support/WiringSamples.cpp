// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/WiringSamples.h"

namespace clavitor::test {

const QByteArray &sampleToken()
{
    static const QByteArray token = [] {
        const crypto::SecretText text = crypto::AgentToken::make(crypto::systemRandom()).text();
        return QByteArray(text.view().data(), static_cast<qsizetype>(text.size()));
    }();
    return token;
}

QString sampleKeyId()
{
    return QString::fromLatin1(sampleToken().mid(9, 8));
}

Wiring tokenWiring()
{
    return {QStringLiteral("http://localhost:1984/mcp"), {},
            crypto::SecretText::copyOf({sampleToken().constData(), static_cast<std::size_t>(sampleToken().size())})};
}

Wiring commandWiring()
{
    return {QStringLiteral("http://localhost:1984/mcp"), QStringLiteral("/usr/bin/clavitor headers Kq7ZrT2k"), {}};
}

Wiring programWiring()
{
    return {{}, {}, {}, StdioServer{QStringLiteral("/usr/bin/clavitor-mcp"), QStringLiteral("Kq7ZrT2k")}};
}

} // namespace clavitor::test
