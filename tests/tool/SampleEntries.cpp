// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/tool/SampleEntries.h"

#include <array>

using namespace Qt::StringLiterals;

namespace clavitor {

namespace {

constexpr std::array hosts{"github", "gitlab", "bitbucket", "npmjs", "pypi", "crates", "docker", "sentry", "grafana", "datadog",
                           "stripe", "paypal", "heroku", "vercel", "netlify", "hetzner", "linode", "fastly", "okta", "auth"};
constexpr std::array places{"prod", "staging", "test", "backup", "eu", "us", "legacy", "internal"};
constexpr std::array people{"octo", "deploy", "admin", "billing", "release", "robot", "ops", "support"};
constexpr std::array tags{"dev", "infra", "team", "client", "finance"};
constexpr std::array types{EntryType::Login, EntryType::Login, EntryType::Login, EntryType::ApiKey, EntryType::Database, EntryType::Server};

template<typename Words>
QString word(const Words &words, int number)
{
    return QString::fromLatin1(words[static_cast<std::size_t>(number) % words.size()]);
}

FieldDraft field(FieldKind kind, const QString &label, const QString &value)
{
    FieldDraft draft;
    draft.label = label;
    draft.kind = kind;
    draft.tier = defaultTier(kind);
    const QByteArray utf8 = value.toUtf8();
    draft.value = crypto::SecretText::copyOf({utf8.constData(), static_cast<std::size_t>(utf8.size())});
    return draft;
}

} // namespace

EntryDraft sampleEntry(int number)
{
    const QString host = word(hosts, number * 7) + u"-"_s + word(places, number / 20) + u"-"_s + QString::number(number);
    EntryDraft draft;
    draft.type = types[static_cast<std::size_t>(number) % types.size()];
    draft.title = host + u".example"_s;
    draft.urls = {u"https://"_s + host + u".example/login"_s};
    draft.tags = {word(tags, number)};
    draft.favourite = number % 50 == 0;
    draft.fields.push_back(field(FieldKind::Username, u"username"_s, word(people, number) + QString::number(number % 97)));
    draft.fields.push_back(field(FieldKind::Password, u"password"_s, u"pw-%1-%2-correct-horse"_s.arg(number).arg(number * 7919)));
    if (number % 4 == 0)
        draft.fields.push_back(field(FieldKind::Totp, u"one-time code"_s, u"otpauth://totp/sample?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"_s));
    if (number % 7 == 0)
        draft.fields.push_back(field(FieldKind::RecoveryCodes, u"recovery codes"_s, u"aaaa-%1 bbbb-%1"_s.arg(number)));
    if (number % 3 == 0)
        draft.fields.push_back(field(FieldKind::Notes, u"notes"_s, u"Rotated by the platform team. Ask %1 first."_s.arg(word(people, number + 3))));
    return draft;
}

ImportPlan sampleEntries(int count)
{
    ImportPlan plan;
    plan.format = u"sample"_s;
    plan.source = u"sample"_s;
    plan.read = count;
    plan.entries.reserve(static_cast<std::size_t>(count));
    for (int number = 0; number < count; ++number)
        plan.entries.push_back(sampleEntry(number));
    return plan;
}

} // namespace clavitor
