// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/StdioServer.h"

#include "app/link/ShimArguments.h"

#include <QDir>
#include <QFileInfo>

namespace clavitor {

using namespace Qt::StringLiterals;

bool StdioServer::isOurs(const QString &command)
{
    // Not QFileInfo: the file is another system's as often as not.
    const QString file = command.mid(std::max(command.lastIndexOf(u'/'), command.lastIndexOf(u'\\')) + 1);
    return file == "clavitor-mcp"_L1 || file == "clavitor-mcp.exe"_L1;
}

QString StdioServer::beside(const QString &program)
{
    const QFileInfo shim(QFileInfo(program).absoluteDir(), u"clavitor-mcp"_s);
    return shim.isFile() && shim.isExecutable() ? shim.filePath() : QString();
}

std::optional<StdioServer> StdioServer::read(const QString &program, const QStringList &arguments)
{
    const std::optional<link::ShimArguments> told = link::ShimArguments::read(arguments);
    return told ? std::optional(StdioServer{program, told->keyId, told->port}) : std::nullopt;
}

QStringList StdioServer::arguments() const
{
    return link::ShimArguments{keyId, port}.list();
}

} // namespace clavitor
