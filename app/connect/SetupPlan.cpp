// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/SetupPlan.h"

#include "app/connect/ProgramPresence.h"
#include "app/link/Wipe.h"
#include "crypto/AgentToken.h"

#include <QThread>

#include <algorithm>

namespace clavitor {

SetupPlan::~SetupPlan()
{
    link::wipe(m_after);
}

template<typename Change>
Result<SetupPlan> SetupPlan::of(const InstalledClient &client, const Change &change)
{
    Result<ConfigFile> before = ConfigFile::read(client.configFile);
    if (!before)
        return std::unexpected(before.error());
    Result<QByteArray> after = change(before->bytes);
    if (!after)
        return std::unexpected(after.error());
    SetupPlan plan;
    plan.m_before = std::move(*before);
    plan.m_after = std::move(*after);
    plan.m_keyId = readSetting(client.client, plan.m_before.bytes, 0).onlyKeyId();
    plan.m_isInProject = clavitor::isInProject(plan.m_before);
    plan.m_diff = differences(plan.m_before.bytes, plan.m_after);
    return plan;
}

Result<SetupPlan> SetupPlan::make(const InstalledClient &client, const Wiring &wiring)
{
    return of(client, [&](const QByteArray &bytes) { return withServer(client.client, bytes, wiring); });
}

Result<SetupPlan> SetupPlan::removal(const InstalledClient &client)
{
    return of(client, [&](const QByteArray &bytes) { return withoutServer(client.client, bytes); });
}

void planSetup(const InstalledClient &client, Wiring wiring, Reply<Result<SetupPlan>> reply)
{
    struct Work {
        InstalledClient client;
        Wiring wiring;
        Reply<Result<SetupPlan>> reply;
    };
    auto work = std::make_shared<Work>(Work{client, std::move(wiring), std::move(reply)});
    QThread *thread = QThread::create([work] { work->reply(SetupPlan::make(work->client, work->wiring)); });
    QObject::connect(thread, &QThread::finished, thread, &QObject::deleteLater);
    thread->start();
}

void planRemoval(const InstalledClient &client, Reply<Result<SetupPlan>> reply)
{
    QThread *thread = QThread::create([client, reply = std::make_shared<Reply<Result<SetupPlan>>>(std::move(reply))] { (*reply)(SetupPlan::removal(client)); });
    QObject::connect(thread, &QThread::finished, thread, &QObject::deleteLater);
    thread->start();
}

bool SetupPlan::isReadByOthers() const
{
    return m_before.exists && (m_before.permissions & (QFile::ReadGroup | QFile::ReadOther));
}

bool SetupPlan::holdsToken() const
{
    constexpr QByteArrayView mark = "clavitor_";
    const auto isPart = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; };
    const QByteArray &bytes = m_before.bytes;
    for (qsizetype at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) {
        const auto end = std::find_if_not(bytes.begin() + at, bytes.end(), isPart);
        if (crypto::AgentToken::parse({bytes.constData() + at, static_cast<std::size_t>(end - bytes.begin() - at)}))
            return true;
    }
    return false;
}

Result<ClientSetting> settingOf(const InstalledClient &client, quint16 port, const QStringList &programFolders)
{
    const Result<ConfigFile> file = ConfigFile::read(client.configFile);
    if (!file)
        return std::unexpected(file.error());
    ClientSetting setting = readSetting(client.client, file->bytes, port);
    judgePresence(setting, programFolders);
    return setting;
}

} // namespace clavitor
