// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Post.h"
#include "app/hardware/HardwareKeys.h"

#include <QObject>
#include <QThread>

namespace clavitor {

/// Hardware keys asked without waiting: their calls run one after the other on a thread of their own, which begins with the
/// first of them.
///
/// Lives on the thread that made it, the windows'. Owns the keys. Destruction stops what runs and waits for it: a moment.
class HardwareThread : public QObject {
    Q_OBJECT
public:
    enum class Kind { SecurityKey, Tpm };

    explicit HardwareThread(HardwareKeys keys, QObject *parent = nullptr);
    ~HardwareThread() override;

    /// Whether there is something of that kind to ask: any computer's security keys, a TPM that is there. Does not block.
    [[nodiscard]] bool isAvailable(Kind kind) const;

    // Errors are those of HardwareKey, and NotFound for a kind that this system has nothing of.
    void present(Kind kind, Reply<QStringList> reply);
    void enrol(Kind kind, crypto::SecretText pin, QString label, Reply<Result<HardwareKey::Enrolled>> reply);
    void open(Kind kind, std::vector<HardwareKey::Parameters> ways, crypto::SecretText pin, Reply<Result<HardwareKey::Opened>> reply);
    /// What was asked so far answers Cancelled, unless it was done before. What is asked from now on is not touched.
    void stop();

signals:
    /// Of the call that runs; none of one that was stopped.
    void stepped(clavitor::HardwareCall::Step step);

private:
    [[nodiscard]] HardwareKey *keyOf(Kind kind) const;
    /// Runs `work(key, call)` there.
    template<typename Answer, typename Work>
    void ask(Kind kind, Reply<Answer> reply, Work work);

    HardwareKeys m_keys;
    QThread m_thread;
    std::unique_ptr<QObject> m_worker; ///< stands for the thread
    std::stop_source m_stop;
};

} // namespace clavitor
