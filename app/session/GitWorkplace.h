// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

#include <functional>
#include <optional>

namespace clavitor {

/// The git repository a folder lies in and what is checked out there, as its files say it: whoever may write them may say
/// what he likes, so this describes a caller and proves nothing.
struct GitWorkplace {
    QString repository;         ///< name of its folder, of the main one for a worktree
    QString branch;             ///< "feature/x"; empty when it cannot be read
    QString commit;             ///< first digits of it when no branch is checked out
    bool operator==(const GitWorkplace &) const = default;
};

/// Walks up from `folder`, at most 64 levels, to a `.git`, and reads its HEAD: regular files only, no link followed, at most
/// 4 KiB. Nothing when there is none or `folder` is not absolute. Blocks as long as the file system does; any thread.
[[nodiscard]] std::optional<GitWorkplace> gitWorkplaceOf(const QString &folder);

/// Runs gitWorkplaceOf() on a thread of its own and answers within `patience` milliseconds on the thread that asked, never
/// before it returns; a folder of a file system that hangs is answered as none. Such a thread is left behind, and while
/// MostLooks of them hang every folder is answered as none. UI thread; `context` gone, no answer.
class GitLook {
public:
    static constexpr int Patience = 300;
    static constexpr int MostLooks = 4;
    using Look = std::function<std::optional<GitWorkplace>(const QString &)>;

    static void ask(const QString &folder, QObject *context, std::function<void(std::optional<GitWorkplace>)> answer,
                    const Look &look = gitWorkplaceOf, int patience = Patience);
};

} // namespace clavitor
