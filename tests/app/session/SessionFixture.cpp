// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/session/SessionFixture.h"

namespace clavitor::test {

SessionFixture::SessionFixture() = default;
SessionFixture::~SessionFixture() = default;

VaultSession SessionFixture::session(const QString &path)
{
    return VaultSession(VaultFolder(path), m_clock, crypto::systemRandom(), quickCost());
}

Result<> SessionFixture::makeTemplate()
{
    using namespace Qt::StringLiterals;
    m_template = std::make_unique<QTemporaryDir>();
    auto vault = session(m_template->path());
    if (auto made = vault.create(u"Sample"_s, secretText(Password)); !made)
        return made;
    if (auto added = vault.addKeychainSlot(secretBytes(0x11)); !added)
        return added;
    return MetaStore(vault.database()).setValue("canary"_L1, "sings");
}

void SessionFixture::initTestCase()
{
    QVERIFY(crypto::initialise());
    REQUIRE_OK(makeTemplate());
}

void SessionFixture::init()
{
    m_root = std::make_unique<QTemporaryDir>();
}

QString SessionFixture::sample()
{
    const QString path = m_root->filePath(QStringLiteral("vault-%1").arg(++m_copies));
    return copyFolder(m_template->path(), path) ? path : QString();
}

} // namespace clavitor::test

#include "moc_SessionFixture.cpp"
