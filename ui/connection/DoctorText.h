// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connect/Examination.h"

#include <QCoreApplication>

namespace clavitor::ui {

/// One line of what the doctor says.
struct DoctorLine {
    enum class State {
        Ok,
        Note,           ///< nothing is wrong as far as one sees, and there is something to know
        ToDo,
    };
    State state = State::Ok;
    QString subject;    ///< "Port", "Codex"
    QString finding;    ///< one sentence or a few words
    QString next;       ///< what to do now; empty for Ok
    bool operator==(const DoctorLine &) const = default;
};

/// The doctor's words, the same in the terminal and in the window.
class DoctorText {
    Q_DECLARE_TR_FUNCTIONS(DoctorText)
public:
    [[nodiscard]] static QList<DoctorLine> lines(const Examination &found);
    [[nodiscard]] static bool isAllWell(const QList<DoctorLine> &lines);
    /// "Everything is in order." or how many things there are to do.
    [[nodiscard]] static QString verdict(const QList<DoctorLine> &lines);
    /// For a terminal, with the verdict last; ends with a line end.
    [[nodiscard]] static QString plain(const QList<DoctorLine> &lines);
    /// {"ok":…,"lines":[{"state":"ok"|"note"|"to do","subject","finding","next"}]}, one line.
    [[nodiscard]] static QByteArray json(const QList<DoctorLine> &lines);

private:
    [[nodiscard]] static DoctorLine address(link::LoopbackAddress address, const AddressFinding &finding, quint16 port);
    [[nodiscard]] static DoctorLine client(const ClientFinding &finding);
    /// What the client has for one project alone.
    [[nodiscard]] static DoctorLine project(const ClientFinding &finding, const ProjectServer &server);
    [[nodiscard]] static DoctorLine token(const ClientFinding &finding);
    /// What keeps the token of a project's server from working; nullopt for nothing that is known.
    [[nodiscard]] static std::optional<DoctorLine> tokenOf(const ClientFinding &finding, const ProjectFinding &project);
    /// Of what is the same for both: the vault's and the keychain's word on a token.
    [[nodiscard]] static DoctorLine tried(TokenCheck check, const QString &subject, const QString &keyId, const QString &again);
    /// Folders of projects that nobody could look into.
    [[nodiscard]] static DoctorLine unread(const ClientFinding &finding);
    [[nodiscard]] static DoctorLine neighbour(const ClientFinding &finding);
    [[nodiscard]] static DoctorLine keychain(const Examination &found);
    [[nodiscard]] static DoctorLine session(LoginSession session);
    [[nodiscard]] static DoctorLine memory(const LockedMemory &memory, const QString &plainSwap);
    [[nodiscard]] static DoctorLine start(const Examination &found);
    [[nodiscard]] static DoctorLine clock(const Examination &found);
    [[nodiscard]] static DoctorLine bridge(const Examination &found);
    [[nodiscard]] static DoctorLine door(const Examination &found);
};

} // namespace clavitor::ui
