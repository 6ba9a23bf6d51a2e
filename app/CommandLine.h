// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"

#include <QStringList>

#include <cstdint>

namespace clavitor {

/// What the person asked for on the command line. Secrets are never arguments: a password comes on standard input.
struct CommandLine {
    enum class Command {
        Program,    ///< the program itself
        Run,        ///< run -- program …: starts a program with values in its environment
        Doctor,     ///< doctor: says what keeps agents from the vault
        Headers,    ///< headers KEY: prints the headers of a client's requests
        Keep,       ///< keep: puts the token on standard input into the keychain
    };
    Command command = Command::Program;
    QString vaultFolder;            ///< --vault DIR; empty for the default vault
    std::uint16_t port = 1984;      ///< --port N; 0 = any free one
    bool demo = false;              ///< --demo: a throwaway vault filled from the demonstration import
    bool check = false;             ///< --check, with --demo: play the story, print it, exit with its result
    bool passwordFromStdin = false; ///< --password-stdin: unlock with the first line of standard input
    bool minimised = false;         ///< --minimised: start in the tray
    bool json = false;              ///< --json, with doctor
    QString keyId;                  ///< of headers, and --key of run: 8 characters of base62
    QStringList variables;          ///< --env of run: NAME=clavitor://entry/field
    QString reason;                 ///< --reason of run, for the person
    QStringList program;            ///< of run: the program and its arguments
    bool showToken = false;         ///< --show, with headers: also into a terminal
    bool showHelp = false;
    bool showVersion = false;

    /// `arguments` without the program's name. ErrorCode::InvalidValue with a sentence for anything unknown.
    [[nodiscard]] static Result<CommandLine> parse(const QStringList &arguments);
    [[nodiscard]] static QString help();
};

} // namespace clavitor
