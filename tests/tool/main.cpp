// SPDX-License-Identifier: GPL-3.0-or-later
// clavitor-vault-tool COMMAND FOLDER [options]: see usage below. The master password is the first line of standard input.
#include "tests/tool/VaultTool.h"

#include <QCommandLineParser>
#include <QCoreApplication>

#include <cstdio>
#include <iostream>
#include <string>

using namespace Qt::StringLiterals;
using namespace clavitor;

namespace {

Result<> perform(VaultTool &tool, const QString &command, const QCommandLineParser &options, const crypto::SecretText &password)
{
    if (command == "create"_L1) {
        if (const Result<> created = tool.create(password); !created)
            return created;
        if (const int count = options.value(u"entries"_s).toInt(); count > 0) {
            if (const Result<> added = tool.addSamples(count); !added)
                return added;
        }
        for (const QString &file : options.values(u"import"_s)) {
            if (const Result<> imported = tool.import(file); !imported)
                return imported;
        }
        for (const QString &key : options.values(u"key"_s)) {
            if (const Result<> made = tool.addKey(key); !made)
                return made;
        }
        if (options.isSet(u"keychain"_s)) {
            if (const Result<> added = tool.addKeychain(); !added)
                return added;
        }
        for (const QString &lease : options.values(u"lease"_s)) {
            if (const Result<> made = tool.addLease(lease); !made)
                return made;
        }
        return {};
    }
    if (command == "keys"_L1)
        return tool.printKeys(password);
    if (const Result<> opened = tool.open(password); !opened)
        return opened;
    if (command == "audit"_L1)
        return tool.printAudit();
    if (command == "entries"_L1)
        return tool.printEntries();
    if (command == "password"_L1) {
        std::string next;
        std::getline(std::cin, next);
        return tool.changePassword(password, crypto::SecretText::copyOf(next));
    }
    if (command == "unsheet"_L1)
        return tool.removeSheet();
    if (command == "write"_L1)
        return tool.writeForEver();
    return fail(ErrorCode::InvalidValue, u"no such command: "_s + command);
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCommandLineParser options;
    options.setApplicationDescription(u"Makes and reads vaults for tests. Commands: create, audit, entries, write, password, which takes the next one from the "
                                          "second line, unsheet, which takes the recovery sheet away, and keys, which prints what a search of a program's memory must not find."_s);
    options.addHelpOption();
    options.addOption({u"entries"_s, u"create: with that many sample entries."_s, u"count"_s});
    options.addOption({u"import"_s, u"create: with the entries of that export."_s, u"file"_s});
    options.addOption({u"key"_s, u"create: a key for everything, or for one tag with NAME:tag=TAG; NAME:asks asks the person, NAME:allowed too, but was told always for reading each; prints its token."_s, u"name"_s});
    options.addOption({u"keychain"_s, u"create: opened by the desktop's keychain as well; prints its secret."_s});
    options.addOption({u"lease"_s, u"create: KEY:TITLE:READS:SECONDS, an entry leased to a key; prints its id."_s, u"lease"_s});
    options.addPositionalArgument(u"command"_s, {});
    options.addPositionalArgument(u"folder"_s, {});
    options.process(application);
    const QStringList arguments = options.positionalArguments();
    if (arguments.size() != 2)
        options.showHelp(2);

    if (!crypto::initialise()) {
        std::cerr << "libsodium does not start\n";
        return 1;
    }
    std::string line;
    std::getline(std::cin, line);
    const auto password = crypto::SecretText::copyOf(line);
    VaultTool tool(arguments[1]);
    if (const Result<> done = perform(tool, arguments[0], options, password); !done) {
        std::cerr << errorName(done.error().code).data() << ": " << done.error().detail.toStdString() << '\n';
        return 1;
    }
    return 0;
}
