// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/StdioServer.h"

#include "app/connect/TokenItem.h"

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
    StdioServer server{program, {}};
    for (qsizetype at = 0; at < arguments.size(); ++at) {
        if (arguments.at(at) == "--port"_L1 && at + 1 < arguments.size()) {
            bool isNumber = false;
            server.port = arguments.at(++at).toUShort(&isNumber);
            if (!isNumber || server.port == 0)
                return std::nullopt;
        } else if (server.keyId.isEmpty() && tokenItem::isKeyId(arguments.at(at))) {
            server.keyId = arguments.at(at);
        } else {
            return std::nullopt;
        }
    }
    return server.keyId.isEmpty() ? std::nullopt : std::optional(server);
}

QStringList StdioServer::arguments() const
{
    QStringList list{keyId};
    if (port != link::DefaultPort)
        list << u"--port"_s << QString::number(port);
    return list;
}

} // namespace clavitor
