// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/FrameChannel.h"

#include "app/link/Messages.h"

#include <QTest>
#include <QtEndian>

#include <array>
#include <memory>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace clavitor::link;

namespace {

struct Pair
{
    int ours = -1;
    int theirs = -1;

    Pair()
    {
        std::array<int, 2> ends{};
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0) {
            ours = ends[0];
            theirs = ends[1];
        }
    }
};

QByteArray frameOf(const QByteArray &payload)
{
    QByteArray frame(4, '\0');
    qToBigEndian(static_cast<std::uint32_t>(payload.size()), frame.data());
    return frame + payload;
}

void writeAll(int descriptor, const QByteArray &bytes)
{
    QCOMPARE(::send(descriptor, bytes.constData(), static_cast<std::size_t>(bytes.size()), MSG_NOSIGNAL),
             static_cast<ssize_t>(bytes.size()));
}

} // namespace

class tst_FrameChannel : public QObject
{
    Q_OBJECT
private slots:
    void deliversFramesInOrderBothWays();
    void assemblesFramesFromSingleBytes();
    void passesTheLargestFrame();
    void drainsOncePerWakeUp();
    void closesOnAFrameTooLong();
    void saysClosedOnceWhenTheOtherSideLeaves();
    void deliversWhatCameBeforeTheEnd();
    void saysNothingWhenClosedFromThisSide();
    void survivesBeingClosedOrDeletedInACallback();
    void sendingToNobodyIsHarmless();
    void stopsReadingWhileTheOtherSideDoesNot();
    void closesItsDescriptor();
};

void tst_FrameChannel::deliversFramesInOrderBothWays()
{
    const Pair pair;
    FrameChannel a(pair.ours);
    FrameChannel b(pair.theirs);
    QByteArrayList atA;
    QByteArrayList atB;
    a.received = [&](QByteArrayView payload) { atA.append(payload.toByteArray()); };
    b.received = [&](QByteArrayView payload) {
        atB.append(payload.toByteArray());
        b.send(frameOf("re: " + payload.toByteArray()));
    };
    QByteArrayList sent;
    QByteArrayList expected;
    for (int i = 0; i < 500; ++i) {
        sent.append(QByteArray::number(i).repeated(i));
        expected.append("re: " + sent.last());
        a.send(frameOf(sent.last()));
    }
    QTRY_COMPARE(atA.size(), expected.size());
    QCOMPARE(atB, sent);
    QCOMPARE(atA, expected);
}

void tst_FrameChannel::assemblesFramesFromSingleBytes()
{
    const Pair pair;
    FrameChannel channel(pair.ours);
    QByteArrayList got;
    channel.received = [&](QByteArrayView payload) { got.append(payload.toByteArray()); };
    const QByteArray frames = frameOf("one"_ba) + frameOf(""_ba) + frameOf("three"_ba);
    for (const char byte : frames) {
        writeAll(pair.theirs, QByteArray(1, byte));
        QCoreApplication::processEvents();
    }
    QTRY_COMPARE(got, QByteArrayList({"one", "", "three"}));
    ::close(pair.theirs);
}

void tst_FrameChannel::passesTheLargestFrame()
{
    const Pair pair;
    FrameChannel a(pair.ours);
    FrameChannel b(pair.theirs);
    QByteArrayList got;
    b.received = [&](QByteArrayView payload) { got.append(payload.toByteArray()); };
    const QByteArray largest(MaxFrame, 'x');
    a.send(frameOf(largest));
    a.send(frameOf("after"_ba));
    QTRY_COMPARE_WITH_TIMEOUT(got.size(), qsizetype(2), 20000);
    QVERIFY(got.first() == largest);
    QCOMPARE(got.last(), "after"_ba);
    QVERIFY(b.isOpen());
}

void tst_FrameChannel::drainsOncePerWakeUp()
{
    const Pair pair;
    FrameChannel channel(pair.ours);
    QByteArrayList order;
    channel.received = [&](QByteArrayView payload) { order.append(payload.toByteArray()); };
    channel.drained = [&] { order.append("drained"_ba); };
    writeAll(pair.theirs, frameOf("a"_ba) + frameOf("b"_ba));
    QTRY_COMPARE(order, QByteArrayList({"a", "b", "drained"}));
    ::close(pair.theirs);
}

void tst_FrameChannel::closesOnAFrameTooLong()
{
    const Pair pair;
    FrameChannel channel(pair.ours);
    int frames = 0;
    int closings = 0;
    channel.received = [&](QByteArrayView) { ++frames; };
    channel.closed = [&] { ++closings; };
    QByteArray prefix(4, '\0');
    qToBigEndian(MaxFrame + 1, prefix.data());
    writeAll(pair.theirs, prefix + QByteArray(100, 'x'));
    QTRY_COMPARE(closings, 1);
    QCOMPARE(frames, 0);
    QVERIFY(!channel.isOpen());
    ::close(pair.theirs);
}

void tst_FrameChannel::saysClosedOnceWhenTheOtherSideLeaves()
{
    const Pair pair;
    FrameChannel channel(pair.ours);
    int closings = 0;
    channel.closed = [&] { ++closings; };
    writeAll(pair.theirs, "\0\0\0"_ba); // not even a whole prefix
    ::close(pair.theirs);
    QTRY_COMPARE(closings, 1);
    channel.send(frameOf("late"_ba));
    QTest::qWait(20);
    QCOMPARE(closings, 1);
}

void tst_FrameChannel::deliversWhatCameBeforeTheEnd()
{
    const Pair pair;
    FrameChannel channel(pair.ours);
    QByteArrayList order;
    channel.received = [&](QByteArrayView payload) { order.append(payload.toByteArray()); };
    channel.closed = [&] { order.append("closed"_ba); };
    writeAll(pair.theirs, frameOf("last words"_ba));
    ::close(pair.theirs);
    QTRY_COMPARE(order, QByteArrayList({"last words", "closed"}));
}

void tst_FrameChannel::saysNothingWhenClosedFromThisSide()
{
    const Pair pair;
    FrameChannel a(pair.ours);
    FrameChannel b(pair.theirs);
    int closingsA = 0;
    int closingsB = 0;
    a.closed = [&] { ++closingsA; };
    b.closed = [&] { ++closingsB; };
    a.close();
    QTRY_COMPARE(closingsB, 1);
    QCOMPARE(closingsA, 0);
}

void tst_FrameChannel::survivesBeingClosedOrDeletedInACallback()
{
    for (const bool deletes : {false, true}) {
        const Pair pair;
        auto channel = std::make_unique<FrameChannel>(pair.ours);
        int frames = 0;
        channel->received = [&](QByteArrayView) {
            ++frames;
            if (deletes)
                channel->deleteLater();
            channel->close();
        };
        writeAll(pair.theirs, frameOf("first"_ba) + frameOf("second"_ba));
        QTRY_COMPARE(frames, 1);
        if (deletes) {
            static_cast<void>(channel.release());
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        }
        QTest::qWait(10);
        QCOMPARE(frames, 1);
        ::close(pair.theirs);
    }

    const Pair pair;
    auto *channel = new FrameChannel(pair.ours);
    bool ran = false;
    channel->received = [&ran](QByteArrayView) { ran = true; };
    channel->drained = [channel] { delete channel; };
    writeAll(pair.theirs, frameOf("only"_ba));
    QTRY_VERIFY(ran);
    ::close(pair.theirs);
}

void tst_FrameChannel::sendingToNobodyIsHarmless()
{
    const Pair pair;
    FrameChannel channel(pair.ours);
    int closings = 0;
    channel.closed = [&] { ++closings; };
    ::close(pair.theirs);
    channel.send(frameOf("into the void"_ba)); // EPIPE, and no SIGPIPE
    QCOMPARE(closings, 0);                     // never from within send()
    QTRY_COMPARE(closings, 1);
}

void tst_FrameChannel::stopsReadingWhileTheOtherSideDoesNot()
{
    const Pair pair;
    FrameChannel channel(pair.ours);
    int frames = 0;
    channel.received = [&](QByteArrayView) { ++frames; };
    const QByteArray large = frameOf(QByteArray(MaxFrame, 'x'));
    for (int i = 0; i < 3; ++i)
        channel.send(large);
    writeAll(pair.theirs, frameOf("a question"_ba));
    QTest::qWait(50);
    QCOMPARE(frames, 0);

    QByteArray bin(1024 * 1024, '\0');
    qsizetype read = 0;
    const auto readAll = [&] {
        while (read < 3 * large.size()) {
            const ssize_t count
                = ::recv(pair.theirs, bin.data(), static_cast<std::size_t>(bin.size()), MSG_DONTWAIT);
            if (count > 0)
                read += count;
            else
                QCoreApplication::processEvents();
        }
        return true;
    };
    QTRY_VERIFY_WITH_TIMEOUT(readAll(), 20000);
    QTRY_COMPARE(frames, 1);
    ::close(pair.theirs);
}

void tst_FrameChannel::closesItsDescriptor()
{
    const Pair pair;
    {
        FrameChannel channel(pair.ours);
        QVERIFY(::fcntl(pair.ours, F_GETFD) >= 0);
    }
    QCOMPARE(::fcntl(pair.ours, F_GETFD), -1);
    ::close(pair.theirs);
}

QTEST_GUILESS_MAIN(tst_FrameChannel)
#include "tst_FrameChannel.moc"
