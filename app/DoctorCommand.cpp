// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/DoctorCommand.h"

#include "app/CommandLine.h"
#include "app/SessionEnvironment.h"
#include "app/link/ProcessHardening.h"
#include "app/service/BridgeProcess.h"
#include "app/session/QtKeychainSlot.h"
#include "app/session/VaultFolder.h"
#include "app/store/Database.h"
#include "ui/connection/DoctorText.h"
#include "ui/words/ErrorText.h"

#include <QCoreApplication>
#include <QDir>
#include <QTextStream>

#include <cstdio>

namespace clavitor {

using namespace Qt::StringLiterals;

Examiner::Parts examinerParts(const CommandLine &line, Keychain &keychain)
{
    Examiner::Parts parts;
    parts.places = ClientPlaces::of(QProcessEnvironment::systemEnvironment(), QDir::homePath());
    parts.port = line.port;
    parts.vaultFolder = line.vaultFolder.isEmpty() ? VaultFolder::standardPath(u"default"_s) : line.vaultFolder;
    parts.keychain = &keychain;
    parts.clock = systemClock();
    parts.program = QCoreApplication::applicationFilePath();
    // A client may have a longer PATH than a program the desktop started.
    parts.places.programFolders.append(QCoreApplication::applicationDirPath());
    parts.bridgeProgram = findBridgeProgram(QCoreApplication::applicationDirPath());
    parts.version = QStringLiteral(CLAVITOR_VERSION);
    parts.sqlCipherVersion = &Database::cipherVersion;
    return parts;
}

int runDoctor(const CommandLine &line, int &argc, char **argv)
{
    // So that the vault takes a pinned key's use by the doctor for no theft. What it holds for a moment, this user's programs can read
    // from the clients' files and the keychain as well.
    link::showProgram();
    const QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(u"clavitor"_s); // part of the vault's standard folder
    completeSessionEnvironment();
    QtKeychainSlot keychain;
    Examiner examiner(examinerParts(line, keychain));
    examiner.examine({&examiner, [&line](const Result<Examination> &found) {
        if (!found) {
            QTextStream(stderr) << "clavitor: " << ui::ErrorText::of(found.error().code).sentence() << Qt::endl;
            QCoreApplication::exit(1);
            return;
        }
        const QList<ui::DoctorLine> lines = ui::DoctorText::lines(*found);
        QTextStream(stdout) << (line.json ? QString::fromUtf8(ui::DoctorText::json(lines)) : ui::DoctorText::plain(lines));
        QCoreApplication::exit(ui::DoctorText::isAllWell(lines) ? 0 : 1);
    }});
    return QCoreApplication::exec();
}

} // namespace clavitor
