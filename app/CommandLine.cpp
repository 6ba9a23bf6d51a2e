// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/CommandLine.h"

#include <QCommandLineParser>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// QCommandLineParser writes errors and help by itself only in process(); parse() leaves both to us.
void describe(QCommandLineParser &parser)
{
    parser.setApplicationDescription(u"Clavitor, the vault that hands credentials to AI agents."_s);
    parser.addOptions({
        {u"vault"_s, u"Open the vault in this folder instead of the default one."_s, u"folder"_s},
        {u"port"_s, u"Serve agents on this port instead of 1984 (0: any free one)."_s, u"number"_s},
        {u"demo"_s, u"Start on a throwaway vault filled with dummy entries and print how to reach it."_s},
        {u"check"_s, u"With --demo: play the whole story, print each answer and exit with 0 when all is well."_s},
        {u"password-stdin"_s, u"Unlock with the first line of standard input."_s},
        {u"minimised"_s, u"Start in the tray without opening the window."_s},
        {{u"h"_s, u"help"_s}, u"Show this help."_s},
        {{u"v"_s, u"version"_s}, u"Show the version."_s},
    });
}

} // namespace

Result<CommandLine> CommandLine::parse(const QStringList &arguments)
{
    QCommandLineParser parser;
    describe(parser);
    if (!parser.parse(QStringList{u"clavitor"_s} + arguments))
        return fail(ErrorCode::InvalidValue, parser.errorText());
    if (!parser.positionalArguments().isEmpty())
        return fail(ErrorCode::InvalidValue, u"Unexpected argument '%1'."_s.arg(parser.positionalArguments().first()));

    CommandLine line;
    line.vaultFolder = parser.value(u"vault"_s);
    line.demo = parser.isSet(u"demo"_s);
    line.check = parser.isSet(u"check"_s);
    line.passwordFromStdin = parser.isSet(u"password-stdin"_s);
    line.minimised = parser.isSet(u"minimised"_s);
    line.showHelp = parser.isSet(u"help"_s);
    line.showVersion = parser.isSet(u"version"_s);
    if (parser.isSet(u"port"_s)) {
        bool ok = false;
        line.port = parser.value(u"port"_s).toUShort(&ok);
        if (!ok)
            return fail(ErrorCode::InvalidValue, u"--port takes a number from 0 to 65535."_s);
    }
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
