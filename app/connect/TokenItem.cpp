// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/TokenItem.h"

#include "app/link/ShimArguments.h"
#include "crypto/AgentToken.h"

#include <QDebug>
#include <QTimer>

#include <memory>

namespace clavitor::tokenItem {

using namespace Qt::StringLiterals;

namespace {

static_assert(link::KeyIdLength == qsizetype(crypto::AgentToken::idLength));

QString itemName(const QString &keyId)
{
    return u"token-"_s + keyId;
}

/// Answers from the event loop, as the keychain does.
template<typename Callback, typename Value>
void answerLater(Callback callback, Value value)
{
    QTimer::singleShot(0, [callback = std::make_shared<Callback>(std::move(callback)), value = std::make_shared<Value>(std::move(value))] {
        (*callback)(std::move(*value));
    });
}

} // namespace

void read(Keychain &keychain, const QString &keyId, Found found)
{
    if (!link::isKeyId(keyId)) {
        answerLater(std::move(found), Result<crypto::SecretText>(fail(ErrorCode::InvalidValue, u"not the id of a key"_s)));
        return;
    }
    keychain.read(itemName(keyId), [keyId, found = std::move(found)](Result<crypto::SecretBytes> secret) mutable {
        if (!secret)
            found(std::unexpected(secret.error()));
        else
            found(crypto::AgentToken{keyId.toStdString(), std::move(*secret)}.text());
    });
}

void keep(Keychain &keychain, crypto::SecretText token, Keychain::Done done)
{
    auto parsed = crypto::AgentToken::parse(token.view());
    if (!parsed) {
        answerLater(std::move(done), Result<>(fail(ErrorCode::InvalidValue, u"not a token"_s)));
        return;
    }
    const QString name = itemName(QString::fromStdString(parsed->id));
    // The keychain replaces nothing by itself; an older token of the same key is of no use to anybody.
    keychain.remove(name, [&keychain, name, secret = std::move(parsed->secret), done = std::move(done)](Result<> removed) mutable {
        if (!removed)
            done(std::move(removed));
        else
            keychain.write(name, std::move(secret), std::move(done));
    });
}

void forget(Keychain &keychain, const QString &keyId, Keychain::Done done)
{
    if (!link::isKeyId(keyId)) {
        answerLater(std::move(done), Result<>(fail(ErrorCode::InvalidValue, u"not the id of a key"_s)));
        return;
    }
    keychain.remove(itemName(keyId), std::move(done));
}

void forgetEnded(Keychain &keychain, const QString &keyId)
{
    forget(keychain, keyId, [](const Result<> &forgotten) {
        // A dead token that stays there opens nothing: worth a line in the log, not a question to the person.
        if (!forgotten && forgotten.error().code != ErrorCode::KeychainAbsent)
            qWarning().noquote() << "the token of an ended key stays in the keychain:" << errorName(forgotten.error().code);
    });
}

} // namespace clavitor::tokenItem
