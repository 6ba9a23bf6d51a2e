// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/presence/SystemPresence.h"

#include "tests/support/PresenceRun.h"
#include "tests/support/ScriptedPresence.h"

using namespace clavitor;
using namespace clavitor::test;

using Answer = UserPresence::Answer;
using Means = UserPresence::Means;
using Outcome = UserPresence::Outcome;
using Probe = UserPresence::Probe;
using Reason = UserPresence::Reason;
using Stage = UserPresence::Progress::Stage;

class tst_SystemPresence : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        auto reader = std::make_unique<ScriptedPresence>();
        auto dialog = std::make_unique<ScriptedPresence>();
        m_reader = reader.get();
        m_dialog = dialog.get();
        m_dialog->found = {Means::SystemDialog, Reason::None};
        SystemPresence::Ways ways;
        ways.push_back(std::move(reader));
        ways.push_back(std::move(dialog));
        m_presence = std::make_unique<SystemPresence>(std::move(ways));
    }
    void takesTheReaderBeforeTheDialog()
    {
        QCOMPARE(probed(*m_presence), (Probe{Means::Fingerprint, Reason::None}));
        PresenceRun run(*m_presence);
        QTRY_VERIFY(m_reader->isChecking());
        m_reader->tellProgress({Stage::Waiting, Means::Fingerprint, 1});
        QVERIFY(run.waits(1));
        m_reader->answer({Outcome::Present, Reason::None});
        QCOMPARE(run.answer(), (Answer{Outcome::Present, Reason::None}));
        QCOMPARE(m_dialog->checks, 0);
    }
    void takesTheDialogWithoutAReader()
    {
        m_reader->found = {Means::None, Reason::NoReader};
        QCOMPARE(probed(*m_presence), (Probe{Means::SystemDialog, Reason::None}));
        PresenceRun run(*m_presence);
        QTRY_VERIFY(m_dialog->isChecking());
        m_dialog->answer({Outcome::Refused, Reason::None});
        QCOMPARE(run.answer(), (Answer{Outcome::Refused, Reason::None}));
        QCOMPARE(m_reader->checks, 0);
    }
    void asksNobodyElseAfterANo()
    {
        PresenceRun run(*m_presence);
        QTRY_VERIFY(m_reader->isChecking());
        m_reader->answer({Outcome::Refused, Reason::None});
        QCOMPARE(run.answer(), (Answer{Outcome::Refused, Reason::None}));
        QCOMPARE(m_dialog->checks, 0);
    }
    void tellsTheReadersReasonWhenThereIsNothing()
    {
        m_reader->found = {Means::None, Reason::NoFinger};
        m_dialog->found = {Means::None, Reason::NoAction};
        QCOMPARE(probed(*m_presence), (Probe{Means::None, Reason::NoFinger}));
        PresenceRun run(*m_presence);
        QCOMPARE(run.answer(), (Answer{Outcome::Unavailable, Reason::NoFinger}));
    }
    void tellsWhatIsTheMatterRatherThanThatThereIsNothing()
    {
        m_reader->found = {Means::None, Reason::NoReader};
        m_dialog->found = {Means::None, Reason::Untrusted};
        QCOMPARE(probed(*m_presence), (Probe{Means::None, Reason::Untrusted}));
        m_reader->found = {Means::None, Reason::ReaderBusy};
        m_dialog->found = {Means::None, Reason::Failed};
        QCOMPARE(probed(*m_presence), (Probe{Means::None, Reason::ReaderBusy}));
    }
    void saysThatNothingIsBuiltWhereNothingIs()
    {
        SystemPresence nothing{SystemPresence::Ways{}};
        QCOMPARE(probed(nothing), (Probe{Means::None, Reason::NotBuilt}));
        PresenceRun run(nothing);
        QCOMPARE(run.answer(), (Answer{Outcome::Unavailable, Reason::NotBuilt}));
    }
    void cancelsTheWayThatAsks()
    {
        PresenceRun first(*m_presence);
        QTRY_VERIFY(m_reader->isChecking());
        m_presence->cancel();
        QVERIFY(!m_reader->isChecking());
        PresenceRun second(*m_presence);
        QCOMPARE(first.answer(), (Answer{Outcome::Cancelled, Reason::None}));
        QTRY_COMPARE(m_reader->checks, 2);
        QVERIFY(!second.isAnswered());
        m_reader->answer({Outcome::Present, Reason::None});
        QCOMPARE(second.answer(), (Answer{Outcome::Present, Reason::None}));
    }
    void endsInTimeWhenAWayNeverAnswers()
    {
        m_presence->setTimeout(100);
        PresenceRun run(*m_presence);
        QCOMPARE(run.answer(), (Answer{Outcome::TimedOut, Reason::None}));
        QVERIFY(!m_reader->isChecking());
    }

private:
    ScriptedPresence *m_reader = nullptr;
    ScriptedPresence *m_dialog = nullptr;
    std::unique_ptr<SystemPresence> m_presence;
};

QTEST_GUILESS_MAIN(tst_SystemPresence)
#include "tst_SystemPresence.moc"
