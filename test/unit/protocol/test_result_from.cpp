#include <ksqldb/error.h>
#include <ksqldb/result_from.h>

#include <gtest/gtest.h>

#include <string>

namespace ksqldb::detail {
namespace {

ErrorCode codeOf(const std::string& answer) {
    try {
        resultFrom(answer);
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode{};
}

TEST(ResultFrom, TakesBothForms) {
    const QueryResult delimited = resultFrom(
        "{\"queryId\":\"q\",\"columnNames\":[\"A\",\"B\"],\"columnTypes\":[\"INTEGER\",\"STRING\"]}"
        "\n"
        "[1,\"a\"]\n[2,null]\n");
    const QueryResult streamedRow = resultFrom(
        "[{\"header\":{\"queryId\":\"q\",\"schema\":\"`A` INTEGER, `B` STRING\"}},\n"
        "{\"row\":{\"columns\":[1,\"a\"]}},\n{\"row\":{\"columns\":[2,null]}}]");
    for (const QueryResult& result : {delimited, streamedRow}) {
        ASSERT_EQ(result.size(), 2U);
        EXPECT_EQ(result.header().queryId(), "q");
        EXPECT_EQ(result[0].toString(), "A: 1, B: a");
        EXPECT_EQ(result[1].toString(), "A: 2, B: null");
    }
    EXPECT_EQ(delimited.row(1), streamedRow.row(1));
}

TEST(ResultFrom, OutlivesItsText) {
    QueryResult result;
    {
        const std::string answer =
            "{\"queryId\":\"q\",\"columnNames\":[\"A\"],\"columnTypes\":[\"STRING\"]}\n"
            "[\"a text that is longer than what a string keeps in itself\"]\n";
        result = resultFrom(answer);
    }
    EXPECT_EQ(result[0][0].asString(), "a text that is longer than what a string keeps in itself");
}

TEST(ResultFrom, WithoutRowsIsEmpty) {
    EXPECT_TRUE(
        resultFrom("{\"queryId\":null,\"columnNames\":[\"A\"],\"columnTypes\":[\"STRING\"]}\n")
            .empty());
}

TEST(ResultFrom, ThrowsWhatTheQueryWouldHaveEndedWith) {
    const std::string header =
        "{\"queryId\":\"q\",\"columnNames\":[\"A\"],\"columnTypes\":[\"STRING\"]}\n";
    EXPECT_EQ(codeOf(""), ErrorCode::TruncatedResponse);
    EXPECT_EQ(codeOf(header + "[1,\n"), ErrorCode::MalformedResponse);
    EXPECT_EQ(codeOf(header + "[1,2]\n"), ErrorCode::MalformedResponse);
    EXPECT_EQ(codeOf(header + R"({"@type":"generic_error","error_code":50000,"message":"x"})"),
              ErrorCode::ServerError);
}

}  // namespace
}  // namespace ksqldb::detail
