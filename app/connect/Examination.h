// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/base/Error.h"
#include "app/base/Post.h"
#include "app/connect/ClientSetting.h"
#include "app/connect/InstalledClient.h"
#include "app/connect/KernelClock.h"
#include "app/connect/LockedMemory.h"
#include "app/connect/LoopbackProbe.h"
#include "app/link/LocalDoor.h"
#include "app/link/PortUser.h"
#include "app/presence/LoginSession.h"

#include <QObject>

#include <functional>
#include <memory>
#include <optional>

namespace clavitor {

class Keychain;

/// What of the token of a client's configuration could be found out.
enum class TokenCheck {
    NotTried,           ///< there is none to try, or nobody to ask whom it may be shown to
    Accepted,
    VaultLocked,        ///< well-formed; whose it is cannot be known
    Unknown,            ///< the vault does not know it, or its key was revoked or expired
    KeyPaused,
    KeyFrozen,
    CallerRefused,      ///< the key is pinned to a program or folder, and the doctor is another: it is known and works there
    TooMany,            ///< too many refusals lately: nothing to learn
    NoAnswer,
};

/// What an examination found on one loopback address.
struct AddressFinding {
    LoopbackAnswer answer;
    std::optional<link::PortUser> user;           ///< of whatever listens there
    [[nodiscard]] bool answersLikeUs() const;   ///< which any program can
    [[nodiscard]] bool isOurs() const;      ///< Clavitor answers there: a program of this user's that can be its bridge
    [[nodiscard]] bool isLocked() const;    ///< and says that the vault is locked
};

/// What it found about a server that a client has for one project alone.
struct ProjectFinding {
    ProjectServer server;                   ///< its token is not kept
    std::optional<Error> keychain = {};     ///< as ClientFinding's
    TokenCheck token = TokenCheck::NotTried;
};

/// What it found about one client.
struct ClientFinding {
    InstalledClient client;
    std::optional<Error> unreadable;        ///< its file
    ClientSetting setting;                  ///< its token is not kept, and its projects are in the next
    QList<ProjectFinding> projects;
    std::optional<Error> keychain;          ///< why the keychain did not give the token the client's command or program asks for
    TokenCheck token = TokenCheck::NotTried;
};

/// The facts `clavitor doctor` and the page Connection speak of; the words are in ui/connection/DoctorText. Holds no secret.
struct Examination {
    std::uint16_t port = 1984;
    AddressFinding v4;
    AddressFinding v6;
    QList<std::shared_ptr<const ClientFinding>> clients;

    std::optional<link::DoorRefusal> door;  ///< why clavitor-mcp would not come in to the bridge that serves
    std::optional<bool> isShutIn;           ///< whether that bridge filters its system calls, as the kernel tells; nullopt without its door

    std::optional<bool> isOutdated;         ///< the keeper that runs was started before its file was written, as by an update; nullopt likewise, and of itself
    std::optional<LoginSession> session;    ///< whether logind tells of this session; nullopt without logind
    std::optional<LockedMemory> memory;     ///< of the keeper that runs, else of who asks; nullopt where it cannot be known
    QString plainSwap;                      ///< a swap space whose content reaches the disk as it is; empty when there is none

    /// This user may read this program's file or the bridge's, so the kernel opens their memory to its other programs at the moment they start;
    /// nullopt on other systems than Linux and of root, who may read everything.
    std::optional<bool> isProgramReadable;

    bool hasVault = false;
    bool hasKeychainSlot = false;           ///< the vault can be unlocked with the keychain
    std::optional<Error> keychain;          ///< why it cannot be used; KeychainNoItem only when the slot's secret is missing

    qint64 now = 0;                         ///< ms since the epoch
    qint64 newestFile = 0;                  ///< when the program or the vault was last written; later than `now`: the clock is behind
    std::optional<bool> isClockSynchronised;///< nullopt where the system does not tell

    QString version;
    QString build;                          ///< of this program
    QString program;                        ///< this one's path
    QString bridgeProgram;                  ///< likewise; empty when there is none
    QString bridgeBuild;                    ///< as it tells itself; empty when it does not
    QString sqlCipherVersion;
};

/// Finds all of that out. It needs no open vault and takes no lock, so it may run beside the program or without it.
///
/// Lives on the UI thread, for the keychain; files, sockets and the bridge's program are asked on a thread of its own that ends with
/// each answer. One examination at a time: a second call answers Busy.
class Examiner : public QObject {
    Q_OBJECT
public:
    struct Parts {
        ClientPlaces places;
        std::uint16_t port = 1984;
        QString vaultFolder;
        Keychain *keychain = nullptr;       ///< outlives this object
        Clock clock;
        QString program;                    ///< this one's path
        QString bridgeProgram;
        QString version;
        std::function<QString()> sqlCipherVersion;  ///< asked beside the UI thread
        QString runtimeFolder = link::runtimeFolder();
        std::function<std::optional<link::PortUser>(link::LoopbackAddress, std::uint16_t)> whoListens = &link::userOfPort;  ///< likewise
        std::function<std::optional<bool>()> clockState = &clavitor::isClockSynchronised;
        std::function<std::optional<LoginSession>()> loginSession = [] { return askLoginSession(); };  ///< likewise
    };
    explicit Examiner(Parts parts, QObject *parent = nullptr);
    ~Examiner() override;

    void setPort(std::uint16_t port) { m_parts.port = port; }
    void examine(Reply<Result<Examination>> reply);

private:
    struct Trial;
    struct Work;
    void readVaultItem();
    void readTokens(qsizetype from);
    void checkTokens();
    void finish();

    Parts m_parts;
    std::shared_ptr<Work> m_work;           ///< null between examinations
    Reply<Result<Examination>> m_reply;
};

} // namespace clavitor
