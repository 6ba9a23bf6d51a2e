// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/DoctorText.h"

#include "app/link/BridgeExit.h"
#include "ui/connection/ConnectionText.h"
#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

using State = DoctorLine::State;

/// Two clocks of one computer, and file systems that round: less than this is nothing to speak of.
constexpr qint64 kClockTolerance = 2 * 60 * 1000;

QString textOf(State state)
{
    switch (state) {
    case State::Ok:
        return u"ok"_s;
    case State::Note:
        return u"note"_s;
    case State::ToDo:
        break;
    }
    return u"to do"_s;
}

} // namespace

QList<DoctorLine> DoctorText::lines(const Examination &found)
{
    QList<DoctorLine> lines{address(link::LoopbackAddress::V4, found.v4, found.port), address(link::LoopbackAddress::V6, found.v6, found.port), bridge(found)};
    if (found.v4.isOurs() || found.v6.isOurs())
        lines.append(door(found));
    if (!found.hasVault)
        lines.append({State::ToDo, tr("Vault"), tr("There is none yet."), tr("Start Clavitor and make one.")});
    else if (found.v4.isLocked() || found.v6.isLocked())
        lines.append({State::Ok, tr("Vault"), tr("It is there, and locked. Agents are asked to wait until you unlock it."), {}});
    else
        lines.append({State::Ok, tr("Vault"), tr("It is there."), {}});
    lines.append(keychain(found));
    if (found.clients.isEmpty())
        lines.append({State::Note, tr("Clients"), tr("None of the clients Clavitor knows was found."),
                      tr("Install one, or set yours up with the lines under Connection.")});
    for (const auto &one : found.clients) {
        lines.append(client(*one));
        if (one->setting.isThere && lines.last().state == State::Ok)
            lines.append(token(*one));
        for (const ProjectFinding &of : one->projects) {
            lines.append(project(*one, of.server));
            if (const auto trouble = of.server.faults.isEmpty() ? tokenOf(*one, of) : std::nullopt)
                lines.append(*trouble);
        }
        if (!one->setting.unreadFolders.isEmpty())
            lines.append(unread(*one));
        if (!one->setting.wrongNeighbour.isEmpty())
            lines.append(neighbour(*one));
    }
    if (found.session)
        lines.append(session(*found.session));
    if (found.memory)
        lines.append(memory(*found.memory, found.plainSwap));
    if (found.isProgramReadable)
        lines.append(start(found));
    lines.append(clock(found));
    lines.append({State::Ok, tr("Versions"),
                  tr("Clavitor %1, Qt %2, SQLCipher %3.").arg(found.version, QString::fromLatin1(qVersion()),
                                                              found.sqlCipherVersion.isEmpty() ? tr("unknown") : found.sqlCipherVersion),
                  {}});
    return lines;
}

DoctorLine DoctorText::address(link::LoopbackAddress address, const AddressFinding &finding, quint16 port)
{
    const QString where = (address == link::LoopbackAddress::V4 ? u"127.0.0.1:%1"_s : u"[::1]:%1"_s).arg(port);
    if (finding.isOurs())
        return {State::Ok, where, tr("Clavitor answers."), {}};
    if (finding.answer.kind == LoopbackAnswer::Kind::NoSuchAddress)
        return {State::Note, where, tr("This computer has no such address."), tr("Nothing needs to be done, as long as the other one answers.")};
    if (finding.answersLikeUs() && !finding.user)
        return {State::ToDo, where, tr("Something answers like Clavitor, and this system does not tell whose program it is."),
                tr("No token was sent to it. Quit Clavitor and run the doctor again: nobody may answer then.")};
    if (!finding.user && finding.answer.kind == LoopbackAnswer::Kind::Refused)
        return {State::ToDo, where, tr("Nobody answers."), tr("Start Clavitor. If it runs, look under Connection: it says why the bridge is off.")};
    QString who = tr("Another program");
    if (finding.user && !finding.user->program.isEmpty())
        who = tr("%1 (process %2)").arg(displayText(finding.user->program, 120)).arg(finding.user->pid);
    else if (finding.user)
        who = tr("A program of the user number %1").arg(finding.user->uid);
    const QString next = tr("Stop that program, or start Clavitor with --port and another number.");
    if (finding.answersLikeUs())
        return {State::ToDo, where, tr("%1 answers as if it were Clavitor, and is not.").arg(who), tr("No token was sent to it. %1").arg(next)};
    if (finding.answer.kind == LoopbackAnswer::Kind::Silent)
        return {State::ToDo, where, tr("%1 holds the port and does not answer.").arg(who),
                tr("If that is Clavitor's own bridge, start it again under Connection. Else stop that program.")};
    return {State::ToDo, where, tr("%1 holds the port, and is not Clavitor.").arg(who), next};
}

DoctorLine DoctorText::bridge(const Examination &found)
{
    if (found.bridgeProgram.isEmpty())
        return {State::ToDo, tr("Bridge"), tr("The program clavitor-bridge is missing beside this one."), tr("Install Clavitor again.")};
    if (found.bridgeBuild.isEmpty())
        return {State::ToDo, tr("Bridge"), tr("The program %1 does not start.").arg(displayText(found.bridgeProgram, 120)), tr("Install Clavitor again.")};
    if (found.bridgeBuild != found.build)
        return {State::ToDo, tr("Bridge"), tr("It is of build %1, and this program of %2.").arg(displayText(found.bridgeBuild, 64), found.build),
                QString::fromLatin1(link::mismatchReason)};
    if (found.isOutdated.value_or(false))
        return {State::Note, tr("Bridge"), tr("The program that runs was started before its file was written or touched."),
                tr("After an update quit Clavitor and start it again: of another build, no bridge can be started again beside it.")};
    return {State::Ok, tr("Bridge"), tr("It is there, and of the same build as this program (%1).").arg(found.build), {}};
}

DoctorLine DoctorText::door(const Examination &found)
{
    const QString subject = tr("Bridge's socket");
    const auto isByProgram = [](const ProjectFinding &one) { return one.server.how == TokenWay::ByProgram; };
    const auto startsOurs = [&](const std::shared_ptr<const ClientFinding> &one) {
        return one->setting.how == TokenWay::ByProgram || std::any_of(one->projects.begin(), one->projects.end(), isByProgram);
    };
    const bool isNeeded = std::any_of(found.clients.begin(), found.clients.end(), startsOurs);
    if (found.door && found.door->kind == link::DoorRefusal::Kind::Absent && isNeeded)
        return {State::ToDo, subject, displayText(found.door->sentence, 300),
                tr("A client that starts clavitor-mcp gets no answer without it. Start the bridge again under Connection.")};
    if (found.door && found.door->kind == link::DoorRefusal::Kind::Absent)
        return {State::Note, subject, displayText(found.door->sentence, 300),
                tr("Only clients that start clavitor-mcp need it. Start the bridge again under Connection.")};
    if (found.door)
        return {State::ToDo, subject, displayText(found.door->sentence, 300),
                tr("Take away what stands there, then start the bridge again under Connection.")};
    if (found.isShutIn && !*found.isShutIn)
        return {State::Note, subject, tr("clavitor-mcp reaches the bridge, which has not shut itself in."),
                tr("This system does not filter system calls. A newer kernel protects the bridge better.")};
    if (found.isShutIn)
        return {State::Ok, subject, tr("clavitor-mcp reaches the bridge, which has shut itself in: it can open no file, start no program and connect nowhere."), {}};
    return {State::Ok, subject, tr("clavitor-mcp reaches the bridge."), {}};
}

DoctorLine DoctorText::keychain(const Examination &found)
{
    const QString subject = tr("Keychain");
    if (!found.keychain)
        return {State::Ok, subject, found.hasKeychainSlot ? tr("It is open and holds the vault's key.") : tr("It is open."), {}};
    const ErrorCode code = found.keychain->code;
    // Who unlocks with the password alone misses nothing.
    const State state = found.hasKeychainSlot ? State::ToDo : State::Note;
    const ErrorText text = ErrorText::of(code);
    if (found.hasKeychainSlot)
        return {state, subject, text.title, text.next};
    return {state, subject, text.title, tr("Only needed to unlock with it, or to keep tokens out of files.")};
}

DoctorLine DoctorText::client(const ClientFinding &finding)
{
    const InstalledClient &client = finding.client;
    const QString subject = client.version.isEmpty() ? client.name : QString(client.name + u' ' + client.version);
    const QString setUp = tr("Set it up under Connection.");
    if (finding.unreadable)
        return {State::ToDo, subject, displayText(finding.unreadable->detail, 300), tr("Put that right, then run the doctor again.")};
    const QString file = ConnectionText::path(client.configFile);
    if (finding.setting.isRight() && finding.setting.how == ClientSetting::Token::ByProgram)
        return {State::Ok, subject, tr("It is set up in %1, and starts clavitor-mcp with the key %2.").arg(file, finding.setting.keyId), {}};
    if (finding.setting.isRight())
        return {State::Ok, subject, tr("It is set up in %1.").arg(file), {}};
    if (!finding.setting.faults.isEmpty()) {
        const bool isBroken = finding.setting.faults.first() == SettingFault::BrokenFile;
        return {State::ToDo, subject, ConnectionText::faultOf(finding.setting, client.name),
                isBroken ? tr("Mend %1.").arg(file) : tr("Set it up again under Connection.")};
    }
    if (!finding.projects.isEmpty())
        return {State::Note, subject, tr("It is not set up for all projects."), setUp};
    return {State::Note, subject, tr("It is not set up."), setUp};
}

DoctorLine DoctorText::project(const ClientFinding &finding, const ProjectServer &server)
{
    const InstalledClient &client = finding.client;
    const QString subject = tr("%1 in %2").arg(client.name, ConnectionText::path(server.folder));
    const QString file = ConnectionText::path(server.file.isEmpty() ? client.configFile : server.file);
    const QString remove = tr("Take it out with Remove… under Connection, or mend it in %1.").arg(file);
    if (!server.faults.isEmpty())
        return {State::ToDo, subject, ConnectionText::fault(server.faults.first(), client.name, server.detail), remove};
    const QString found = server.keyId.isEmpty() ? tr("This project has a server \"clavitor\" of its own, in %1.").arg(file)
                                                 : tr("This project has a server \"clavitor\" of its own, in %1, with the key %2.").arg(file, server.keyId);
    if (server.holdsToken && !server.file.isEmpty())
        return {State::ToDo, subject, found + u' ' + tr("Its token stands there as plain text, for whoever gets the project."),
                tr("Take it out with Remove… under Connection, and give its key a new token.")};
    if (server.holdsToken)
        return {State::Note, subject, found + u' ' + tr("Its token stands there as plain text."), remove};
    const QString takesItOut = tr("Remove… under Connection takes it out.");
    return {State::Note, subject, found,
            finding.setting.isThere ? QString(tr("It is used there instead of the one for all projects.") + u' ' + takesItOut) : takesItOut};
}

DoctorLine DoctorText::token(const ClientFinding &finding)
{
    const QString subject = tr("Token of %1").arg(finding.client.name);
    const QString again = tr("Give %1 a new token under Connection.").arg(finding.client.name);
    if (finding.keychain)
        return {State::ToDo, subject, ErrorText::of(finding.keychain->code).title, ConnectionText::keychain(finding.keychain->code, finding.setting.keyId)};
    if (finding.token != TokenCheck::NotTried)
        return tried(finding.token, subject, finding.setting.keyId, again);
    if (finding.setting.how == ClientSetting::Token::FromEnvironment)
        return {State::Note, subject, tr("It comes from the environment of the client, which cannot be seen from here."),
                tr("If calls are refused, set the client up under Connection.")};
    if (finding.setting.how == ClientSetting::Token::ByCommand && finding.setting.keyId.isEmpty())
        return {State::Note, subject, tr("It comes from a command that is not Clavitor's."), tr("If calls are refused, set the client up under Connection.")};
    return tried(finding.token, subject, finding.setting.keyId, again);
}

std::optional<DoctorLine> DoctorText::tokenOf(const ClientFinding &finding, const ProjectFinding &project)
{
    const InstalledClient &client = finding.client;
    const ProjectServer &server = project.server;
    const QString subject = tr("Token of %1 in %2").arg(client.name, ConnectionText::path(server.folder));
    const QString file = ConnectionText::path(server.file.isEmpty() ? client.configFile : server.file);
    if (project.keychain) {
        const ErrorCode code = project.keychain->code;
        const bool isMissing = code == ErrorCode::KeychainNoItem || code == ErrorCode::KeychainWrongItem || code == ErrorCode::KeychainBrokenItem;
        return DoctorLine{State::ToDo, subject, isMissing ? tr("The keychain holds no token of the key %1.").arg(server.keyId) : ErrorText::of(code).title,
                          isMissing ? tr("Give that key a new token for %1 under Connection, or take the server out of %2 with Remove….").arg(client.name, file)
                                    : ConnectionText::keychain(code, server.keyId)};
    }
    DoctorLine line = tried(project.token, subject, server.keyId, tr("Take the server out of %1 with Remove… under Connection, or give it the token of another key.").arg(file));
    return line.state == State::ToDo ? std::optional(std::move(line)) : std::nullopt;
}

DoctorLine DoctorText::unread(const ClientFinding &finding)
{
    return {State::Note, tr("Projects of %1").arg(finding.client.name), ConnectionText::unread(finding.setting),
            tr("See whether its disk or network drive is there, then run the doctor again.")};
}

DoctorLine DoctorText::neighbour(const ClientFinding &finding)
{
    return {State::Note, tr("Other servers of %1").arg(finding.client.name), ConnectionText::neighbour(finding.setting, finding.client.name),
            tr("If %1 has no tool of Clavitor's, mend that server in %2 or take it out.").arg(finding.client.name, ConnectionText::path(finding.client.configFile))};
}

DoctorLine DoctorText::tried(TokenCheck check, const QString &subject, const QString &keyId, const QString &again)
{
    switch (check) {
    case TokenCheck::Accepted:
        return {State::Ok, subject, tr("The vault accepts it (key %1).").arg(keyId), {}};
    case TokenCheck::VaultLocked:
        return {State::Note, subject, tr("It is well-formed (key %1). While the vault is locked nobody can tell whether it is still good.").arg(keyId),
                tr("Unlock the vault and run the doctor again.")};
    case TokenCheck::Unknown:
        return {State::ToDo, subject, tr("The vault does not accept it: its key was revoked, has expired, or got a newer token."), again};
    case TokenCheck::KeyPaused:
        return {State::ToDo, subject, tr("Its key is paused."), tr("Resume it under Keys.")};
    case TokenCheck::KeyFrozen:
        return {State::ToDo, subject, tr("Its key was frozen by the vault."), tr("Look at what it did in Audit, then release it under Keys.")};
    case TokenCheck::CallerRefused:
        return {State::Ok, subject, tr("The vault knows it (key %1), and lets it work in its own program or folder only.").arg(keyId), {}};
    case TokenCheck::TooMany:
        return {State::Note, subject, tr("Too many calls were refused in the last minute."), tr("Wait a minute and run the doctor again.")};
    case TokenCheck::NoAnswer:
        return {State::Note, subject, tr("The bridge did not answer."), tr("Run the doctor again.")};
    case TokenCheck::NotTried:
        break;
    }
    return {State::Note, subject, tr("It could not be tried, as Clavitor does not answer."), tr("Start Clavitor, then run the doctor again.")};
}

DoctorLine DoctorText::session(LoginSession session)
{
    const QString subject = tr("Session");
    switch (session) {
    case LoginSession::Known:
        return {State::Ok, subject, tr("The system tells when another user takes the screen, the session is locked or the computer sleeps."), {}};
    case LoginSession::Unknown:
        return {State::Note, subject,
                tr("logind knows no session for this program, so it does not tell when another user takes the screen or logind locks the session: the vault stays open then."),
                tr("Start Clavitor from the desktop you work at, or lock the vault yourself before you leave.")};
    case LoginSession::NoAnswer:
        break;
    }
    return {State::Note, subject,
            tr("The system's bus or logind does not answer, so nothing tells when another user takes the screen, and sleep does not wait for a lock."),
            tr("See what is wrong with systemd-logind (journalctl -u systemd-logind). Lock the vault yourself before you leave.")};
}

DoctorLine DoctorText::memory(const LockedMemory &memory, const QString &plainSwap)
{
    const QString subject = tr("Memory");
    const QLocale locale;
    const QString raise = tr("Raise the limit of locked memory to 64 MiB (ulimit -l 65536, or memlock in /etc/security/limits.conf), then start Clavitor again.");
    if (memory.isTooLittle())
        return {State::ToDo, subject,
                tr("This system lets Clavitor keep only %1 of its memory out of the swap space. Keys and values may be written there.")
                    .arg(locale.formattedDataSize(static_cast<qint64>(*memory.limit), 0)),
                raise};
    if (memory.isUsedUp())
        return {State::Note, subject,
                tr("Clavitor keeps %1 of its memory out of the swap space, and may not keep more than %2 out. What it needs beyond that may be written there.")
                    .arg(locale.formattedDataSize(static_cast<qint64>(memory.locked), 1), locale.formattedDataSize(static_cast<qint64>(*memory.limit), 0)),
                raise};
    if (!plainSwap.isEmpty())
        return {State::Note, subject, tr("The swap space %1 is not encrypted: what a window shows may reach the disk. Keys do not.").arg(plainSwap),
                tr("Encrypt the swap space, or use compressed memory (zram) in its place.")};
    return {State::Ok, subject, tr("Keys and values are kept out of the swap space."), {}};
}

DoctorLine DoctorText::start(const Examination &found)
{
    const QString subject = tr("Start");
    if (*found.isProgramReadable)
        return {State::Note, subject,
                tr("You can read the files of Clavitor's programs, so another program of yours can take hold of their memory in the moment they start."),
                tr("Install the Debian package, or let nobody read them: chmod a-r \"%1\" \"%2\"").arg(found.program, found.bridgeProgram)};
    return {State::Ok, subject, tr("Other programs of yours are kept out of Clavitor's memory from its first moment on."), {}};
}

DoctorLine DoctorText::clock(const Examination &found)
{
    const QString time = QLocale().toString(QDateTime::fromMSecsSinceEpoch(found.now), QLocale::ShortFormat);
    if (found.newestFile > found.now + kClockTolerance) {
        const QString newer = QLocale().toString(QDateTime::fromMSecsSinceEpoch(found.newestFile), QLocale::ShortFormat);
        return {State::ToDo, tr("Clock"), tr("It says %1, but the program or the vault was written at %2. One-time codes would be wrong.").arg(time, newer),
                tr("Set the clock of this computer.")};
    }
    // A clock that is ahead makes wrong codes as well, and nothing on this computer shows it.
    if (found.isClockSynchronised && !*found.isClockSynchronised)
        return {State::Note, tr("Clock"), tr("It says %1, after everything that was written, and the system was told of nothing that keeps it right: one-time codes may be wrong.").arg(time),
                tr("Turn on the network's time, in the settings of the system or with \"timedatectl set-ntp true\".")};
    if (found.isClockSynchronised)
        return {State::Ok, tr("Clock"), tr("It says %1, after everything that was written, and is kept right.").arg(time), {}};
    return {State::Ok, tr("Clock"), tr("It says %1, after everything that was written. Whether something keeps it right, this system does not tell.").arg(time), {}};
}

bool DoctorText::isAllWell(const QList<DoctorLine> &lines)
{
    return std::none_of(lines.begin(), lines.end(), [](const DoctorLine &line) { return line.state == State::ToDo; });
}

QString DoctorText::verdict(const QList<DoctorLine> &lines)
{
    const auto count = static_cast<int>(std::count_if(lines.begin(), lines.end(), [](const DoctorLine &line) { return line.state == State::ToDo; }));
    if (count == 0)
        return tr("Everything is in order.");
    return count == 1 ? tr("There is one thing to do.") : tr("There are %Ln things to do.", nullptr, count);
}

QString DoctorText::plain(const QList<DoctorLine> &lines)
{
    QString text;
    for (const DoctorLine &line : lines) {
        text += textOf(line.state).leftJustified(9) + line.subject + u": "_s + line.finding + u'\n';
        if (!line.next.isEmpty())
            text += QString(9, u' ') + line.next + u'\n';
    }
    return text + u'\n' + verdict(lines) + u'\n';
}

QByteArray DoctorText::json(const QList<DoctorLine> &lines)
{
    QJsonArray list;
    for (const DoctorLine &line : lines)
        list.append(QJsonObject{{u"state"_s, textOf(line.state)}, {u"subject"_s, line.subject}, {u"finding"_s, line.finding}, {u"next"_s, line.next}});
    return QJsonDocument(QJsonObject{{u"ok"_s, isAllWell(lines)}, {u"lines"_s, list}}).toJson(QJsonDocument::Compact) + '\n';
}

} // namespace clavitor::ui
