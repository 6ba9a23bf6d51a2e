// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/GeneratorDialog.h"

#include "crypto/PasswordGenerator.h"
#include "crypto/WordList.h"
#include "ui/ClipboardGuard.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/ButtonRow.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/IconButton.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/MarkedLabel.h"
#include "ui/widgets/SecretView.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <QTabWidget>
#include <QVBoxLayout>

namespace clavitor::ui {

namespace {

constexpr int kLongestOnSlider = 64;
constexpr double kMeterFull = 128;

QWidget *labelled(const QString &text, QSlider *slider, QSpinBox *box)
{
    auto *line = new QWidget;
    auto *row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::m);
    auto *label = new Label(text, TextStyle::Body, Ink::Quiet);
    label->setMinimumWidth(64);
    box->setFixedWidth(72);
    box->setAccessibleName(text);
    slider->setAccessibleName(text);
    row->addWidget(label);
    row->addWidget(slider, 1);
    row->addWidget(box);
    QObject::connect(slider, &QSlider::valueChanged, box, &QSpinBox::setValue);
    QObject::connect(box, &QSpinBox::valueChanged, slider, [slider](int value) {
        const QSignalBlocker quiet(slider); // past the slider's end the box alone counts
        slider->setValue(value);
    });
    return line;
}

} // namespace

GeneratorDialog::GeneratorDialog(crypto::RandomSource random, ClipboardGuard *clipboard, Mode mode, QWidget *parent)
    : QDialog(parent)
    , m_random(std::move(random))
    , m_clipboard(clipboard)
    , m_view(new SecretView)
    , m_tabs(new QTabWidget)
    , m_lengthSlider(new QSlider(Qt::Horizontal))
    , m_length(new QSpinBox)
    , m_lower(new QCheckBox(tr("&Lower case a–z")))
    , m_upper(new QCheckBox(tr("&Upper case A–Z")))
    , m_digits(new QCheckBox(tr("&Digits 0–9")))
    , m_symbols(new QCheckBox(tr("&Symbols !#$%…")))
    , m_clear(new QCheckBox(tr("Leave out look-&alikes (0 O o 1 l I |)")))
    , m_wordSlider(new QSlider(Qt::Horizontal))
    , m_words(new QSpinBox)
    , m_separator(new QLineEdit(QStringLiteral("-")))
    , m_meter(new QProgressBar)
    , m_strength(new MarkedLabel(TextStyle::Quiet))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Password generator"));
    setMinimumWidth(520);
    m_view->setLarge(true);
    m_view->setMinimumHeight(64);
    m_meter->setTextVisible(false);
    m_meter->setFixedHeight(8);
    m_meter->setRange(0, static_cast<int>(kMeterFull));
    m_meter->setAccessibleName(tr("Strength"));

    auto *again = new IconButton(Symbol::Rotate, tr("Another one (Ctrl+R)"));
    again->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_R));
    auto *card = new Card;
    auto *result = new QHBoxLayout;
    result->addWidget(m_view, 1);
    result->addWidget(again, 0, Qt::AlignTop);
    card->column()->addLayout(result);
    card->column()->addWidget(m_meter);
    card->column()->addWidget(m_strength);

    m_tabs->addTab(passwordPage(), tr("Password"));
    m_tabs->addTab(passphrasePage(), tr("Passphrase"));
    auto *close = new QPushButton(mode == Mode::Use ? tr("Cancel") : tr("Close"));
    auto *copyButton = new QPushButton(icon(Symbol::Copy), tr("&Copy"));
    auto *buttons = new ButtonRow({close, copyButton});
    if (mode == Mode::Use) {
        auto *use = new QPushButton(tr("Use"));
        use->setDefault(true);
        buttons->addWidget(use);
        connect(use, &QPushButton::clicked, this, [this] {
            emit chosen();
            accept();
        });
    } else {
        copyButton->setDefault(true);
        copyButton->setIcon(icon(Symbol::Copy, Ink::OnAccent));
    }
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::m);
    column->addWidget(card);
    column->addWidget(m_tabs);
    column->addStretch(1);
    column->addLayout(buttons);

    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(copyButton, &QPushButton::clicked, this, &GeneratorDialog::copy);
    connect(again, &IconButton::clicked, this, &GeneratorDialog::generate);
    connect(m_tabs, &QTabWidget::currentChanged, this, &GeneratorDialog::generate);
    generate();
}

QWidget *GeneratorDialog::passwordPage()
{
    auto *page = new QWidget;
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, space::m, 0, 0);
    m_lengthSlider->setRange(crypto::PasswordRecipe::shortest, kLongestOnSlider);
    m_length->setRange(crypto::PasswordRecipe::shortest, crypto::PasswordRecipe::longest);
    m_length->setValue(24);
    m_lengthSlider->setValue(24);
    column->addWidget(labelled(tr("Length"), m_lengthSlider, m_length));
    auto *grid = new QGridLayout;
    grid->setVerticalSpacing(space::s);
    grid->addWidget(m_lower, 0, 0);
    grid->addWidget(m_upper, 0, 1);
    grid->addWidget(m_digits, 1, 0);
    grid->addWidget(m_symbols, 1, 1);
    grid->addWidget(m_clear, 2, 0, 1, 2);
    column->addLayout(grid);
    for (QCheckBox *box : {m_lower, m_upper, m_digits, m_symbols}) {
        box->setChecked(true);
        connect(box, &QCheckBox::toggled, this, [this, box](bool on) {
            // One class always stays: there is no password without characters.
            if (!on && !m_lower->isChecked() && !m_upper->isChecked() && !m_digits->isChecked() && !m_symbols->isChecked())
                box->setChecked(true);
            else
                generate();
        });
    }
    connect(m_clear, &QCheckBox::toggled, this, &GeneratorDialog::generate);
    connect(m_length, &QSpinBox::valueChanged, this, &GeneratorDialog::generate);
    return page;
}

QWidget *GeneratorDialog::passphrasePage()
{
    auto *page = new QWidget;
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, space::m, 0, 0);
    m_wordSlider->setRange(crypto::PassphraseRecipe::fewest, 12);
    m_words->setRange(crypto::PassphraseRecipe::fewest, crypto::PassphraseRecipe::most);
    m_words->setValue(6);
    m_wordSlider->setValue(6);
    column->addWidget(labelled(tr("Words"), m_wordSlider, m_words));
    auto *row = new QHBoxLayout;
    auto *label = new Label(tr("Between"), TextStyle::Body, Ink::Quiet);
    label->setMinimumWidth(64);
    m_separator->setMaxLength(2);
    m_separator->setFixedWidth(72);
    m_separator->setAccessibleName(tr("Characters between the words"));
    row->setSpacing(space::m);
    row->addWidget(label);
    row->addWidget(m_separator);
    row->addStretch(1);
    column->addLayout(row);
    column->addStretch(1);
    connect(m_words, &QSpinBox::valueChanged, this, &GeneratorDialog::generate);
    connect(m_separator, &QLineEdit::textEdited, this, &GeneratorDialog::generate);
    return page;
}

void GeneratorDialog::generate()
{
    std::expected<crypto::GeneratedSecret, crypto::CryptoError> made = std::unexpected(crypto::CryptoError::Refused);
    if (m_tabs->currentIndex() == 0) {
        crypto::PasswordRecipe recipe;
        recipe.length = m_length->value();
        recipe.lower = m_lower->isChecked();
        recipe.upper = m_upper->isChecked();
        recipe.digits = m_digits->isChecked();
        recipe.symbols = m_symbols->isChecked();
        recipe.avoidAmbiguous = m_clear->isChecked();
        made = crypto::generatePassword(recipe, m_random);
    } else {
        made = crypto::generatePassphrase({m_words->value(), m_separator->text().toStdString()}, crypto::effLongWordList(), m_random);
    }
    if (!made)
        return;
    m_bits = made->entropyBits;
    m_view->reveal(std::move(made->text));
    m_meter->setValue(qMin(static_cast<int>(m_bits), static_cast<int>(kMeterFull)));
    const QString word = m_bits < 50 ? tr("Weak") : m_bits < 75 ? tr("Fair") : m_bits < 100 ? tr("Strong") : tr("Very strong");
    m_strength->setText(tr("%1 · %2 bits").arg(word).arg(qRound(m_bits)));
    m_strength->setMark(m_bits < 75 ? Symbol::Warning : Symbol::ShieldCheck, m_bits < 50 ? Ink::Denied : m_bits < 75 ? Ink::Asks : Ink::Allowed);
}

const crypto::SecretText &GeneratorDialog::secret() const
{
    return m_view->secret();
}

crypto::SecretText GeneratorDialog::takeSecret()
{
    crypto::SecretText secret = m_view->secret().clone();
    m_view->mask();
    return secret;
}

void GeneratorDialog::copy()
{
    m_clipboard->copySecret(m_view->secret().clone(), tr("Generated password"));
}

} // namespace clavitor::ui
