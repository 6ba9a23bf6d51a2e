// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/Examination.h"

#include "app/connect/ProcessAge.h"
#include "app/connect/ProjectFiles.h"
#include "app/connect/SetupPlan.h"
#include "app/connect/TokenItem.h"
#include "app/link/Messages.h"
#include "app/link/ShimArguments.h"
#include "app/link/SwapSpace.h"
#include "app/session/Keychain.h"
#include "app/session/VaultFolder.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QThread>

#include <algorithm>

#include <unistd.h>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr int kBridgeStart = 3'000; ///< milliseconds for the bridge's program to say its build

QJsonObject bodyOf(const LoopbackAnswer &answer)
{
    return answer.kind == LoopbackAnswer::Kind::Answered ? QJsonDocument::fromJson(answer.body).object() : QJsonObject();
}

QString askBuild(const QString &program)
{
    if (program.isEmpty())
        return {};
    QProcess bridge;
    bridge.start(program, {u"--version"_s});
    const bool isDone = bridge.waitForFinished(kBridgeStart);
    if (!isDone) {
        bridge.kill();
        bridge.waitForFinished(kBridgeStart);
        return {};
    }
    return bridge.exitCode() == 0 ? QString::fromLatin1(bridge.readAllStandardOutput()).trimmed().left(64) : QString();
}

TokenCheck meaningOf(const LoopbackAnswer &answer)
{
    if (answer.kind != LoopbackAnswer::Kind::Answered)
        return TokenCheck::NoAnswer;
    const QString code = bodyOf(answer).value("error"_L1).toObject().value("code"_L1).toString();
    switch (answer.status) {
    case 200:
        return bodyOf(answer).value("locked"_L1).toBool() ? TokenCheck::VaultLocked : TokenCheck::Accepted;
    case 401:
        return TokenCheck::Unknown;
    case 403:
        return code == "key_frozen"_L1       ? TokenCheck::KeyFrozen
            : code == "key_paused"_L1     ? TokenCheck::KeyPaused
            : code == "caller_refused"_L1 ? TokenCheck::CallerRefused
                                          : TokenCheck::NoAnswer;
    case 423:
        return TokenCheck::VaultLocked;
    case 429:
        return TokenCheck::TooMany;
    default:
        return TokenCheck::NoAnswer;
    }
}

/// proc_pid_status(5): everybody may read it, of a process that lets nobody look at it as well.
std::optional<bool> isShutIn(qint64 pid)
{
    QFile file(u"/proc/%1/status"_s.arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    const QByteArray status = file.readAll();
    constexpr auto filtered = "\nSeccomp:\t2\n";
    return status.contains(filtered) && status.contains("\nNoNewPrivs:\t1\n");
}

} // namespace

bool AddressFinding::answersLikeUs() const
{
    return answer.status == 200 && bodyOf(answer).value("name"_L1).toString() == "clavitor"_L1;
}

bool AddressFinding::isOurs() const
{
    return answersLikeUs() && user && user->isOurBridge();
}

bool AddressFinding::isLocked() const
{
    return isOurs() && bodyOf(answer).value("status"_L1).toString() == "locked"_L1;
}

/// A token that is tried once, however many servers have it.
struct Examiner::Trial {
    QString keyId;                  ///< whose token the keychain is asked for; empty for one that is at hand
    crypto::SecretText token;
    std::optional<Error> keychain;
    TokenCheck check = TokenCheck::NotTried;
};

/// One examination under way: passed from thread to thread, touched by one at a time.
struct Examiner::Work {
    Parts parts;
    Examination found;
    QList<std::shared_ptr<ClientFinding>> clients;
    QList<std::shared_ptr<Trial>> trials;
    struct Tried {
        std::shared_ptr<ClientFinding> client;
        qsizetype project;          ///< of its projects; -1: the server for all
        std::shared_ptr<Trial> trial;
    };
    QList<Tried> tried;
    QString vaultId;

    void lookAround()
    {
        found.port = parts.port;
        found.version = parts.version;
        found.build = QString::fromLatin1(link::buildStamp());
        if (parts.sqlCipherVersion)
            found.sqlCipherVersion = parts.sqlCipherVersion();
        for (const auto &[address, finding] : {std::pair(link::LoopbackAddress::V4, &found.v4), std::pair(link::LoopbackAddress::V6, &found.v6)}) {
            finding->answer = askLoopback(address, parts.port, {"/health"_ba});
            if (finding->answer.kind != LoopbackAnswer::Kind::NoSuchAddress)
                finding->user = parts.whoListens(address, parts.port);
        }
        if (found.v4.isOurs() || found.v6.isOurs())
            lookAtDoor();
        if (!found.memory)
            found.memory = lockedMemoryOf(::getpid());
        found.plainSwap = link::plainSwap();
        const VaultFolder folder(parts.vaultFolder);
        QString database = folder.databasePath();
        if (const auto header = folder.readHeader()) {
            database = folder.databasePath(header->headers.front().epoch);
            found.hasVault = true;
            found.hasKeychainSlot = header->headers.front().slot(crypto::SlotKind::Keychain) != nullptr;
            vaultId = QString::fromStdString(header->headers.front().vaultId);
        }
        found.now = parts.clock();
        found.isClockSynchronised = parts.clockState();
        found.session = parts.loginSession();
        for (const QString &file : QStringList{parts.program, database, database + u"-wal"_s})
            if (const QFileInfo info(file); info.exists())
                found.newestFile = std::max(found.newestFile, info.lastModified().toMSecsSinceEpoch());
        if (QFileInfo(parts.bridgeProgram).isExecutable())
            found.bridgeProgram = parts.bridgeProgram;
#ifdef Q_OS_LINUX
        if (::geteuid() != 0)
            found.isProgramReadable = QFileInfo(parts.program).isReadable() || QFileInfo(found.bridgeProgram).isReadable();
#endif
        found.program = parts.program;
        found.bridgeBuild = askBuild(found.bridgeProgram);
        for (const InstalledClient &client : findClients(parts.places)) {
            auto finding = std::make_shared<ClientFinding>();
            finding->client = client;
            if (Result<ClientSetting> setting = settingOf(client, parts.port, parts.places.programFolders))
                finding->setting = std::move(*setting);
            else
                finding->unreadable = setting.error();
            lookIntoProjects(finding->setting, parts.port, parts.places);
            const ClientSetting &setting = finding->setting;
            addTrial(finding, -1, setting.how, setting.keyId, setting.token.isEmpty() ? nullptr : &setting.token);
            finding->setting.token = {};
            for (ProjectServer &server : std::exchange(finding->setting.projects, {})) {
                const auto token = std::exchange(server.token, nullptr);
                addTrial(finding, finding->projects.size(), server.how, server.keyId, token.get());
                finding->projects.append({std::move(server)});
            }
            clients.append(std::move(finding));
        }
    }

    void addTrial(const std::shared_ptr<ClientFinding> &client, qsizetype project, TokenWay how, const QString &keyId, const crypto::SecretText *token)
    {
        const bool isKept = (how == TokenWay::ByCommand || how == TokenWay::ByProgram) && link::isKeyId(keyId);
        if (!isKept && !token)
            return;
        const auto same = std::ranges::find_if(trials, [&](const std::shared_ptr<Trial> &trial) {
            return isKept ? trial->keyId == keyId : trial->keyId.isEmpty() && trial->token.view() == token->view();
        });
        if (same != trials.end()) {
            tried.append({client, project, *same});
            return;
        }
        auto trial = std::make_shared<Trial>();
        if (isKept)
            trial->keyId = keyId;
        else
            trial->token = token->clone();
        trials.append(trial);
        tried.append({client, project, std::move(trial)});
    }

    void lookAtDoor()
    {
        const std::expected<int, link::DoorRefusal> entered = link::enterDoor(link::doorPath(parts.runtimeFolder, parts.port));
        if (!entered) {
            found.door = entered.error();
            return;
        }
        if (const auto bridge = link::credentialsOf(*entered); bridge && bridge->pid != 0) {
            found.isShutIn = isShutIn(bridge->pid);
            // The keeper is who started the bridge.
            if (const auto keeper = parentOf(bridge->pid)) {
                found.memory = lockedMemoryOf(*keeper);
                // Of itself it knows: a bridge of another build was found above.
                if (*keeper != ::getpid())
                    found.isOutdated = wasStartedBefore(*keeper, parts.program);
            }
        }
        ::close(*entered);
    }

    void askAboutTokens()
    {
        for (const auto &trial : std::as_const(trials)) {
            if (!trial->token.isEmpty())
                trial->check = askAbout(trial->token);
            trial->token = {};
        }
        for (const Tried &one : std::as_const(tried)) {
            if (one.project < 0) {
                one.client->keychain = one.trial->keychain;
                one.client->token = one.trial->check;
            } else {
                one.client->projects[one.project].keychain = one.trial->keychain;
                one.client->projects[one.project].token = one.trial->check;
            }
        }
    }

    TokenCheck askAbout(const crypto::SecretText &token)
    {
        for (const auto &[address, finding] : {std::pair(link::LoopbackAddress::V4, &found.v4), std::pair(link::LoopbackAddress::V6, &found.v6)}) {
            if (!finding->isOurs())
                continue;
            // The keychain may have kept us waiting: whoever took the port meanwhile is not shown a token.
            finding->user = parts.whoListens(address, parts.port);
            if (finding->isOurs())
                return meaningOf(askLoopback(address, parts.port, {"/api/status"_ba}, token));
        }
        return TokenCheck::NotTried;
    }
};

Examiner::Examiner(Parts parts, QObject *parent)
    : QObject(parent)
    , m_parts(std::move(parts))
{
}

Examiner::~Examiner() = default;

void Examiner::examine(Reply<Result<Examination>> reply)
{
    if (m_work) {
        reply(fail(ErrorCode::Busy));
        return;
    }
    m_reply = std::move(reply);
    m_work = std::make_shared<Work>();
    m_work->parts = m_parts;
    QThread *thread = QThread::create([work = m_work] { work->lookAround(); });
    connect(thread, &QThread::finished, this, &Examiner::readVaultItem);
    connect(thread, &QThread::finished, thread, &QObject::deleteLater);
    thread->start();
}

void Examiner::readVaultItem()
{
    // Without a vault any name will do: "there is no such item" is the answer of a keychain that works.
    const QString name = m_work->vaultId.isEmpty() ? u"none"_s : m_work->vaultId;
    m_parts.keychain->read(name, [this, guard = QPointer(this)](const Result<crypto::SecretBytes> &secret) {
        if (!guard)
            return;
        const bool isExpected = !secret && secret.error().code == ErrorCode::KeychainNoItem && !m_work->found.hasKeychainSlot;
        if (!secret && !isExpected)
            m_work->found.keychain = secret.error();
        readTokens(0);
    });
}

void Examiner::readTokens(qsizetype from)
{
    for (qsizetype index = from; index < m_work->trials.size(); ++index) {
        const std::shared_ptr<Trial> &trial = m_work->trials.at(index);
        if (trial->keyId.isEmpty())
            continue;
        tokenItem::read(*m_parts.keychain, trial->keyId, [this, guard = QPointer(this), trial, index](Result<crypto::SecretText> token) {
            if (!guard)
                return;
            if (token)
                trial->token = std::move(*token);
            else
                trial->keychain = token.error();
            readTokens(index + 1);
        });
        return;
    }
    checkTokens();
}

void Examiner::checkTokens()
{
    QThread *thread = QThread::create([work = m_work] { work->askAboutTokens(); });
    connect(thread, &QThread::finished, this, &Examiner::finish);
    connect(thread, &QThread::finished, thread, &QObject::deleteLater);
    thread->start();
}

void Examiner::finish()
{
    Examination found = std::move(m_work->found);
    for (const auto &client : std::as_const(m_work->clients))
        found.clients.append(client);
    m_work.reset();
    m_reply(std::move(found));
}

} // namespace clavitor
