// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/RunPlan.h"

#include "app/link/Characters.h"
#include "app/link/Messages.h"
#include "app/model/Command.h"

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

#include <algorithm>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

bool isVariableName(QByteArrayView name)
{
    const auto isLetter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; };
    return !name.isEmpty() && isLetter(name.front())
        && std::ranges::all_of(name, [&](char c) { return isLetter(c) || (c >= '0' && c <= '9'); });
}

QString foundProgram(const QString &name)
{
    if (!name.contains(u'/'))
        return QStandardPaths::findExecutable(name);
    const QFileInfo file(name);
    return file.isFile() && file.isExecutable() ? QDir::cleanPath(file.absoluteFilePath()) : QString();
}

} // namespace

QString RunPlan::statement() const
{
    QStringList words;
    for (const Variable &variable : variables)
        words.append(QString::fromLatin1(variable.name) + u'=' + shellWord(variable.reference));
    words.append(shellWord(program));
    for (const QString &argument : arguments)
        words.append(shellWord(argument));
    return words.join(u' ');
}

std::expected<RunPlan, RunPlan::Refusal> RunPlan::of(const QStringList &assignments, const QByteArrayList &environment, const QStringList &command)
{
    const auto refuse = [](Trouble trouble, const QString &sentence) { return std::unexpected(Refusal{trouble, sentence}); };
    RunPlan plan;
    const auto isNamed = [&plan](QByteArrayView name) {
        return std::ranges::any_of(plan.variables, [name](const Variable &variable) { return variable.name == name; });
    };
    for (const QString &assignment : assignments) {
        const qsizetype equals = assignment.indexOf(u'=');
        const QByteArray name = assignment.first(std::max<qsizetype>(0, equals)).toUtf8();
        if (equals < 0 || !isVariableName(name))
            return refuse(Trouble::BadVariable, u"--env takes NAME=clavitor://entry/field, with a name of letters, digits and underscores. Correct it, then try again."_s);
        if (isNamed(name))
            return refuse(Trouble::BadVariable, u"--env names %1 twice. Keep one of the two."_s.arg(QString::fromLatin1(name)));
        plan.variables.append({name, assignment.sliced(equals + 1)});
    }
    for (const QByteArray &variable : environment) {
        const qsizetype equals = variable.indexOf('=');
        const QString value = equals > 0 ? QString::fromLocal8Bit(variable.sliced(equals + 1)) : QString();
        if (Reference::isAttempt(value) && isVariableName(variable.first(equals)) && !isNamed(QByteArrayView(variable).first(equals)))
            plan.variables.append({variable.first(equals), value});
    }
    // What is no reference may be a value somebody typed: it is not repeated.
    for (const Variable &variable : std::as_const(plan.variables))
        if (!Reference::fromString(variable.reference))
            return refuse(Trouble::BadReference, u"%1 names no value of the vault. A reference reads clavitor://entry/field, with %2F for a slash in a name. "
                                                 "Other values go into the environment as usual."_s.replace("%1"_L1, QString::fromLatin1(variable.name)));
    if (plan.variables.isEmpty())
        return refuse(Trouble::NothingToPutIn, u"Nothing says which value the command is to get. Add --env NAME=clavitor://entry/field."_s);
    if (command.isEmpty() || command.first().isEmpty())
        return refuse(Trouble::NoProgram, u"Which command? It goes last: clavitor run --env NAME=clavitor://entry/field -- command."_s);
    plan.program = foundProgram(command.first());
    if (plan.program.isEmpty())
        return refuse(Trouble::NotFound, u"There is no program '%1' to start. Check the name, or give its path."_s.arg(command.first()));
    plan.arguments = command.sliced(1);
    if (link::characters(plan.statement()) > link::MaxCommand)
        return refuse(Trouble::TooLong, u"The command is longer than the %1 characters a person is asked to read. Shorten it, by ids in place of long names for one."_s
                                            .arg(link::MaxCommand));
    return plan;
}

} // namespace clavitor
