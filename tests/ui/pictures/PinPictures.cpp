// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/pictures/PinPictures.h"

#include "ui/keys/PinForm.h"
#include "ui/widgets/Card.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QVBoxLayout>

using namespace clavitor;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

namespace {

void putProgram(const QString &path, const QByteArray &content = {})
{
    QFile file(path);
    if (QDir().mkpath(QFileInfo(path).path()) && file.open(QIODevice::WriteOnly) && file.write(content) >= 0)
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
}

} // namespace

void shootPins(const std::function<void(const QString &, QWidget *, QSize)> &take)
{
    QTemporaryDir folder;
    const QByteArray before = qgetenv("HOME");
    qputenv("HOME", QFile::encodeName(QFileInfo(folder.path()).canonicalFilePath()));
    const QString home = QDir::homePath();
    const QString shop = home + u"/src/shop"_s;
    const QString version = home + u"/.local/share/claude/versions/2.1.330"_s;
    const QString node = home + u"/.local/share/node-22/bin/node"_s;
    QDir().mkpath(shop);
    putProgram(version);
    putProgram(node);
    putProgram(home + u"/.local/bin/gemini"_s, "#!/usr/bin/env node\n");
    QFile::link(version, home + u"/.local/bin/claude"_s);
    const Caller claude{version, 48213, u"zsh"_s, shop, {}};
    const Caller gemini{node, 48213, u"zsh"_s, shop, {}};

    const auto shoot = [&](const QString &name, const Pin &pin, const Caller &last) {
        Pane pane;
        auto *column = new QVBoxLayout(&pane);
        auto *form = new PinForm;
        form->setLastCaller(last);
        form->setPin(pin);
        column->addWidget(form);
        column->addStretch();
        take(name, &pane, {480, 190});
    };
    shoot(u"pin-none"_s, {}, claude);
    shoot(u"pin-link"_s, {home + u"/.local/bin/claude"_s, {}}, claude);
    shoot(u"pin-link-and-folder"_s, {home + u"/.local/bin/claude"_s, shop}, claude);
    shoot(u"pin-interpreter"_s, {node, {}}, gemini);
    shoot(u"pin-interpreter-and-folder"_s, {node, shop}, gemini);
    shoot(u"pin-script"_s, {home + u"/.local/bin/gemini"_s, {}}, gemini);
    shoot(u"pin-file"_s, {version, shop}, claude);
    shoot(u"pin-gone"_s, {home + u"/.local/share/claude/versions/2.1.300"_s, {}}, claude);
    qputenv("HOME", before);
}
