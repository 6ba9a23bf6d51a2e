// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/PinForm.h"

#include "tests/support/Widgets.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

/// In a home folder with a program as an installer puts it: a version, and a link to it in ~/.local/bin.
class tst_PinForm : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<PinForm> m_form;

    QString at(const QString &path) const { return QDir::homePath() + u'/' + path; }
    QString program(const QString &path, const QByteArray &content = "\x7f" "ELF") const
    {
        QFile made(at(path));
        if (!QDir().mkpath(QFileInfo(at(path)).path()) || !made.open(QIODevice::WriteOnly) || made.write(content) != content.size()
            || !made.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner))
            qFatal("no program");
        return at(path);
    }
    QAbstractButton *offer() const
    {
        for (auto *found : m_form->findChildren<QAbstractButton *>())
            if (found->text().startsWith(u"What used it last: "_s) && found->isVisibleTo(m_form.get()))
                return found;
        return nullptr;
    }
    void enter(const QString &path) const
    {
        auto *line = lineEdit(m_form.get(), u"Program it works from"_s);
        line->setText(path);
    }

private slots:
    void init()
    {
        m_home = std::make_unique<QTemporaryDir>();
        qputenv("HOME", QFile::encodeName(QFileInfo(m_home->path()).canonicalFilePath()));
        QVERIFY(QDir::home().mkpath(u".local/bin"_s));
        QVERIFY(QDir::home().mkpath(u"src/shop"_s));
        QVERIFY(QFile::link(program(u".local/share/claude/versions/2.1.330"_s), at(u".local/bin/claude"_s)));
        m_form = std::make_unique<PinForm>();
        m_form->show();
    }
    void cleanup() { m_form.reset(); }

    void keepsTheLinkThatWasChosenAndSaysWhereItLeads()
    {
        enter(at(u".local/bin/claude"_s));
        QCOMPARE(m_form->pin().program, at(u".local/bin/claude"_s));
        QVERIFY(says(m_form.get(), u"A link, now to ~/.local/share/claude/versions/2.1.330; updates that turn it are followed."_s));
        enter(u"~/.local/bin/claude "_s);
        QCOMPARE(m_form->pin().program, at(u".local/bin/claude"_s));
        enter(at(u".local/share/claude/versions/2.1.330"_s));
        QVERIFY(!says(m_form.get(), u"A link"_s));
        QVERIFY(says(m_form.get(), u"Elsewhere it is refused, and you are told."_s));
    }

    void keepsAPinFromBeforeAsItIs_data()
    {
        QTest::addColumn<QString>("path");
        QTest::newRow("a version") << u"/.local/share/claude/versions/2.1.330"_s;
        QTest::newRow("a version that is gone") << u"/.local/share/claude/versions/2.1.200"_s;
    }
    void keepsAPinFromBeforeAsItIs()
    {
        QFETCH(QString, path);
        const Pin pin{QDir::homePath() + path, at(u"src/shop"_s)};
        m_form->setPin(pin);
        QCOMPARE(m_form->pin(), pin);
    }

    void aFolderIsStillTheOneALinkLeadsTo()
    {
        QVERIFY(QFile::link(at(u"src/shop"_s), at(u"shop"_s)));
        m_form->setPin({{}, at(u"shop"_s)});
        QCOMPARE(m_form->pin().folder, at(u"src/shop"_s));
    }

    void offersTheLinkToWhatUsedItLast()
    {
        m_form->setLastCaller({at(u".local/share/claude/versions/2.1.330"_s), 7, u"zsh"_s, at(u"src/shop"_s), {}});
        QVERIFY(offer());
        QCOMPARE(offer()->text(), u"What used it last: claude, in ~/src/shop"_s);
        press(offer());
        QCOMPARE(m_form->pin(), (Pin{at(u".local/bin/claude"_s), at(u"src/shop"_s)}));
        QVERIFY2(!offer(), "it is what is pinned");
        // And to what was pinned by its file before there were links.
        m_form->setPin({at(u".local/share/claude/versions/2.1.330"_s), at(u"src/shop"_s)});
        QVERIFY(offer());
        QVERIFY(says(m_form.get(), u"An update may bring another file. ~/.local/bin/claude leads to this one, and would be followed."_s));
    }

    void saysThatAnInterpreterLetsEverythingIn()
    {
        const QString node = program(u"opt/node"_s);
        m_form->setLastCaller({node, 7, u"zsh"_s, at(u"src/shop"_s), {}});
        enter(node);
        QVERIFY(says(m_form.get(), u"node runs many programs, and each is let in. A folder narrows it."_s));
        press(offer());
        QCOMPARE(m_form->pin(), (Pin{node, at(u"src/shop"_s)}));
        QVERIFY(says(m_form.get(), u"node runs many programs, and in this folder each is let in."_s));
        QVERIFY(!says(m_form.get(), u"narrows it"_s));
    }

    void saysThatAScriptIsNotWhatCalls()
    {
        enter(program(u".local/bin/gemini"_s, "#!/usr/bin/env node\n"));
        QVERIFY(says(m_form.get(), u"gemini is a script, and what calls is the program that runs it. Choose that one, node, and a folder."_s));
        QCOMPARE(m_form->problem(), QString());
    }

    void saysThatAnAppImageIsElsewhereTheNextTime()
    {
        // No test may leave something in /tmp: a program that is there, by a name that begins so.
        QTemporaryDir mount(u"/tmp/.mount_TestXXXXXX"_s);
        if (!mount.isValid())
            QSKIP("/tmp cannot be written");
        QFile made(mount.filePath(u"cursor"_s));
        QVERIFY(made.open(QIODevice::WriteOnly));
        QVERIFY(made.setPermissions(QFile::ReadOwner | QFile::ExeOwner));
        enter(made.fileName());
        QVERIFY(says(m_form.get(), u"cursor is in another place each time it is started"_s));
    }

    void saysThatSnapStartsItFromElsewhere()
    {
        QVERIFY(QDir::home().mkpath(u"snap/bin"_s));
        QVERIFY(QFile::link(program(u"usr/bin/snap"_s), at(u"snap/bin/codex"_s)));
        enter(at(u"snap/bin/codex"_s));
        QVERIFY(says(m_form.get(), u"codex is started by snap from elsewhere."_s));
    }
};

QTEST_MAIN(tst_PinForm)
#include "tst_PinForm.moc"
