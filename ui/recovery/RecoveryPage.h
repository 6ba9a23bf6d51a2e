// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "crypto/RecoverySheet.h"

#include <QCoreApplication>
#include <QDate>
#include <QString>

class QPagedPaintDevice;
class QPainter;

namespace clavitor::ui {

/// The page a recovery sheet is printed on: what it is, which vault's and of when, the groups, the same as a QR code, and
/// what to do with it. Black on white, A4 or Letter. GUI thread.
class RecoveryPage {
    Q_DECLARE_TR_FUNCTIONS(RecoveryPage)

public:
    /// `sheet` outlives this.
    RecoveryPage(const crypto::RecoverySheet &sheet, QString vaultName, QString vaultId, QDate made);

    /// One page. Io: the device does not take it.
    [[nodiscard]] Result<> paint(QPagedPaintDevice &device) const;
    /// A PDF for the owner alone (mode 0600), as a whole or not at all. ReadOnly · DiskFull · Io.
    [[nodiscard]] Result<> save(const QString &path) const;
    /// For what paints into a file by itself, as a printer does: closes the file to all but its owner, made empty where there is none,
    /// before there is anything in it to read. ReadOnly · Io.
    [[nodiscard]] static Result<> makePrivate(const QString &path);
    /// For a file name: "clavitor-recovery-8k3v0q7m2x5d.pdf".
    [[nodiscard]] QString fileName() const;

private:
    void draw(QPainter &painter, qreal width, qreal height) const;
    qreal drawHead(QPainter &painter, qreal width) const;
    qreal drawSecret(QPainter &painter, qreal top, qreal width) const;
    void drawAdvice(QPainter &painter, qreal top, qreal width, qreal height) const;

    const crypto::RecoverySheet &m_sheet;
    QString m_vaultName;
    QString m_vaultId;
    QDate m_made;
};

} // namespace clavitor::ui
