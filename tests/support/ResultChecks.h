// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"

#include <QTest>

/// Fails the test with the error's name when a Result holds one.
#define REQUIRE_OK(result)                                                                                             \
    do {                                                                                                               \
        const auto &checked = (result);                                                                                \
        if (!checked)                                                                                                  \
            QFAIL(qPrintable(QString(clavitor::errorName(checked.error().code)) + QStringLiteral(": ")                 \
                             + checked.error().detail));                                                               \
    } while (false)
/// The result must be this error.
#define REQUIRE_ERROR(result, expected)                                                                                \
    do {                                                                                                               \
        const auto &checked = (result);                                                                                \
        QVERIFY2(!checked, "succeeded");                                                                               \
        QCOMPARE(clavitor::errorName(checked.error().code), clavitor::errorName(expected));                            \
    } while (false)
