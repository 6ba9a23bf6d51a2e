// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/KeyReport.h"

#include <QCoreApplication>
#include <QTimeZone>

namespace clavitor::ui {

/// What a key did or saw, as a Markdown page for a pull request or a ticket: counts and times, never a value. Titles and
/// names stand as code, so that nothing in them is markup. Pure functions.
class ReceiptText {
    Q_DECLARE_TR_FUNCTIONS(ReceiptText)
public:
    explicit ReceiptText(QTimeZone zone = QTimeZone::systemTimeZone());

    [[nodiscard]] QString markdown(const KeyReceipt &receipt) const;
    /// `now`: ms since the epoch, when the list was made.
    [[nodiscard]] QString markdown(const QString &keyName, const QList<SeenCredential> &seen, qint64 now) const;

    /// The person or a later change of its secrets took care of it.
    [[nodiscard]] static bool isDealtWith(const SeenCredential &seen) { return seen.ticked || seen.rotatedAt != 0; }

private:
    /// "2026-03-11 15:40:07"
    [[nodiscard]] QString moment(qint64 time) const;
    /// "UTC+01:00" as it is at that time.
    [[nodiscard]] QString offset(qint64 time) const;

    QTimeZone m_zone;
};

} // namespace clavitor::ui
