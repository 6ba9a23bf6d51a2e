// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/link/Messages.h"
#include "crypto/SecretText.h"

/// The answers to a question, as values.
namespace clavitor {

[[nodiscard]] inline link::Answer refusal(const link::Question &question, link::Status status, const QString &detail = {})
{
    link::Answer answer;
    answer.id = question.id;
    answer.status = status;
    answer.detail = detail;
    return answer;
}

/// A store that cannot be read or a row that cannot be written: nothing leaves.
[[nodiscard]] inline link::Answer unavailable(const link::Question &question)
{
    return refusal(question, link::Status::AuditUnavailable);
}

/// `body` is a whole JSON object; whoever sends the answer wipes its copy.
[[nodiscard]] inline link::Answer granted(const link::Question &question, const crypto::SecretText &body)
{
    link::Answer answer = refusal(question, link::Status::Ok);
    answer.body = QByteArray(body.view().data(), static_cast<qsizetype>(body.size()));
    return answer;
}

} // namespace clavitor
