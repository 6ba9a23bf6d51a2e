// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/ValueSource.h"

#include "app/connect/LoopbackProbe.h"
#include "app/link/Messages.h"
#include "app/link/Wipe.h"

#include <QDeadlineTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QThread>

#include <algorithm>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// A call that waits for the person is held by the keeper; more than that is none.
constexpr qsizetype kLongestAnswer = 1024 * 1024; // six bytes of JSON for one of a value
constexpr int kCallMilliseconds = (link::HoldSeconds + 15) * 1000;

QString notEntered(const link::DoorRefusal &refusal)
{
    using Kind = link::DoorRefusal::Kind;
    if (refusal.kind == Kind::Absent)
        return u"Clavitor is not there, or it serves on another port. Start it and unlock the vault, or say --port."_s;
    if (refusal.kind == Kind::Failed)
        return refusal.sentence + u" An agent's sandbox may forbid it: let its commands use the network, or run this one outside of it."_s;
    return refusal.sentence + u" Nothing was sent; clavitor doctor says more."_s;
}

QString sentenceOf(const QJsonObject &body)
{
    const QJsonObject error = body["error"_L1].toObject();
    const QString sentence = error["message"_L1].toString() + u' ' + error["hint"_L1].toString();
    return sentence.trimmed().isEmpty() ? u"Clavitor answered what this program does not understand. Are both of the same version?"_s : sentence.trimmed();
}

} // namespace

ValueSource::ValueSource(Parts parts)
    : m_parts(std::move(parts))
{
}

std::expected<crypto::SecretText, QString> ValueSource::value(const QString &reference, const QString &command) const
{
    QJsonObject asked{{"ref"_L1, reference}, {"command"_L1, command}};
    if (!m_parts.reason.isEmpty())
        asked.insert("reason"_L1, m_parts.reason);
    const LoopbackRequest request{"/api/use", QJsonDocument(asked).toJson(QJsonDocument::Compact), "clavitor-run", kLongestAnswer};
    const QDeadlineTimer deadline(m_parts.patience);
    for (;;) {
        auto asking = askAtDoor(m_parts.door, request, m_parts.token, kCallMilliseconds);
        if (!asking)
            return std::unexpected(notEntered(asking.error()));
        LoopbackAnswer &answer = *asking;
        if (answer.kind != LoopbackAnswer::Kind::Answered)
            return std::unexpected(u"Clavitor did not answer in time. Look at it in the tray, then try again."_s);
        QJsonObject body = QJsonDocument::fromJson(answer.body).object();
        link::wipe(answer.body);
        if (answer.status == 200 && body["value"_L1].isString()) {
            QString text = body["value"_L1].toString();
            QByteArray utf8 = text.toUtf8();
            auto value = crypto::SecretText::copyOf({utf8.constData(), static_cast<std::size_t>(utf8.size())});
            link::wipe(utf8);
            link::wipe(text);
            return value;
        }
        if (answer.status != 202)
            return std::unexpected(sentenceOf(body));
        const auto wait = std::chrono::seconds(std::clamp(body["approval"_L1]["retry_after"_L1].toInt(2), 1, 10));
        if (deadline.remainingTimeAsDuration() < wait)
            return std::unexpected(u"Nobody answered Clavitor's question. Ask the person in front of this computer, then try again."_s);
        QThread::sleep(static_cast<unsigned long>(wait.count()));
    }
}

} // namespace clavitor
