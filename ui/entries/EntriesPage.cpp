// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/EntriesPage.h"

#include "ui/PersonalAccess.h"
#include "ui/entries/EntryDetail.h"
#include "ui/entries/EntryListPane.h"
#include "ui/entries/EntryText.h"
#include "ui/entries/HistorySheet.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/ConfirmSheet.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/Toast.h"
#include "ui/words/DisplayText.h"

#include <QPainter>
#include <QPointer>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace clavitor::ui {

namespace {

constexpr int kListWidth = 320;

/// The detail's side: the surface colour and a hairline on the left.
class Side : public QStackedWidget {
protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Tokens &tokens = tokensOf(palette());
        painter.fillRect(rect(), tokens.surface);
        if (x() > 0) // over the list it meets the sidebar's own line
            painter.fillRect(0, 0, 1, height(), tokens.line);
    }
};

} // namespace

EntriesPage::EntriesPage(const FieldDoors &doors, Clock clock, Toast *toast, QWidget *parent)
    : QWidget(parent)
    , m_doors(doors)
    , m_clock(clock)
    , m_toast(toast)
    , m_list(new EntryListPane(doors.client, clock, this))
    , m_right(new Side)
    , m_detail(new EntryDetail(doors, clock))
    , m_noSelection(new EmptyState(Symbol::Shield, tr("Nothing selected"), tr("Choose an entry to see it here.")))
    , m_several(new EmptyState(Symbol::All, {}, {}))
    , m_motion(m_right, "geometry")
{
    m_right->setParent(this);
    m_right->setContentsMargins(1, 0, 0, 0);
    m_right->addWidget(m_noSelection);
    m_right->addWidget(m_detail);
    m_right->addWidget(m_several);
    m_motion.setEasingCurve(QEasingCurve::OutCubic);
    m_severalRestore = m_several->addButton(tr("Restore"));
    m_severalGo = m_several->addButton({});
    connect(m_severalRestore, &QPushButton::clicked, this, &EntriesPage::restoreSelection);
    connect(m_severalGo, &QPushButton::clicked, this, [this] {
        if (m_place.place == EntryQuery::Place::Trash)
            deleteForever();
        else
            trash();
    });

    connect(m_list, &EntryListPane::selectionChanged, this, &EntriesPage::showSelection);
    connect(m_list, &EntryListPane::activated, this, [this] {
        if (m_narrow)
            slide(true);
        else if (m_list->current())
            m_detail->setFocus();
    });
    connect(m_list, &EntryListPane::newRequested, this, &EntriesPage::makeNew);
    connect(m_list, &EntryListPane::importRequested, this, &EntriesPage::importRequested);
    connect(m_list, &EntryListPane::clearSearchRequested, this, &EntriesPage::clearSearchRequested);
    connect(m_list, &EntryListPane::editRequested, this, &EntriesPage::editCurrent);
    connect(m_list, &EntryListPane::duplicateRequested, this, &EntriesPage::duplicateCurrent);
    connect(m_list, &EntryListPane::favouriteRequested, this, &EntriesPage::toggleFavourite);
    connect(m_list, &EntryListPane::trashRequested, this, &EntriesPage::trash);
    connect(m_list, &EntryListPane::restoreRequested, this, &EntriesPage::restoreSelection);
    connect(m_list, &EntryListPane::deleteRequested, this, &EntriesPage::deleteForever);
    connect(m_detail, &EntryDetail::backRequested, this, [this] { slide(false); });
    connect(m_detail, &EntryDetail::editRequested, this, &EntriesPage::editCurrent);
    connect(m_detail, &EntryDetail::duplicateRequested, this, &EntriesPage::duplicateCurrent);
    connect(m_detail, &EntryDetail::favouriteRequested, this, &EntriesPage::toggleFavourite);
    connect(m_detail, &EntryDetail::trashRequested, this, &EntriesPage::trash);
    connect(m_detail, &EntryDetail::restoreRequested, this, &EntriesPage::restoreSelection);
    connect(m_detail, &EntryDetail::deleteRequested, this, &EntriesPage::deleteForever);
    connect(m_detail, &EntryDetail::historyRequested, this, &EntriesPage::showHistory);
    connect(m_detail, &EntryDetail::decoyRequested, this, [this](bool decoy) {
        if (const auto entry = m_list->current())
            setDecoy(entry->id, decoy);
    });
    connect(m_detail, &EntryDetail::periodKnown, m_list, &EntryListPane::setTotpPeriod);
    connect(m_detail, &EntryDetail::copied, this,
            [this](const QString &what) { m_toast->say(tr("%1 copied").arg(what), {}, 2500); });
}

void EntriesPage::setPlace(const EntryQuery &query, const QString &heading)
{
    m_place = query;
    m_heading = heading;
    if (m_narrow)
        slide(false);
    m_list->setQuery(query, heading);
}

void EntriesPage::search(const QString &text)
{
    EntryQuery query = m_place;
    query.text = text;
    m_list->setQuery(query, text.isEmpty() ? m_heading : tr("Results in %1").arg(m_heading));
}

void EntriesPage::showSelection()
{
    const qsizetype count = m_list->selection().size();
    if (const std::optional<EntrySummary> entry = m_list->current()) {
        m_detail->setEntry(*entry);
        m_right->setCurrentWidget(m_detail);
        return;
    }
    m_detail->clear();
    if (count == 0) {
        m_right->setCurrentWidget(m_noSelection);
        return;
    }
    m_several->setWords(Symbol::All, tr("%Ln entries selected", nullptr, static_cast<int>(count)),
                        tr("What you do now concerns all of them."));
    const bool inTrash = m_place.place == EntryQuery::Place::Trash;
    m_severalRestore->setVisible(inTrash);
    m_severalGo->setText(inTrash ? tr("Delete for good…") : tr("Move to trash"));
    setButtonRole(m_severalGo, inTrash ? ButtonRole::Danger : ButtonRole::Ordinary);
    m_right->setCurrentWidget(m_several);
}

void EntriesPage::setNarrow(bool narrow)
{
    if (m_narrow == narrow)
        return;
    m_narrow = narrow;
    m_over = false;
    m_detail->setBackVisible(narrow);
    place();
}

void EntriesPage::place()
{
    m_motion.stop();
    if (!m_narrow) {
        const int listWidth = qMin(kListWidth, width() / 2);
        m_list->setGeometry(0, 0, listWidth, height());
        m_right->setGeometry(listWidth, 0, width() - listWidth, height());
        m_right->show();
        return;
    }
    m_list->setGeometry(rect());
    m_right->setGeometry(m_over ? 0 : width(), 0, width(), height());
    m_right->setVisible(m_over);
}

void EntriesPage::slide(bool in)
{
    if (!m_narrow || m_over == in)
        return;
    m_over = in;
    const int time = motionMilliseconds(this);
    if (time <= 0 || !isVisible()) {
        place();
    } else {
        m_right->show();
        m_right->raise();
        m_motion.stop();
        m_motion.setDuration(time);
        m_motion.setStartValue(QRect(in ? width() : 0, 0, width(), height()));
        m_motion.setEndValue(QRect(in ? 0 : width(), 0, width(), height()));
        disconnect(&m_motion, &QPropertyAnimation::finished, this, nullptr);
        connect(&m_motion, &QPropertyAnimation::finished, this, &EntriesPage::place);
        m_motion.start();
    }
    if (in)
        m_detail->setFocus();
    else
        m_list->focusList();
}

void EntriesPage::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    place();
}

void EntriesPage::lock()
{
    for (const QPointer<QDialog> dialog : findChildren<QDialog *>()) {
        auto *editor = qobject_cast<EntryEditor *>(dialog);
        if (editor && editor->isDirty())
            editor->stow();
        else if (dialog && !(editor && editor->isStowed()))
            dialog->QDialog::done(QDialog::Rejected); // past reject(), which may ask
    }
    m_stowedFor = m_doors.client->facts().vaultId;
    m_list->clear();
    m_detail->clear();
    m_right->setCurrentWidget(m_noSelection);
}

EntryEditor *EntriesPage::unsaved() const
{
    for (auto *editor : findChildren<EntryEditor *>())
        if (editor->isStowed() || (editor->isVisible() && editor->isDirty()))
            return editor;
    return nullptr;
}

void EntriesPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    // After the window has come up itself, so that the editor stands over it.
    QMetaObject::invokeMethod(this, &EntriesPage::resume, Qt::QueuedConnection);
}

void EntriesPage::resume()
{
    if (!m_doors.client->isUnlocked() || !isVisible())
        return;
    for (auto *editor : findChildren<EntryEditor *>()) {
        if (!editor->isStowed())
            continue;
        if (m_stowedFor == m_doors.client->facts().vaultId)
            editor->resume();
        else
            editor->deleteLater();
    }
}

void EntriesPage::focusList()
{
    m_list->focusList();
}

void EntriesPage::showEntry(EntryId entry)
{
    m_list->select(entry);
    if (m_narrow)
        slide(true);
}

void EntriesPage::showHistory()
{
    const auto entry = m_list->current();
    if (!entry)
        return;
    auto *sheet = new HistorySheet(m_doors.client, m_doors.personal, m_clock, *entry, this);
    connect(sheet, &HistorySheet::restored, this,
            [this](const EntrySummary &stored) { m_toast->say(tr("Restored as version %1").arg(stored.version)); });
    sheet->open();
}

void EntriesPage::setDecoy(EntryId entry, bool decoy)
{
    m_doors.client->setDecoy(entry, decoy, Reply<Result<>>(this, [this, entry, decoy](Result<> result) {
        if (result)
            m_toast->say(decoy ? tr("A key that reads this entry is frozen.") : tr("This entry is a decoy no longer."),
                         [this, entry, decoy] { setDecoy(entry, !decoy); });
        else
            emit failed(result.error());
    }));
}

void EntriesPage::toggleFavourite()
{
    const auto entry = m_list->current();
    if (!entry || entry->trashed)
        return;
    m_doors.client->setFavourite(entry->id, !entry->favourite, Reply<Result<>>(this, [this](Result<> result) {
        if (!result)
            emit failed(result.error());
    }));
}

Reply<Result<>> EntriesPage::afterWork(const QString &words, std::function<void()> done)
{
    m_toast->work(words);
    return {this, [this, done = std::move(done)](const Result<> &result) {
        m_toast->workDone();
        if (result)
            done();
        else
            emit failed(result.error());
    }};
}

void EntriesPage::trash()
{
    const QList<EntryId> ids = m_list->selection();
    if (ids.isEmpty())
        return;
    const auto count = static_cast<int>(ids.size());
    const auto single = m_list->current();
    const QString what = single ? tr("“%1” moved to trash").arg(displayText(EntryText::title(*single), 40))
                                : tr("%Ln entries moved to trash", nullptr, count);
    m_doors.client->moveToTrash(ids, afterWork(count == 1 ? tr("Moving 1 entry to the trash…") : tr("Moving %Ln entries to the trash…", nullptr, count),
                                               [this, ids, what] {
        slide(false);
        m_toast->say(what, [this, ids] { restore(ids, [this, ids] { m_list->select(ids.first()); }); });
    }));
}

void EntriesPage::restore(const QList<EntryId> &ids, std::function<void()> done)
{
    const auto count = static_cast<int>(ids.size());
    m_doors.client->restoreFromTrash(ids, afterWork(count == 1 ? tr("Restoring 1 entry…") : tr("Restoring %Ln entries…", nullptr, count), std::move(done)));
}

void EntriesPage::restoreSelection()
{
    const QList<EntryId> ids = m_list->selection();
    if (ids.isEmpty())
        return;
    restore(ids, [this, count = ids.size()] {
        m_toast->say(count == 1 ? tr("1 entry restored") : tr("%Ln entries restored", nullptr, static_cast<int>(count)));
    });
}

void EntriesPage::deleteForever()
{
    const QList<EntryId> ids = m_list->selection();
    if (ids.isEmpty())
        return;
    const auto count = static_cast<int>(ids.size());
    const auto single = m_list->current();
    const QString title = single ? tr("Delete “%1” for good?").arg(displayText(EntryText::title(*single), 60))
                                 : tr("Delete %Ln entries for good?", nullptr, count);
    auto *sheet = new ConfirmSheet(title,
                                   tr("Lost with it: every field, its earlier versions and one-time codes. Nothing can bring "
                                      "them back. The audit log keeps its rows, which hold no values."),
                                   tr("Delete for good"), tr("delete"), this);
    connect(sheet, &QDialog::accepted, this, [this, ids, count] {
        m_doors.client->deleteForever(ids, afterWork(count == 1 ? tr("Deleting 1 entry…") : tr("Deleting %Ln entries…", nullptr, count), [] {}));
    });
    sheet->open();
}

void EntriesPage::copyUserName()
{
    m_detail->copyFirst({FieldKind::Username, FieldKind::Email});
}

void EntriesPage::copyPassword()
{
    m_detail->copyFirst({FieldKind::Password, FieldKind::Token, FieldKind::Hidden, FieldKind::PrivateKey});
}

void EntriesPage::copyCode()
{
    m_detail->copyFirst({FieldKind::Totp});
}

} // namespace clavitor::ui
