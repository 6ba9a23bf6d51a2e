// SPDX-License-Identifier: GPL-3.0-or-later
// How a stored value comes into the editor, stands on screen, and leaves it while the vault is locked.
#include "ui/entries/FieldEditor.h"

#include "app/base/SecretString.h"
#include "ui/PersonalAccess.h"
#include "ui/widgets/IconButton.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/MarkedLabel.h"

#include <utility>

namespace clavitor::ui {

void FieldEditor::setStoredValue(const QString &value)
{
    if (m_valueTyped)
        return;
    m_valueKnown = true;
    m_value->setPlaceholder({});
    m_value->setText(takeSecret(QString(value.constData(), value.size())));
    placeEyes();
}

bool FieldEditor::isGuarded() const
{
    return m_loadedPersonal && m_field.tier == Tier::Personal;
}

bool FieldEditor::isMissing() const
{
    return m_sourceNumber != 0 && !m_valueKnown && (m_field.number == 0 || m_valueChanged);
}

bool FieldEditor::isLoaded() const
{
    return m_valueKnown && !m_valueTyped && m_sourceNumber != 0;
}

void FieldEditor::forgetLoaded()
{
    m_valueKnown = false;
    m_loadedPersonal = false;
    m_value->wipe();
    m_value->setShown(false);
    placePlaceholder();
    placeEyes();
    showPreview();
}

void FieldEditor::placeEyes()
{
    const bool own = m_valueKnown && !isGuarded();
    const bool shown = m_valueKnown && m_value->isShown();
    m_value->setEyeVisible(own);
    m_show->setVisible(!own);
    m_show->setSymbol(shown ? Symbol::EyeOff : Symbol::Eye);
    m_show->setWhat(!m_valueKnown ? tr("Load the stored value") : shown ? tr("Hide the value") : tr("Show the value"));
}

void FieldEditor::showValue()
{
    const auto show = [this] { loadStored([this] { m_value->setShown(true); }); };
    if (isGuarded())
        m_doors.personal->request(window(), this, show);
    else
        show();
}

void FieldEditor::copyFrom(int number)
{
    m_sourceNumber = number;
    m_valueKnown = false;
    placePlaceholder();
    placeEyes();
    loadStored([] {});
}

void FieldEditor::loadStored(std::function<void()> then)
{
    if (m_valueKnown) {
        then();
        return;
    }
    const auto load = [this, next = std::move(then)] {
        m_doors.client->reveal(m_source, m_sourceNumber, Purpose::Edit,
                               Reply<Result<crypto::SecretText>>(this, [this, next](Result<crypto::SecretText> value) {
                                   if (!value) {
                                       emit failed(value.error());
                                       return;
                                   }
                                   if (m_valueTyped)
                                       return; // typed meanwhile: that wins
                                   if (m_isStowed || (m_storedTier == Tier::Personal && !m_doors.personal->isOpen()))
                                       return; // on its way when that shut
                                   m_valueKnown = true;
                                   m_loadedPersonal = m_storedTier == Tier::Personal;
                                   m_value->setPlaceholder({});
                                   m_value->setText(*value);
                                   placeEyes();
                                   next();
                                   showPreview();
                               }));
    };
    if (m_storedTier == Tier::Personal)
        m_doors.personal->request(window(), this, load);
    else
        load();
}

void FieldEditor::stow()
{
    m_isStowed = true;
    m_preview.stop();
    m_note->clear();
    m_note->hide();
    if (isLoaded()) {
        forgetLoaded();
        return;
    }
    if (!m_valueKnown)
        return;
    m_value->setShown(false);
    m_stowed = m_value->text();
    m_value->wipe();
}

void FieldEditor::resume()
{
    m_isStowed = false;
    if (const auto stowed = std::exchange(m_stowed, {}))
        m_value->setText(*stowed);
    if (isMissing() && m_storedTier == Tier::Shared)
        loadStored([] {});
    if (m_field.kind == FieldKind::Totp)
        m_preview.start();
    showPreview();
}

} // namespace clavitor::ui
