// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/Reference.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QList>
#include <QStringList>

#include <expected>

namespace clavitor {

/// A command and the variables it gets values in: what `clavitor run` was asked for, worked out before anybody is asked anything.
struct RunPlan {
    struct Variable {
        QByteArray name;
        QString reference;      ///< as it was said
    };
    QList<Variable> variables;  ///< at least one; those said first, then those found in the environment
    QString program;            ///< absolute path
    QStringList arguments;

    /// For the person and the log: `TOKEN='clavitor://github.com/deploy token' /usr/bin/gh pr list`, as a shell would take it, on
    /// one line whatever the arguments hold.
    [[nodiscard]] QString statement() const;

    enum class Trouble { BadVariable, BadReference, NothingToPutIn, NoProgram, NotFound, TooLong };
    struct Refusal {
        Trouble trouble;
        QString sentence;
    };
    /// `assignments`: "NAME=clavitor://…", of --env. `environment`: "NAME=value" as the system has it; one whose value is a reference
    /// is one of the variables, unless an assignment names it. `command`: the program, found along PATH, and its arguments.
    [[nodiscard]] static std::expected<RunPlan, Refusal> of(const QStringList &assignments, const QByteArrayList &environment,
                                                            const QStringList &command);
};

} // namespace clavitor
