// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/Application.h"
#include "app/CommandLine.h"
#include "app/DoctorCommand.h"
#include "app/HeadersCommand.h"
#include "app/KeepCommand.h"
#include "app/RunCommand.h"
#include "app/link/ProcessHardening.h"
#include "app/link/SafeLog.h"
#include "app/link/SwapSpace.h"
#include "crypto/SecretBytes.h"

#include <QApplication>
#include <QTextStream>

#include <cstdio>

using namespace clavitor;
using namespace Qt::StringLiterals;

namespace {

int printError(const QString &sentence)
{
    QTextStream(stderr) << "clavitor: " << sentence << "\n";
    return 2;
}

} // namespace

int main(int argc, char **argv)
{
    const link::Hardening hardening = link::hardenProcess(argv);
    if (!hardening.refusal.isEmpty())
        return printError(hardening.refusal);
    link::installSafeLog("clavitor");
    if (!crypto::initialise())
        return printError(u"libsodium did not start. No secret can be handled on this system."_s);

    QStringList arguments;
    for (int i = 1; i < argc; ++i)
        arguments.append(QString::fromLocal8Bit(argv[i]));
    const Result<CommandLine> line = CommandLine::parse(arguments);
    if (!line) {
        const int code = printError(line.error().detail + u" See clavitor --help."_s);
        return arguments.value(0) == "run"_L1 ? kNothingRun : code;
    }
    if (line->showHelp) {
        const QCoreApplication named(argc, argv); // the help text asks it for the program's name
        QTextStream(stdout) << CommandLine::help();
        return 0;
    }
    if (line->showVersion) {
        QTextStream(stdout) << "clavitor " << CLAVITOR_VERSION << "\n";
        return 0;
    }

    if (line->command == CommandLine::Command::Headers)
        return runHeaders(*line, argc, argv);
    if (line->command == CommandLine::Command::Run)
        return runProgram(*line, argc, argv);
    if (line->command == CommandLine::Command::Keep)
        return runKeep(argc, argv);
    if (line->command == CommandLine::Command::Doctor)
        return runDoctor(*line, argc, argv);

    QApplication qt(argc, argv);
    QApplication::setApplicationName(u"clavitor"_s);
    QApplication::setApplicationDisplayName(u"Clavitor"_s);
    QApplication::setApplicationVersion(QStringLiteral(CLAVITOR_VERSION));
    QApplication::setDesktopFileName(u"clavitor"_s);
    QApplication::setQuitOnLastWindowClosed(false);
    for (const QString &warning : hardening.warnings)
        qWarning().noquote() << warning;

    if (const QString swap = link::plainSwap(); !swap.isEmpty())
        qWarning().noquote() << u"The swap space %1 is not encrypted: what a window shows may reach the disk. Keys do not."_s.arg(swap);

    Application application(*line);
    if (const Result<> started = application.start(); !started)
        return printError(started.error().detail);
    return QApplication::exec();
}
