// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QList>
#include <QString>

#include <utility>

namespace clavitor::ui {

/// Version, licences of what the program is built from, and, in plain words, what it protects and what it cannot
/// (SECURITY.md promise P15).
class AboutDialog : public QDialog {
    Q_OBJECT
public:
    explicit AboutDialog(QWidget *parent = nullptr);

    /// Who or what, and what that can do.
    [[nodiscard]] static QList<std::pair<QString, QString>> protection();
    /// What a program that runs as the same user can do, and whether.
    [[nodiscard]] static QList<std::pair<QString, QString>> sameUser();
    [[nodiscard]] static QString outOfScope();

private:
    [[nodiscard]] QWidget *protectionPage() const;
    [[nodiscard]] QWidget *licencePage() const;
};

} // namespace clavitor::ui
