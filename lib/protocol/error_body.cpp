#include "protocol/error_body.h"

#include "base/error_builder.h"
#include "values/json_document.h"
#include "values/json_text.h"
#include "values/rapidjson.h"
#include "values/utf8.h"

#include <rapidjson/memorystream.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>

namespace ksqldb::protocol {

namespace {

constexpr std::size_t shownBytes = 300;

/// Looked at when the query is planned, this limit has the code of any wrong statement, and its
/// text alone tells it; looked at when the query is registered, it has a code of its own.
bool isPushQueryLimit(int serverCode, std::string_view message) {
    if (serverCode == 40003) return true;
    return serverCode == 40001 && message.find("push queries to exceed") != std::string_view::npos;
}

/// Told by its text: 40001 with HTTP 400 before 8.0, 50000 with HTTP 503 from then on, and in an
/// answer that had begun. Right after CREATE TABLE AS SELECT, and after a node was lost, it lasts
/// for seconds.
bool isTableNotReady(int serverCode, std::string_view message) {
    if (serverCode != 40001 && serverCode != 50000) return false;
    const auto says = [message](std::string_view text) {
        return message.find(text) != std::string_view::npos;
    };
    return (says("Materialized data") && says("not available yet")) ||              // for one key
           says("Cannot determine which host contains the required partitions") ||  // for others
           says("Lag information is not present for host") || says("failed to find valid host") ||
           says("Exhausted standby hosts to try");
}

/// Behind its words the server puts the statement or parts of it, whose literals may say anything.
std::string_view ownWords(std::string_view message) {
    return message.substr(0, message.find("\nStatement: "));
}

/// Of an error of ksqlDB's own; `message` does not repeat the statement among the server's words.
ErrorCode codeFor(int httpStatus, int serverCode, std::string_view message) {
    if (httpStatus == 401 || httpStatus == 403) return ErrorCode::Unauthorized;
    const std::string_view words = ownWords(message);
    if (isPushQueryLimit(serverCode, words)) return ErrorCode::PushQueryLimit;
    if (isTableNotReady(serverCode, words)) return ErrorCode::TableNotReady;
    return httpStatus == 400 ? ErrorCode::StatementRejected : ErrorCode::ServerError;
}

/// What what() shows and codes are told by: the server repeats the statement in its texts, whose
/// literals are data that a log should not get by way of an Error.
std::string withoutStatement(std::string text, std::string_view statement) {
    const auto isEnd = [](char c) { return c == ';' || c == ' ' || c == '\n' || c == '\r'; };
    while (!statement.empty() && isEnd(statement.back())) statement.remove_suffix(1);
    if (statement.empty()) return text;
    for (std::size_t at = 0; (at = text.find(statement, at)) != std::string::npos; at += 3)
        text.replace(at, statement.size(), "...");
    return text;
}

/// What is known of a ksqlDB error's JSON that is cut off: the members before the cut.
class CutError : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, CutError> {
public:
    explicit CutError(std::string_view body) {
        rapidjson::MemoryStream stream(body.data(), body.size());
        rapidjson::Reader reader;
        reader.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag>(stream,
                                                                                             *this);
    }

    std::optional<int> serverCode;
    std::optional<std::string> message;

    bool Default() { return true; }
    bool Key(const char* name, rapidjson::SizeType size, bool) {
        serverCode = pendingCode_;
        name_ = levels_ == 1 ? std::string(name, size) : std::string();
        return true;
    }
    bool RawNumber(const char* digits, rapidjson::SizeType size, bool) {
        int number = 0;
        const auto [stop, error] = std::from_chars(digits, digits + size, number);
        if (levels_ == 1 && name_ == "error_code" && error == std::errc() && stop == digits + size)
            pendingCode_ = number;
        return true;
    }
    bool String(const char* text, rapidjson::SizeType size, bool) {
        if (levels_ == 1 && name_ == "message") message = values::asUtf8({text, size});
        return true;
    }
    bool StartObject() { return enter(); }
    bool EndObject(rapidjson::SizeType) { return leave(); }
    bool StartArray() { return enter(); }
    bool EndArray(rapidjson::SizeType) { return leave(); }

private:
    bool enter() { return ++levels_, true; }
    bool leave() { return --levels_, true; }

    std::size_t levels_ = 0;
    std::string name_;
    std::optional<int> pendingCode_;  // whole once another member follows
};

/// Of a body that is no whole JSON: the server's Error if its code came. The message may be cut, so
/// that the statement in it cannot be told from it: what() does not show it.
std::optional<Error> errorFromCutBody(int httpStatus, std::string_view body) {
    if (body.empty() || body.front() != '{') return std::nullopt;
    CutError cut(body);
    if (!cut.serverCode) return std::nullopt;
    // An end that a cut string did not have; as many bytes less as a cut escape may have.
    constexpr std::size_t longestEscape = 12;
    for (std::size_t less = 0; !cut.message && less < std::min(longestEscape, body.size()); ++less)
        cut.message = CutError(std::string(body.substr(0, body.size() - less)) + '"').message;
    const std::string text = cut.message.value_or(std::string());
    return detail::ErrorBuilder(codeFor(httpStatus, *cut.serverCode, text),
                                "HTTP " + std::to_string(httpStatus) + ", error code " +
                                    std::to_string(*cut.serverCode) +
                                    "; its text is cut, see serverMessage()")
        .http(httpStatus)
        .server(*cut.serverCode, text)
        .build();
}

std::string line(const std::string& start, std::string_view message) {
    if (!values::isUtf8(message)) return start + ", with bytes that are no text";
    const std::string shown = shortened(message);
    return shown.empty() ? start : start + ": " + shown;
}

}  // namespace

std::string shortened(std::string_view text) {
    const std::size_t from = text.find_first_not_of(" \t\r\n");
    if (from == std::string_view::npos) return {};
    text = text.substr(from, text.find_first_of("\r\n", from) - from);
    if (text.size() <= shownBytes) return std::string(text);
    std::size_t cut = shownBytes;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
    return std::string(text.substr(0, cut)) + "…";
}

Error errorFromBody(int httpStatus, std::string_view body) {
    const std::string status = "HTTP " + std::to_string(httpStatus);
    if (const auto document = values::JsonDocument::parse(body)) {
        const auto message = document->string("message");
        const auto serverCode = document->integer("error_code");
        if (message || serverCode) {
            const int number = serverCode.value_or(0);
            const std::string text = message.value_or(std::string());
            const std::string start =
                serverCode ? status + ", error code " + std::to_string(number) : status;
            const std::string shown =
                withoutStatement(text, document->string("statementText").value_or(std::string()));
            return detail::ErrorBuilder(codeFor(httpStatus, number, shown), line(start, shown))
                .http(httpStatus)
                .server(number, values::asUtf8(text))
                .build();
        }
    }
    if (const auto cut = errorFromCutBody(httpStatus, body)) return *cut;
    // A proxy in front forbids with 403, too; credentials are what 401 is always about.
    const ErrorCode code = httpStatus == 401 ? ErrorCode::Unauthorized : ErrorCode::HttpStatus;
    return detail::ErrorBuilder(code, line(status, body))
        .http(httpStatus)
        .server(0, values::asUtf8(body))
        .build();
}

Error errorFromLine(int serverCode, const std::string& message) {
    const std::string start =
        serverCode != 0 ? "error code " + std::to_string(serverCode) : "an error without a code";
    return detail::ErrorBuilder(codeFor(200, serverCode, message), line(start, message))
        .http(200)
        .server(serverCode, values::asUtf8(message))
        .build();
}

}  // namespace ksqldb::protocol
