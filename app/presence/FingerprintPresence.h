// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/presence/SystemService.h"
#include "app/presence/UserPresence.h"

#include <memory>

namespace clavitor {

/// A finger of this person's on the reader, through fprintd (net.reactivated.Fprint) on the fixed system bus.
///
/// UI thread. Three fingers that do not match are Refused. A reader that is unplugged, a service that ends and thirty
/// seconds without a finger end the check without a yes. What counts is a match that the process found at the start says
/// of the device claimed by this check, while a verification of this check runs.
class FingerprintPresence : public UserPresence {
    Q_OBJECT
public:
    /// `place` is for tests.
    explicit FingerprintPresence(SystemBusPlace place = {}, QObject *parent = nullptr);
    ~FingerprintPresence() override;

    /// Fingerprint; or NoService, Untrusted, NoReader, NoFinger, Denied, Failed.
    void probe(Probed probed) override;

protected:
    void begin(Purpose purpose) override;
    void end() override;

private slots:
    void verifyStatus(const QString &result, bool done, const QDBusMessage &message);

private:
    using ReaderFound = std::function<void(const QString &device, Reason reason)>;
    /// The default reader, if this person has a finger enrolled on it.
    static void findReader(SystemService *service, ReaderFound found);
    void claim(int retriesLeft);
    void startVerifying();
    void noMatch();
    void lookForReader();
    void lookOnceMore();

    SystemBusPlace m_place;
    std::unique_ptr<SystemService> m_service; ///< while a check runs
    QString m_device;
    int m_misses = 0;
    bool m_isVerifying = false; ///< the service said so, and has not ended it since
};

} // namespace clavitor
