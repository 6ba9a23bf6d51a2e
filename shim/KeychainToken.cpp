// SPDX-License-Identifier: GPL-3.0-or-later
#include "shim/KeychainToken.h"

#include "app/link/Wipe.h"

#include <QProcess>
#include <QTimer>

#include <algorithm>

namespace clavitor::shim {

using namespace Qt::StringLiterals;

namespace {

/// A locked keyring may be asking the person for its password.
constexpr int PatienceMilliseconds = 60'000;
constexpr qsizetype MaxSentence = 400;

bool isBase62(QChar c)
{
    return (c >= u'0' && c <= u'9') || (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z');
}

/// What it said last on standard error, without its name.
QString complaint(const QByteArray &errors)
{
    const QList<QByteArray> lines = errors.trimmed().split('\n');
    QString sentence = QString::fromUtf8(lines.last()).trimmed().left(MaxSentence);
    if (sentence.startsWith("clavitor: "_L1))
        sentence.remove(0, 10);
    return sentence.isEmpty() ? u"The token could not be fetched from the keychain."_s : sentence;
}

} // namespace

QByteArray tokenIn(const QByteArray &headers)
{
    constexpr QByteArrayView begin = R"({"Authorization":"Bearer )";
    constexpr QByteArrayView end = "\"}";
    const QByteArrayView text = QByteArrayView(headers).trimmed();
    if (!text.startsWith(begin) || !text.endsWith(end) || text.size() <= begin.size() + end.size())
        return {};
    const QByteArrayView token = text.sliced(begin.size(), text.size() - begin.size() - end.size());
    const bool isToken = std::all_of(token.begin(), token.end(), [](char c) { return c == '_' || isBase62(QLatin1Char(c)); });
    return isToken ? token.toByteArray() : QByteArray();
}

TokenSource keychainToken(const QString &program, const QString &keyId)
{
    return [program, keyId](std::function<void(std::expected<QByteArray, QString>)> done) {
        auto *const process = new QProcess;
        // The client's messages are on our standard input, and not for it.
        process->setStandardInputFile(QProcess::nullDevice());
        auto *const limit = new QTimer(process);
        limit->setSingleShot(true);
        QObject::connect(limit, &QTimer::timeout, process, &QProcess::kill);
        limit->start(PatienceMilliseconds);
        const auto finish = [process, done = std::move(done)](const std::expected<QByteArray, QString> &token) {
            process->disconnect();
            process->deleteLater();
            done(token);
        };
        QObject::connect(process, &QProcess::errorOccurred, process, [finish, program](QProcess::ProcessError error) {
            if (error == QProcess::FailedToStart)
                finish(std::unexpected(u"%1 could not be started. Install Clavitor again."_s.arg(program)));
        });
        QObject::connect(process, &QProcess::finished, process, [finish, process](int code, QProcess::ExitStatus status) {
            QByteArray output = process->readAllStandardOutput();
            QByteArray token = status == QProcess::NormalExit && code == 0 ? tokenIn(output) : QByteArray();
            link::wipe(output);
            if (token.isEmpty())
                finish(std::unexpected(complaint(process->readAllStandardError())));
            else
                finish(std::move(token));
        });
        process->start(program, {u"headers"_s, keyId});
    };
}

} // namespace clavitor::shim
