// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/ProgramLinks.h"

#include "app/link/Utf8.h"
#include "app/session/CallerLookup.h"

#include <QFileInfo>
#include <QHash>

#include <memory>

namespace clavitor {

namespace {

constexpr qsizetype kRememberedPaths = 256;
constexpr qsizetype kRememberedFiles = 8;

} // namespace

ProgramLinks systemProgramLinks()
{
    return [known = std::make_shared<QHash<QString, QStringList>>()](const QString &path) -> QStringList {
        const QFileInfo file(path);
        if (!file.isAbsolute())
            return {};
        // Nothing while an update is at it.
        const QString now = link::cutToUtf8(file.canonicalFilePath(), longestCallerPath);
        const bool isKnown = known->contains(path);
        if (!isKnown && (now.isEmpty() || now == path))
            return {};
        if (!isKnown && known->size() >= kRememberedPaths)
            known->clear();
        QStringList &files = (*known)[path];
        if (!now.isEmpty() && now != path && !files.startsWith(now)) {
            files.removeAll(now);
            files.prepend(now);
            if (files.size() > kRememberedFiles)
                files.removeLast();
        }
        return files;
    };
}

} // namespace clavitor
