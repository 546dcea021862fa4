#include "protocol/error_body.h"

#include "base/error_builder.h"
#include "values/json_document.h"
#include "values/utf8.h"

namespace ksqldb::protocol {

namespace {

constexpr std::size_t shownBytes = 300;

/// The server names this limit by its text alone; its code is that of any wrong statement.
bool isPushQueryLimit(int serverCode, std::string_view message) {
    return serverCode == 40001 && message.find("push queries to exceed") != std::string_view::npos;
}

/// So is this: 40001 with HTTP 400 before 8.0, 50000 with HTTP 503 from then on. Right after CREATE
/// TABLE AS SELECT, and after a node was lost, it lasts for seconds.
bool isTableNotReady(std::string_view message) {
    return (message.find("Materialized data") != std::string_view::npos &&
            message.find("not available yet") != std::string_view::npos) ||
           message.find("Lag information is not present for host") != std::string_view::npos;
}

/// Of an error of ksqlDB's own.
ErrorCode codeFor(int httpStatus, int serverCode, std::string_view message) {
    if (httpStatus == 401 || httpStatus == 403) return ErrorCode::Unauthorized;
    if (isPushQueryLimit(serverCode, message)) return ErrorCode::PushQueryLimit;
    if (isTableNotReady(message)) return ErrorCode::TableNotReady;
    return httpStatus == 400 ? ErrorCode::StatementRejected : ErrorCode::ServerError;
}

/// What what() shows: the server repeats the statement in its texts, whose literals are data that a
/// log should not get by way of an Error.
std::string withoutStatement(std::string text, std::string_view statement) {
    const auto isEnd = [](char c) { return c == ';' || c == ' ' || c == '\n' || c == '\r'; };
    while (!statement.empty() && isEnd(statement.back())) statement.remove_suffix(1);
    if (statement.empty()) return text;
    for (std::size_t at = 0; (at = text.find(statement, at)) != std::string::npos; at += 3)
        text.replace(at, statement.size(), "...");
    return text;
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
            return detail::ErrorBuilder(codeFor(httpStatus, number, text), line(start, shown))
                .http(httpStatus)
                .server(number, text)
                .build();
        }
    }
    // A proxy in front forbids with 403, too; credentials are what 401 is always about.
    const ErrorCode code = httpStatus == 401 ? ErrorCode::Unauthorized : ErrorCode::HttpStatus;
    return detail::ErrorBuilder(code, line(status, body))
        .http(httpStatus)
        .server(0, std::string(body))
        .build();
}

Error errorFromLine(int serverCode, const std::string& message) {
    const std::string start =
        serverCode != 0 ? "error code " + std::to_string(serverCode) : "an error without a code";
    const ErrorCode code = isPushQueryLimit(serverCode, message) ? ErrorCode::PushQueryLimit
                           : isTableNotReady(message)            ? ErrorCode::TableNotReady
                                                                 : ErrorCode::ServerError;
    return detail::ErrorBuilder(code, line(start, message))
        .http(200)
        .server(serverCode, message)
        .build();
}

}  // namespace ksqldb::protocol
