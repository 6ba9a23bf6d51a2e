// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/TextDecoding.h"

#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;

class tst_TextDecoding : public QObject
{
    Q_OBJECT

private slots:
    void decodes_data();
    void decodes();
    void refuses_data();
    void refuses();
    void neverWritesAReplacementCharacter();
};

void tst_TextDecoding::decodes_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("utf8");
    QTest::addColumn<TextEncoding>("encoding");
    QTest::newRow("plain") << "a,b"_ba
                           << "a,b"_ba << TextEncoding::Utf8;
    QTest::newRow("UTF-8 with a mark") << "\xef\xbb\xbfname"_ba
                                       << "name"_ba << TextEncoding::Utf8;
    QTest::newRow("UTF-8 stays as it is, composed or not")
        << "\xc3\xa9 e\xcc\x81 \xf0\x9f\x94\x91"_ba
        << "\xc3\xa9 e\xcc\x81 \xf0\x9f\x94\x91"_ba << TextEncoding::Utf8;
    QTest::newRow("UTF-16LE with a mark") << QByteArray("\xff\xfe"
                                                        "a\0\xe9\0",
                                                        6)
                                          << "a\xc3\xa9"_ba << TextEncoding::Utf16;
    QTest::newRow("UTF-16BE with a mark")
        << QByteArray("\xfe\xff\0a\0\xe9", 6) << "a\xc3\xa9"_ba << TextEncoding::Utf16;
    QTest::newRow("UTF-16LE without a mark")
        << QByteArray("n\0a\0m\0e\0", 8) << "name"_ba << TextEncoding::Utf16;
    QTest::newRow("UTF-16BE without a mark")
        << QByteArray("\0n\0a\0m\0e", 8) << "name"_ba << TextEncoding::Utf16;
    QTest::newRow("UTF-16 surrogate pair")
        << QByteArray("\xff\xfe\x3d\xd8\x11\xdd", 6) << "\xf0\x9f\x94\x91"_ba << TextEncoding::Utf16;
    QTest::newRow("Latin-1") << "caf\xe9"_ba
                             << "caf\xc3\xa9"_ba << TextEncoding::Windows1252;
    QTest::newRow("Windows-1252 quotes and euro")
        << "\x80 \x93q\x94"_ba
        << "\xe2\x82\xac \xe2\x80\x9cq\xe2\x80\x9d"_ba << TextEncoding::Windows1252;
    QTest::newRow("unassigned byte of Windows-1252") << "\x81"_ba
                                                     << "\xc2\x81"_ba << TextEncoding::Windows1252;
    QTest::newRow("empty") << ""_ba
                           << ""_ba << TextEncoding::Utf8;
}

void tst_TextDecoding::decodes()
{
    QFETCH(QByteArray, bytes);
    const auto text = decodeText(std::move(bytes));
    QVERIFY(text);
    QTEST(text->utf8, "utf8");
    QTEST(text->encoding, "encoding");
    QVERIFY(bytes.isEmpty());
}

void tst_TextDecoding::refuses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<ErrorCode>("code");
    QTest::newRow("half a surrogate pair at the end")
        << QByteArray("\xff\xfe\x3d\xd8", 4) << ErrorCode::ImportUnreadable;
    QTest::newRow("low surrogate first") << QByteArray("\xff\xfe\x11\xdd"
                                                       "a\0",
                                                       6)
                                         << ErrorCode::ImportUnreadable;
    QTest::newRow("zero bytes") << QByteArray("name\0\0\1\2\3", 9) << ErrorCode::ImportUnsupported;
}

void tst_TextDecoding::refuses()
{
    QFETCH(QByteArray, bytes);
    const auto text = decodeText(std::move(bytes));
    QVERIFY(!text);
    QTEST(text.error().code, "code");
    QVERIFY(text.error().detail.endsWith(u'.'));
}

void tst_TextDecoding::neverWritesAReplacementCharacter()
{
    for (int byte = 1; byte < 256; ++byte) {
        const auto text = decodeText(QByteArray("p=") + static_cast<char>(byte) + "z");
        QVERIFY(text);
        QVERIFY(text->utf8.isValidUtf8());
        QVERIFY(!text->utf8.contains("\xef\xbf\xbd"));
    }
}

QTEST_GUILESS_MAIN(tst_TextDecoding)
#include "tst_TextDecoding.moc"
