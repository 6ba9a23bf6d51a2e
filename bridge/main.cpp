// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/BridgeExit.h"
#include "app/link/LocalDoor.h"
#include "app/link/ProcessHardening.h"
#include "app/link/SafeLog.h"
#include "bridge/Gateway.h"
#include "bridge/PortClaim.h"
#include "bridge/Sandbox.h"

#include <QCoreApplication>
#include <QTimer>

#include <cstdio>
#include <memory>
#include <optional>

#include <sys/socket.h>

using namespace clavitor;

namespace {

constexpr int ExitUsage = 64;     ///< EX_USAGE: started by hand, or wrongly
/// For the keeper's first message, and for the last answers to leave when the keeper is gone.
constexpr std::chrono::seconds StartLimit{10};
constexpr std::chrono::milliseconds LastAnswers{200};

/// The descriptor of our end of the pipe, if it is one.
std::optional<int> pipeDescriptor(const QStringList &arguments)
{
    bool isNumber = true;
    const int descriptor = arguments.size() > 1 ? arguments.at(1).toInt(&isNumber) : 3;
    int type = 0;
    socklen_t size = sizeof type;
    if (arguments.size() > 2 || !isNumber || descriptor < 0 ||
        ::getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_STREAM)
        return std::nullopt;
    return descriptor;
}

/// Agents over TCP are served without it, so its absence is said and no more.
void openDoor(bridge::HttpServer &server, std::uint16_t port)
{
    const QString runtime = link::runtimeFolder();
    if (runtime.isEmpty()) {
        qWarning("There is no runtime folder (XDG_RUNTIME_DIR), so clavitor-mcp cannot reach the bridge.");
        return;
    }
    if (const auto door = link::openDoor(link::doorPath(runtime, port)))
        server.listenLocally(*door);
    else
        qWarning("clavitor-mcp cannot reach the bridge: %ls", qUtf16Printable(door.error().sentence));
}

} // namespace

int main(int argc, char *argv[])
{
    const link::Hardening hardening = link::hardenProcess(argv);
    if (!hardening.refusal.isEmpty()) {
        std::fprintf(stderr, "clavitor-bridge: %s\n", qPrintable(hardening.refusal));
        return ExitUsage;
    }
    link::installSafeLog("clavitor-bridge");
    for (const QString &warning : hardening.warnings)
        qWarning("%ls", qUtf16Printable(warning));

    QCoreApplication application(argc, argv);
    if (QCoreApplication::arguments() == QStringList{QCoreApplication::arguments().first(), QStringLiteral("--version")}) {
        std::printf("%s\n", link::buildStamp().constData());
        return 0;
    }
    const std::optional<int> descriptor = pipeDescriptor(QCoreApplication::arguments());
    if (!descriptor) {
        std::fputs("clavitor-bridge is started by clavitor and is of no use on its own.\n", stderr);
        return ExitUsage;
    }

    bridge::KeeperLink keeper(*descriptor);
    bridge::HttpServer server;
    std::unique_ptr<bridge::Gateway> gateway;
    std::uint16_t wanted = 0;
    bridge::PortClaim claim([&] { return server.listen(wanted); });
    claim.taken = [&](std::uint16_t port) {
        openDoor(server, port);
        // Everything is open that will be needed, and nobody was served yet: both ports are ours, so this happens once.
        for (const QString &warning : bridge::enterSandbox().warnings)
            qWarning("%ls", qUtf16Printable(warning));
        keeper.announce({port, {}});
    };
    claim.failed = [&](const QString &reason) { keeper.announce({wanted, reason}); };
    QTimer::singleShot(StartLimit, &application, [&] {
        if (!gateway)
            QCoreApplication::exit(ExitUsage);
    });
    // The port is free at once for the next bridge; the answers that are under way still leave.
    keeper.gone = [&] {
        claim.stop();
        server.close();
        QTimer::singleShot(LastAnswers, &application, [] { QCoreApplication::quit(); });
    };
    keeper.started = [&](const link::Start &start) {
        if (gateway)
            return;
        if (start.build != link::buildStamp()) {
            keeper.announce({0, QString::fromLatin1(link::mismatchReason)}); // the port is not what is wrong
            QTimer::singleShot(LastAnswers, &application, [] { QCoreApplication::exit(link::exitMismatch); });
            return;
        }
        gateway = std::make_unique<bridge::Gateway>(server, keeper);
        wanted = start.port;
        claim.start();
    };
    return QCoreApplication::exec();
}
