#include "protocol/error_body.h"
#include "values/utf8.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace ksqldb::test {
namespace {

using namespace ksqldb::protocol;

TEST(ErrorBody, StatementError) {
    const Error error = errorFromBody(
        400,
        R"({"@type":"statement_error","error_code":40001,"message":"line 1:1: Syntax Error\nStatement: SELEC 1;","statementText":"SELEC 1;","entities":[]})");
    EXPECT_EQ(error.code(), ErrorCode::StatementRejected);
    EXPECT_EQ(error.category(), ErrorCategory::Server);
    EXPECT_EQ(error.httpStatus(), 400);
    EXPECT_EQ(error.serverCode(), 40001);
    EXPECT_EQ(error.serverMessage(), "line 1:1: Syntax Error\nStatement: SELEC 1;");
    EXPECT_STREQ(error.what(), "HTTP 400, error code 40001: line 1:1: Syntax Error");
}

TEST(ErrorBody, WhatNeverRepeatsTheStatement) {
    // From recordings/limits/too-many-push-queries.json.
    const Error recorded = errorFromBody(
        400,
        R"({"@type":"statement_error","error_code":40001,"message":"Not executing statement(s) 'SELECT * FROM gone EMIT CHANGES;' as it would cause the number of active, push queries to exceed the configured limit. Terminate existing PUSH queries, or increase the 'ksql.max.push.queries' setting via the 'ksql-server.properties' file. Current push query count: 2. Configured limit: 2.\nStatement: SELECT * FROM gone EMIT CHANGES;","statementText":"SELECT * FROM gone EMIT CHANGES;","entities":[]})");
    const std::string what = recorded.what();
    EXPECT_EQ(what.find("HTTP 400, error code 40001: Not executing statement(s) '...;' as it"), 0U)
        << what;
    EXPECT_EQ(recorded.serverMessage().find("Not executing statement(s) 'SELECT * FROM gone"), 0U);
    // Over several lines, of which the first would be left; twice; without its semicolon.
    const Error lines = errorFromBody(
        400,
        R"({"error_code":40001,"message":"no 'SELECT 'secret'\nFROM s' or SELECT 'secret'\nFROM s; here","statementText":"SELECT 'secret'\nFROM s;\n"})");
    EXPECT_STREQ(lines.what(), "HTTP 400, error code 40001: no '...' or ...; here");
    const Error empty =
        errorFromBody(400, R"({"error_code":40001,"message":"m;","statementText":" ;"})");
    EXPECT_STREQ(empty.what(), "HTTP 400, error code 40001: m;");
}

TEST(ErrorBody, LinesWithoutACode) {
    EXPECT_STREQ(errorFromLine(50000, "m").what(), "error code 50000: m");
    EXPECT_STREQ(errorFromLine(0, "m").what(), "an error without a code: m");
}

/// Every code of ksqlDB's table, and what programs are told of it.
TEST(ErrorBody, EveryCodeOfKsqlDb) {
    struct Case {
        int status;
        int serverCode;
        ErrorCode code;
    };
    for (const Case& c : {
             Case{400, 40000, ErrorCode::StatementRejected},
             Case{400, 40001, ErrorCode::StatementRejected},
             Case{400, 40002, ErrorCode::StatementRejected},
             Case{400, 40003, ErrorCode::PushQueryLimit},
             Case{400, 40004, ErrorCode::StatementRejected},
             Case{400, 50000, ErrorCode::StatementRejected},  // by Vert.x itself
             Case{401, 40100, ErrorCode::Unauthorized},
             Case{403, 40300, ErrorCode::Unauthorized},
             Case{403, 40301, ErrorCode::Unauthorized},
             Case{404, 40400, ErrorCode::ServerError},
             Case{409, 40900, ErrorCode::ServerError},
             Case{417, 41700, ErrorCode::ServerError},
             Case{421, 42100, ErrorCode::ServerError},
             Case{428, 42801, ErrorCode::ServerError},
             Case{429, 42900, ErrorCode::ServerError},
             Case{500, 50000, ErrorCode::ServerError},
             Case{503, 50000, ErrorCode::ServerError},
             Case{503, 50301, ErrorCode::ServerError},
             Case{503, 50302, ErrorCode::ServerError},
             Case{503, 50303, ErrorCode::ServerError},
             Case{503, 50304, ErrorCode::ServerError},
         }) {
        const Error error =
            errorFromBody(c.status, R"({"@type":"generic_error","error_code":)" +
                                        std::to_string(c.serverCode) + R"(,"message":"m"})");
        SCOPED_TRACE(c.serverCode);
        EXPECT_EQ(error.code(), c.code);
        EXPECT_EQ(error.httpStatus(), c.status);
        EXPECT_EQ(error.serverCode(), c.serverCode);
        EXPECT_EQ(error.serverMessage(), "m");
    }
}

TEST(ErrorBody, MembersMayBeMissingOrNull) {
    EXPECT_EQ(errorFromBody(500, R"({"error_code":50000,"message":null})").serverCode(), 50000);
    const Error error = errorFromBody(500, R"({"message":"only this"})");
    EXPECT_EQ(error.code(), ErrorCode::ServerError);
    EXPECT_EQ(error.serverCode(), 0);
    EXPECT_STREQ(error.what(), "HTTP 500: only this");
}

/// From proxies, or from ksqlDB's HTTP layer: plain text, HTML, other JSON, nothing.
TEST(ErrorBody, WhatIsNotOfKsqlDbIsAnHttpStatus) {
    for (const char* const body :
         {"", "Not Found", "<html>\n<body>502</body></html>", "{}", "[]", "null", "5",
          R"({"error":"bad gateway"})", R"([{"error_code":40001,"message":"m"}])",
          R"({"@type":"generic_error","error_code":4000)"}) {
        const Error error = errorFromBody(404, body);
        SCOPED_TRACE(body);
        EXPECT_EQ(error.code(), ErrorCode::HttpStatus);
        EXPECT_EQ(error.category(), ErrorCategory::Http);
        EXPECT_EQ(error.httpStatus(), 404);
        EXPECT_EQ(error.serverCode(), 0);
        EXPECT_EQ(error.serverMessage(), body);
    }
    EXPECT_STREQ(errorFromBody(406, "").what(), "HTTP 406");
    EXPECT_STREQ(errorFromBody(404, "Not Found").what(), "HTTP 404: Not Found");
    EXPECT_STREQ(errorFromBody(502, "\r\n  <html>\r\n<body>").what(), "HTTP 502: <html>");
}

TEST(ErrorBody, OfACutBodyTheCodeAndWhatThereIsOfTheMessage) {
    const std::string whole =
        R"({"@type":"statement_error","error_code":40001,"message":"a\\\u00e9\ud83d\ude00 secret","statementText":"secret"})";
    const std::size_t code = whole.find(",\"message");
    const std::size_t text = whole.find("a\\");
    const std::string message = "a\\\xC3\xA9\xF0\x9F\x98\x80 secret";
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const Error error = errorFromBody(400, whole.substr(0, size));
        SCOPED_TRACE(whole.substr(0, size));
        EXPECT_EQ(error.httpStatus(), 400);
        // A code that is cut would be another one.
        const bool hasCode = size >= code + sizeof(",\"message");
        EXPECT_EQ(error.serverCode(), hasCode ? 40001 : 0);
        if (!hasCode) continue;
        EXPECT_EQ(error.code(), ErrorCode::StatementRejected);
        EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos) << error.what();
        EXPECT_EQ(message.compare(0, error.serverMessage().size(), error.serverMessage()), 0)
            << error.serverMessage();
        EXPECT_EQ(error.serverMessage().empty(), size <= text);
    }
}

TEST(ErrorBody, RefusedCredentialsWithoutABody) {
    EXPECT_EQ(errorFromBody(401, "").code(), ErrorCode::Unauthorized);
    EXPECT_EQ(errorFromBody(401, "<html>").code(), ErrorCode::Unauthorized);
}

TEST(ErrorBody, WhatAProxyInFrontForbidsIsNotKsqlDbsNo) {
    const Error error = errorFromBody(403, "<html><body>Blocked</body></html>");
    EXPECT_EQ(error.code(), ErrorCode::HttpStatus);
    EXPECT_EQ(error.category(), ErrorCategory::Http);
}

/// From recordings/limits/too-many-push-queries.json.
constexpr const char* limitMessage =
    "Not executing statement(s) 'SELECT * FROM gone EMIT CHANGES;' as it would cause the number of "
    "active, push queries to exceed the configured limit. Terminate existing PUSH queries, or "
    "increase the 'ksql.max.push.queries' setting via the 'ksql-server.properties' file. Current "
    "push query count: 2. Configured limit: 2.";

TEST(ErrorBody, TheLimitOfPushQueriesIsNoWrongStatement) {
    const Error error =
        errorFromBody(400, R"({"@type":"statement_error","error_code":40001,"message":")" +
                               std::string(limitMessage) + R"("})");
    EXPECT_EQ(error.code(), ErrorCode::PushQueryLimit);
    EXPECT_EQ(error.category(), ErrorCategory::Server);
    EXPECT_EQ(error.serverCode(), 40001);
}

/// What KsLocator and HARouting of the server say while they cannot read a table's state.
TEST(ErrorBody, ATableWhoseStateCannotBeReadYet) {
    for (const std::string message :
         {"Materialized data for key [1] is not available yet. Please try again later.",
          "Lag information is not present for host: KsqlHostInfo{host='localhost', port=8088}",
          "Cannot determine which host contains the required partitions to serve the pull query. "
          "\nThe underlying persistent query may be restarting (e.g. as a result of ALTER SYSTEM) "
          "view the status of your by issuing <DESCRIBE foo>.",
          "Unable to execute pull query. [Partition 0 failed to find valid host. Hosts scanned: "
          "[b:8088 was not selected because Host is not alive as of time 5]]",
          "Unable to execute pull query: Exhausted standby hosts to try."}) {
        SCOPED_TRACE(message);
        std::string escaped = message;
        if (const auto at = escaped.find('\n'); at != std::string::npos)
            escaped.replace(at, 1, "\\n");
        const std::string body = R"({"error_code":40001,"message":")" + escaped + R"("})";
        EXPECT_EQ(errorFromBody(400, body).code(), ErrorCode::TableNotReady);
        EXPECT_EQ(errorFromLine(50000, message).code(), ErrorCode::TableNotReady);
    }
}

/// The server repeats it, whole and in parts: see recordings/errors/query-type-mismatch.json.
TEST(ErrorBody, WhatALiteralOfAWrongStatementSaysIsNoWordOfTheServers) {
    for (const std::string literal :
         {"Materialized data is not available yet", "failed to find valid host",
          "would cause the number of active, push queries to exceed the limit"}) {
        const std::string condition = "(A = '" + literal + "')";
        const std::string sql = "SELECT * FROM T WHERE " + condition;
        for (const std::string& message : {"Not executing '" + sql + ";' as T is unknown",
                                           "Cannot compare A (INTEGER) to STRING.\\nStatement: " +
                                               condition + "\\nStatement: " + sql + ";"}) {
            SCOPED_TRACE(message);
            const std::string body =
                R"({"error_code":40001,"message":")" + message + R"(","statementText":")" + sql;
            EXPECT_EQ(errorFromBody(400, body + ";\"}").code(), ErrorCode::StatementRejected);
        }
        const std::string end = "\nStatement: " + sql + ";";
        EXPECT_EQ(errorFromLine(40001, "Cannot compare." + end).code(), ErrorCode::ServerError);
        EXPECT_EQ(errorFromLine(40000, "Invalid value: " + literal).code(), ErrorCode::ServerError);
    }
    const std::string cut = R"({"error_code":40001,"message":"No.\nStatement: SELECT 'failed to )"
                            R"(find valid host' FROM T WHERE )";
    EXPECT_EQ(errorFromBody(400, cut).code(), ErrorCode::StatementRejected);
}

TEST(ErrorBody, LongMessagesAreShortenedForPeopleOnly) {
    const std::string message(200'000, 'x');
    const Error error =
        errorFromBody(400, "{\"error_code\":40001,\"message\":\"" + message + "\"}");
    EXPECT_EQ(error.serverMessage(), message);
    EXPECT_LT(std::string_view(error.what()).size(), 400U);
    const Error plain = errorFromBody(400, message);
    EXPECT_EQ(plain.serverMessage(), message);
    EXPECT_LT(std::string_view(plain.what()).size(), 400U);
}

TEST(ErrorBody, WhatIsAlwaysText) {
    const Error binary = errorFromBody(500, "\x1F\x8B\x08\xFF");
    EXPECT_STREQ(binary.what(), "HTTP 500, with bytes that are no text");
    EXPECT_EQ(binary.serverMessage(), "\x1F\xEF\xBF\xBD\x08\xEF\xBF\xBD");
    const Error json = errorFromBody(500, "{\"error_code\":50000,\"message\":\"a\xFF\"}");
    EXPECT_TRUE(values::isUtf8(json.what())) << json.what();
    EXPECT_EQ(json.serverCode(), 50000);
}

TEST(ErrorBody, HostileJsonIsHarmless) {
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "{\"message\":";
    EXPECT_EQ(errorFromBody(500, deep).code(), ErrorCode::HttpStatus);
    EXPECT_EQ(errorFromBody(500, std::string(5'000'000, '[')).code(), ErrorCode::HttpStatus);
    EXPECT_EQ(
        errorFromBody(500, R"({"error_code":99999999999999999999,"message":"m"})").serverCode(), 0);
}

TEST(ErrorBody, NoCodeIsWrappedIntoAnother) {
    EXPECT_EQ(errorFromBody(500, R"({"error_code":4294967297,"message":"m"})").serverCode(), 0);
    EXPECT_EQ(errorFromBody(500, R"({"error_code":-1,"message":"m"})").serverCode(), -1);
}

TEST(ErrorLine, KeepsCodeAndMessage) {
    const Error error = errorFromLine(50000, "java.lang.RuntimeException: lost\n\tat …");
    EXPECT_EQ(error.code(), ErrorCode::ServerError);
    EXPECT_EQ(error.httpStatus(), 200);
    EXPECT_EQ(error.serverCode(), 50000);
    EXPECT_EQ(error.serverMessage(), "java.lang.RuntimeException: lost\n\tat …");
    EXPECT_STREQ(error.what(), "error code 50000: java.lang.RuntimeException: lost");
}

TEST(ErrorLine, TheLimitOfPushQueriesIsNoWrongStatement) {
    EXPECT_EQ(errorFromLine(40001, limitMessage).code(), ErrorCode::PushQueryLimit);
    EXPECT_EQ(errorFromLine(40003, "Maximum number of push queries exceeded").code(),
              ErrorCode::PushQueryLimit);
    EXPECT_EQ(errorFromLine(40001, "Syntax Error").code(), ErrorCode::ServerError);
}

TEST(Shortened, IsTheFirstLineAndNoHalfCharacter) {
    EXPECT_EQ(shortened(""), "");
    EXPECT_EQ(shortened(" \n\t\r"), "");
    EXPECT_EQ(shortened("\n  first\r\nsecond"), "first");
    EXPECT_EQ(shortened(std::string(300, 'x')), std::string(300, 'x'));
    EXPECT_EQ(shortened(std::string(301, 'x')), std::string(300, 'x') + "…");
    for (std::size_t before = 290; before < 301; ++before) {
        const std::string text = std::string(before, 'x') + "😀😀😀😀";
        EXPECT_TRUE(values::isUtf8(shortened(text))) << before;
    }
}

}  // namespace
}  // namespace ksqldb::test
