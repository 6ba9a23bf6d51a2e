// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/HeadersCommand.h"

#include "app/CommandLine.h"
#include "app/SessionEnvironment.h"
#include "app/connect/TokenItem.h"
#include "app/session/QtKeychainSlot.h"
#include "ui/connection/ConnectionText.h"

#include <QCoreApplication>
#include <QTextStream>

#include <cerrno>
#include <cstdio>

#include <unistd.h>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr int kNotRightlyAsked = 2;
constexpr int kNoToken = 3;
constexpr int kNotLetIn = 4;
constexpr int kNoKeychain = 5;

int exitCodeOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::KeychainNoItem:
    case ErrorCode::KeychainElsewhere:
    case ErrorCode::KeychainWrongItem:
    case ErrorCode::KeychainBrokenItem:
        return kNoToken;
    case ErrorCode::KeychainLocked:
    case ErrorCode::KeychainDenied:
        return kNotLetIn;
    default:
        return kNoKeychain;
    }
}

/// Past every buffer of the C and Qt libraries: they would keep a copy.
bool writeAll(const crypto::SecretText &text)
{
    std::span<const std::byte> left = text.bytes();
    while (!left.empty()) {
        const ssize_t written = ::write(STDOUT_FILENO, left.data(), left.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        left = left.subspan(static_cast<std::size_t>(written));
    }
    return true;
}

int print(const crypto::SecretText &token)
{
    // A token is base62 and an underscore: nothing in it has to be escaped.
    crypto::SecretText headers;
    headers.reserve(token.size() + 64);
    headers.append(R"({"Authorization":"Bearer )");
    headers.append(token.view());
    headers.append("\"}\n");
    return writeAll(headers) ? 0 : kNoKeychain;
}

void complain(const QString &sentence)
{
    QTextStream(stderr) << "clavitor: " << sentence << Qt::endl;
}

} // namespace

int runHeaders(const CommandLine &line, int &argc, char **argv)
{
    if (::isatty(STDOUT_FILENO) && !line.showToken) {
        complain(u"This would show the token in the terminal. Say --show if you want that."_s);
        return kNotRightlyAsked;
    }
    const QCoreApplication application(argc, argv);
    completeSessionEnvironment();
    QtKeychainSlot keychain;
    tokenItem::read(keychain, line.keyId, [&line](const Result<crypto::SecretText> &token) {
        if (token) {
            QCoreApplication::exit(print(*token));
            return;
        }
        complain(ui::ConnectionText::keychain(token.error().code, line.keyId));
        QCoreApplication::exit(exitCodeOf(token.error().code));
    });
    return QCoreApplication::exec();
}

} // namespace clavitor
