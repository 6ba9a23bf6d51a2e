// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace clavitor::link {

/// What hardenProcess() could not do.
struct Hardening {
    QString refusal;      ///< not empty: print it and exit, the process must not handle secrets
    QStringList warnings; ///< protections this system does not give; for the log and the Connection page
};

/// First thing in main() of both processes, before QCoreApplication and before any thread. English texts.
///
/// Refuses to run set-uid. Puts /dev/null where a standard stream is closed, so that nothing else is printed into. Makes the process
/// undumpable (no ptrace, /proc/PID/mem or environ by the same user: F15), allows no core file, removes the environment variables that load code, redirect trust or log requests (T15), has freed
/// heap overwritten (M_PERTURB) and, where glibc would cache freed blocks unwiped, starts the program once more with
/// that cache off and the cleaned environment (F16): then it does not return. `argv` is passed on unchanged; the pid
/// and inherited descriptors stay. Not under ASan or TSan, which bring their own allocator. Other systems than Linux
/// with glibc: compiles, protects what it can and warns.
[[nodiscard]] Hardening hardenProcess(char *const *argv);

/// For a process that asks the vault and is to be recognised by it: takes back that it cannot be looked at, so that this user's other
/// programs see which program it is, and could read its memory. Never in the keeper or the bridge. Closes the sockets it was handed at its
/// start, but for the standard streams: before anything of its own is open.
void showProgram();

/// True for an environment variable ("NAME=value") that hardenProcess() removes.
[[nodiscard]] bool isHostileVariable(QByteArrayView assignment);

/// Takes that back, as soon as nothing is asked any more.
void hideProgram();

/// The variable as it was before hardenProcess() added to it, for a program that is none of ours; empty when it was not there.
[[nodiscard]] QByteArray withoutHardening(const QByteArray &assignment);

} // namespace clavitor::link
