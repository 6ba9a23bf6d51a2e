// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <optional>
#include <variant>

/// The typed messages that cross the pipe between the bridge and the keeper. Values only, no behaviour.
/// Both processes are built from this file, so there is no version negotiation: Start carries a build stamp, and
/// a bridge of another one ends, as it does beside a program that was started before an update of its files.
namespace clavitor::link {

/// Version of the wire contract agents see (REST and MCP), semantic. Recorded in CHANGELOG.
inline constexpr char ApiVersion[] = "1.2.0";

/// The door a request came in by; part of the audit actor ("mcp:codex-agent").
enum class Door : std::uint8_t { Rest, Mcp };

/// Which facts about the TCP peer the bridge knows. The keeper resolves the program from the socket.
struct Peer
{
    std::uint16_t port = 0;   ///< the client's ephemeral port; 0 when unknown
    bool ipv6 = false;        ///< connected to [::1] instead of 127.0.0.1
    std::uint64_t socket = 0; ///< inode of the client's end, as the system told when it connected; 0 when unknown
    bool operator==(const Peer &) const = default;
};

// ---- what may be asked: one struct per operation
// --------------------------------------------------------------

/// Public state, needs no token: {"name","api_version","status"}.
struct HealthQuery
{
    bool operator==(const HealthQuery &) const = default;
};
/// Is this token valid now? Answers an empty object; used by the MCP methods that read nothing.
struct AuthenticateQuery
{
    bool operator==(const AuthenticateQuery &) const = default;
};
struct StatusQuery
{
    bool operator==(const StatusQuery &) const = default;
};
struct ListQuery
{
    QString type;   ///< wire name of an entry type, empty for all
    QString tag;    ///< exact tag, empty for all
    QString cursor; ///< opaque, from the previous page; empty for the first
    int limit = 50; ///< 1–100
    bool operator==(const ListQuery &) const = default;
};
struct ReadQuery
{
    QString entryId;
    bool metadataOnly = false; ///< a summary without values (MCP resource template)
    bool operator==(const ReadQuery &) const = default;
};
struct SearchQuery
{
    QString query;
    int limit = 5; ///< entries with values, 1–20; further matches come as summaries in "more"
    bool operator==(const SearchQuery &) const = default;
};
struct TotpQuery
{
    QString entryId;
    bool operator==(const TotpQuery &) const = default;
};
struct GenerateQuery
{
    int length = 32; ///< characters, 8–256
    bool symbols = true;
    bool digits = true;
    bool upper = true;
    bool lower = true;
    bool avoidAmbiguous = false;
    int words = 0; ///< 3–20 for a passphrase; 0 for a password
    QString separator = QStringLiteral("-");
    bool operator==(const GenerateQuery &) const = default;
};

/// Where something that waits for the person stands: an approval, or a request for a missing entry.
struct ApprovalQuery
{
    QString id;
    bool operator==(const ApprovalQuery &) const = default;
};
/// Asks the person for a credential that is not in the vault. The value is typed into the app, never sent.
struct RequestQuery
{
    QString title;      ///< 1–MaxRequestTitle characters
    QString why;        ///< 1–MaxReason characters
    QStringList fields; ///< labels of what is needed, at most MaxRequestFields of MaxRequestLabel characters
    bool operator==(const RequestQuery &) const = default;
};
/// What an entry's title may go on with, for a client that completes an argument as it is typed.
struct CompleteQuery
{
    QString text;       ///< what was typed, at most MaxTyped characters
    bool ids = false;   ///< answer the entries' ids instead of their titles
    bool operator==(const CompleteQuery &) const = default;
};

/// Asked by `clavitor run` alone: a value that goes into a command the caller does not see inside of.
struct UseQuery
{
    QString reference;  ///< "clavitor://entry/field", at most MaxReference characters
    QString command;    ///< what will run with it, for the person: 1–MaxCommand characters
    bool operator==(const UseQuery &) const = default;
};

using Query = std::variant<HealthQuery, AuthenticateQuery, StatusQuery, ListQuery, ReadQuery, SearchQuery,
                           TotpQuery, GenerateQuery, ApprovalQuery, RequestQuery, CompleteQuery, UseQuery>;

/// Longest parts of a RequestQuery, in characters.
inline constexpr qsizetype MaxRequestTitle = 100;
inline constexpr qsizetype MaxRequestLabel = 60;
inline constexpr qsizetype MaxRequestFields = 10;
/// Longest parts of a UseQuery, in characters. A command that is longer than a person reads is not put to one.
inline constexpr qsizetype MaxReference = 1'000;
inline constexpr qsizetype MaxCommand = 500;
/// Longest beginning that is completed, in characters.
inline constexpr qsizetype MaxTyped = 200;
/// How long the keeper holds a call that waits for the person before it answers Pending, in seconds.
inline constexpr int HoldSeconds = 25;

/// Longest texts a question carries, in characters (Characters.h); a frame that exceeds them is refused.
inline constexpr qsizetype MaxReason = 300;
inline constexpr qsizetype MaxClient = 200;
inline constexpr qsizetype MaxRequestId = 64;

/// Bridge → keeper: one call.
struct Question
{
    std::uint64_t id = 0; ///< unique per bridge process; the answer carries it
    Door door = Door::Rest;
    QByteArray token;    ///< as sent after "Bearer "; secret: wiped by whoever holds it last
    QString vaultPrefix; ///< the /<vault_id>/ of the path, empty for the short form
    QString reason;      ///< said by the agent, at most 300 characters, untrusted
    QString client;      ///< User-Agent or MCP clientInfo, at most 200 characters, untrusted
    QString requestId;   ///< shown in errors and in the audit row
    Peer peer;
    Query query;
    bool operator==(const Question &) const = default;
};

/// How a call ended. Worded for agents in bridge/ErrorMap, in one place.
enum class Status : std::uint8_t {
    Ok,
    BadRequest,
    Unauthorized,
    ActionNotAllowed,
    KeyPaused,
    KeyFrozen,
    CallerRefused,    ///< the key is pinned to a program or folder, and this is not it
    OwnProgramOnly,   ///< only `clavitor run` is answered that
    ApprovalDenied,   ///< the person said no, or nothing within the time
    Pending,          ///< the person has not answered yet; `body` says where to ask again
    NotFound,
    WrongVault, ///< the path's prefix names another vault: there is no such path
    Locked,
    VaultChanged, ///< open, but not as the keeper left it: no key is served until the person has looked
    RateLimited,
    BudgetExceeded,
    AuditUnavailable,
    KeeperUnavailable,
    Internal,
};

/// Keeper → bridge: the finished answer. `body` is a complete JSON object for Ok and Pending, empty otherwise.
struct Answer
{
    std::uint64_t id = 0;
    Status status = Status::Internal;
    QByteArray body;           ///< may hold secrets: wiped after it is written
    QString detail;            ///< for people and agents; by contract free of secrets; may be empty
    int retryAfterSeconds = 0; ///< for RateLimited, BudgetExceeded and Pending, and for Unauthorized when it was one wrong key too many
    std::uint64_t process = 0; ///< names the process that called, and means nothing else; 0 when unknown
    bool operator==(const Answer &) const = default;
};

/// Bridge → keeper: the client of a question left before its answer was written.
struct ClientGone
{
    std::uint64_t id = 0;
    bool operator==(const ClientGone &) const = default;
};
/// Bridge → keeper: which processes are at the other ends of these connections? The bridge has shut itself in and cannot look.
struct WhoCalls
{
    static constexpr qsizetype Most = 128; ///< more than there are connections

    std::uint64_t id = 0; ///< unique per bridge process; the answer carries it
    QList<Peer> peers;
    bool operator==(const WhoCalls &) const = default;
};
/// Keeper → bridge: as in Answer::process, in the order they were asked about. Also of a locked vault.
struct Callers
{
    std::uint64_t id = 0;
    QList<std::uint64_t> processes;
    bool operator==(const Callers &) const = default;
};
/// Bridge → keeper, first message: both addresses are bound, or why not.
struct BridgeUp
{
    std::uint16_t port = 0;
    QString failure; ///< empty when serving; else a sentence that names the address and the holder if known
    bool operator==(const BridgeUp &) const = default;
};
/// Keeper → bridge, first message: what to serve. First of ToBridge and with its stamp first in every version, see foreignBuild().
struct Start
{
    QByteArray build; ///< buildStamp(): the bridge ends when its own is another
    std::uint16_t port = 1984; ///< 0 = any free port, for tests
    bool operator==(const Start &) const = default;
};

using ToKeeper = std::variant<BridgeUp, Question, ClientGone, WhoCalls>;
using ToBridge = std::variant<Start, Answer, Callers>;

/// Largest frame either side accepts, length prefix excluded. A longer one ends the link.
inline constexpr std::uint32_t MaxFrame = 8 * 1024 * 1024;

/// Identifies a build: the program's version and a digest of this schema and its codec. Both processes must
/// agree.
QByteArray buildStamp();

/// Encoding: 4-byte big-endian length, one tag byte, the fields in order of declaration. Frames are
/// self-contained.
QByteArray encode(const ToKeeper &message);
QByteArray encode(const ToBridge &message);

/// `payload` is a frame without its length prefix. Strict: unknown tags, values out of range, strings that
/// are not UTF-8, trailing or missing bytes give nullopt. Allocates no more than a small multiple of the
/// payload's size. What it accepts, encode() writes back byte for byte.
std::optional<ToKeeper> decodeToKeeper(QByteArrayView payload);
std::optional<ToBridge> decodeToBridge(QByteArrayView payload);

/// The stamp of a Start that decodeToBridge() may not read, being of another build. Nothing when it is of this one or no Start at all:
/// a stamp is 1 to MaxStamp printable ASCII characters.
inline constexpr qsizetype MaxStamp = 128;
std::optional<QByteArray> foreignBuild(QByteArrayView payload);

} // namespace clavitor::link
