// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/PageFile.h"

#include <QFileDialog>
#include <QSaveFile>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

void PageFile::choose(const QString &title, const QString &name, QWidget *parent, std::function<void(const QString &)> then)
{
    auto *dialog = new QFileDialog(parent, title);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilter(QFileDialog::tr("Markdown (*.md)"));
    dialog->setDefaultSuffix(u"md"_s);
    dialog->selectFile(name);
    QObject::connect(dialog, &QFileDialog::fileSelected, parent, std::move(then));
    dialog->open();
}

Result<> PageFile::write(const QString &path, const QString &page)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return fail(file.error() == QFileDevice::OpenError ? ErrorCode::ReadOnly : ErrorCode::Io, file.errorString());
    file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    const QByteArray bytes = page.toUtf8();
    // What is still in memory, too: commit() takes no notice of what a full disk says to that (Qt 6.4).
    if (file.write(bytes) != bytes.size() || !file.flush() || !file.commit())
        return fail(file.error() == QFileDevice::ResourceError ? ErrorCode::DiskFull : ErrorCode::Io, file.errorString());
    return {};
}

} // namespace clavitor::ui
