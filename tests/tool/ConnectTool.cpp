// SPDX-License-Identifier: GPL-3.0-or-later
// clavitor-connect-tool CLIENT FILE URL [COMMAND | --start PROGRAM KEY]: puts our server into a client's configuration with the
// program's own code, as the windows do after Apply. With the address alone the token is the first line of standard input.
#include "app/connect/ClientSetting.h"
#include "app/link/Wipe.h"
#include "crypto/SecretBytes.h"

#include <QCoreApplication>
#include <QFile>
#include <QUrl>

#include <algorithm>
#include <iostream>
#include <string>

using namespace clavitor;

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    const auto clients = allAgentClients();
    const auto client = arguments.size() < 4 ? clients.end() : std::ranges::find(clients, arguments[1], nameOf);
    if (client == clients.end() || !crypto::initialise()) {
        std::cerr << "usage: clavitor-connect-tool CLIENT FILE URL [COMMAND | --start PROGRAM KEY], the client by its name: \"Gemini CLI\"\n";
        return 2;
    }
    Wiring wiring{arguments[3], arguments.value(4), {}};
    if (wiring.command == QStringLiteral("--start")) {
        wiring.command.clear();
        wiring.server = StdioServer{arguments.value(5), arguments.value(6), static_cast<quint16>(QUrl(wiring.url).port())};
    } else if (wiring.command.isEmpty()) {
        std::string line;
        std::getline(std::cin, line);
        wiring.token = crypto::SecretText::copyOf(line);
    }
    QFile file(arguments[2]);
    QByteArray before;
    if (file.open(QIODevice::ReadOnly))
        before = file.readAll();
    file.close();
    Result<QByteArray> after = withServer(*client, before, wiring);
    if (!after) {
        std::cerr << errorName(after.error().code).data() << ": " << after.error().detail.toStdString() << '\n';
        return 1;
    }
    const bool written = file.open(QIODevice::WriteOnly | QIODevice::Truncate) && file.write(*after) == after->size();
    link::wipe(before);
    link::wipe(*after);
    return written ? 0 : 1;
}
