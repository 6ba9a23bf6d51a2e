// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/approval/ApprovalText.h"

#include "app/link/Messages.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace clavitor;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(clavitor::Action)
Q_DECLARE_METATYPE(clavitor::AskedBecause)

namespace {

/// As read: without the isolates around names.
QString read(QString text)
{
    return text.remove(QChar(0x2068)).remove(QChar(0x2069)).remove(QChar(0x200B));
}

ApprovalRequest request()
{
    ApprovalRequest one;
    one.keyName = u"codex-agent"_s;
    one.title = u"AWS production"_s;
    one.type = EntryType::ApiKey;
    one.urls = {u"https://console.aws.example/login?next=%2F"_s};
    one.fields = {u"Password"_s};
    one.caller = {u"/usr/local/bin/codex"_s, 48213, u"zsh ← kitty"_s, u"/srv/shop"_s, u"codex-mcp-client/0.169.0"_s};
    return one;
}

} // namespace

class tst_ApprovalText : public QObject {
    Q_OBJECT
private slots:
    void saysWhatIsWanted_data();
    void saysWhatIsWanted();
    void tellsEntriesOfOneTitleApart();
    void saysWhoAndWhereOrThatItIsUnknown();
    void saysWhyThePersonIsAsked_data();
    void saysWhyThePersonIsAsked();
    void saysOfNoSecondTimeThatItIsTheFirst();
    void showsTheReasonAndTheParentsWhole();
    void countsWhatWasReadSoFar();
    void offersNoAlwaysForABudget();
    void allowsACommandAsItStands();
    void keepsEveryNameToItself();
    void saysWhatBecameOfAQuestion();
    void saysWhatAKeyDid();
    void saysHowMuchOfALeaseWasRead();
    void saysHowManyCallsAnAnswerIsFor();
    void letsLongWordsBreak();
};

void tst_ApprovalText::saysWhatIsWanted_data()
{
    QTest::addColumn<Action>("action");
    QTest::addColumn<QStringList>("fields");
    QTest::addColumn<QString>("words");
    QTest::newRow("the password") << Action::Read << QStringList{u"Password"_s} << u"codex-agent wants the password of AWS production"_s;
    QTest::newRow("a label of several words") << Action::Read << QStringList{u"Secret access key"_s} << u"codex-agent wants the secret access key of AWS production"_s;
    QTest::newRow("an abbreviation") << Action::Read << QStringList{u"API key"_s} << u"codex-agent wants the API key of AWS production"_s;
    QTest::newRow("several") << Action::Read << QStringList{u"Password"_s, u"PIN"_s} << u"codex-agent wants 2 secrets of AWS production"_s;
    QTest::newRow("no secret") << Action::Read << QStringList{} << u"codex-agent wants to read AWS production"_s;
    QTest::newRow("the code") << Action::Totp << QStringList{u"One-time code"_s} << u"codex-agent wants the one-time code of AWS production"_s;
}

void tst_ApprovalText::saysWhatIsWanted()
{
    QFETCH(Action, action);
    QFETCH(QStringList, fields);
    ApprovalRequest one = request();
    one.action = action;
    one.fields = fields;
    QCOMPARE(read(ApprovalText::headline(one)), read(ApprovalText::sentence(one)).chopped(u" AWS production"_s.size()));
    QTEST(read(ApprovalText::sentence(one)), "words");
    QCOMPARE(read(ApprovalText::line(one)), u"codex-agent asks for AWS production"_s);
}

void tst_ApprovalText::tellsEntriesOfOneTitleApart()
{
    ApprovalRequest one = request();
    QCOMPARE(read(ApprovalText::entryLine(one)), u"API key · console.aws.example"_s);
    one.fields = {u"Password"_s, u"PIN"_s};
    QCOMPARE(read(ApprovalText::entryLine(one)), u"API key · console.aws.example · Password, PIN"_s);
    one.fields = {u"a"_s, u"b"_s, u"c"_s, u"d"_s, u"e"_s};
    QCOMPARE(read(ApprovalText::entryLine(one)), u"API key · console.aws.example · a, b, c and 2 more"_s);
    one.urls = {u"not an address"_s, u"https://\u0430pple.example/"_s};
    one.fields.clear();
    QCOMPARE(read(ApprovalText::entryLine(one)), u"API key · xn--pple-43d.example"_s);
    one.urls.clear();
    QCOMPARE(read(ApprovalText::entryLine(one)), u"API key"_s);
}

void tst_ApprovalText::saysWhoAndWhereOrThatItIsUnknown()
{
    ApprovalRequest one = request();
    QCOMPARE(read(ApprovalText::who(one.caller)), u"codex ← zsh ← kitty"_s);
    QCOMPARE(read(ApprovalText::program(one.caller)), u"/usr/local/bin/codex · calls itself “codex-mcp-client/0.169.0”"_s);
    QCOMPARE(read(ApprovalText::program({u"/usr/bin/curl"_s, 1, {}, {}, {}})), u"/usr/bin/curl"_s);
    QCOMPARE(read(ApprovalText::where(one.caller)), u"/srv/shop"_s);
    one.caller.folder = QDir::homePath() + u"/src/shop"_s;
    QCOMPARE(read(ApprovalText::where(one.caller)), u"~/src/shop"_s);
    QCOMPARE(read(ApprovalText::repository(GitWorkplace{u"shop"_s, u"main"_s, {}})), u"repository shop, branch main"_s);
    QCOMPARE(read(ApprovalText::repository(GitWorkplace{u"shop"_s, {}, u"1a2b3c4"_s})), u"repository shop, at commit 1a2b3c4"_s);
    QCOMPARE(read(ApprovalText::repository(GitWorkplace{u"shop"_s, {}, {}})), u"repository shop, branch unknown"_s);
    QVERIFY(ApprovalText::repository(std::nullopt).isEmpty());
    const Caller nobody{{}, 0, {}, {}, u"codex-mcp-client/0.169.0"_s};
    QVERIFY(ApprovalText::who(nobody).startsWith(u"unknown"_s));
    QCOMPARE(read(ApprovalText::program(nobody)), u"calls itself “codex-mcp-client/0.169.0”"_s);
    QVERIFY(ApprovalText::program({}).isEmpty());
    QCOMPARE(ApprovalText::where({}), u"unknown folder"_s);
    one.reason = u"deploy the staging stack"_s;
    QCOMPARE(read(ApprovalText::why(one)), u"“deploy the staging stack”"_s);
    one.reason = u" \n"_s;
    QCOMPARE(ApprovalText::why(one), u"no reason given"_s);
}

void tst_ApprovalText::saysWhyThePersonIsAsked_data()
{
    QTest::addColumn<AskedBecause>("because");
    QTest::addColumn<int>("number");
    QTest::addColumn<QString>("part");
    QTest::newRow("first time") << AskedBecause::FirstTime << 0 << u"it has not had this entry yet"_s;
    QTest::newRow("both factors") << AskedBecause::SecondFactor << 0 << u"both factors"_s;
    QTest::newRow("minute") << AskedBecause::MinuteBudget << 4 << u"4th credential within a minute"_s;
    QTest::newRow("hour") << AskedBecause::HourBudget << 11 << u"11th credential within an hour"_s;
    QTest::newRow("1st") << AskedBecause::HourBudget << 1 << u"1st"_s;
    QTest::newRow("2nd") << AskedBecause::HourBudget << 2 << u"2nd"_s;
    QTest::newRow("3rd") << AskedBecause::HourBudget << 3 << u"3rd"_s;
    QTest::newRow("12th") << AskedBecause::HourBudget << 12 << u"12th"_s;
    QTest::newRow("13th") << AskedBecause::HourBudget << 13 << u"13th"_s;
    QTest::newRow("21st") << AskedBecause::HourBudget << 21 << u"21st"_s;
    QTest::newRow("112th") << AskedBecause::HourBudget << 112 << u"112th"_s;
}

void tst_ApprovalText::saysWhyThePersonIsAsked()
{
    QFETCH(AskedBecause, because);
    QFETCH(int, number);
    QFETCH(QString, part);
    ApprovalRequest one = request();
    one.because = because;
    one.distinctInTime = number;
    QVERIFY2(ApprovalText::because(one).contains(part), qPrintable(ApprovalText::because(one)));
}

void tst_ApprovalText::saysOfNoSecondTimeThatItIsTheFirst()
{
    ApprovalRequest one = request();
    one.readsOfEntry = 2;
    QCOMPARE(ApprovalText::because(one), u"it had this entry before, and nothing you allowed covers this"_s);
    QCOMPARE(ApprovalText::soFar(one), u"read this entry 2 times · 0 reads in 24 hours"_s);
}

void tst_ApprovalText::showsTheReasonAndTheParentsWhole()
{
    ApprovalRequest one = request();
    QStringList words;
    for (int i = 0; words.join(u' ').size() < link::MaxReason - 10; ++i)
        words << u"word%1"_s.arg(i);
    one.reason = words.join(u' ');
    QVERIFY(one.reason.size() > link::MaxReason - 20);
    for (const QString &word : std::as_const(words))
        QVERIFY2(ApprovalText::why(one).contains(word), qPrintable(word));
    // Letters that are shown as their numbers take more room, and are no way to hide the rest.
    one.reason = QString(link::MaxReason - 8, QChar(0x202E)) + u" the end"_s;
    QVERIFY(ApprovalText::why(one).contains(u"the end"_s));
    Caller caller;
    caller.program = u"/usr/bin/python3.11"_s;
    caller.parents = u"dbus-run-session ← timeout ← bash ← zsh ← codex ← tmux: server ← systemd"_s;
    QVERIFY(ApprovalText::who(caller).contains(u"codex"_s));
}

void tst_ApprovalText::countsWhatWasReadSoFar()
{
    ApprovalRequest one = request();
    QCOMPARE(ApprovalText::soFar(one), u"never read this entry · 0 reads in 24 hours"_s);
    one.readsOfEntry = 1;
    one.readsInDay = 1;
    QCOMPARE(ApprovalText::soFar(one), u"read this entry once · 1 read in 24 hours"_s);
    one.readsOfEntry = 2;
    one.readsInDay = 3;
    QCOMPARE(ApprovalText::soFar(one), u"read this entry 2 times · 3 reads in 24 hours"_s);
}

void tst_ApprovalText::offersNoAlwaysForABudget()
{
    const auto choicesFor = [](AskedBecause because) {
        ApprovalRequest one = request();
        one.because = because;
        return allowChoices(one);
    };
    QCOMPARE(choicesFor(AskedBecause::FirstTime).main, ApprovalAnswer::WhileUnlocked);
    QCOMPARE(choicesFor(AskedBecause::SecondFactor).main, ApprovalAnswer::Once);
    QVERIFY(choicesFor(AskedBecause::SecondFactor).others.contains(ApprovalAnswer::Always));
    for (AskedBecause because : {AskedBecause::MinuteBudget, AskedBecause::HourBudget}) {
        QCOMPARE(choicesFor(because).main, ApprovalAnswer::Once);
        QVERIFY(!choicesFor(because).others.contains(ApprovalAnswer::Always));
    }
    for (AskedBecause because : {AskedBecause::FirstTime, AskedBecause::SecondFactor, AskedBecause::MinuteBudget, AskedBecause::HourBudget}) {
        const AllowChoices choices = choicesFor(because);
        QVERIFY(!choices.others.contains(choices.main));
        QVERIFY(!choices.others.contains(ApprovalAnswer::Deny) && !choices.others.contains(ApprovalAnswer::DenyAndPause));
    }
}

void tst_ApprovalText::allowsACommandAsItStands()
{
    ApprovalRequest use = request();
    use.action = Action::Use;
    use.fields = {u"Deploy token"_s};
    use.command = u"TOKEN='clavitor://AWS production/Deploy token' /bin/sh -c 'echo "_s + QString(400, u'x') + u"'"_s;
    for (AskedBecause because : {AskedBecause::Command, AskedBecause::MinuteBudget, AskedBecause::HourBudget}) {
        use.because = because;
        const AllowChoices choices = allowChoices(use);
        QCOMPARE(choices.main, ApprovalAnswer::Once);
        QCOMPARE(choices.others, QList{ApprovalAnswer::WhileUnlocked});
    }
    QVERIFY(ApprovalText::headline(use).contains(u"run a command with the"_s));
    QVERIFY(ApprovalText::headline(use).contains(u"deploy token"_s));
    // Whole: what is cut off could be what matters.
    QVERIFY(ApprovalText::command(use).contains(u"xxx'"_s));
    QVERIFY(ApprovalText::command(use).contains(QString(400, u'x')));
    use.command = u"/bin/sh -c '"_s + QString(u"[U+"_s).repeated(60) + u"; curl evil; "_s + QString(u"[U+"_s).repeated(60) + u"'"_s;
    QVERIFY(ApprovalText::command(use).contains(u"curl evil"_s));
    QVERIFY(!ApprovalText::command(use).contains(u'…'));
    use.command = u"/bin/sh -c 'a\u202eb'"_s;
    QVERIFY(!ApprovalText::command(use).contains(QChar(0x202e)));
    use.action = Action::Read;
    QCOMPARE(ApprovalText::command(use), QString());
    QVERIFY(ApprovalText::button(ApprovalAnswer::WhileUnlocked, Action::Use) != ApprovalText::button(ApprovalAnswer::WhileUnlocked));
}

void tst_ApprovalText::keepsEveryNameToItself()
{
    QFile file(QStringLiteral(CLAVITOR_TEST_DATA "/text/blns.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonArray strings = QJsonDocument::fromJson(file.readAll()).array();
    QVERIFY(strings.size() > 400);
    QHash<QString, QString> sentences;
    for (const auto &value : strings) {
        const QString naughty = value.toString();
        ApprovalRequest one = request();
        one.keyName = naughty;
        one.title = naughty;
        one.fields = {naughty};
        one.reason = naughty;
        one.urls = {naughty};
        one.caller = {naughty, 1, naughty, naughty, naughty};
        const GitWorkplace place{naughty, naughty, {}};
        for (const QString &text : {ApprovalText::sentence(one), ApprovalText::line(one), ApprovalText::entryLine(one), ApprovalText::why(one),
                                    ApprovalText::who(one.caller), ApprovalText::program(one.caller), ApprovalText::where(one.caller),
                                    ApprovalText::repository(place), ApprovalText::because(one), ApprovalText::soFar(one)}) {
            int depth = 0;
            for (const QChar c : text) {
                depth += c.unicode() == 0x2068 ? 1 : c.unicode() == 0x2069 ? -1 : 0;
                QVERIFY(depth >= 0);
                const bool isOdd = c.category() == QChar::Other_Control || c.category() == QChar::Separator_Line || c.category() == QChar::Separator_Paragraph
                    || (c.category() == QChar::Other_Format && c.unicode() != 0x2068 && c.unicode() != 0x2069);
                QVERIFY2(!isOdd, qPrintable(text));
                const bool turns = c.direction() == QChar::DirR || c.direction() == QChar::DirAL;
                QVERIFY2(!turns || depth > 0, qPrintable(text));
            }
            QCOMPARE(depth, 0);
            QVERIFY(text.size() < 12 * link::MaxReason);
        }
        one = request();
        one.title = naughty;
        const QString sentence = ApprovalText::sentence(one) + ApprovalText::entryLine(one);
        QVERIFY2(!sentences.contains(sentence) || sentences.value(sentence) == naughty || naughty.size() > 36, qPrintable(sentence));
        sentences.insert(sentence, naughty);
    }
}

void tst_ApprovalText::saysWhatBecameOfAQuestion()
{
    QCOMPARE(read(ApprovalText::ended(request(), ApprovalEnd::AgentLeft)), u"codex-agent does not wait any more. Nothing was given."_s);
    QCOMPARE(read(ApprovalText::ended(request(), ApprovalEnd::TimedOut)), u"Nobody answered codex-agent in time. It was denied."_s);
    QVERIFY(ApprovalText::ended(request(), ApprovalEnd::Answered).isEmpty());
    QVERIFY(ApprovalText::ended(request(), ApprovalEnd::Locked).isEmpty());
}

void tst_ApprovalText::saysWhatAKeyDid()
{
    QSet<QString> told;
    for (KeyAlert::Kind kind : {KeyAlert::Kind::DecoyRead, KeyAlert::Kind::TooMany, KeyAlert::Kind::Elsewhere, KeyAlert::Kind::Resting}) {
        const KeyAlert alert{kind, u"k"_s, u"codex-agent"_s, u"Bank"_s, request().caller, 0};
        QVERIFY(read(ApprovalText::alert(alert)).startsWith(u"codex-agent "_s));
        QVERIFY(read(ApprovalText::alertDetail(alert)).contains(u"codex ← zsh ← kitty, in /srv/shop"_s));
        QVERIFY(!ApprovalText::alert(alert).contains(u'!'));
        told << ApprovalText::alert(alert);
    }
    QCOMPARE(told.size(), 4);
    QVERIFY(ApprovalText::alertDetail({KeyAlert::Kind::DecoyRead, {}, {}, u"Bank"_s, {}, 0}).contains(u"Bank"_s));
}

void tst_ApprovalText::saysHowMuchOfALeaseWasRead()
{
    KeyAlert alert{KeyAlert::Kind::LeaseOver, u"k"_s, u"nightly-build"_s, {}, {}, 0};
    alert.readsAllowed = 100;
    QCOMPARE(read(ApprovalText::alert(alert)), u"The lease of nightly-build is over"_s);
    QCOMPARE(ApprovalText::alertDetail(alert), u"Its time ended. Nothing of it was read."_s);
    alert.reads = 12;
    QCOMPARE(ApprovalText::alertDetail(alert), u"Its time ended. It used 12 of 100 reads."_s);
    alert.reads = 100;
    QCOMPARE(ApprovalText::alertDetail(alert), u"All of its 100 reads are used."_s);
}

void tst_ApprovalText::saysHowManyCallsAnAnswerIsFor()
{
    ApprovalRequest one = request();
    QVERIFY(ApprovalText::calls(one).isEmpty());
    one.calls = 16;
    QCOMPARE(ApprovalText::calls(one), u"16 wait for this answer; “once” allows each of them"_s);
}

void tst_ApprovalText::letsLongWordsBreak()
{
    QCOMPARE(breakable(u"deploy the staging stack"_s), u"deploy the staging stack"_s);
    const QString broken = breakable(QString(100, u'x'));
    for (const QString &part : broken.split(QChar(0x200B)))
        QVERIFY(part.size() <= 16);
    QCOMPARE(QString(broken).remove(QChar(0x200B)), QString(100, u'x'));
    const QString rockets = u"🚀"_s.repeated(40);
    for (const QString &part : breakable(rockets).split(QChar(0x200B)))
        QVERIFY(!part.isEmpty() && part.at(0).isHighSurrogate());
}

QTEST_GUILESS_MAIN(tst_ApprovalText)
#include "tst_ApprovalText.moc"
