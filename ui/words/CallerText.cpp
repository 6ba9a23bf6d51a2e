// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/words/CallerText.h"

#include "ui/words/DisplayText.h"

#include <QDir>
#include <QFileInfo>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

QString CallerText::shortFolder(const QString &path)
{
    const QString home = QDir::homePath();
    if (path == home)
        return u"~"_s;
    return path.startsWith(home + u'/') ? QString(u'~' + path.mid(home.size())) : path;
}

QString CallerText::folder(const QString &path)
{
    return displayText(shortFolder(path), 160);
}

QString CallerText::line(const Caller &caller)
{
    QString line;
    if (!caller.program.isEmpty())
        line = displayText(QFileInfo(caller.program).fileName(), 60);
    if (!caller.parents.isEmpty())
        line += (line.isEmpty() ? QString() : u" ← "_s) + displayText(caller.parents, 120);
    if (!caller.folder.isEmpty())
        line = line.isEmpty() ? folder(caller.folder) : tr("%1, in %2").arg(line, folder(caller.folder));
    return line;
}

QString CallerText::program(const Caller &caller)
{
    if (caller.program.isEmpty())
        return tr("unknown");
    const QString name = displayText(caller.program, 200);
    return caller.pid > 0 ? tr("%1 (pid %2)").arg(name).arg(caller.pid) : name;
}

QString CallerText::actor(const QString &actor)
{
    if (actor == "app:owner"_L1)
        return tr("You");
    const QString name = actor.mid(actor.indexOf(u':') + 1);
    if (name.isEmpty() || name == "unknown key"_L1)
        return tr("An unknown key");
    return displayText(name, 64);
}

QString CallerText::verb(const QString &action)
{
    if (action == "read"_L1)
        return tr("read an entry");
    if (action == "totp"_L1)
        return tr("get a one-time code");
    if (action == "use"_L1)
        return tr("run a command with a value");
    if (action == "search"_L1)
        return tr("search the vault");
    if (action == "list"_L1)
        return tr("list entries");
    if (action == "generate"_L1)
        return tr("generate a password");
    return tr("use the vault");
}

} // namespace clavitor::ui
