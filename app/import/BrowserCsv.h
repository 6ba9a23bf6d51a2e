// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/import/CsvImporter.h"

namespace clavitor {

/// chrome://password-manager → Export passwords; Edge, Brave, Opera and Vivaldi write the same file.
class ChromiumCsv final : public CsvImporter
{
public:
    [[nodiscard]] QString name() const override;

protected:
    [[nodiscard]] Columns required() const override;
    [[nodiscard]] Columns optional() const override;
    [[nodiscard]] bool readRecord(const CsvRecord &record, qint64 now, DraftBuilder &draft,
                                  ImportPlan &plan) const override;
};

/// about:logins → Export passwords. Has no titles; times are milliseconds since the epoch.
class FirefoxCsv final : public CsvImporter
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

/// Safari and the Passwords app of Apple. Titles end in " (user name)", which is taken off.
class SafariCsv final : public CsvImporter
{
public:
    [[nodiscard]] QString name() const override;

protected:
    [[nodiscard]] Columns required() const override;
    [[nodiscard]] Columns optional() const override;
    [[nodiscard]] bool readRecord(const CsvRecord &record, qint64 now, DraftBuilder &draft,
                                  ImportPlan &plan) const override;
};

} // namespace clavitor
