// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/WebLink.h"

#include <QDesktopServices>
#include <QUrl>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

QUrl parsed(const QString &url)
{
    const QString text = url.trimmed();
    // "github.com" as people type it; a scheme of its own is taken as it stands.
    const bool hasScheme = text.contains(u':') && !QUrl("https://"_L1 + text).isValid();
    return QUrl(text.contains("://"_L1) || hasScheme ? text : "https://"_L1 + text, QUrl::StrictMode);
}

} // namespace

bool isWebLink(const QString &url)
{
    if (url.trimmed().isEmpty())
        return false;
    const QUrl link = parsed(url);
    return link.isValid() && (link.scheme() == "https"_L1 || link.scheme() == "http"_L1) && !link.host().isEmpty()
        && link.userInfo().isEmpty();
}

bool openWebLink(const QString &url)
{
    return isWebLink(url) && QDesktopServices::openUrl(parsed(url));
}

} // namespace clavitor::ui
