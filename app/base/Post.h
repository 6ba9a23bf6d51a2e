// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractEventDispatcher>
#include <QMetaObject>
#include <QObject>
#include <QPointer>

#include <functional>
#include <utility>

namespace clavitor {

/// Run there: queues `work` on the thread of `target`. It does not run when `target` is gone by then. Move-only
/// captures are fine. (QPromise and QFuture::then are not used: on Qt 6.4 moving a move-only value through them races.)
template<typename Work>
void post(QObject *target, Work work)
{
    QMetaObject::invokeMethod(target, std::move(work), Qt::QueuedConnection);
}

/// Answer here: a callback bound to the thread that made the Reply and to an object of that thread, whose death
/// cancels it. Made on the asking thread, called once from any thread.
template<typename T>
class Reply {
public:
    Reply() = default;
    template<typename Function>
    Reply(QObject *context, Function function)
        : m_context(context)
        , m_thread(QAbstractEventDispatcher::instance())
        , m_function(std::move(function))
    {
    }

    /// Whether somebody is still there to hear it. On the thread that made it.
    [[nodiscard]] bool isAwaited() const { return m_function && m_context; }

    void operator()(T value)
    {
        if (!m_function)
            return;
        // The event dispatcher outlives every object of its thread; the QPointer is only read on that thread.
        post(m_thread, [context = std::move(m_context), function = std::move(m_function),
                        answer = std::move(value)]() mutable {
            if (context)
                function(std::move(answer));
        });
        m_function = nullptr;
    }

private:
    QPointer<QObject> m_context;
    QObject *m_thread = nullptr;
    std::move_only_function<void(T)> m_function;
};

} // namespace clavitor
