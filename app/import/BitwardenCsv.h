// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/import/CsvImporter.h"

#include <QList>

namespace clavitor {

/// Bitwarden's CSV export, of a person (`folder`) or of an organisation (`collections`)
/// (https://bitwarden.com/help/condition-bitwarden-import/#condition-a-csv). Holds logins and notes only.
class BitwardenCsv final : public CsvImporter
{
public:
    [[nodiscard]] QString name() const override;

protected:
    [[nodiscard]] Columns required() const override;
    [[nodiscard]] Columns optional() const override;
    [[nodiscard]] bool readRecord(const CsvRecord &record, qint64 now, DraftBuilder &draft,
                                  ImportPlan &plan) const override;
    void remarkOnFormat(ImportPlan &plan) const override;
};

/// The addresses of a `login_uri` cell. They are joined by bare commas, which addresses may also contain: a
/// comma separates only where another address begins behind it.
[[nodiscard]] QList<QByteArrayView> splitAddresses(QByteArrayView cell);

/// One line "name: value" of a `fields` cell and the lines that continue its value.
struct NamedValue
{
    QString name;
    QByteArrayView value;
};
[[nodiscard]] QList<NamedValue> splitFields(QByteArrayView cell);

} // namespace clavitor
