// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/hardware/HidrawPort.h"

#include "tests/support/ResultChecks.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace clavitor;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// The descriptor that the FIDO specification prints (CTAP 2.1, §11.2.8.2).
const QByteArray FidoDescriptor = QByteArray::fromHex("06d0f10901a1010920150026ff007508954081020921150026ff00750895409102c0");
/// A keyboard in the boot protocol (HID 1.11, appendix B.1), shortened.
const QByteArray KeyboardDescriptor = QByteArray::fromHex("05010906a101050719e029e71500250175019508810295017508 8101c0");

bool describes(const QByteArray &bytes)
{
    return HidrawPort::describesSecurityKey(std::as_bytes(std::span(bytes.constData(), static_cast<std::size_t>(bytes.size()))));
}

} // namespace

class tst_HidrawPort : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    [[nodiscard]] QString classes() const { return m_folder->filePath(u"class"_s); }
    [[nodiscard]] QString nodes() const { return m_folder->filePath(u"dev"_s); }
    void write(const QString &path, const QByteArray &content)
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }
    void plug(const QString &name, const QByteArray &descriptor, const QByteArray &uevent)
    {
        const QString device = classes() + u'/' + name + u"/device"_s;
        QVERIFY(QDir().mkpath(device));
        write(device + u"/report_descriptor"_s, descriptor);
        write(device + u"/uevent"_s, uevent);
        write(nodes() + u'/' + name, {});
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(QDir().mkpath(classes()) && QDir().mkpath(nodes()));
    }

    void tellsASecurityKeyByItsDescriptor()
    {
        QVERIFY(describes(FidoDescriptor));
        QVERIFY(!describes(KeyboardDescriptor));
        QVERIFY(describes(KeyboardDescriptor + FidoDescriptor));
        QVERIFY(!describes({}));
        QVERIFY(!describes(QByteArray::fromHex("06d0f10902a101c0"))); // the page, and another usage
        QVERIFY(!describes(QByteArray::fromHex("0901a10106d0f1c0"))); // the usage, before the page
        QVERIFY(describes(QByteArray::fromHex("fe0110aa06d0f10901"))); // after a long item
        QVERIFY(describes(QByteArray::fromHex("07d0f1000009 01")));    // a page in four bytes
    }

    void aDescriptorCutAnywhereIsRead()
    {
        const QByteArray whole = QByteArray::fromHex("fe0510aabbccddee") + KeyboardDescriptor + FidoDescriptor;
        // Before the usage page of FIDO is there, nothing is a security key.
        const qsizetype usage = whole.indexOf(QByteArray::fromHex("06d0f1"));
        QVERIFY(usage > 0);
        for (qsizetype size = 0; size < usage + 3; ++size)
            QVERIFY2(!describes(whole.first(size)), qPrintable(QString::number(size)));
        QVERIFY(describes(whole));
    }

    void listsTheKeysAndNothingElse()
    {
        const HidrawPort port(classes(), nodes());
        QVERIFY(port.devices().isEmpty());
        plug(u"hidraw0"_s, KeyboardDescriptor, "HID_NAME=A keyboard\n");
        QVERIFY(port.devices().isEmpty());
        plug(u"hidraw1"_s, FidoDescriptor, "DRIVER=hid-generic\nHID_ID=0003:00001050:00000407\nHID_NAME=Yubico YubiKey OTP+FIDO+CCID\n");
        plug(u"hidraw2"_s, FidoDescriptor, "DRIVER=hid-generic\n");
        const auto found = port.devices();
        QCOMPARE(found.size(), 2);
        QCOMPARE(found[0], (SecurityKeyPort::Device{nodes() + u"/hidraw1"_s, u"Yubico YubiKey OTP+FIDO+CCID"_s, true}));
        QCOMPARE(found[1].name, u"Security key"_s);
    }

    void listsAKeyThisUserMayNotOpen()
    {
        if (::geteuid() == 0)
            QSKIP("root may open everything");
        plug(u"hidraw1"_s, FidoDescriptor, {});
        QVERIFY(QFile::setPermissions(nodes() + u"/hidraw1"_s, {}));
        HidrawPort port(classes(), nodes());
        QVERIFY(!port.devices().first().mayOpen);
        REQUIRE_ERROR(port.open(nodes() + u"/hidraw1"_s), ErrorCode::SecurityKeyDenied);
    }

    void aKeyThatIsGoneWhenOpenedIsRemoved()
    {
        HidrawPort port(classes(), nodes());
        REQUIRE_ERROR(port.open(nodes() + u"/hidraw7"_s), ErrorCode::SecurityKeyRemoved);
    }

    void carriesReportsAndNoticesTheEnd()
    {
        // A pair of sockets, opened through /proc, would lose the packets' bounds; a terminal has them in raw mode.
        const int master = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
        QVERIFY(master >= 0 && ::grantpt(master) == 0 && ::unlockpt(master) == 0);
        const QString path = QString::fromLocal8Bit(::ptsname(master));
        QCOMPARE(::system(qPrintable(u"stty raw -echo < "_s + path)), 0);
        HidrawPort port(classes(), nodes());
        auto line = port.open(path);
        REQUIRE_OK(line);
        std::array<std::byte, SecurityKeyLine::ReportSize> report{};
        QCOMPARE((*line)->read(report, 10ms), SecurityKeyLine::Read::Nothing);
        std::ranges::fill(report, std::byte{0x5a});
        QVERIFY((*line)->write(report));
        std::array<std::byte, SecurityKeyLine::ReportSize + 1> heard{};
        QCOMPARE(::read(master, heard.data(), heard.size()), ssize_t(heard.size()));
        QCOMPARE(heard[0], std::byte{0}); // the report's number
        QVERIFY(std::equal(report.begin(), report.end(), heard.begin() + 1));
        QCOMPARE(::write(master, heard.data() + 1, report.size()), ssize_t(report.size()));
        report.fill({});
        QCOMPARE((*line)->read(report, 1s), SecurityKeyLine::Read::Report);
        QCOMPARE(report[63], std::byte{0x5a});
        ::close(master);
        QCOMPARE((*line)->read(report, 1s), SecurityKeyLine::Read::Gone);
        QVERIFY(!(*line)->write(report));
    }
};

QTEST_GUILESS_MAIN(tst_HidrawPort)
#include "tst_HidrawPort.moc"
