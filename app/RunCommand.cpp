// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/RunCommand.h"

#include "app/CommandLine.h"
#include "app/SessionEnvironment.h"
#include "app/connect/TokenItem.h"
#include "app/link/LocalDoor.h"
#include "app/link/ProcessHardening.h"
#include "app/run/ChildProgram.h"
#include "app/run/RunPlan.h"
#include "app/run/ValueSource.h"
#include "app/session/QtKeychainSlot.h"
#include "crypto/AgentToken.h"
#include "ui/connection/ConnectionText.h"

#include <QCoreApplication>
#include <QTextStream>

#include <cerrno>
#include <cstdlib>
#include <memory>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr int kCannotStart = 126;
constexpr int kProgramNotFound = 127;
constexpr char kTokenVariable[] = "CLAVITOR_TOKEN";

int refuseToRun(const QString &sentence, int code = kNothingRun)
{
    QTextStream(stderr) << "clavitor: " << sentence << Qt::endl;
    return code;
}

std::expected<crypto::SecretText, QString> tokenFromKeychain(const QString &keyId, int &argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    completeSessionEnvironment();
    QtKeychainSlot keychain;
    std::expected<crypto::SecretText, QString> found = std::unexpected(QString());
    tokenItem::read(keychain, keyId, [&found, &keyId](Result<crypto::SecretText> token) {
        if (token)
            found = std::move(*token);
        else
            found = std::unexpected(ui::ConnectionText::keychain(token.error().code, keyId));
        QCoreApplication::quit();
    });
    QCoreApplication::exec();
    return found;
}

std::expected<crypto::SecretText, QString> keyToAskWith(const CommandLine &line, int &argc, char **argv)
{
    if (!line.keyId.isEmpty())
        return tokenFromKeychain(line.keyId, argc, argv);
    const char *const told = std::getenv(kTokenVariable);
    if (!told)
        return std::unexpected(u"Which key? Say --key with its id, the 8 characters after \"clavitor_\" in its token, which vault_status tells an agent; "
                               "clavitor keep puts a token into the keychain. Or set CLAVITOR_TOKEN."_s);
    if (!crypto::AgentToken::parse(told))
        return std::unexpected(u"CLAVITOR_TOKEN holds no token of a key, or part of one."_s);
    return crypto::SecretText::copyOf(told);
}

crypto::SecretText assigned(const QByteArray &name, const crypto::SecretText &value)
{
    crypto::SecretText variable;
    variable.reserve(static_cast<std::size_t>(name.size()) + 1 + value.size());
    variable.append({name.constData(), static_cast<std::size_t>(name.size())});
    variable.append("=");
    variable.append(value.view());
    return variable;
}

} // namespace

int runProgram(const CommandLine &line, int &argc, char **argv)
{
    // The vault answers nobody it cannot tell from an agent, so others of this user may look at this process until it has what it asks
    // for.
    link::showProgram();
    // What cannot be shown to a person and started alike is not started.
    for (int i = 1; i < argc; ++i)
        if (QString::fromLocal8Bit(argv[i]).toLocal8Bit() != argv[i])
            return refuseToRun(u"An argument is no UTF-8 text. Name the file or the value otherwise."_s);
    const auto plan = RunPlan::of(line.variables, environmentWithout({}), line.program);
    if (!plan)
        return refuseToRun(plan.error().sentence, plan.error().trouble == RunPlan::Trouble::NotFound ? kProgramNotFound : kNothingRun);
    // Where the bridge has its door; without one it has none.
    const QString runtime = link::runtimeFolder();
    if (runtime.isEmpty())
        return refuseToRun(u"This session has no runtime folder, where Clavitor takes such calls. Set XDG_RUNTIME_DIR to a folder of yours that nobody else "
                           "may enter, for Clavitor and for this command."_s);
    auto token = keyToAskWith(line, argc, argv);
    if (!token)
        return refuseToRun(token.error());

    QByteArrayList replaced{kTokenVariable};
    ChildProgram program{plan->program.toLocal8Bit(), {}, {}};
    for (const QString &argument : plan->arguments)
        program.arguments.append(argument.toLocal8Bit());
    std::vector<crypto::SecretText> values;
    auto source = std::make_unique<ValueSource>(ValueSource::Parts{.door = link::doorPath(runtime, line.port), .token = std::move(*token), .reason = line.reason});
    for (const RunPlan::Variable &variable : plan->variables) {
        auto value = source->value(variable.reference, plan->statement());
        if (!value)
            return refuseToRun(value.error());
        if (value->view().contains('\0'))
            return refuseToRun(u"The value for %1 holds a zero byte, which no variable can."_s.arg(QString::fromLatin1(variable.name)));
        replaced.append(variable.name);
        program.environment.push_back(assigned(variable.name, *value));
        values.push_back(std::move(*value));
    }
    source.reset();
    for (const QByteArray &kept : environmentWithout(replaced))
        program.environment.push_back(crypto::SecretText::copyOf({kept.constData(), static_cast<std::size_t>(kept.size())}));
    OutputMask output(values);
    OutputMask errors(values);
    values.clear();
    link::hideProgram();
    const std::expected<int, int> ended = program.run(output, errors);
    if (ended)
        return *ended;
    return refuseToRun(u"%1 could not be started: %2. Mend that, then try again."_s.arg(plan->program, qt_error_string(ended.error())),
                       ended.error() == ENOENT ? kProgramNotFound : kCannotStart);
}

} // namespace clavitor
