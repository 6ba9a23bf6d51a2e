// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/PinForm.h"

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

/// As the keeper compares it: absolute, without ".." and links. "~" is the person's home.
QString plainPath(QString path)
{
    path = path.trimmed();
    if (path == "~"_L1 || path.startsWith("~/"_L1))
        path = QDir::homePath() + path.mid(1);
    const QString canonical = QFileInfo(path).canonicalFilePath();
    return canonical.isEmpty() ? path : canonical;
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
    const QString program = m_program->text().trimmed();
    const QString folder = m_folder->text().trimmed();
    return {program.isEmpty() ? QString() : plainPath(program), folder.isEmpty() ? QString() : plainPath(folder)};
}

void PinForm::setLastCaller(const Caller &caller)
{
    m_last = caller;
    Caller shown;
    shown.program = caller.program;
    shown.folder = caller.folder;
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

void PinForm::refresh()
{
    const Pin now = pin();
    m_useLast->setVisible((!m_last.program.isEmpty() || !m_last.folder.isEmpty()) && (now.program != m_last.program || now.folder != m_last.folder));
    const QString wrong = problem();
    QString missing;
    if (wrong.isEmpty() && !now.program.isEmpty() && !QFileInfo(now.program).isExecutable())
        missing = tr("There is no such program on this computer now.");
    else if (wrong.isEmpty() && !now.folder.isEmpty() && !QFileInfo(now.folder).isDir())
        missing = tr("There is no such folder on this computer now.");
    if (!missing.isEmpty() || !wrong.isEmpty())
        m_note->setMark(Symbol::Warning, Ink::Asks);
    else
        m_note->clearMark(Ink::Quiet);
    m_note->setText(!wrong.isEmpty()     ? wrong
                        : !missing.isEmpty() ? missing
                        : now.isEmpty()      ? tr("Works wherever its token is. Pinned, a copied token is of no use elsewhere.")
                                             : tr("Elsewhere it is refused, and you are told. A program that runs as you can still pretend."));
    emit changed();
}

} // namespace clavitor::ui
