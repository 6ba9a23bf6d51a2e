// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/ProcessHardening.h"
#include "app/link/SafeLog.h"
#include "app/link/ShimArguments.h"
#include "shim/Conversation.h"
#include "shim/KeychainToken.h"

#include <QCoreApplication>

#include <csignal>
#include <cstdio>

using namespace clavitor;
using namespace Qt::StringLiterals;

namespace {

constexpr int ExitUsage = 64; ///< EX_USAGE

constexpr char Help[] =
    "Usage: clavitor-mcp KEY [--port NUMBER]\n\n"
    "Speaks MCP on standard input and output for a client that starts its servers, and carries it to Clavitor.\n\n"
    "KEY is the id of a key: the 8 characters after \"clavitor_\" in its token. The token itself comes from the desktop's\n"
    "keychain, where the page Connection puts it; it is never an argument and never read from a variable.\n"
    "--port says which Clavitor when it does not serve on 1984.\n";

} // namespace

int main(int argc, char *argv[])
{
    const link::Hardening hardening = link::hardenProcess(argv);
    if (!hardening.refusal.isEmpty()) {
        std::fprintf(stderr, "clavitor-mcp: %s\n", qPrintable(hardening.refusal));
        return ExitUsage;
    }
    // The vault shows the person which program asks, and finds it through this one. A program of the same user that read our memory could
    // as well fetch the token from the keychain, as we do.
    link::showProgram();
    link::installSafeLog("clavitor-mcp");
    std::signal(SIGPIPE, SIG_IGN);

    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments().sliced(1);
    if (arguments == QStringList{u"--version"_s}) {
        std::puts("clavitor-mcp " CLAVITOR_VERSION);
        return 0;
    }
    if (arguments == QStringList{u"--help"_s} || arguments == QStringList{u"-h"_s}) {
        std::fputs(Help, stdout);
        return 0;
    }
    const std::optional<link::ShimArguments> told = link::ShimArguments::read(arguments);
    if (!told) {
        std::fputs(Help, stderr);
        return ExitUsage;
    }

    shim::Conversation::Parts parts;
    parts.door = link::doorPath(link::runtimeFolder(), told->port);
    parts.token = shim::keychainToken(QCoreApplication::applicationDirPath() + u"/clavitor"_s, told->keyId);
    parts.product = "clavitor-mcp/" CLAVITOR_VERSION;
    shim::Conversation conversation(std::move(parts));
    conversation.over = [] { QCoreApplication::quit(); };
    return QCoreApplication::exec();
}
