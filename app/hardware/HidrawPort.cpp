// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/hardware/HidrawPort.h"

#include <QDir>
#include <QFile>

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr std::uint32_t FidoPage = 0xF1D0;
constexpr std::uint32_t AuthenticatorUsage = 0x01;
constexpr qint64 LargestDescriptor = 4096; // bytes, HID_MAX_DESCRIPTOR_SIZE

class HidrawLine : public SecurityKeyLine {
public:
    explicit HidrawLine(int file)
        : m_file(file)
    {
    }
    ~HidrawLine() override { ::close(m_file); }

    Read read(std::span<std::byte, ReportSize> report, std::chrono::milliseconds wait) override
    {
        pollfd asked{m_file, POLLIN, 0};
        const int ready = ::poll(&asked, 1, static_cast<int>(wait.count()));
        if (ready == 0 || (ready < 0 && errno == EINTR))
            return Read::Nothing;
        if (ready < 0 || (asked.revents & POLLIN) == 0)
            return Read::Gone;
        const ssize_t size = ::read(m_file, report.data(), report.size());
        if (size == static_cast<ssize_t>(report.size()))
            return Read::Report;
        return size < 0 && (errno == EINTR || errno == EAGAIN) ? Read::Nothing : Read::Gone;
    }

    bool write(std::span<const std::byte, ReportSize> report) override
    {
        std::array<std::byte, ReportSize + 1> numbered{}; // these devices have no report numbers: 0
        std::memcpy(numbered.data() + 1, report.data(), report.size());
        ssize_t size = 0;
        do {
            size = ::write(m_file, numbered.data(), numbered.size());
        } while (size < 0 && errno == EINTR);
        return size == static_cast<ssize_t>(numbered.size());
    }

private:
    int m_file;
};

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.read(LargestDescriptor) : QByteArray();
}

/// "HID_NAME=Yubico YubiKey FIDO" of the device's uevent.
QString nameOf(const QString &device)
{
    const QList<QByteArray> lines = contentOf(device + u"/uevent"_s).split('\n');
    for (const QByteArray &line : lines) {
        if (line.startsWith("HID_NAME="))
            return QString::fromUtf8(line.sliced(9)).trimmed().left(80);
    }
    return u"Security key"_s;
}

} // namespace

HidrawPort::HidrawPort(QString classes, QString nodes)
    : m_classes(std::move(classes))
    , m_nodes(std::move(nodes))
{
}

QList<SecurityKeyPort::Device> HidrawPort::devices() const
{
    QList<Device> found;
    const QStringList names = QDir(m_classes).entryList({u"hidraw*"_s}, QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
    for (const QString &name : names) {
        const QString device = m_classes + u'/' + name + u"/device"_s;
        const QByteArray descriptor = contentOf(device + u"/report_descriptor"_s);
        if (!describesSecurityKey(std::as_bytes(std::span(descriptor.constData(), static_cast<std::size_t>(descriptor.size())))))
            continue;
        const QString path = m_nodes + u'/' + name;
        const bool mayOpen = ::access(QFile::encodeName(path).constData(), R_OK | W_OK) == 0;
        found.append({path, nameOf(device), mayOpen});
    }
    return found;
}

Result<std::unique_ptr<SecurityKeyLine>> HidrawPort::open(const QString &path)
{
    const int file = ::open(QFile::encodeName(path).constData(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (file >= 0)
        return std::make_unique<HidrawLine>(file);
    if (errno == EACCES || errno == EPERM)
        return fail(ErrorCode::SecurityKeyDenied, path + u" is kept from this user"_s);
    return fail(ErrorCode::SecurityKeyRemoved, path + u" cannot be opened"_s);
}

bool HidrawPort::describesSecurityKey(std::span<const std::byte> descriptor)
{
    std::uint32_t page = 0;
    while (!descriptor.empty()) {
        const auto prefix = std::to_integer<std::uint8_t>(descriptor.front());
        if (prefix == 0xFE) { // a long item: its size is the next byte, and nothing we look for is one
            if (descriptor.size() < 3)
                return false;
            const std::size_t size = 3 + std::to_integer<std::size_t>(descriptor[1]);
            if (size > descriptor.size())
                return false;
            descriptor = descriptor.subspan(size);
            continue;
        }
        const std::size_t size = (prefix & 3) == 3 ? 4 : prefix & 3;
        if (descriptor.size() < 1 + size)
            return false;
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < size; ++i)
            value |= std::to_integer<std::uint32_t>(descriptor[1 + i]) << (8 * i);
        if ((prefix & 0xFC) == 0x04)
            page = value;
        else if ((prefix & 0xFC) == 0x08 && page == FidoPage && value == AuthenticatorUsage)
            return true;
        descriptor = descriptor.subspan(1 + size);
    }
    return false;
}

} // namespace clavitor
