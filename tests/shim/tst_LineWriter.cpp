// SPDX-License-Identifier: GPL-3.0-or-later
#include "shim/LineWriter.h"

#include <QTest>

#include <csignal>
#include <unistd.h>

using namespace clavitor::shim;
using namespace Qt::StringLiterals;

class tst_LineWriter : public QObject
{
    Q_OBJECT

    int m_ends[2] = {-1, -1};

private slots:
    void initTestCase() { std::signal(SIGPIPE, SIG_IGN); }
    void init() { QCOMPARE(::pipe(m_ends), 0); }
    void cleanup()
    {
        for (int &end : m_ends)
            if (end >= 0)
                ::close(std::exchange(end, -1));
    }

    void writesOneLineEach()
    {
        LineWriter writer(m_ends[1]);
        writer.write("{\"a\":\n1}\r\n"_ba);
        writer.write("{}"_ba);
        QTRY_COMPARE(writer.unwritten(), qsizetype(0));
        char bytes[64];
        const ssize_t size = ::read(m_ends[0], bytes, sizeof bytes);
        QCOMPARE(QByteArray(bytes, size), "{\"a\": 1}  \n{}\n"_ba);
    }

    /// A pipe holds 64 KiB: what does not fit waits, and whoever writes goes on.
    void neverWaitsForAReader()
    {
        LineWriter writer(m_ends[1]);
        bool isDrained = false;
        writer.drained = [&] { isDrained = true; };
        const QByteArray large(1'000'000, 'x');
        writer.write(large);
        QTest::qWait(100);
        QVERIFY(writer.unwritten() > 900'000);
        QVERIFY(!isDrained);
        QByteArray all;
        QByteArray portion(65536, '\0');
        QVERIFY(QTest::qWaitFor([&] {
            if (writer.unwritten() > 0 || !isDrained || all.size() < large.size() + 1) {
                const ssize_t size = ::read(m_ends[0], portion.data(), static_cast<std::size_t>(portion.size()));
                all.append(portion.constData(), size);
            }
            return all.size() == large.size() + 1;
        }, 30000));
        QCOMPARE(all, QByteArray(large + '\n'));
        QTRY_VERIFY(isDrained);
    }

    void tellsOnceThatNobodyReadsAnyMore()
    {
        LineWriter writer(m_ends[1]);
        int broken = 0;
        writer.broken = [&] { ++broken; };
        ::close(std::exchange(m_ends[0], -1));
        writer.write("{}"_ba);
        QTRY_COMPARE(broken, 1);
        writer.write("{}"_ba);
        QTest::qWait(50);
        QCOMPARE(broken, 1);
    }
};

QTEST_GUILESS_MAIN(tst_LineWriter)
#include "tst_LineWriter.moc"
