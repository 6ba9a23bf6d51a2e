// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/ViewAsDialog.h"

#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/keys/KeyViewModel.h"
#include "ui/widgets/Badge.h"
#include "ui/widgets/RowView.h"
#include "ui/words/ErrorText.h"

#include <QComboBox>
#include <QElapsedTimer>
#include <QPointer>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

/// Answers come through the event loop.
void answers()
{
    QTest::qWait(10);
}

class tst_ViewAsDialog : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void saysOfEveryEntryWhatTheKeyGets();
    void saysWhyNotInWords();
    void followsAGrant();
    void showsHowEachFieldArrives();
    void saysWhatCommandsGetWhereTheKeyMayUseThem();
    void filtersByWordsAndByAccess();
    void saysThatEveryCallIsRefusedNow();
    void saysFromWhereAloneAKeyWorks();
    void saysThatACodeIsKeptFromThePassword();
    void looksThroughTheEyesOfAnotherKey();
    void saysWhatCouldNotBeRead();
    void asksOnlyForRowsOnShow();

private:
    void open(const QString &keyId = u"Kq7ZrT2k"_s);
    RowView *table() const { return m_dialog->findChild<RowView *>(); }
    /// A cell of the row with this title; "(no row)" without one.
    QString cell(const QString &title, int column) const;
    void choose(const QString &name, const QString &words);
    void select(const QString &title);
    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<VaultClient> m_client;
    QPointer<ViewAsDialog> m_dialog;
};

void tst_ViewAsDialog::init()
{
    m_vault = std::make_unique<ScriptedVault>();
    m_vault->fillWithSamples(1'773'000'000'000);
    m_vault->facts.state = LockState::Unlocked;
    m_client = ScriptedVault::makeClient();
}

void tst_ViewAsDialog::cleanup()
{
    delete m_dialog;
    m_client.reset();
    m_vault.reset();
}

void tst_ViewAsDialog::open(const QString &keyId)
{
    m_dialog = new ViewAsDialog(m_client.get(), m_vault->agents, keyId);
    m_dialog->open();
    answers();
}

QString tst_ViewAsDialog::cell(const QString &title, int column) const
{
    const auto *model = table()->model();
    for (int row = 0; row < model->rowCount(); ++row)
        if (model->index(row, 0).data().toString() == title)
            return model->index(row, column).data().toString();
    return u"(no row)"_s;
}

void tst_ViewAsDialog::choose(const QString &name, const QString &words)
{
    for (auto *box : m_dialog->findChildren<QComboBox *>())
        if (box->accessibleName() == name)
            box->setCurrentIndex(box->findText(words));
    answers();
}

void tst_ViewAsDialog::select(const QString &title)
{
    const auto *model = table()->model();
    for (int row = 0; row < model->rowCount(); ++row)
        if (model->index(row, 0).data().toString() == title)
            table()->setCurrentIndex(model->index(row, 0));
}

void tst_ViewAsDialog::saysOfEveryEntryWhatTheKeyGets()
{
    open();
    QCOMPARE(table()->model()->rowCount(), 10);
    QCOMPARE(cell(u"github.com"_s, KeyViewModel::Listed), u"Yes"_s);
    QCOMPARE(cell(u"github.com"_s, KeyViewModel::Read), u"Asks first"_s);
    QCOMPARE(cell(u"github.com"_s, KeyViewModel::Code), u"Asks first"_s);
    QCOMPARE(cell(u"npm registry"_s, KeyViewModel::Code), u"–"_s);
    QCOMPARE(cell(u"Passport"_s, KeyViewModel::Listed), u"No"_s);
    QCOMPARE(cell(u"Passport"_s, KeyViewModel::Read), u"–"_s);
    QVERIFY(says(m_dialog, u"Of 10 entries it can read 0, asks first for 4 and cannot see 6."_s));
}

void tst_ViewAsDialog::saysFromWhereAloneAKeyWorks()
{
    open();
    QVERIFY(!says(m_dialog, u"Only from"_s));
    auto &policy = std::ranges::find(m_vault->agents, u"Kq7ZrT2k"_s, &Agent::keyId)->policy;
    policy.pin = {u"/usr/bin/codex"_s, {}};
    emit m_client->agentsChanged();
    answers();
    QVERIFY(says(m_dialog, u"Only from /usr/bin/codex. From elsewhere every call is refused."_s));
    policy.pin.folder = u"/srv/shop"_s;
    emit m_client->agentsChanged();
    answers();
    QVERIFY(says(m_dialog, u"Only from /usr/bin/codex / /srv/shop."_s));
    policy.pin.program.clear();
    emit m_client->agentsChanged();
    answers();
    QVERIFY(says(m_dialog, u"Only from /srv/shop."_s));
    policy.pin = {};
    emit m_client->agentsChanged();
    answers();
    QVERIFY(!says(m_dialog, u"Only from"_s));
}

void tst_ViewAsDialog::saysThatACodeIsKeptFromThePassword()
{
    open();
    select(u"github.com"_s);
    const auto words = [this] {
        QStringList all;
        for (const auto *badge : m_dialog->findChildren<Badge *>())
            all << badge->word();
        return all.join(u'|');
    };
    QVERIFY2(words().contains(u": codes only, and not with the password"_s), qPrintable(words()));
}

void tst_ViewAsDialog::saysWhyNotInWords()
{
    open();
    QCOMPARE(cell(u"Passport"_s, KeyViewModel::Why), u"Outside what this key may see."_s);
    EntryView entry;
    entry.isInScope = true;
    entry.entry.fields = {{1, u"code"_s, FieldKind::Totp, Tier::Shared}};
    entry.readWhy = u"asks the first time"_s;
    entry.codeWhy = u"it has the password already"_s;
    QVERIFY(KeyViewModel::why(entry).contains(u"Code: It has read the password"_s));
}

void tst_ViewAsDialog::followsAGrant()
{
    open();
    Grant grant;
    grant.keyId = u"Kq7ZrT2k"_s;
    grant.entries = {m_vault->entries.first().id};
    grant.actions = {Action::Read};
    m_vault->grants = {grant};
    emit m_client->grantsChanged();
    answers();
    QCOMPARE(cell(u"github.com"_s, KeyViewModel::Read), u"Given"_s);
    QCOMPARE(cell(u"github.com"_s, KeyViewModel::Code), u"Asks first"_s);
}

void tst_ViewAsDialog::showsHowEachFieldArrives()
{
    m_vault->agents.first().policy = policyOf(Preset::UseWithoutSeeing);
    open();
    select(u"github.com"_s);
    QStringList words;
    for (const auto *badge : m_dialog->findChildren<Badge *>())
        words << badge->word();
    QCOMPARE(words, (QStringList{u"username: shown"_s, u"password: use only"_s, u"one-time code: codes only"_s,
                                 u"recovery codes: Personal, redacted"_s}));
    select(u"Passport"_s);
    QVERIFY2(m_dialog->findChildren<Badge *>().isEmpty(), "out of scope it knows of no field");
}

void tst_ViewAsDialog::saysWhatCommandsGetWhereTheKeyMayUseThem()
{
    open();
    QVERIFY(table()->isColumnHidden(KeyViewModel::Use));
    m_vault->agents.first().policy = policyOf(Preset::UseWithoutSeeing);
    m_vault->agents.first().actions.append(Action::Use);
    emit m_client->agentsChanged();
    answers();
    QVERIFY(!table()->isColumnHidden(KeyViewModel::Use));
    QCOMPARE(cell(u"npm registry"_s, KeyViewModel::Read), u"Names only"_s);
    QVERIFY2(cell(u"github.com"_s, KeyViewModel::Read) != u"Names only"_s, "its code is given");
    QCOMPARE(cell(u"github.com"_s, KeyViewModel::Use), u"Asks first"_s);
    QVERIFY(cell(u"github.com"_s, KeyViewModel::Why).contains(u"You are asked for each command."_s));
    QCOMPARE(cell(u"Passport"_s, KeyViewModel::Use), u"–"_s);
    QVERIFY(says(m_dialog, u"gets names only of"_s));
    choose(u"Which entries"_s, u"It gets names only"_s);
    QVERIFY(table()->model()->rowCount() > 0);
}

void tst_ViewAsDialog::filtersByWordsAndByAccess()
{
    open();
    choose(u"Which entries"_s, u"It cannot see"_s);
    QCOMPARE(table()->model()->rowCount(), 6);
    type(lineEdit(m_dialog, u"Search entries"_s), u"pass"_s);
    QCOMPARE(table()->model()->rowCount(), 1);
    choose(u"Which entries"_s, u"It can read"_s);
    QCOMPARE(table()->model()->rowCount(), 0);
    QVERIFY(says(m_dialog, u"No entry is shown by this search and choice."_s));
    type(lineEdit(m_dialog, u"Search entries"_s), u"octo"_s);
    choose(u"Which entries"_s, u"It asks first"_s);
    QCOMPARE(table()->model()->rowCount(), 2);
}

void tst_ViewAsDialog::saysThatEveryCallIsRefusedNow()
{
    open();
    QVERIFY(!says(m_dialog, u"Every call of this key is refused now."_s));
    m_vault->agents.first().frozenAt = 5;
    emit m_client->agentsChanged();
    answers();
    QVERIFY(says(m_dialog, u"Every call of this key is refused now. The key is frozen until you release it."_s));
    QCOMPARE(cell(u"github.com"_s, KeyViewModel::Listed), u"No"_s);
}

void tst_ViewAsDialog::looksThroughTheEyesOfAnotherKey()
{
    open();
    choose(u"Key"_s, u"deploy-agent"_s);
    QCOMPARE(cell(u"AWS production"_s, KeyViewModel::Read), u"Asks first"_s);
    QCOMPARE(cell(u"github.com"_s, KeyViewModel::Read), u"–"_s);
}

void tst_ViewAsDialog::saysWhatCouldNotBeRead()
{
    m_vault->failures.insert(u"viewAs"_s, {ErrorCode::DamagedFile, {}});
    open();
    QVERIFY(says(m_dialog, ErrorText::of(ErrorCode::DamagedFile).title));
}

void tst_ViewAsDialog::asksOnlyForRowsOnShow()
{
    class Counting : public KeyViewModel {
    public:
        using KeyViewModel::KeyViewModel;
        QVariant data(const QModelIndex &index, int role) const override
        {
            ++asked;
            return KeyViewModel::data(index, role);
        }
        mutable int asked = 0;
    } model;
    KeyView view;
    for (int i = 0; i < 10'000; ++i) {
        EntryView entry;
        entry.entry = ScriptedVault::entry(EntryType::Login, u"site %1.example"_s.arg(i), u"octo"_s, {});
        entry.isInScope = i % 3 != 0;
        view.entries << entry;
    }
    model.setView(view);
    KeyViewFilter filter(&model);
    RowView rows(u"rows"_s);
    rows.setModel(&filter);
    rows.setWidths({72, 116, 116, 0});
    rows.resize(800, 500);
    rows.show();
    QTest::qWait(50);
    QVERIFY2(model.asked < 10'000, "thousands of rows are not asked for their words");
    QElapsedTimer timer;
    timer.start();
    filter.setText(u"site 99"_s);
    qInfo() << "10,000 entries filtered in" << timer.elapsed() << "ms";
    QCOMPARE(filter.rowCount(), 111);
}

QTEST_MAIN(tst_ViewAsDialog)
#include "tst_ViewAsDialog.moc"
