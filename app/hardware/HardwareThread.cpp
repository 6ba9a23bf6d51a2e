// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/hardware/HardwareThread.h"

#include <new>

namespace clavitor {

using namespace Qt::StringLiterals;

HardwareThread::HardwareThread(HardwareKeys keys, QObject *parent)
    : QObject(parent)
    , m_keys(std::move(keys))
    , m_worker(std::make_unique<QObject>())
{
    qRegisterMetaType<HardwareCall::Step>();
    m_thread.setObjectName(u"hardware"_s);
    m_worker->moveToThread(&m_thread);
}

HardwareThread::~HardwareThread()
{
    stop();
    m_thread.quit();
    m_thread.wait();
}

HardwareKey *HardwareThread::keyOf(Kind kind) const
{
    return kind == Kind::Tpm ? m_keys.tpm.get() : m_keys.securityKey.get();
}

bool HardwareThread::isAvailable(Kind kind) const
{
    const HardwareKey *key = keyOf(kind);
    return key != nullptr && (kind == Kind::SecurityKey || !key->present().isEmpty());
}

void HardwareThread::stop()
{
    m_stop.request_stop();
    m_stop = {};
}

template<typename Answer, typename Work>
void HardwareThread::ask(Kind kind, Reply<Answer> reply, Work work)
{
    if (!m_thread.isRunning())
        m_thread.start();
    post(m_worker.get(), [this, key = keyOf(kind), stop = m_stop.get_token(), reply = std::move(reply), work = std::move(work)]() mutable {
        // Posted back to an object that waits for this thread before it goes.
        const HardwareCall call{stop, [this, stop](HardwareCall::Step step) {
            post(this, [this, stop, step] {
                if (!stop.stop_requested())
                    emit stepped(step);
            });
        }};
        reply(work(key, call));
    });
}

namespace {

template<typename T, typename Work>
Result<T> guarded(HardwareKey *key, const HardwareCall &call, Work work)
{
    if (key == nullptr)
        return fail(ErrorCode::NotFound, u"nothing of that kind on this system"_s);
    if (call.stop.stop_requested())
        return fail(ErrorCode::Cancelled);
    try {
        return work();
    } catch (const std::bad_alloc &) {
        return fail(ErrorCode::OutOfMemory);
    }
}

} // namespace

void HardwareThread::present(Kind kind, Reply<QStringList> reply)
{
    ask(kind, std::move(reply), [](HardwareKey *key, const HardwareCall &) { return key ? key->present() : QStringList(); });
}

void HardwareThread::enrol(Kind kind, crypto::SecretText pin, QString label, Reply<Result<HardwareKey::Enrolled>> reply)
{
    ask(kind, std::move(reply), [pin = std::move(pin), label = std::move(label)](HardwareKey *key, const HardwareCall &call) {
        return guarded<HardwareKey::Enrolled>(key, call, [&] { return key->enrol(pin, label, call); });
    });
}

void HardwareThread::open(Kind kind, std::vector<HardwareKey::Parameters> ways, crypto::SecretText pin,
                          Reply<Result<HardwareKey::Opened>> reply)
{
    ask(kind, std::move(reply), [pin = std::move(pin), ways = std::move(ways)](HardwareKey *key, const HardwareCall &call) {
        return guarded<HardwareKey::Opened>(key, call, [&] { return key->open(ways, pin, call); });
    });
}

} // namespace clavitor
