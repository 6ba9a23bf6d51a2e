// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/FieldKindMenu.h"

#include "ui/entries/EntryText.h"
#include "ui/style/Icons.h"

#include <QCoreApplication>
#include <QMenu>

#include <algorithm>
#include <array>

namespace clavitor::ui {

namespace {

/// The kinds on offer, in groups, so that the menu is read and not searched.
constexpr std::array kCommonKinds{FieldKind::Username, FieldKind::Email, FieldKind::Password, FieldKind::Totp, FieldKind::Token,
                                  FieldKind::Text,     FieldKind::Hidden, FieldKind::Url,      FieldKind::Notes};

} // namespace

void fillKindMenu(QMenu *menu, QObject *context, const std::function<void(FieldKind)> &chosen)
{
    const auto add = [&](QMenu *target, FieldKind kind) {
        QObject::connect(target->addAction(icon(EntryText::symbol(kind)), EntryText::kind(kind)), &QAction::triggered, context,
                         [kind, chosen] { chosen(kind); });
    };
    for (FieldKind kind : kCommonKinds)
        add(menu, kind);
    menu->addSeparator();
    QMenu *personal = menu->addMenu(icon(Symbol::Personal), QCoreApplication::translate("FieldKindMenu", "Personal kinds"));
    QMenu *other = menu->addMenu(icon(Symbol::More), QCoreApplication::translate("FieldKindMenu", "More kinds"));
    for (FieldKind kind : allFieldKinds()) {
        if (std::ranges::find(kCommonKinds, kind) == kCommonKinds.end())
            add(defaultTier(kind) == Tier::Personal ? personal : other, kind);
    }
}

} // namespace clavitor::ui
