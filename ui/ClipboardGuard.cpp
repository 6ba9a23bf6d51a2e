// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/ClipboardGuard.h"

#include "app/base/SecretString.h"

#include <QClipboard>
#include <QMimeData>
#include <QUuid>

#include <algorithm>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr auto kMarkFormat = "application/x-clavitor-mark"_L1;

struct Hint {
    QLatin1StringView format;
    const char *value;
};

// Each platform's way of saying "do not keep this". Foreign ones do no harm and keep one code path.
constexpr Hint kHints[]{
    {"x-kde-passwordManagerHint"_L1, "secret"},
    {"application/x-nspasteboard-concealed-type"_L1, "1"},
    {"application/x-qt-windows-mime;value=\"ExcludeClipboardContentFromMonitorProcessing\""_L1, "1"},
    {"application/x-qt-windows-mime;value=\"CanIncludeInClipboardHistory\""_L1, "\0\0\0\0"},
    {"application/x-qt-windows-mime;value=\"CanUploadToCloudClipboard\""_L1, "\0\0\0\0"},
};

/// Text that stays in guarded memory until somebody pastes it.
class SecretMime : public QMimeData {
public:
    SecretMime(crypto::SecretText text, QByteArray mark)
        : m_text(std::move(text))
        , m_mark(std::move(mark))
    {
    }

    [[nodiscard]] bool hasFormat(const QString &format) const override { return formats().contains(format); }

    [[nodiscard]] QStringList formats() const override
    {
        QStringList all{u"text/plain"_s, u"text/plain;charset=utf-8"_s, kMarkFormat};
        for (const Hint &hint : kHints)
            all.append(hint.format);
        return all;
    }

protected:
    [[nodiscard]] QVariant retrieveData(const QString &format, QMetaType type) const override
    {
        if (format.startsWith("text/plain"_L1)) {
            if (type.id() == QMetaType::QString)
                return revealToQString(m_text);
            const std::string_view utf8 = m_text.view();
            return QByteArray(utf8.data(), static_cast<qsizetype>(utf8.size()));
        }
        if (format == kMarkFormat)
            return m_mark;
        for (const Hint &hint : kHints)
            if (format == hint.format)
                return hint.value[0] == '\0' ? QByteArray(4, '\0') : QByteArray(hint.value);
        return {};
    }

private:
    crypto::SecretText m_text;
    QByteArray m_mark;
};

} // namespace

ClipboardGuard::ClipboardGuard(QClipboard *clipboard, QObject *parent, int second)
    : QObject(parent)
    , m_clipboard(clipboard)
    , m_second(second)
{
    m_tick.setInterval(m_second);
    connect(&m_tick, &QTimer::timeout, this, [this] {
        if (m_since.elapsed() >= qint64(m_seconds) * m_second)
            clear();
        else if (!isOurs())
            finish();
        else
            emit changed();
    });
    // Another copy ends our countdown at once, not at the next tick.
    connect(m_clipboard, &QClipboard::dataChanged, this, [this] {
        if (!m_mark.isEmpty() && !isOurs())
            finish();
    });
}

ClipboardGuard::~ClipboardGuard()
{
    if (isOurs())
        m_clipboard->clear();
}

void ClipboardGuard::setSeconds(int seconds)
{
    m_seconds = std::clamp(seconds, 5, 30);
}

void ClipboardGuard::copySecret(crypto::SecretText text, const QString &what)
{
    m_mark.clear();
    const QByteArray mark = QUuid::createUuid().toRfc4122();
    m_clipboard->setMimeData(new SecretMime(std::move(text), mark));
    m_mark = mark;
    m_what = what;
    m_since.start();
    m_tick.start();
    emit changed();
}

void ClipboardGuard::clear()
{
    if (m_mark.isEmpty())
        return;
    if (isOurs())
        m_clipboard->clear();
    finish();
}

int ClipboardGuard::secondsLeft() const
{
    if (m_mark.isEmpty())
        return 0;
    return std::max(0, static_cast<int>(m_seconds - m_since.elapsed() / m_second));
}

bool ClipboardGuard::isOurs() const
{
    if (m_mark.isEmpty())
        return false;
    const QMimeData *mime = m_clipboard->mimeData();
    return mime && mime->hasFormat(kMarkFormat) && mime->data(kMarkFormat) == m_mark;
}

void ClipboardGuard::finish()
{
    m_tick.stop();
    m_mark.clear();
    m_what.clear();
    emit changed();
}

} // namespace clavitor::ui
