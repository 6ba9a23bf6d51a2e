// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/PasswordSheet.h"

#include "ui/PresenceLine.h"
#include "ui/style/Theme.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"

#include <QTest>

using namespace clavitor;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

class tst_PasswordSheet : public QObject {
    Q_OBJECT

    Theme m_theme;

private slots:
    void growsForACheckThatBegins()
    {
        PasswordSheet sheet(u"Open Personal fields"_s,
                            u"Personal fields are sealed apart from the rest of the vault and never given to agents. They stay open for one minute."_s,
                            u"Open"_s, nullptr);
        sheet.setAttribute(Qt::WA_DeleteOnClose, false);
        sheet.show();
        QVERIFY(QTest::qWaitForWindowExposed(&sheet));
        auto *check = sheet.findChild<PresenceLine *>();
        check->say(u"Put your finger on the sensor. If this computer does not know it, type the password instead; it does as well."_s);
        sheet.setChecking(true);
        for (const auto *label : sheet.findChildren<Label *>())
            if (label->isVisible())
                QTRY_VERIFY2(label->height() >= label->heightForWidth(label->width()), qPrintable(label->text()));
    }

    void growsForWhatItHasToSay_data()
    {
        QTest::addColumn<bool>("alreadyOpen");
        QTest::newRow("while it is open") << true;
        QTest::newRow("before it opens") << false;
    }
    void growsForWhatItHasToSay()
    {
        QFETCH(bool, alreadyOpen);
        PasswordSheet sheet(u"Open Personal fields"_s, u"Personal fields are sealed with your master password and never given to agents."_s, u"Open"_s, nullptr);
        sheet.setAttribute(Qt::WA_DeleteOnClose, false);
        if (alreadyOpen) {
            sheet.show();
            QVERIFY(QTest::qWaitForWindowExposed(&sheet));
        }
        sheet.showError({ErrorCode::WrongPassword, {}});
        sheet.show();
        auto *words = sheet.findChild<InlineMessage *>()->findChild<Label *>();
        QTRY_VERIFY(words->isVisible());
        QTRY_VERIFY(words->height() >= words->heightForWidth(words->width()));
        for (const auto *label : sheet.findChildren<Label *>())
            QVERIFY2(label->height() >= label->heightForWidth(label->width()), qPrintable(label->text()));
    }
};

QTEST_MAIN(tst_PasswordSheet)
#include "tst_PasswordSheet.moc"
