#include "client/attempts/answer_body.h"

#include "base/error_builder.h"

namespace ksqldb::client {

bool appendUpTo(std::string& body, std::string_view bytes, std::size_t most) {
    if (body.size() < most) body.append(bytes.substr(0, most - body.size()));
    return body.size() < most;
}

std::optional<Error> appendWhole(std::string& body, std::string_view bytes, std::size_t most) {
    if (bytes.size() > most || body.size() > most - bytes.size())
        return detail::ErrorBuilder(
                   ErrorCode::TooManyBytes,
                   "the answer is larger than maxAnswerBytes, " + std::to_string(most) + " bytes")
            .limit("maxAnswerBytes")
            .build();
    body.append(bytes);
    return std::nullopt;
}

}  // namespace ksqldb::client
