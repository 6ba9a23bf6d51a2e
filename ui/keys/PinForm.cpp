// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/PinForm.h"

#include "ui/keys/ProgramPath.h"
#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/IconButton.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/MarkedLabel.h"
#include "ui/words/CallerText.h"
#include "ui/words/DisplayText.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

/// "~" is the person's home.
QString fromHome(const QString &typed)
{
    const QString path = typed.trimmed();
    return path == "~"_L1 || path.startsWith("~/"_L1) ? QString(QDir::homePath() + path.mid(1)) : path;
}

/// As the keeper compares it: absolute, without ".." and links.
QString plainFolder(const QString &typed)
{
    const QString path = fromHome(typed);
    const QString canonical = path.isEmpty() ? path : QFileInfo(path).canonicalFilePath();
    return canonical.isEmpty() ? path : canonical;
}

QString nameOf(const QString &path)
{
    return displayText(QFileInfo(path).fileName(), 40);
}

} // namespace

PinForm::PinForm(QWidget *parent)
    : QWidget(parent)
    , m_program(new QLineEdit)
    , m_folder(new QLineEdit)
    , m_useLast(new QPushButton)
    , m_note(new MarkedLabel(TextStyle::Quiet))
{
    m_program->setAccessibleName(tr("Program it works from"));
    m_program->setPlaceholderText(tr("Any program"));
    m_folder->setAccessibleName(tr("Folder it works in"));
    m_folder->setPlaceholderText(tr("Any folder"));
    m_note->wrapping();
    m_useLast->setIcon(icon(Symbol::History));
    m_useLast->setAutoDefault(false);
    setButtonRole(m_useLast, ButtonRole::Flat);
    m_useLast->hide();

    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(space::s);
    grid->setVerticalSpacing(space::s);
    const auto row = [&](int at, const QString &word, QLineEdit *line, Symbol symbol, const QString &what, void (PinForm::*choose)()) {
        auto *pick = new IconButton(symbol, what);
        grid->addWidget(new Label(word), at, 0);
        grid->addWidget(line, at, 1);
        grid->addWidget(pick, at, 2);
        line->setClearButtonEnabled(true);
        connect(pick, &IconButton::clicked, this, choose);
        connect(line, &QLineEdit::textChanged, this, &PinForm::refresh);
    };
    row(0, tr("Program"), m_program, Symbol::Terminal, tr("Choose a program"), &PinForm::chooseProgram);
    row(1, tr("Folder"), m_folder, Symbol::Folder, tr("Choose a folder"), &PinForm::chooseFolder);
    grid->setColumnStretch(1, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::s);
    column->addLayout(grid);
    column->addWidget(m_useLast, 0, Qt::AlignLeft);
    column->addWidget(m_note);
    connect(m_useLast, &QPushButton::clicked, this, [this] {
        m_program->setText(m_last.program);
        m_folder->setText(m_last.folder);
    });
    refresh();
}

void PinForm::setPin(const Pin &pin)
{
    m_program->setText(pin.program);
    m_folder->setText(pin.folder);
}

Pin PinForm::pin() const
{
    // A link stays one: the keeper follows it, also when an update turns it.
    return {fromHome(m_program->text()), plainFolder(m_folder->text())};
}

void PinForm::setLastCaller(const Caller &caller)
{
    m_lastProgram = caller.program;
    m_last = {ProgramPath::lasting(caller.program), caller.folder};
    Caller shown;
    shown.program = m_last.program;
    shown.folder = m_last.folder;
    m_useLast->setText(tr("What used it last: %1").arg(CallerText::line(shown)));
    refresh();
}

QString PinForm::problem() const
{
    const Pin now = pin();
    if (!now.program.isEmpty() && !QFileInfo(now.program).isAbsolute())
        return tr("Give the program with its whole path, such as /usr/bin/codex.");
    if (!now.folder.isEmpty() && !QFileInfo(now.folder).isAbsolute())
        return tr("Give the folder with its whole path.");
    return {};
}

void PinForm::chooseProgram()
{
    auto *dialog = new QFileDialog(this, tr("Program it works from"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, m_program, &QLineEdit::setText);
    dialog->open();
}

void PinForm::chooseFolder()
{
    auto *dialog = new QFileDialog(this, tr("Folder it works in"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, m_folder, &QLineEdit::setText);
    dialog->open();
}

PinForm::Note PinForm::note(const Pin &pin) const
{
    if (const QString wrong = problem(); !wrong.isEmpty())
        return {wrong, true};
    if (pin.isEmpty())
        return {tr("Works wherever its token is. Pinned, a copied token is of no use elsewhere."), false};
    if (!pin.program.isEmpty()) {
        const QString name = nameOf(pin.program);
        if (!QFileInfo(pin.program).isExecutable())
            return {tr("There is no such program on this computer now."), true};
        if (const QString interpreter = displayText(ProgramPath::interpreterOf(pin.program), 40); !interpreter.isEmpty())
            return {tr("%1 is a script, and what calls is the program that runs it. Choose that one, %2, and a folder.").arg(name, interpreter), true};
        if (ProgramPath::isSnapLink(pin.program))
            return {tr("%1 is started by snap from elsewhere. Let it call once, and take what used the key last.").arg(name), true};
        if (ProgramPath::isPassing(pin.program))
            return {tr("%1 is in another place each time it is started, as AppImages are, and would be refused. Pin a folder instead.").arg(name), true};
    }
    if (!pin.folder.isEmpty() && !QFileInfo(pin.folder).isDir())
        return {tr("There is no such folder on this computer now."), true};
    const QString elsewhere = tr("Elsewhere it is refused, and you are told. A program that runs as you can still pretend.");
    if (!pin.program.isEmpty() && ProgramPath::isInterpreter(pin.program)) {
        const QString name = nameOf(pin.program);
        if (pin.folder.isEmpty())
            return {tr("%1 runs many programs, and each is let in. A folder narrows it.").arg(name), true};
        return {tr("%1 runs many programs, and in this folder each is let in.").arg(name) + u' ' + elsewhere, false};
    }
    // By the button, which offers the link.
    if (pin.program == m_lastProgram && pin.program != m_last.program)
        return {tr("An update may bring another file. %1 leads to this one, and would be followed.").arg(displayText(CallerText::shortFolder(m_last.program), 120)) + u' ' + elsewhere,
                false};
    if (const QString file = QFileInfo(pin.program).canonicalFilePath(); !pin.program.isEmpty() && file != pin.program)
        return {tr("A link, now to %1; updates that turn it are followed.").arg(displayText(CallerText::shortFolder(file), 120)) + u' ' + elsewhere, false};
    return {elsewhere, false};
}

void PinForm::refresh()
{
    const Pin now = pin();
    m_useLast->setVisible(!m_last.isEmpty() && now != m_last);
    const Note said = note(now);
    if (said.warns)
        m_note->setMark(Symbol::Warning, Ink::Asks);
    else
        m_note->clearMark(Ink::Quiet);
    m_note->setText(said.text);
    emit changed();
}

} // namespace clavitor::ui
