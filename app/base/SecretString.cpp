// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/SecretString.h"

#include "app/link/Wipe.h"

namespace clavitor {

crypto::SecretText takeSecret(QString &&text)
{
    QByteArray utf8 = text.toUtf8();
    link::wipe(text);
    return takeSecret(std::move(utf8));
}

crypto::SecretText takeSecret(QByteArray &&utf8)
{
    auto secret = crypto::SecretText::copyOf({utf8.constData(), static_cast<std::size_t>(utf8.size())});
    link::wipe(utf8);
    return secret;
}

QString revealToQString(const crypto::SecretText &secret)
{
    const auto view = secret.view();
    return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size()));
}

} // namespace clavitor
