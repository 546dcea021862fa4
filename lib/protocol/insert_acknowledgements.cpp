#include "protocol/insert_acknowledgements.h"

#include "base/error_builder.h"
#include "protocol/error_body.h"
#include "values/json_document.h"
#include "values/json_text.h"
#include "values/utf8.h"

#include <charconv>
#include <cstring>
#include <utility>

namespace ksqldb::protocol {

namespace {

using values::JsonDocument;

std::optional<std::uint64_t> numberFrom(std::string_view digits) {
    std::uint64_t number = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, number);
    if (error != std::errc() || stop != end) return std::nullopt;
    // The numbers of ksqlDB are Java's; and none of ours comes near to the last one.
    if (number > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
    return number;
}

bool isError(const JsonDocument& line, const std::optional<std::string>& status) {
    const auto type = line.string("@type");
    return status == "error" || JsonDocument::member(line.root(), "error_code") ||
           type == "InsertError" || type == "generic_error" || type == "statement_error";
}

/// Of a row that has not gone to Kafka. 50000 says only that something threw, and that may be what
/// waited for Kafka's answer.
bool isOfTheRow(int serverCode) { return serverCode / 10'000 == 4; }

}  // namespace

bool AcknowledgementReader::feed(std::string_view bytes) {
    if (error_) return false;
    while (!bytes.empty()) {
        const std::size_t length = std::min(bytes.find('\n'), bytes.size());
        if (partial_.size() + length > limits_.lineBytes)
            return fail(detail::ErrorBuilder(ErrorCode::LineTooLong,
                                             "a line of the answer is longer than maxLineBytes, " +
                                                 std::to_string(limits_.lineBytes) + " bytes")
                            .limit("maxLineBytes")
                            .build());
        std::string_view line = bytes.substr(0, length);
        if (length == bytes.size()) {
            partial_.append(line);
            return true;
        }
        bytes.remove_prefix(length + 1);
        if (!partial_.empty()) line = partial_.append(line);
        if (!takeUsualLine(line) && !takeLine(line)) return false;
        partial_.clear();
    }
    return true;
}

void AcknowledgementReader::finish() {
    if (error_ || partial_.empty()) return;
    const std::string line = std::exchange(partial_, {});
    // Whole lines only: what is cut off may have lost digits of its number.
    if (!values::JsonDocument::parse(line))
        fail(detail::ErrorBuilder(ErrorCode::TruncatedResponse,
                                  "the answer ended in the middle of an acknowledgement")
                 .http(200)
                 .build());
    else
        takeLine(line);
}

std::optional<std::string> AcknowledgementReader::takeUnknownLine() {
    return std::exchange(unknownLine_, std::nullopt);
}

bool AcknowledgementReader::takeUsualLine(std::string_view line) {
    constexpr std::string_view start = "{\"seq\":";
    constexpr std::string_view end = ",\"status\":\"ok\"}";
    if (line.size() <= start.size() + end.size() ||
        std::memcmp(line.data(), start.data(), start.size()) != 0 ||
        std::memcmp(line.data() + line.size() - end.size(), end.data(), end.size()) != 0)
        return false;
    const std::string_view digits =
        line.substr(start.size(), line.size() - start.size() - end.size());
    if (digits.size() > 1 && digits.front() == '0') return false;  // which is no JSON
    const auto sequence = numberFrom(digits);
    if (!sequence) return false;
    acknowledge(*sequence);
    return true;
}

bool AcknowledgementReader::takeLine(std::string_view line) {
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) return true;
    std::string replaced;
    if (const char* const fault = values::textFault(line)) {
        if (!limits_.replacesInvalidUtf8) return malformed(std::string("it ") + fault, line);
        line = replaced = values::asText(line);
    }
    const auto document = JsonDocument::parse(line);
    if (!document) return malformed("it is no JSON object", line);

    const auto status = document->string("status");
    const auto number = document->string("seq");
    const auto sequence = number ? numberFrom(*number) : std::nullopt;
    if (isError(*document, status)) {
        const int code = document->integer("error_code").value_or(0);
        Error error = errorFromLine(code, document->string("message").value_or(std::string()));
        if (isOfTheRow(code))
            refused_ = sequence;
        else if (sequence)
            error = detail::ErrorBuilder(error)
                        .what("row " + std::to_string(*sequence) + ": " + error.what())
                        .build();
        return fail(error);
    }
    if (status == "ok") {
        if (!sequence) return malformed("it acknowledges no row", line);
        acknowledge(*sequence);
        return true;
    }
    if (status || number) return malformed("it has an unknown status", line);
    if (!std::exchange(unknownSeen_, true)) unknownLine_ = shortened(line);
    return true;
}

void AcknowledgementReader::acknowledge(std::uint64_t sequence) {
    if (!ranges_.empty() && sequence == ranges_.back().last + 1)
        ranges_.back().last = sequence;
    else
        ranges_.push_back({sequence, sequence});
}

bool AcknowledgementReader::fail(const Error& error) {
    error_ = error;
    return false;
}

bool AcknowledgementReader::malformed(const std::string& why, std::string_view line) {
    const std::string shown = values::isUtf8(line) ? shortened(line) : "bytes that are no text";
    return fail(detail::ErrorBuilder(ErrorCode::MalformedResponse,
                                     "the answer is not what ksqlDB sends, " + why + ": " + shown)
                    .http(200)
                    .server(0, shown)
                    .build());
}

}  // namespace ksqldb::protocol
