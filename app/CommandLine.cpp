// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/CommandLine.h"

#include "app/link/Characters.h"
#include "app/link/Messages.h"
#include "app/link/ShimArguments.h"

#include <QCommandLineParser>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// QCommandLineParser writes errors and help by itself only in process(); parse() leaves both to us.
void describe(QCommandLineParser &parser)
{
    parser.setApplicationDescription(
        u"Clavitor, the vault that hands credentials to AI agents.\n\n"
        "Without a command it is the program itself, in the tray. The commands open no window and no vault:\n\n"
        "  doctor         Says line by line what works and what to do: port, bridge, vault, keychain, each client's\n"
        "                 configuration and token, clock, versions. Exit code 0: all well, 1: something to do.\n"
        "  headers KEY    Prints the headers of a client's requests, with the token of the key KEY (the 8 characters after\n"
        "                 \"clavitor_\" in it) from the desktop's keychain. For clients that run a command for their\n"
        "                 headers; the page Connection sets that up. Exit code 0: printed, 2: not asked rightly, 3: no such token, 4: the keychain is\n"
        "                 locked or said no, 5: it cannot be reached.\n"
        "  keep           Puts the token on standard input into the desktop's keychain and prints its KEY, for headers and for clavitor-mcp. Exit\n"
        "                 code 0: kept, 2: that is no token, 4 and 5 as above.\n"
        "  run -- PROGRAM Starts a program with values of the vault in its environment, for an agent that is not to see them: run --key KEY\n"
        "                 --env TOKEN=clavitor://github.com/token -- gh pr list. You are asked first, unless the key may see\n"
        "                 the value anyway. What the program prints of it is hidden; it sees no terminal. Exit code: the program's, or nothing was\n"
        "                 run: 125, 126 (it cannot be started) or 127 (there is none)."_s);
    parser.addPositionalArgument(u"command"_s, u"doctor, headers KEY, keep, or run."_s, u"[command]"_s);
    parser.addOptions({
        {u"vault"_s, u"Open the vault in this folder instead of the default one."_s, u"folder"_s},
        {u"port"_s, u"Serve agents on this port instead of 1984 (0: any free one)."_s, u"number"_s},
        {u"demo"_s, u"Start on a throwaway vault filled with dummy entries and print how to reach it."_s},
        {u"check"_s, u"With --demo: play the whole story, print each answer and exit with 0 when all is well."_s},
        {u"password-stdin"_s, u"Unlock with the first line of standard input."_s},
        {u"minimised"_s, u"Start in the tray without opening the window."_s},
        {u"json"_s, u"With doctor: print the lines as JSON."_s},
        {u"key"_s, u"With run: the key to ask with, from the desktop's keychain. Else the one in CLAVITOR_TOKEN."_s, u"key"_s},
        {u"env"_s, u"With run: a variable and the value it gets, NAME=clavitor://entry/field. Variables that hold such a reference already get theirs, too."_s, u"name=ref"_s},
        {u"reason"_s, u"With run: why, for the person who is asked."_s, u"text"_s},
        {u"show"_s, u"With headers: print the token also when the output is a terminal."_s},
        {{u"h"_s, u"help"_s}, u"Show this help."_s},
        {{u"v"_s, u"version"_s}, u"Show the version."_s},
    });
}

Result<> readCommand(CommandLine &line, const QStringList &words, bool hasDashes)
{
    if (words.isEmpty())
        return {};
    if (words.first() == "doctor"_L1) {
        line.command = CommandLine::Command::Doctor;
    } else if (words.first() == "headers"_L1) {
        line.command = CommandLine::Command::Headers;
        line.keyId = words.value(1);
        // Names of keys stand in the encrypted vault only, so a command that opens no vault cannot know them.
        if (!link::isKeyId(line.keyId))
            return fail(ErrorCode::InvalidValue, u"headers takes the id of a key: the 8 characters after \"clavitor_\" in its token."_s);
    } else if (words.first() == "keep"_L1) {
        line.command = CommandLine::Command::Keep;
    } else if (words.first() == "run"_L1) {
        line.command = CommandLine::Command::Run;
        line.program = words.sliced(1);
        // Without them the program's own options would be taken for ours.
        if (!hasDashes)
            return fail(ErrorCode::InvalidValue, u"The program goes behind two dashes: clavitor run --env NAME=clavitor://entry/field -- program."_s);
        return {};
    } else {
        return fail(ErrorCode::InvalidValue, u"Unexpected argument '%1'."_s.arg(words.first()));
    }
    const qsizetype most = line.command == CommandLine::Command::Headers ? 2 : 1;
    if (words.size() > most)
        return fail(ErrorCode::InvalidValue, u"Unexpected argument '%1'."_s.arg(words.at(most)));
    return {};
}

} // namespace

Result<CommandLine> CommandLine::parse(const QStringList &arguments)
{
    QCommandLineParser parser;
    describe(parser);
    if (!parser.parse(QStringList{u"clavitor"_s} + arguments))
        return fail(ErrorCode::InvalidValue, parser.errorText());

    CommandLine line;
    if (const Result<> command = readCommand(line, parser.positionalArguments(), arguments.contains(u"--"_s)); !command)
        return std::unexpected(command.error());
    line.vaultFolder = parser.value(u"vault"_s);
    line.demo = parser.isSet(u"demo"_s);
    line.check = parser.isSet(u"check"_s);
    line.passwordFromStdin = parser.isSet(u"password-stdin"_s);
    line.minimised = parser.isSet(u"minimised"_s);
    line.json = parser.isSet(u"json"_s);
    line.showToken = parser.isSet(u"show"_s);
    line.showHelp = parser.isSet(u"help"_s);
    line.showVersion = parser.isSet(u"version"_s);
    if (parser.isSet(u"port"_s)) {
        bool ok = false;
        line.port = parser.value(u"port"_s).toUShort(&ok);
        if (!ok)
            return fail(ErrorCode::InvalidValue, u"--port takes a number from 0 to 65535."_s);
    }
    if (line.json && line.command != Command::Doctor)
        return fail(ErrorCode::InvalidValue, u"--json goes with doctor."_s);
    if (line.showToken && line.command != Command::Headers)
        return fail(ErrorCode::InvalidValue, u"--show goes with headers."_s);
    if (line.command != Command::Run && (parser.isSet(u"key"_s) || parser.isSet(u"env"_s) || parser.isSet(u"reason"_s)))
        return fail(ErrorCode::InvalidValue, u"--key, --env and --reason go with run."_s);
    if (line.command == Command::Run) {
        line.keyId = parser.value(u"key"_s);
        line.variables = parser.values(u"env"_s);
        line.reason = parser.value(u"reason"_s).simplified();
        if (parser.isSet(u"key"_s) && !link::isKeyId(line.keyId))
            return fail(ErrorCode::InvalidValue, u"--key takes the id of a key: the 8 characters after \"clavitor_\" in its token."_s);
        if (link::characters(line.reason) > link::MaxReason)
            return fail(ErrorCode::InvalidValue, u"--reason takes at most %1 characters."_s.arg(link::MaxReason));
    }
    if (line.command != Command::Program && (line.demo || line.passwordFromStdin || line.minimised))
        return fail(ErrorCode::InvalidValue, u"That option does not go with a command."_s);
    if (line.check && !line.demo)
        return fail(ErrorCode::InvalidValue, u"--check goes with --demo."_s);
    if (line.demo && line.passwordFromStdin)
        return fail(ErrorCode::InvalidValue, u"--password-stdin does not go with --demo, which makes its own password."_s);
    return line;
}

QString CommandLine::help()
{
    QCommandLineParser parser;
    describe(parser);
    return parser.helpText();
}

} // namespace clavitor
