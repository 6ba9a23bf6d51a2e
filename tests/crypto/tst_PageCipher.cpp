// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/PageCipher.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sqlcipher/sqlite3.h>

#include <array>
#include <stdexcept>

using namespace clavitor;
using namespace Qt::StringLiterals;

namespace {

using crypto::PageCipher;

constexpr std::size_t saltBytes = PageCipher::saltSize;

crypto::SecretBytes keyOf(unsigned char byte)
{
    crypto::SecretBytes key(32);
    for (std::byte &one : key.writable())
        one = std::byte{byte++};
    return key;
}

std::array<std::byte, saltBytes> someSalt()
{
    std::array<std::byte, saltBytes> salt{};
    for (std::size_t i = 0; i < salt.size(); ++i)
        salt[i] = static_cast<std::byte>(0xf0 - 7 * i);
    return salt;
}

} // namespace

/// What SQLCipher wrote is the reference, and what it reads.
class tst_PageCipher : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void opensEachPageAsSqlCipherDoes();
    void refusesWhatWasChanged_data();
    void refusesWhatWasChanged();
    void wantsAKeyOf32Bytes();

private:
    [[nodiscard]] std::span<const std::byte, PageCipher::pageSize> page(std::uint32_t number) const
    {
        return std::as_bytes(std::span(m_file.constData(), static_cast<std::size_t>(m_file.size())))
            .subspan((number - 1) * PageCipher::pageSize)
            .first<PageCipher::pageSize>();
    }

    QByteArray m_file;      ///< as it lies on the disk
    QByteArray m_image;     ///< as SQLite sees it
};

void tst_PageCipher::initTestCase()
{
    QVERIFY(crypto::initialise());
    QTemporaryDir folder;
    const QByteArray path = QFile::encodeName(folder.filePath(u"pages.db"_s));
    const auto hex = [](std::span<const std::byte> bytes) {
        return QByteArray(reinterpret_cast<const char *>(bytes.data()), static_cast<qsizetype>(bytes.size())).toHex();
    };
    const QByteArray key = "PRAGMA key = \"x'" + hex(keyOf(1).bytes()) + hex(someSalt()) + "'\"";
    sqlite3 *handle = nullptr;
    QCOMPARE(sqlite3_open(path.constData(), &handle), SQLITE_OK);
    for (const char *sql : {key.constData(), "PRAGMA secure_delete = ON", "CREATE TABLE t (n INTEGER PRIMARY KEY, v BLOB)",
                            "WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 60) INSERT INTO t SELECT n, randomblob(500 * n) FROM i",
                            "DELETE FROM t WHERE n % 3 = 0"})
        QCOMPARE(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_int64 size = 0;
    unsigned char *image = sqlite3_serialize(handle, "main", &size, 0);
    QVERIFY(image);
    m_image = QByteArray(reinterpret_cast<const char *>(image), static_cast<qsizetype>(size));
    sqlite3_free(image);
    QCOMPARE(sqlite3_close(handle), SQLITE_OK);
    QFile file(QFile::decodeName(path));
    QVERIFY(file.open(QIODevice::ReadOnly));
    m_file = file.readAll();
    QCOMPARE(m_file.size(), m_image.size());
}

void tst_PageCipher::opensEachPageAsSqlCipherDoes()
{
    const PageCipher cipher(keyOf(1), someSalt());
    const auto pages = static_cast<std::uint32_t>(m_file.size() / static_cast<qsizetype>(PageCipher::pageSize));
    QVERIFY(pages > 100);
    int zeros = 0;
    for (std::uint32_t number = 1; number <= pages; ++number) {
        QByteArray plain(PageCipher::usableSize, '\1');
        QVERIFY2(cipher.open(page(number), number, std::as_writable_bytes(std::span<char, PageCipher::usableSize>(plain.data(), PageCipher::usableSize))),
                 qPrintable(QString::number(number)));
        const qsizetype begin = number == 1 ? static_cast<qsizetype>(saltBytes) : 0;
        QCOMPARE(plain.sliced(begin), m_image.mid(static_cast<qsizetype>((number - 1) * PageCipher::pageSize), PageCipher::usableSize).sliced(begin));
        zeros += plain.count('\0') == plain.size() ? 1 : 0;
    }
    QVERIFY(zeros > 10);
}

void tst_PageCipher::refusesWhatWasChanged_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<int>("bit");   // of the page; none when negative
    QTest::addColumn<int>("key");
    QTest::addColumn<bool>("otherSalt");
    QTest::newRow("another page's number") << 3 << -1 << 1 << false;
    QTest::newRow("a bit of the text") << 2 << 12345 << 1 << false;
    QTest::newRow("the first bit") << 2 << 0 << 1 << false;
    QTest::newRow("a bit of the IV") << 2 << 8 * 4020 << 1 << false;
    QTest::newRow("a bit of the MAC") << 2 << 8 * 4096 - 1 << 1 << false;
    QTest::newRow("another key") << 2 << -1 << 2 << false;
    QTest::newRow("another salt") << 2 << -1 << 1 << true;
}

void tst_PageCipher::refusesWhatWasChanged()
{
    QFETCH(int, number);
    QFETCH(int, bit);
    QFETCH(int, key);
    QFETCH(bool, otherSalt);
    auto salt = someSalt();
    if (otherSalt)
        salt[15] ^= std::byte{1};
    std::array<std::byte, PageCipher::pageSize> changed;
    std::ranges::copy(page(2), changed.begin());
    std::array<std::byte, PageCipher::usableSize> plain;
    QVERIFY(PageCipher(keyOf(1), someSalt()).open(changed, 2, plain));
    if (bit >= 0)
        changed[static_cast<std::size_t>(bit / 8)] ^= static_cast<std::byte>(1 << bit % 8);
    QVERIFY(!PageCipher(keyOf(static_cast<unsigned char>(key)), salt).open(changed, static_cast<std::uint32_t>(number), plain));
}

void tst_PageCipher::wantsAKeyOf32Bytes()
{
    QVERIFY_THROWS_EXCEPTION(std::invalid_argument, PageCipher(crypto::SecretBytes(16), someSalt()));
}

QTEST_GUILESS_MAIN(tst_PageCipher)
#include "tst_PageCipher.moc"
