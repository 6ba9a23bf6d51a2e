// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/KeepCommand.h"

#include "app/SessionEnvironment.h"
#include "app/StandardInput.h"
#include "app/connect/TokenItem.h"
#include "app/session/QtKeychainSlot.h"
#include "crypto/AgentToken.h"
#include "ui/connection/ConnectionText.h"

#include <QCoreApplication>
#include <QTextStream>

#include <termios.h>
#include <unistd.h>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr int kIsNoToken = 2;
constexpr int kKeychainShut = 4;
constexpr int kKeychainAway = 5;

/// A terminal that does not show what is typed, until it goes out of scope.
class UnseenInput {
public:
    UnseenInput()
        : m_isTerminal(::tcgetattr(STDIN_FILENO, &m_before) == 0)
    {
        if (!m_isTerminal)
            return;
        termios unseen = m_before;
        unseen.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &unseen);
        QTextStream(stderr) << "The key's token: " << Qt::flush;
    }
    ~UnseenInput()
    {
        if (!m_isTerminal)
            return;
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &m_before);
        QTextStream(stderr) << u'\n';
    }
    UnseenInput(const UnseenInput &) = delete;
    UnseenInput &operator=(const UnseenInput &) = delete;

private:
    termios m_before{};
    bool m_isTerminal;
};

std::optional<crypto::SecretText> readToken()
{
    const UnseenInput unseen;
    return readSecretLine();
}

/// Empty when it is no token.
QString keyIdOf(const crypto::SecretText &token)
{
    const auto parsed = crypto::AgentToken::parse(token.view());
    return parsed ? QString::fromStdString(parsed->id) : QString();
}

void tellWhy(const QString &sentence)
{
    QTextStream(stderr) << "clavitor: " << sentence << Qt::endl;
}

} // namespace

int runKeep(int &argc, char **argv)
{
    std::optional<crypto::SecretText> token = readToken();
    const QString keyId = token ? keyIdOf(*token) : QString();
    if (keyId.isEmpty()) {
        tellWhy(u"That is no token of a key, or it was mistyped. Nothing was kept."_s);
        return kIsNoToken;
    }
    const QCoreApplication application(argc, argv);
    completeSessionEnvironment();
    QtKeychainSlot keychain;
    tokenItem::keep(keychain, std::move(*token), [keyId](const Result<> &kept) {
        if (kept) {
            QTextStream(stdout) << keyId << Qt::endl;
            QCoreApplication::exit(0);
            return;
        }
        const ErrorCode code = kept.error().code;
        tellWhy(ui::ConnectionText::keychain(code, keyId));
        QCoreApplication::exit(code == ErrorCode::KeychainLocked || code == ErrorCode::KeychainDenied ? kKeychainShut : kKeychainAway);
    });
    return QCoreApplication::exec();
}

} // namespace clavitor
