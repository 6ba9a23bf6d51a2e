// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/base/Error.h"
#include "crypto/Random.h"
#include "crypto/RecoverySheet.h"
#include "crypto/SecretText.h"

#include <QDialog>

#include <array>
#include <memory>
#include <optional>

class QPrinter;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace clavitor {
class VaultClient;
}

namespace clavitor::ui {

class InlineMessage;
class Label;
class MarkedLabel;
class RecoveryGroups;
class RecoveryPage;
class SecretField;

/// Makes a recovery sheet for the open vault, or for one that the sheet finishes: prints or saves its page, has four of its groups typed from the paper, and
/// only then adds it to the vault. Accepted once the vault opens with it; before that nothing has changed.
///
/// Owns the sheet and wipes it with itself. Closes when the vault is locked. GUI thread.
class RecoverySheetDialog : public QDialog {
    Q_OBJECT
public:
    static constexpr int asked = 4; ///< groups to type

    struct Parts {
        VaultClient *client; ///< outlives the dialog
        Clock clock;
        /// The master password where it was typed a moment ago; else it is asked for at the end.
        std::optional<crypto::SecretText> password = std::nullopt;
        crypto::RandomSource random = crypto::systemRandom();
    };
    explicit RecoverySheetDialog(Parts parts, QWidget *parent = nullptr);
    ~RecoverySheetDialog() override;

    /// Not while the vault works on it.
    void done(int result) override;

private:
    enum Step { Sheet, Groups, Password, StepCount };
    /// A group to type: its number, the field, and whether it is as printed.
    struct Asked {
        int number = 0;
        SecretField *field = nullptr;
        MarkedLabel *verdict = nullptr;
    };

    [[nodiscard]] QWidget *sheetPage();
    [[nodiscard]] QWidget *groupsPage();
    [[nodiscard]] QWidget *passwordPage();
    [[nodiscard]] RecoveryPage page() const;
    void goTo(Step step);
    void next();
    void refresh();
    void fit();
    void print();
    void save();
    void judge(const Asked &one);
    [[nodiscard]] bool areGroupsRight() const;
    void store();
    void setBusy(bool busy);
    void showError(const Error &error);

    VaultClient *m_client;
    Clock m_clock;
    std::optional<crypto::SecretText> m_given;
    crypto::RecoverySheet m_sheet;
    std::array<Asked, asked> m_asked{};
    QStackedWidget *m_pages;
    RecoveryGroups *m_groups = nullptr;
    QPushButton *m_show = nullptr;
    InlineMessage *m_saved = nullptr;
    SecretField *m_password = nullptr;
    InlineMessage *m_error;
    QProgressBar *m_progress;
    QPushButton *m_back;
    QPushButton *m_cancel;
    QPushButton *m_next;
    std::unique_ptr<QPrinter> m_printer;
    bool m_busy = false;
};

} // namespace clavitor::ui
