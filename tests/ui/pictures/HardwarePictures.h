// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSize>
#include <QString>

#include <functional>

class QWidget;

/// What a person sees while a security key or the TPM is asked; `take` keeps a picture under a name.
void shootHardware(const std::function<void(const QString &, QWidget *, QSize)> &take);
