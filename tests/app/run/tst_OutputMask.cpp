// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/OutputMask.h"

#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;

namespace {

std::vector<crypto::SecretText> valuesOf(const QByteArrayList &texts)
{
    std::vector<crypto::SecretText> values;
    for (const QByteArray &text : texts)
        values.push_back(crypto::SecretText::copyOf(text.toStdString()));
    return values;
}

/// The whole stream in pieces of `size` bytes.
QByteArray masked(const QByteArrayList &values, const QByteArray &output, qsizetype size)
{
    OutputMask mask(valuesOf(values));
    QByteArray passed;
    for (qsizetype at = 0; at < output.size(); at += size)
        passed += mask.take(QByteArrayView(output).sliced(at, std::min(size, output.size() - at)));
    return passed + mask.finish();
}

const QByteArray kHidden = OutputMask::Replacement;
const QByteArray kKey = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0\nBAQEFAASCBKcwggSjAgEAA\n-----END KEY-----\n";

} // namespace

class tst_OutputMask : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }

    void hidesValuesHoweverTheyArrive_data()
    {
        QTest::addColumn<QByteArrayList>("values");
        QTest::addColumn<QByteArray>("output");
        QTest::addColumn<QByteArray>("passed");
        const auto row = [](const char *name, const QByteArrayList &values, const QByteArray &output, const QByteArray &passed) {
            QTest::newRow(name) << values << output << passed;
        };
        row("nothing of it", {"hunter2!"}, "hello\nworld\n", "hello\nworld\n");
        row("as it is", {"hunter2!"}, "token: hunter2!\n", "token: " + kHidden + "\n");
        row("twice without a space", {"hunter2!"}, "hunter2!hunter2!", kHidden + kHidden);
        row("after its own beginning", {"hunter2!"}, "hunthunter2!", "hunt" + kHidden);
        row("one that begins like another", {"secretlong", "secret"}, "secret secretlong secretlo", kHidden + " " + kHidden + " " + kHidden + "lo");
        row("overlapping itself", {"aabaab"}, "xaabaabaab", "x" + kHidden + "aab");
        // "hunter2!", and behind "u:", "to:" and "user:", and with a colon behind it
        row("base64", {"hunter2!"}, "aHVudGVyMiE=\n", kHidden + "E=\n");
        row("base64 with something before it", {"hunter2!"}, "dTpodW50ZXIyIQ== dG86aHVudGVyMiE= dXNlcjpodW50ZXIyIQ==",
            "dTp" + kHidden + "Q== dG86" + kHidden + "E= dXNlcjp" + kHidden + "Q==");
        row("base64 with something behind it", {"hunter2!"}, "aHVudGVyMiE6", kHidden + "E6");
        row("in JSON of ASCII alone", {"h\xc3\xa4user \xf0\x9f\x94\x91"}, "\"h\\u00e4user \\ud83d\\udd11\"", "\"" + kHidden + "\"");
        row("percent-encoded", {"a b&c/d"}, "q=a%20b%26c%2Fd&x", "q=" + kHidden + "&x");
        row("in JSON", {"say \"hi\"\n"}, "{\"v\":\"say \\\"hi\\\"\\n\"}", "{\"v\":\"" + kHidden + "\"}");
        row("a line of several", {kKey}, "> MIIEvQIBADANBgkqhkiG9w0\r\n", "> " + kHidden + "\r\n");
        row("whole, of several lines", {kKey}, kKey + "ok", kHidden + "ok");
        row("too short to be told from other words", {"abc"}, "abcabc", "abcabc");
        row("cut off at the end", {"hunter2!"}, "hunter", kHidden);
        row("the end looks like one by chance", {"hunter2!"}, "he hun", "he hun");
        row("zero bytes", {"hunter2!"}, QByteArray("\0hunter2!\0", 10), QByteArray("\0", 1) + kHidden + QByteArray("\0", 1));
    }
    void hidesValuesHoweverTheyArrive()
    {
        QFETCH(QByteArrayList, values);
        QFETCH(QByteArray, output);
        QFETCH(QByteArray, passed);
        for (const qsizetype size : {1, 2, 3, 7, 4096})
            QCOMPARE(masked(values, output, size), passed);
    }

    void passesOnAtOnceWhatCanBeNoValue()
    {
        OutputMask mask(valuesOf({"hunter2!"}));
        QCOMPARE(mask.take("Password: "), "Password: "_ba);
        QCOMPARE(mask.take("you? hun"), "you? "_ba);
        QCOMPARE(mask.take("gry"), "hungry"_ba);
        QCOMPARE(mask.finish(), QByteArray());
    }

    void passesMuchOutputUnchanged()
    {
        const QByteArray output = QByteArray("hunter, hunted, hunter2? no.\n").repeated(40'000);
        QElapsedTimer watch;
        watch.start();
        QCOMPARE(masked({"hunter2!", "another value", QByteArray(3000, 'k')}, output, 16'384), output);
        qInfo("%lld bytes in %lld ms", static_cast<long long>(output.size()), static_cast<long long>(watch.elapsed()));
    }
};

QTEST_GUILESS_MAIN(tst_OutputMask)
#include "tst_OutputMask.moc"
