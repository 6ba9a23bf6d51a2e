// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QStringList>

namespace clavitor {

/// Which part of the vault is not what was last written there.
enum class VaultPart {
    Entries,        ///< entries, their fields, addresses and tags
    Versions,       ///< what entries were before
    Imports,
    Keys,           ///< agents' keys: tokens, scopes, policies
    Grants,         ///< what agents were allowed, and what they asked for
    Settings,       ///< the vault's own single values
    Log,            ///< the audit log, its chain and its checkpoints
    Structure,      ///< tables and indexes themselves
    SearchIndex,    ///< by which entries are found by their words
    Manifest,       ///< the list that says what the others should be
    KeyFile,        ///< vault.keys: it is from before its last change, and ways it had then open the vault
};

/// What was taken out of a file that was trusted, since it was there twice: one copy of each stayed. A value.
struct RemovedSurplus {
    VaultPart part = VaultPart::Entries;
    qint64 rows = 0;
    QStringList names{};        ///< of the entries and keys concerned, each once
    bool operator==(const RemovedSurplus &) const = default;
};

/// Why an open vault is for looking only: its file is not as this program left it. Nothing is written and no agent is
/// answered until the person has looked and said that it is to be used as it is. A value.
struct Distrust {
    enum class Kind {
        ChangedOutside,     ///< parts of the file are of another time than the rest, or were written without us
        OlderCopy,          ///< whole in itself, but the keychain remembers a newer state
    };
    Kind kind = Kind::ChangedOutside;
    QList<VaultPart> parts;     ///< in order, each once; empty for an older copy
    qint64 generation = 0;      ///< changes this file has seen
    qint64 newest = 0;          ///< changes the keychain knows of; 0 unless older
    bool operator==(const Distrust &) const = default;
};

} // namespace clavitor
