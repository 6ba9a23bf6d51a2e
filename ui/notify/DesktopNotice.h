// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

namespace clavitor::ui {

/// One message at a time in the desktop's own place for them, with buttons: org.freedesktop.Notifications, specification 1.2.
/// Where no service is there, or it shows no buttons, hasButtons() is false and the tray has to do.
///
/// GUI thread, asynchronous. Only the service's own signals count. Texts are plain, whatever markup the service knows.
class DesktopNotice : public QObject {
    Q_OBJECT
public:
    struct Button {
        QString key;            ///< "default" is a click on the message itself
        QString words;
    };

    /// `bus` names a QDBusConnection; empty is the session bus.
    explicit DesktopNotice(const QString &bus = {}, QObject *parent = nullptr);
    ~DesktopNotice() override;

    /// As last told by the service; asked when it comes up.
    [[nodiscard]] bool hasButtons() const { return m_hasButtons; }
    /// Replaces the one on show. `milliseconds` is what the service is asked for; close() is sure.
    void show(const QString &title, const QString &text, const QList<Button> &buttons, int milliseconds);
    void close();

signals:
    /// The service has it; what is pressed from now on is meant for it.
    void shown();
    void pressed(const QString &key);

private slots:
    void actionInvoked(uint id, const QString &key);
    void notificationClosed(uint id, uint reason);

private:
    void askAbilities();

    QString m_bus;
    bool m_hasButtons = false;
    bool m_hasMarkup = false;
    uint m_id = 0;              ///< of the one on show; 0 = none
    quint64 m_turn = 0;         ///< counts show() and close(): an answer to an earlier one is late
};

} // namespace clavitor::ui
