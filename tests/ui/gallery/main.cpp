// SPDX-License-Identifier: GPL-3.0-or-later
// Renders the window and its dialogs with sample entries to PNG files: gallery <folder> [scale]. Offscreen.
#include "tests/support/ClientVault.h"
#include "ui/ClipboardGuard.h"
#include "ui/GeneratorDialog.h"
#include "ui/MainWindow.h"
#include "ui/PasswordSheet.h"
#include "ui/PersonalAccess.h"
#include "ui/Sidebar.h"
#include "ui/TrayIcon.h"
#include "ui/entries/EntriesPage.h"
#include "ui/entries/EntryDetail.h"
#include "ui/entries/EntryEditor.h"
#include "ui/entries/EntryListPane.h"
#include "ui/entries/HistorySheet.h"
#include "ui/style/Theme.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/SecretField.h"

#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPainter>
#include <QTemporaryDir>
#include <QVBoxLayout>

#include <memory>

using namespace clavitor;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

namespace {

/// The event loop for a moment: queued answers, layouts, animations.
void settle(int milliseconds = 350)
{
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < milliseconds)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
}

class Gallery {
public:
    Gallery(QDir folder, int scale)
        : m_folder(std::move(folder))
        , m_scale(scale)
        , m_settings(m_temporary.filePath(u"settings.ini"_s))
        , m_clipboard(QGuiApplication::clipboard())
        , m_personal(m_vault.client(), m_vault.clock())
    {
        fill();
        makeKeys();
    }

    void run()
    {
        for (SchemeChoice scheme : {SchemeChoice::Light, SchemeChoice::Dark}) {
            m_theme.setChoice(scheme);
            m_name = scheme == SchemeChoice::Dark ? u"dark"_s : u"light"_s;
            pictureWindow();
            pictureDialogs();
            pictureTray();
        }
        fillWithHardOnes();
        for (SchemeChoice scheme : {SchemeChoice::Light, SchemeChoice::Dark}) {
            m_theme.setChoice(scheme);
            m_name = scheme == SchemeChoice::Dark ? u"dark"_s : u"light"_s;
            pictureHardOnes();
        }
    }

private:
    void fill()
    {
        using enum FieldKind;
        constexpr auto seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        const auto store = [this](const QString &title, const QString &url, std::initializer_list<test::DraftField> fields,
                                  const QStringList &tags = {}, EntryType type = EntryType::Login, bool favourite = false) {
            EntryDraft draft = test::draft(title, fields, tags, type);
            draft.urls = url.isEmpty() ? QStringList() : QStringList{url};
            draft.favourite = favourite;
            return m_vault.store(std::move(draft));
        };
        m_github = store(u"GitHub"_s, u"https://github.com/login"_s,
                         {{"Username", Username, "octo@example.com"}, {"Password", Password, "kV7#mQ2x!Lp9&zRt"},
                          {"Code", Totp, seed}, {"Recovery", RecoveryCodes, "11111-22222\n33333-44444\n55555-66666"},
                          {"Notes", Notes, "Personal account. Two-factor is on the phone as well.\nOwner of the shop organisation."}},
                         {u"dev"_s, u"work"_s}, EntryType::Login, true);
        store(u"AWS production"_s, u"https://console.aws.amazon.com"_s,
              {{"User", Username, "deploy"}, {"Access key", Token, "AKIAEXAMPLEEXAMPLE"}, {"Secret key", Token, "wJalrXUtnFEMI"}}, {u"work"_s},
              EntryType::ApiKey);
        store(u"Database staging"_s, u"postgres://db.staging.example:5432"_s,
              {{"User", Username, "shop_rw"}, {"Password", Password, "c0ffee"}}, {u"dev"_s}, EntryType::Database);
        const EntrySummary mail = store(u"Mail"_s, u"https://mail.example.org"_s, {{"E-mail", Email, "mila@example.org"}, {"Password", Password, "x"}, {"Code", Totp, seed}});
        store(u"Visa"_s, {}, {{"Number", CardNumber, "4111111111111111"}, {"CVV", CardVerification, "123"}}, {}, EntryType::Card);
        store(u"Build server"_s, u"ssh://build.example.org"_s, {{"User", Username, "ci"}, {"Key", PrivateKey, "-----BEGIN…"}}, {u"dev"_s}, EntryType::SshKey);
        store(u"Home Wi-Fi"_s, {}, {{"Network", Text, "Lindenweg 5"}, {"Password", Password, "x"}}, {}, EntryType::Wifi);
        store(u"npm registry"_s, u"https://www.npmjs.com"_s, {{"User", Username, "octo"}, {"Token", Token, "npm_x"}}, {u"dev"_s}, EntryType::ApiKey);
        store(u"Passport"_s, {}, {{"Number", PassportNumber, "C01X00T47"}}, {}, EntryType::Passport);
        store(u"Grafana"_s, u"https://grafana.example.org"_s, {{"User", Username, "admin"}, {"Password", Password, "x"}}, {u"work"_s});
        store(u"Stripe test"_s, u"https://dashboard.stripe.com"_s, {{"Secret key", Token, "sk_test"}}, {u"work"_s}, EntryType::ApiKey, true);
        store(u"Deployment notes"_s, {}, {{"Notes", Notes, "Blue, then green."}}, {}, EntryType::Note);
        EntryDraft changed = test::draft(u"Mail"_s, {{"E-mail", Email, "mila@example.org"}, {"Password", Password, "much better"}});
        changed.id = mail.id;
        changed.baseVersion = mail.version;
        m_vault.advance(30 * 24 * 3600 * 1000LL);
        m_mail = m_vault.store(std::move(changed));
        static_cast<void>(m_vault.vault().open()->moveToTrash({store(u"Old forum"_s, u"https://forum.example.org"_s, {{"User", Username, "octo"}, {"Password", Password, "x"}}).id}));
        m_vault.advance(3 * 24 * 3600 * 1000LL);
    }

    /// What other programs' exports bring: nothing here is short, and not all of it runs from left to right.
    void fillWithHardOnes()
    {
        using enum FieldKind;
        const auto field = [](const QString &label, FieldKind kind, const QString &value) {
            FieldDraft one;
            one.label = label;
            one.kind = kind;
            one.tier = defaultTier(kind);
            one.value = crypto::SecretText::copyOf(value.toStdString());
            return one;
        };
        EntryDraft draft = test::draft(u"A title as long as only an import brings one, with a name, a department, a street and a year in it"_s, {});
        draft.urls = {u"https://login.accounts.a-company-with-a-very-long-name.example.org/realms/production/protocol/openid-connect/auth?client=1"_s};
        draft.tags = {u"a tag of many words that nobody would type twice"_s, u"عربي"_s, u"second"_s, u"third"_s, u"fourth one"_s};
        draft.fields.push_back(field(u"A label that somebody made a whole sentence of"_s, Text, QString(90, u'x') + u" and then words"_s));
        draft.fields.push_back(field(u"שם משתמש"_s, Username, u"מרים בת דוד"_s));
        draft.fields.push_back(field(u"Password"_s, Password, u"correct horse battery staple, and then some more words to fill it, and then some"_s));
        draft.fields.push_back(field(u"Notes"_s, Notes, u"ملاحظات من اليمين إلى اليسار\nand one from left to right\n\nand a gap"_s));
        m_long = m_vault.store(std::move(draft));
        draft = test::draft(u"بريد الشركة الداخلي"_s, {});
        draft.urls = {u"https://xn--mgbh0fb.example"_s};
        draft.fields.push_back(field(u"البريد"_s, Email, u"mila@example.org"_s));
        m_vault.store(std::move(draft));
        draft = test::draft(u"Every kind of field"_s, {});
        for (FieldKind kind : allFieldKinds())
            draft.fields.push_back(field({}, kind, kind == Totp ? u"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"_s : u"value"_s));
        m_every = m_vault.store(std::move(draft));
        for (int i = 0; i < 3'000; ++i)
            m_vault.store(test::draft(u"site %1.example"_s.arg(i), {{"User", Username, "octo"}}));
    }

    /// Two keys, so that "Seen by agents" has somebody to name.
    void makeKeys()
    {
        AgentDraft draft;
        draft.name = u"codex-agent"_s;
        draft.scope.tags = {u"dev"_s};
        draft.actions = {Action::List, Action::Search, Action::Read, Action::Totp};
        auto codex = m_vault.vault().open()->createKey(draft);
        draft.name = u"deploy-agent"_s;
        draft.scope = {};
        draft.scope.everything = true;
        if (!codex || !m_vault.vault().open()->createKey(draft))
            return;
        m_vault.vault().announceAgents();
    }

    std::unique_ptr<MainWindow> window(QSize size = {1040, 680})
    {
        MainWindow::Pages pages{};
        for (QWidget **page : {&pages.keys, &pages.audit, &pages.connection, &pages.settings})
            *page = new QWidget;
        auto *lock = new QWidget;
        auto *column = new QVBoxLayout(lock);
        auto *field = new SecretField(u"Master password"_s);
        field->setPlaceholder(u"Master password"_s);
        column->addWidget(new Label(u"Unlock Clavitor"_s, TextStyle::Title));
        column->addWidget(field);
        lock->setFocusProxy(field);
        pages.lockScreen = lock;
        auto made = std::make_unique<MainWindow>(
            MainWindow::Parts{m_vault.client(), &m_clipboard, &m_personal, &m_settings, m_vault.clock()}, pages);
        made->resize(size);
        made->setBridgeState({BridgeState::Kind::Serving, 1984, {}});
        made->show();
        settle();
        return made;
    }

    void save(QWidget *widget, const QString &what)
    {
        settle();
        widget->grab().save(m_folder.filePath(u"%1-%2@%3x.png"_s.arg(what, m_name).arg(m_scale)));
    }

    void pictureWindow()
    {
        m_settings.setWindowGeometry({});
        auto main = window();
        main->entries()->list()->select(m_github.id);
        settle();
        save(main.get(), u"window"_s);
        for (FieldRow *row : main->entries()->detail()->rows())
            if (auto *secret = qobject_cast<SecretFieldRow *>(row); secret && secret->field().kind == FieldKind::Password)
                secret->toggle();
        main->entries()->copyPassword();
        save(main.get(), u"window-revealed"_s);
        m_clipboard.clear();
        main->sidebar()->findChild<QLineEdit *>()->setText(u"zebra"_s);
        save(main.get(), u"window-nothing-found"_s);
        main->sidebar()->clearSearch();
        m_theme.setDensity(Density::Compact);
        save(main.get(), u"window-compact"_s);
        m_theme.setDensity(Density::Comfortable);
        main->setTrayMissing(true);
        save(main.get(), u"window-no-tray"_s);
        main->setTrayMissing(false);
        main->setPlace({Place::Kind::Trash, {}, {}});
        save(main.get(), u"window-trash"_s);
        main->setPlace({Place::Kind::Personal, {}, {}});
        save(main.get(), u"window-personal"_s);
        main->setPlace({});
        emit m_vault.client()->trouble({ErrorCode::DiskFull, {}});
        save(main.get(), u"window-trouble"_s);
        main->entries()->list()->findChild<QMenu *>()->popup(main->mapToGlobal(QPoint(300, 60)));
        save(main->entries()->list()->findChild<QMenu *>(), u"menu-new"_s);
        main->entries()->list()->findChild<QMenu *>()->hide();
        main->resize(560, 420);
        save(main.get(), u"window-least"_s);
        main->resize(720, 620);
        save(main.get(), u"window-narrow"_s);
        QMetaObject::invokeMethod(main->entries()->list(), "activated");
        save(main.get(), u"window-narrow-detail"_s);
    }

    void pictureHardOnes()
    {
        m_settings.setWindowGeometry({});
        auto main = window();
        main->entries()->list()->select(m_long.id);
        save(main.get(), u"hard-long"_s);
        for (FieldRow *row : main->entries()->detail()->rows())
            if (auto *secret = qobject_cast<SecretFieldRow *>(row))
                secret->toggle();
        save(main.get(), u"hard-long-revealed"_s);
        main->entries()->list()->select(m_every.id);
        save(main.get(), u"hard-every-kind"_s);
        main->entries()->list()->findChild<QListView *>()->selectAll();
        save(main.get(), u"hard-many-selected"_s);
        QWidget parent;
        for (const auto &[entry, name] : {std::pair(m_every, u"hard-editor-every-kind"_s), std::pair(m_long, u"hard-editor-long"_s)}) {
            auto *editor = new EntryEditor(EntryEditor::Start::Edit, {m_vault.client(), &m_clipboard, &m_personal}, m_vault.clock(), entry, {}, &parent);
            editor->resize(editor->width(), entry.id == m_every.id ? 2'400 : editor->height());
            editor->show();
            save(editor, name);
        }
    }

    void pictureDialogs()
    {
        const FieldDoors doors{m_vault.client(), &m_clipboard, &m_personal};
        QWidget parent;
        auto *editor = new EntryEditor(EntryEditor::Start::Edit, doors, m_vault.clock(), m_github, {u"dev"_s, u"work"_s}, &parent);
        editor->show();
        save(editor, u"editor"_s);
        EntrySummary card;
        card.type = EntryType::Card;
        auto *fresh = new EntryEditor(EntryEditor::Start::New, doors, m_vault.clock(), card, {}, &parent);
        fresh->show();
        fresh->save();
        save(fresh, u"editor-new"_s);
        auto *history = new HistorySheet(m_vault.client(), &m_personal, m_vault.clock(), m_mail, &parent);
        history->show();
        save(history, u"history"_s);
        auto *generator = new GeneratorDialog(crypto::systemRandom(), &m_clipboard, GeneratorDialog::Mode::Use, &parent);
        generator->show();
        save(generator, u"generator"_s);
        auto *password = new PasswordSheet(u"Open Personal fields"_s,
                                           u"Personal fields are sealed with your master password and never given to agents."_s, u"Open"_s, &parent);
        password->show();
        password->showError({ErrorCode::WrongPassword, {}});
        save(password, u"password"_s);
        auto *keyboard = new KeyboardSheet({{u"Entries"_s, {}}, {u"Search"_s, QKeySequence(Qt::CTRL | Qt::Key_K)},
                                            {u"Edit"_s, QKeySequence(Qt::CTRL | Qt::Key_E)}, {u"Program"_s, {}},
                                            {u"Lock"_s, QKeySequence(Qt::CTRL | Qt::Key_L)}, {u"Quit"_s, QKeySequence(Qt::CTRL | Qt::Key_Q)}},
                                           &parent);
        keyboard->show();
        save(keyboard, u"keyboard"_s);
    }

    void pictureTray()
    {
        TrayIcon tray(m_vault.client(), m_vault.clock());
        tray.setBridgeState({BridgeState::Kind::Serving, 1984, {}});
        settle();
        tray.menu()->popup({});
        save(tray.menu(), u"tray-menu"_s);
        tray.menu()->hide();
        QWidget strip;
        strip.resize(5 * 60, 60);
        QPixmap canvas(QSize(300, 60) * m_scale);
        canvas.setDevicePixelRatio(m_scale);
        canvas.fill(m_name == u"dark"_s ? QColor(0x20, 0x20, 0x20) : QColor(0xF0, 0xF0, 0xF0));
        QPainter painter(&canvas);
        int x = 19;
        for (TrayState state : {TrayState::Locked, TrayState::Open, TrayState::Active, TrayState::Off, TrayState::Attention}) {
            trayIcon(state, m_name == u"dark"_s).paint(&painter, x, 19, 22, 22);
            x += 60;
        }
        painter.end();
        canvas.save(m_folder.filePath(u"tray-%1@%2x.png"_s.arg(m_name).arg(m_scale)));
    }

    QDir m_folder;
    int m_scale;
    QString m_name;
    QTemporaryDir m_temporary;
    Theme m_theme;
    test::ClientVault m_vault;
    Settings m_settings;
    ClipboardGuard m_clipboard;
    PersonalAccess m_personal;
    EntrySummary m_github;
    EntrySummary m_mail;
    EntrySummary m_long;
    EntrySummary m_every;
};

} // namespace

int main(int argc, char **argv)
{
    const QByteArray scale = argc > 2 ? QByteArray(argv[2]) : QByteArray("1");
    qputenv("QT_QPA_PLATFORM", "offscreen");
    qputenv("QT_SCALE_FACTOR", scale);
    if (!crypto::initialise() || argc < 2)
        return 1;
    QApplication application(argc, argv);
    QDir folder(QString::fromLocal8Bit(argv[1]));
    if (!folder.mkpath(u"."_s))
        return 1;
    Gallery(folder, scale.toInt()).run();
    return 0;
}
