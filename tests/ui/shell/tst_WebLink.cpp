// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/WebLink.h"

#include <QTest>

using namespace clavitor::ui;
using namespace Qt::StringLiterals;

class tst_WebLink : public QObject {
    Q_OBJECT
private slots:
    void handsOnlyWebAddressesToTheBrowser_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<bool>("allowed");
        QTest::newRow("https") << u"https://github.com/login"_s << true;
        QTest::newRow("http") << u"http://192.0.2.10:8080"_s << true;
        QTest::newRow("as typed") << u"github.com"_s << true;
        QTest::newRow("host and port") << u"localhost:8443"_s << true;
        QTest::newRow("upper case scheme") << u"HTTPS://github.com"_s << true;
        QTest::newRow("empty") << u""_s << false;
        QTest::newRow("blank") << u"   "_s << false;
        QTest::newRow("file") << u"file:///etc/passwd"_s << false;
        QTest::newRow("script") << u"javascript:alert(1)"_s << false;
        QTest::newRow("data") << u"data:text/html,x"_s << false;
        QTest::newRow("ssh") << u"ssh://host"_s << false;
        QTest::newRow("mail") << u"mailto:a@b.example"_s << false;
        QTest::newRow("own scheme") << u"steam://run/1"_s << false;
        QTest::newRow("name in front of the host") << u"https://github.com@evil.example/"_s << false;
        QTest::newRow("no host") << u"https:///path"_s << false;
    }
    void handsOnlyWebAddressesToTheBrowser()
    {
        QFETCH(QString, url);
        QFETCH(bool, allowed);
        QCOMPARE(isWebLink(url), allowed);
    }
};

QTEST_MAIN(tst_WebLink)
#include "tst_WebLink.moc"
