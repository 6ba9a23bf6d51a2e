// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/SecretText.h"

#include "tests/crypto/Vectors.h"

#include <QTest>

#include <sodium.h>

#include <csignal>
#include <type_traits>

#include <sys/wait.h>
#include <unistd.h>

using namespace clavitor;
using crypto::SecretBytes;
using crypto::SecretText;

static_assert(!std::is_copy_constructible_v<SecretBytes> && !std::is_copy_assignable_v<SecretBytes>);
static_assert(!std::is_copy_constructible_v<SecretText> && !std::is_copy_assignable_v<SecretText>);
static_assert(std::is_nothrow_move_constructible_v<SecretBytes> &&
              std::is_nothrow_move_assignable_v<SecretText>);

class tst_SecretBytes : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void beginsAsZeros();
    void movesItsMemoryAndLeavesNothing();
    void survivesBeingMovedOntoItself();
    void comparesContentAndSize();
    void wipesToNothing();
    void readingPastTheEndEndsTheProgram();
    void growsTextWithoutLosingIt();
    void keepsTextWithZeroBytes();
    void emptyTextHasAView();
};

void tst_SecretBytes::beginsAsZeros()
{
    const SecretBytes bytes(33);
    QCOMPARE(bytes.size(), 33u);
    QVERIFY(sodium_is_zero(reinterpret_cast<const unsigned char *>(bytes.bytes().data()), bytes.size()));
    QVERIFY(SecretBytes(0).isEmpty());
}

void tst_SecretBytes::movesItsMemoryAndLeavesNothing()
{
    SecretBytes first = SecretBytes::copyOf(test::bytesOf("thirty-two bytes of a secret key"));
    const std::byte *place = first.bytes().data();
    SecretBytes second = std::move(first);
    QCOMPARE(second.bytes().data(), place);
    QVERIFY(first.isEmpty()); // NOLINT(bugprone-use-after-move): what a moved-from secret holds is the point
    SecretBytes third(4);
    third = std::move(second);
    QCOMPARE(third.bytes().data(), place);
    QVERIFY(third.equals(test::bytesOf("thirty-two bytes of a secret key")));
}

void tst_SecretBytes::survivesBeingMovedOntoItself()
{
    SecretBytes bytes = SecretBytes::copyOf(test::bytesOf("abc"));
    SecretBytes &same = bytes;
    bytes = std::move(same);
    QVERIFY(bytes.equals(test::bytesOf("abc")));
}

void tst_SecretBytes::comparesContentAndSize()
{
    const SecretBytes bytes = SecretBytes::copyOf(test::bytesOf("abcd"));
    QVERIFY(bytes.equals(test::bytesOf("abcd")));
    QVERIFY(!bytes.equals(test::bytesOf("abce")));
    QVERIFY(!bytes.equals(test::bytesOf("abc")));
    QVERIFY(!bytes.equals({}));
    QVERIFY(SecretBytes().equals({}));
}

void tst_SecretBytes::wipesToNothing()
{
    SecretBytes bytes = SecretBytes::copyOf(test::bytesOf("abcd"));
    bytes.wipe();
    QVERIFY(bytes.isEmpty());
    bytes.wipe();
    SecretText text = SecretText::copyOf("abcd");
    text.wipe();
    QVERIFY(text.isEmpty() && text.view().empty());
}

void tst_SecretBytes::readingPastTheEndEndsTheProgram()
{
    const pid_t child = fork();
    if (child == 0) {
        for (const int signal : {SIGSEGV, SIGBUS})
            std::signal(signal, SIG_DFL);
        const SecretBytes bytes(16);
        // sodium_malloc puts the end of the block against a page nobody may touch.
        const volatile std::byte *end = bytes.bytes().data() + bytes.size();
        _exit(static_cast<int>(*end) & 0);
    }
    int status = 0;
    QCOMPARE(waitpid(child, &status, 0), child);
    QVERIFY(WIFSIGNALED(status));
}

void tst_SecretBytes::growsTextWithoutLosingIt()
{
    SecretText text;
    std::string expected;
    for (int i = 0; i < 500; ++i) {
        const std::string piece = std::to_string(i) + ",";
        text.append(piece);
        expected += piece;
    }
    QCOMPARE(text.size(), expected.size());
    QVERIFY(text.equals(expected));
    const SecretText copy = text.clone();
    text.wipe();
    QVERIFY(copy.equals(expected));
}

void tst_SecretBytes::keepsTextWithZeroBytes()
{
    using namespace std::string_view_literals;
    const SecretText text = SecretText::copyOf("a\0b"sv);
    QCOMPARE(text.size(), 3u);
    QVERIFY(text.equals("a\0b"sv));
    QVERIFY(!text.equals("a"sv));
}

void tst_SecretBytes::emptyTextHasAView()
{
    const SecretText text;
    QVERIFY(text.view().empty());
    QVERIFY(text.bytes().empty());
    QVERIFY(text.equals(""));
}

QTEST_GUILESS_MAIN(tst_SecretBytes)
#include "tst_SecretBytes.moc"
