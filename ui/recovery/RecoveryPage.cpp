// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/recovery/RecoveryPage.h"

#include "app/base/SecretString.h"
#include "app/link/Wipe.h"
#include "ui/recovery/QrCode.h"
#include "ui/style/Icons.h"
#include "ui/style/Tokens.h"
#include "ui/words/DisplayText.h"

#include <QFile>
#include <QFileInfo>
#include <QFontDatabase>
#include <QLocale>
#include <QPagedPaintDevice>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>

namespace clavitor::ui {

using namespace Qt::StringLiterals;
using crypto::RecoverySheet;

namespace {

// Lengths of the page in 1/96 inch, whatever the device's resolution.
constexpr qreal kUnitsPerInch = 96;
constexpr qreal kMargin = 72;
constexpr qreal kQrSide = 176;
constexpr qreal kGroupWidth = 112;
constexpr qreal kGroupHeight = 58;
constexpr int kGroupsInLine = 4;

const QColor kInk(0x14, 0x18, 0x1f);
const QColor kQuiet(0x57, 0x60, 0x6c);
const QColor kLine(0xb8, 0xbf, 0xc8);

QFont pageFont(int pixels, QFont::Weight weight = QFont::Normal)
{
    QFont font = fontOf(TextStyle::Body);
    font.setPixelSize(pixels);
    font.setWeight(weight);
    return font;
}

/// A zero with a slash or a dot where the system's fixed font has one.
QFont groupFont(int pixels)
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPixelSize(pixels);
    font.setWeight(QFont::Medium);
    return font;
}

/// Draws wrapped text and answers where it ends.
qreal drawText(QPainter &painter, const QRectF &place, const QFont &font, const QColor &colour, const QString &text)
{
    painter.setFont(font);
    painter.setPen(colour);
    QRectF used;
    painter.drawText(place, Qt::TextWordWrap | Qt::AlignLeft | Qt::AlignTop, text, &used);
    return used.bottom();
}

void drawLine(QPainter &painter, qreal y, qreal width)
{
    painter.setPen(QPen(kLine, 0.75));
    painter.drawLine(QPointF(0, y), QPointF(width, y));
}

} // namespace

RecoveryPage::RecoveryPage(const RecoverySheet &sheet, QString vaultName, QString vaultId, QDate made)
    : m_sheet(sheet)
    , m_vaultName(displayText(vaultName, 60))
    , m_vaultId(std::move(vaultId))
    , m_made(made)
{
}

QString RecoveryPage::fileName() const
{
    return u"clavitor-recovery-%1.pdf"_s.arg(m_vaultId);
}

Result<> RecoveryPage::paint(QPagedPaintDevice &device) const
{
    QPainter painter;
    if (!painter.begin(&device))
        return fail(ErrorCode::Io, u"the page cannot be painted"_s);
    const qreal scale = device.logicalDpiX() / kUnitsPerInch;
    const QRectF whole(0, 0, device.width() / scale, device.height() / scale);
    painter.scale(scale, scale);
    painter.translate(kMargin, kMargin);
    draw(painter, whole.width() - 2 * kMargin, whole.height() - 2 * kMargin);
    return painter.end() ? Result<>() : fail(ErrorCode::Io, u"the page could not be finished"_s);
}

Result<> RecoveryPage::save(const QString &path) const
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return fail(file.error() == QFileDevice::OpenError ? ErrorCode::ReadOnly : ErrorCode::Io, file.errorString());
    file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    QPdfWriter writer(&file);
    writer.setPageSize(QPageSize(QLocale().measurementSystem() == QLocale::ImperialUSSystem ? QPageSize::Letter : QPageSize::A4));
    writer.setPageMargins({0, 0, 0, 0});
    writer.setTitle(tr("Recovery sheet"));
    writer.setCreator(u"Clavitor"_s);
    if (Result<> painted = paint(writer); !painted) {
        file.cancelWriting();
        return painted;
    }
    // What is still in memory, too: commit() takes no notice of what a full disk says to that (Qt 6.4), and half a sheet opens nothing.
    if (!file.flush() || !file.commit())
        return fail(file.error() == QFileDevice::ResourceError ? ErrorCode::DiskFull : ErrorCode::Io, file.errorString());
    return {};
}

Result<> RecoveryPage::makePrivate(const QString &path)
{
    constexpr QFile::Permissions owner = QFileDevice::ReadOwner | QFileDevice::WriteOwner;
    if (const QFileInfo there(path); there.exists() && !there.isFile())
        return {}; // a device is the system's
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly | QIODevice::Append, owner))
        return fail(file.error() == QFileDevice::OpenError ? ErrorCode::ReadOnly : ErrorCode::Io, file.errorString());
    if (!file.setPermissions(owner))
        return fail(ErrorCode::Io, file.errorString());
    return {};
}

void RecoveryPage::draw(QPainter &painter, qreal width, qreal height) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    qreal y = drawHead(painter, width);
    y = drawSecret(painter, y + 28, width);
    drawAdvice(painter, y + 28, width, height);
}

qreal RecoveryPage::drawHead(QPainter &painter, qreal width) const
{
    drawText(painter, QRectF(0, 0, width, 20), pageFont(14, QFont::DemiBold), kQuiet, u"Clavitor"_s);
    drawText(painter, QRectF(0, 22, width, 48), pageFont(34, QFont::DemiBold), kInk, tr("Recovery sheet"));
    qreal y = 84;
    const QList<std::pair<QString, QString>> facts{{tr("Vault"), m_vaultName},
                                                   {tr("Vault id"), m_vaultId},
                                                   {tr("Made on"), QLocale().toString(m_made, QLocale::LongFormat)}};
    for (const auto &[name, value] : facts) {
        drawText(painter, QRectF(0, y, 100, 20), pageFont(14), kQuiet, name);
        y = drawText(painter, QRectF(100, y, width - 100, 44), name == tr("Vault id") ? groupFont(14) : pageFont(14, QFont::DemiBold), kInk, value) + 4;
    }
    return y;
}

qreal RecoveryPage::drawSecret(QPainter &painter, qreal top, qreal width) const
{
    drawLine(painter, top, width);
    const qreal first = top + 26;
    for (int number = 1; number <= RecoverySheet::groupCount; ++number) {
        const QPointF corner((number - 1) % kGroupsInLine * kGroupWidth, first + (number - 1) / kGroupsInLine * kGroupHeight);
        drawText(painter, QRectF(corner, QSizeF(kGroupWidth, 16)), pageFont(11), kQuiet, QString::number(number));
        painter.setFont(groupFont(25));
        painter.setPen(Qt::black);
        QString group = revealToQString(m_sheet.group(number));
        painter.drawText(QRectF(corner + QPointF(0, 14), QSizeF(kGroupWidth, 34)), Qt::AlignLeft | Qt::AlignVCenter, group);
        link::wipe(group);
    }
    qreal bottom = first + RecoverySheet::groupCount / kGroupsInLine * kGroupHeight;
    const QString check = tr("The fifth character of each group checks the other four and the group's place: Clavitor names a group that is mistyped. "
                             "0 is zero and 1 is one; the letters O, I, L and U do not occur.");
    bottom = drawText(painter, QRectF(0, bottom + 6, kGroupsInLine * kGroupWidth - 24, 60), pageFont(11), kQuiet, check);
    if (const auto code = QrCode::of(m_sheet.text())) {
        const QRectF square(width - kQrSide, top + 14, kQrSide, kQrSide);
        code->paint(&painter, square);
        bottom = std::max(bottom, square.bottom());
    }
    drawLine(painter, bottom + 18, width);
    return bottom + 18;
}

void RecoveryPage::drawAdvice(QPainter &painter, qreal top, qreal width, qreal height) const
{
    struct Advice {
        QString title;
        QString text;
    };
    const QList<Advice> advice{
        {tr("What it is"), tr("Whoever has this sheet can open everything in this vault, Shared and Personal, without the master password. "
                              "Where that is forgotten and nothing else opens the vault, nobody can without this sheet, you neither.")},
        {tr("Where to keep it"), tr("On paper, where you keep what must not be lost: with passports or deeds, or with somebody you trust. "
                                    "Not beside this computer, not as a photograph, not in a mailbox or a cloud. Delete the file this was printed from.")},
        {tr("How to use it"), tr("Start Clavitor with the vault's folder, choose “I have a recovery sheet” and type the eight groups, or scan the code. "
                                 "Then choose a new master password. The sheet stays good.")},
        {tr("When it is lost or was seen"), tr("Make a new one in Settings, Ways to unlock. From then on this one opens only copies of the vault from before.")},
    };
    qreal y = top;
    for (const Advice &one : advice) {
        y = drawText(painter, QRectF(0, y, width, 24), pageFont(15, QFont::DemiBold), kInk, one.title) + 4;
        y = drawText(painter, QRectF(0, y, width, 120), pageFont(14), kInk, one.text) + 16;
    }
    const qreal noteTop = height - 20;
    if (y > noteTop - 20)
        return;
    drawText(painter, QRectF(0, noteTop, 70, 20), pageFont(13), kQuiet, tr("Kept at"));
    painter.setPen(QPen(kLine, 0.75));
    painter.drawLine(QPointF(70, noteTop + 16), QPointF(width, noteTop + 16));
}

} // namespace clavitor::ui
