#include "protocol/response_reader.h"
#include "read_answer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::test {
namespace {

using protocol::Batch;
using protocol::ResponseReader;
using protocol::RowDecoder;
using protocol::TokenMark;

struct Sample {
    const char* name;
    std::string body;
    std::string expected;

    friend std::ostream& operator<<(std::ostream& out, const Sample& sample) {
        return out << sample.name;
    }
};

const std::string delimitedHeader =
    R"({"queryId":"q1","columnNames":["A","B"],"columnTypes":["INTEGER","STRING"]})";
const std::string streamedHeader =
    R"([{"header":{"queryId":"q1","schema":"`A` INTEGER, `B` STRING"}})";
const std::string header = "header q1: `A` INTEGER, `B` STRING\n";

const Sample samples[] = {
    // The delimited form.
    {"DelimitedRows", delimitedHeader + "\n[1,\"a\"]\n[2,\"b\"]\n",
     header + "[1,\"a\"]\n[2,\"b\"]\nfinished"},
    {"DelimitedEmpty", delimitedHeader + "\n", header + "finished"},
    {"DelimitedTailWithoutLineEnd", delimitedHeader + "\n[1,\"a\"]\n[2,\"b\"]",
     header + "[1,\"a\"]\n[2,\"b\"]\nfinished"},
    {"DelimitedHeaderWithoutLineEnd", delimitedHeader, header + "finished"},
    {"DelimitedTailCut", delimitedHeader + "\n[1,\"a\"]\n[2,\"",
     header + "[1,\"a\"]\nfailed MalformedResponse"},
    {"DelimitedToken",
     delimitedHeader + "\n[1,\"a\"]\n{\"continuationToken\":\"t1\"}\n[2,\"b\"]\n" +
         "{\"continuationToken\":\"t2\"}\n",
     header + "[1,\"a\"]\ntoken t1\n[2,\"b\"]\ntoken t2\nfinished"},
    {"DelimitedErrorLast",
     delimitedHeader + "\n[1,\"a\"]\n" +
         R"({"@type":"generic_error","error_code":50000,"message":"lost"})" + "\n",
     header + "[1,\"a\"]\nfailed ServerError 50000 lost"},
    {"DelimitedErrorInTheMiddle",
     delimitedHeader + "\n[1,\"a\"]\n{\"error_code\":42900,\"message\":\"shed\"}\n[2,\"b\"]\n",
     header + "[1,\"a\"]\nfailed ServerError 42900 shed"},
    {"DelimitedErrorFirst",
     "{\"@type\":\"generic_error\",\"error_code\":50000,\"message\":\"m\"}\n",
     "failed ServerError 50000 m"},
    {"DelimitedBlankLines", "\n" + delimitedHeader + "\n\n[1,\"a\"]\n \t\n[2,\"b\"]\n\n",
     header + "[1,\"a\"]\n[2,\"b\"]\nfinished"},
    {"DelimitedCrLf", delimitedHeader + "\r\n[1,\"a\"]\r\n\r\n[2,\"b\"]\r\n",
     header + "[1,\"a\"]\n[2,\"b\"]\nfinished"},
    {"DelimitedMembersInOtherOrder",
     R"({"columnTypes":["INTEGER","STRING"],"columnNames":["A","B"],"new":{},"queryId":"q1"})"
     "\n[1,\"a\"]\n",
     header + "[1,\"a\"]\nfinished"},
    {"DelimitedQueryIdNull",
     "{\"queryId\":null,\"columnNames\":[\"A\"],\"columnTypes\":[\"DATE\"]}\n",
     "header -: `A` DATE\nfinished"},
    {"DelimitedQueryIdMissing", "{\"columnNames\":[\"A\"],\"columnTypes\":[\"DATE\"]}\n",
     "header -: `A` DATE\nfinished"},
    {"DelimitedUnknownKinds",
     delimitedHeader + "\n{\"consistencyToken\":\"c\"}\n[1,\"a\"]\n{\"news\":1}\n[2,\"b\"]\n",
     header + "[1,\"a\"]\n[2,\"b\"]\nunknown {\"consistencyToken\":\"c\"}\nfinished"},
    {"DelimitedRowWithNestedArrays", delimitedHeader + "\n[[1,[2,{}]],{\"k\":[]}]\n",
     header + "[[1,[2,{}]],{\"k\":[]}]\nfinished"},

    // The StreamedRow form.
    {"StreamedRows",
     streamedHeader + ",\n{\"row\":{\"columns\":[1,\"a\"]}},\n{\"row\":{\"columns\":[2,\"b\"]}}]",
     header + "[1,\"a\"]\n[2,\"b\"]\nfinished"},
    {"StreamedEmpty", streamedHeader + "]", header + "finished"},
    {"StreamedLimit",
     streamedHeader +
         ",\n{\"row\":{\"columns\":[1,\"a\"]}},\n{\"finalMessage\":\"Limit Reached\"}]",
     header + "[1,\"a\"]\nlimit reached"},
    {"StreamedCompleted", streamedHeader + ",\n{\"finalMessage\":\"Query Completed\"}]",
     header + "finished"},
    {"StreamedCompletedIn71", streamedHeader + ",\n{\"finalMessage\":\"Pull query complete\"}]",
     header + "finished"},
    {"StreamedInvalidEndingAfterRow", streamedHeader + ",\n{\"row\":{\"columns\":[1,\"a\"]}},\n]",
     header + "[1,\"a\"]\nfinished"},
    {"StreamedInvalidEndingAfterError",
     streamedHeader + ",\n{\"row\":{\"columns\":[1,\"a\"]}},\n" +
         R"({"errorMessage":{"@type":"generic_error","error_code":50000,"message":"lost"}})" +
         ",\n]",
     header + "[1,\"a\"]\nfailed ServerError 50000 lost"},
    {"StreamedErrorLast",
     streamedHeader + ",\n" +
         R"({"errorMessage":{"@type":"generic_error","error_code":50000,"message":"lost"}}])",
     header + "failed ServerError 50000 lost"},
    {"StreamedErrorFirst",
     R"([{"errorMessage":{"@type":"generic_error","error_code":50000,"message":"m"}}])",
     "failed ServerError 50000 m"},
    {"StreamedTombstone",
     streamedHeader + ",\n{\"row\":{\"columns\":[null,\"a\"],\"tombstone\":true}},\n" +
         "{\"row\":{\"tombstone\":false,\"columns\":[1,\"a\"]}}]",
     header + "deleted [null,\"a\"]\n[1,\"a\"]\nfinished"},
    {"StreamedToken",
     streamedHeader + ",\n{\"continuationToken\":{\"continuationToken\":\"t1\"}},\n" +
         "{\"row\":{\"columns\":[1,\"a\"]}},\n" +
         "{\"continuationToken\":{\"continuationToken\":\"t2\"}},\n]",
     header + "token t1\n[1,\"a\"]\ntoken t2\nfinished"},
    {"StreamedSourceHostLast",
     streamedHeader + ",\n{\"row\":{\"columns\":[1,\"a\"]},\"sourceHost\":\"h:1\"}]",
     header + "[1,\"a\"]\nfinished"},
    {"StreamedSourceHostFirst",
     streamedHeader + ",\n{\"sourceHost\":\"h:1\",\"row\":{\"columns\":[1,\"a\"]}}]",
     header + "[1,\"a\"]\nfinished"},
    {"StreamedCrLfAndBlanks",
     "\r\n [ {\"header\":{\"queryId\":\"q1\",\"schema\":\"`A` INTEGER, `B` STRING\"}} ,\r\n\r\n" +
         std::string(" {\"row\":{\"columns\":[1,\"a\"]}} ,\r\n ] \r\n"),
     header + "[1,\"a\"]\nfinished"},
    {"StreamedBracketAlone",
     "[\n{\"header\":{\"queryId\":\"q1\",\"schema\":\"`A` INTEGER, `B` STRING\"}}\n]\n",
     header + "finished"},
    {"StreamedQueryIdNull", "[{\"header\":{\"queryId\":null,\"schema\":\"`A` DATE\"}}]",
     "header -: `A` DATE\nfinished"},
    {"StreamedQueryIdMissing", "[{\"header\":{\"schema\":\"`A` DATE KEY\"}}]",
     "header -: `A` DATE KEY\nfinished"},
    {"StreamedUnknownKinds",
     streamedHeader + ",\n{\"news\":[]},\n{\"row\":{\"columns\":[1,\"a\"]}},\n{\"more\":1},\n]",
     header + "[1,\"a\"]\nunknown {\"news\":[]}\nfinished"},
    {"StreamedStringsThatLookLikeFraming",
     streamedHeader +
         ",\n{\"row\":{\"columns\":[1,\"],\\n[{}\"]}},\n{\"row\":{\"columns\":[2,\"]\"]}}]",
     header + "[1,\"],\\u000A[{}\"]\n[2,\"]\"]\nfinished"},

    // Complete over HTTP, but no complete answer.
    {"NothingAtAll", "", "failed TruncatedResponse"},
    {"OnlyBlankLines", "\n\n", "failed TruncatedResponse"},
    {"StreamedWithoutClosingBracket", streamedHeader + ",\n{\"row\":{\"columns\":[1,\"a\"]}},\n",
     header + "[1,\"a\"]\nfailed TruncatedResponse"},
    {"StreamedLastRowWithoutClosingBracket",
     streamedHeader + ",\n{\"row\":{\"columns\":[1,\"a\"]}}",
     header + "[1,\"a\"]\nfailed TruncatedResponse"},
    {"StreamedFinalMessageWithoutClosingBracket",
     streamedHeader + ",\n{\"finalMessage\":\"Limit Reached\"}",
     header + "failed TruncatedResponse"},
    {"StreamedOnlyABracket", "[", "failed TruncatedResponse"},

    // Not what ksqlDB sends.
    {"RowBeforeHeader", "[1,\"a\"]\n" + delimitedHeader + "\n", "failed MalformedResponse"},
    {"RowObjectBeforeHeader", "[{\"row\":{\"columns\":[1,\"a\"]}}]", "failed MalformedResponse"},
    {"TokenBeforeHeader", "{\"continuationToken\":\"t\"}\n" + delimitedHeader + "\n",
     "failed MalformedResponse"},
    {"FinalMessageBeforeHeader", "[{\"finalMessage\":\"Query Completed\"}]",
     "failed MalformedResponse"},
    {"UnknownKindBeforeHeader", "{}\n" + delimitedHeader + "\n", "failed MalformedResponse"},
    {"SecondHeader", delimitedHeader + "\n[1,\"a\"]\n" + delimitedHeader + "\n[2,\"b\"]\n",
     header + "[1,\"a\"]\nfailed MalformedResponse"},
    {"RowAfterFinalMessage",
     streamedHeader +
         ",\n{\"finalMessage\":\"Limit Reached\"},\n{\"row\":{\"columns\":[1,\"a\"]}}]",
     header + "failed MalformedResponse"},
    {"LineAfterClosingBracket",
     streamedHeader + ",\n{\"row\":{\"columns\":[1,\"a\"]}}]\n{\"row\":{\"columns\":[2,\"b\"]}}]",
     header + "[1,\"a\"]\nfailed MalformedResponse"},
    {"JsonArrayForm",
     R"([{"queryId":"q1","columnNames":["A","B"],"columnTypes":["INTEGER","STRING"]},[1,"a"]])",
     "failed MalformedResponse"},
    {"Html", "<html><body><h1>Resource not found</h1></body></html>\n", "failed MalformedResponse"},
    {"Text", "Not Found", "failed MalformedResponse"},
    {"BrokenHeader", "{\"queryId\":\"q1\",\"columnNames\":[\n", "failed MalformedResponse"},
    {"HeaderThatDoesNotFitTogether",
     "{\"queryId\":\"q\",\"columnNames\":[\"A\"],\"columnTypes\":[]}\n",
     "failed MalformedResponse"},
    {"HeaderWithoutSchema", "[{\"header\":{\"queryId\":\"q\"}}]", "failed MalformedResponse"},
    {"BrokenControlLine", delimitedHeader + "\n{\"continuationToken\":\n",
     header + "failed MalformedResponse"},
    {"TextAmongRows", delimitedHeader + "\n[1,\"a\"]\nnull\n[2,\"b\"]\n",
     header + "[1,\"a\"]\nfailed MalformedResponse"},
    {"BrokenRow", delimitedHeader + "\n[1,\"a\"]\n[2,]\n[3,\"c\"]\n",
     header + "[1,\"a\"]\nfailed MalformedResponse"},
    {"ControlLineThatIsNoUtf8", "{\"queryId\":\"\xFF\",\"columnNames\":[],\"columnTypes\":[]}\n",
     "failed MalformedResponse"},
};

class Answers : public ::testing::TestWithParam<Sample> {};

INSTANTIATE_TEST_SUITE_P(ResponseReader, Answers, ::testing::ValuesIn(samples),
                         [](const auto& sample) { return sample.param.name; });

TEST_P(Answers, AreReadWhole) { EXPECT_EQ(AnswerText()({GetParam().body}), GetParam().expected); }

TEST_P(Answers, AreReadByteByByte) {
    EXPECT_EQ(AnswerText()(inBytes(GetParam().body)), GetParam().expected);
    EXPECT_EQ(AnswerText().batchPerPiece()(inBytes(GetParam().body)), GetParam().expected);
}

TEST_P(Answers, AreReadWhereverTheyAreSplit) {
    const std::string_view body = GetParam().body;
    for (std::size_t at = 0; at <= body.size(); ++at) {
        const std::vector<std::string_view> pieces = {body.substr(0, at), body.substr(at)};
        ASSERT_EQ(AnswerText()(pieces), GetParam().expected) << "split at " << at;
        ASSERT_EQ(AnswerText().batchPerPiece()(pieces), GetParam().expected) << "split at " << at;
    }
}

TEST(ResponseReader, NothingBehindARefusedHeaderIsARow) {
    for (const char* const answer :
         {R"({"queryId":"q","columnNames":["M"],"columnTypes":["STRING"]})"
          "\n[\"x\"]\n",
          R"([{"header":{"queryId":"q","schema":"`M` STRING"}},)"
          "\n{\"row\":{\"columns\":[\"x\"]}},\n"}) {
        SCOPED_TRACE(answer);
        ResponseReader reader{protocol::AnswerLimits()};
        auto batch = std::make_shared<Batch>();
        batch->addLine("[1]");  // of an answer before
        std::optional<Schema> seen;
        reader.checkHeaderBy([&](const Header& came) {
            seen = came.schema();
            return Error(ErrorCode::SchemaChanged, "other columns");
        });
        reader.setBatch(batch);
        EXPECT_FALSE(reader.feed(answer));
        ASSERT_TRUE(reader.error());
        EXPECT_EQ(reader.error()->code(), ErrorCode::SchemaChanged);
        ASSERT_TRUE(seen);
        EXPECT_EQ((*seen)[0].name, "M");
        EXPECT_EQ(batch->lineCount(), 1U);
        EXPECT_FALSE(batch->header);
        EXPECT_EQ(batch->schema.size(), 0U);
        EXPECT_EQ(reader.rows(), 0U);
    }
}

TEST(ResponseReader, CountsRowsOverAllBatches) {
    protocol::ResponseReader reader({100});
    reader.setBatch(std::make_shared<protocol::Batch>());
    EXPECT_FALSE(reader.hasHeader());
    EXPECT_TRUE(reader.feed(delimitedHeader + "\n[1,\"a\"]\n[2"));
    EXPECT_TRUE(reader.hasHeader());
    EXPECT_EQ(reader.rows(), 1U);
    const auto first = reader.takeBatch();
    reader.setBatch(std::make_shared<protocol::Batch>());
    EXPECT_EQ(reader.batch()->schema.size(), 2U);
    EXPECT_FALSE(reader.batch()->header);
    EXPECT_TRUE(reader.feed(",\"b\"]\n"));
    EXPECT_EQ(reader.rows(), 2U);
    EXPECT_EQ(first->lineCount(), 1U);
    EXPECT_EQ(reader.batch()->lineCount(), 1U);
}

TEST(ResponseReader, TakesLinesUpToTheLimitOnly) {
    const std::string row = "[1,\"" + std::string(95, 'x') + "\"]";
    ASSERT_EQ(row.size(), 101U);
    const std::string body = delimitedHeader + "\n" + row + "\n";
    const std::string text = header + row + "\n";
    EXPECT_EQ(AnswerText(101)({body}), text + "finished");
    EXPECT_EQ(AnswerText(101)(inBytes(body)), text + "finished");
    EXPECT_EQ(AnswerText(100)({body}), header + "failed LineTooLong");
    EXPECT_EQ(AnswerText(100)(inBytes(body)), header + "failed LineTooLong");
    // It does not wait for a line's end that may never come.
    EXPECT_EQ(AnswerText(100)({delimitedHeader + "\n", row}), header + "failed LineTooLong");
}

TEST(ResponseReader, NamesTheLimitOfALineThatIsTooLong) {
    protocol::ResponseReader reader({10});
    reader.setBatch(std::make_shared<protocol::Batch>());
    EXPECT_FALSE(reader.feed("{\"queryId\":\"q1\","));
    ASSERT_TRUE(reader.error());
    EXPECT_EQ(reader.error()->code(), ErrorCode::LineTooLong);
    EXPECT_EQ(reader.error()->limitName(), "maxLineBytes");
    EXPECT_FALSE(reader.feed("\"more\":1}\n"));
    EXPECT_EQ(reader.finish(true).kind(), Ending::Kind::Failed);
}

TEST(ResponseReader, ReportsTheFirstLineOfAnUnknownKindOnce) {
    protocol::ResponseReader reader({1000});
    reader.setBatch(std::make_shared<protocol::Batch>());
    EXPECT_FALSE(reader.takeUnknownLine());
    EXPECT_TRUE(reader.feed(delimitedHeader + "\n{\"news\":1}\n{\"other\":2}\n"));
    EXPECT_EQ(reader.takeUnknownLine(), "{\"news\":1}");
    EXPECT_FALSE(reader.takeUnknownLine());
    EXPECT_TRUE(reader.feed("{\"news\":3}\n"));
    EXPECT_FALSE(reader.takeUnknownLine());
}

TEST(ResponseReader, ShowsWhatIsWrongButNotAllOfIt) {
    protocol::ResponseReader reader({1 << 20});
    reader.setBatch(std::make_shared<protocol::Batch>());
    EXPECT_FALSE(reader.feed("<html>" + std::string(5000, 'x') + "\n"));
    ASSERT_TRUE(reader.error());
    const std::string what = reader.error()->what();
    EXPECT_NE(what.find("<html>xxx"), std::string::npos);
    EXPECT_LT(what.size(), 500U);
    EXPECT_EQ(reader.error()->httpStatus(), 200);
}

TEST(ResponseReader, ShowsNoBytesThatAreNoText) {
    protocol::ResponseReader reader({1 << 20});
    reader.setBatch(std::make_shared<protocol::Batch>());
    EXPECT_FALSE(reader.feed("\x1F\x8B\xFF garbage\n"));
    ASSERT_TRUE(reader.error());
    EXPECT_EQ(std::string(reader.error()->what()).find('\xFF'), std::string::npos);
}

TEST(ResponseReader, TruncatedAnswersMayBeAskedForAgain) {
    protocol::ResponseReader reader({1000});
    reader.setBatch(std::make_shared<protocol::Batch>());
    const Ending ending = reader.finish(true);
    ASSERT_NE(ending.error(), nullptr);
    EXPECT_EQ(ending.error()->code(), ErrorCode::TruncatedResponse);
}

TEST(ResponseReader, AnEndThatNothingVouchesForIsNone) {
    const auto ending = [](const std::string& answer, bool isWhole) {
        ResponseReader reader({1000});
        reader.setBatch(std::make_shared<Batch>());
        EXPECT_TRUE(reader.feed(answer));
        return reader.finish(isWhole);
    };
    EXPECT_EQ(ending(delimitedHeader + "\n[1,\"a\"]\n", true).kind(), Ending::Kind::Finished);
    const Ending cut = ending(delimitedHeader + "\n[1,\"a\"]\n", false);
    ASSERT_NE(cut.error(), nullptr);
    EXPECT_EQ(cut.error()->code(), ErrorCode::TruncatedResponse);
    // The other form closes its array.
    const std::string head = R"([{"header":{"queryId":"q1","schema":"`N` BIGINT"}},)";
    EXPECT_EQ(ending(head + "\n{\"row\":{\"columns\":[1]}}]", false).kind(),
              Ending::Kind::Finished);
    EXPECT_EQ(ending(head + "\n{\"row\":{\"columns\":[1]}}", false).kind(), Ending::Kind::Failed);
}

TEST(ResponseReader, SkipsAByteOrderMarkInBothForms) {
    const std::string mark = "\xEF\xBB\xBF";
    for (const std::string& answer :
         {delimitedHeader + "\n[1,\"a\"]\n",
          std::string(R"([{"header":{"queryId":"q1","schema":"`N` BIGINT"}}])")}) {
        for (std::size_t cut = 0; cut <= mark.size(); ++cut) {
            ResponseReader reader({1000});
            reader.setBatch(std::make_shared<Batch>());
            EXPECT_TRUE(reader.feed((mark + answer).substr(0, cut)));
            EXPECT_TRUE(reader.feed((mark + answer).substr(cut))) << reader.error()->what();
            EXPECT_EQ(reader.finish(true).kind(), Ending::Kind::Finished);
        }
    }
    // Only in front.
    ResponseReader reader({1000});
    reader.setBatch(std::make_shared<Batch>());
    EXPECT_FALSE(reader.feed(delimitedHeader + "\n" + mark + "[1,\"a\"]\n"));
}

TEST(ResponseReader, OfTokensWithoutARowBetweenKeepsTheNewest) {
    ResponseReader reader({1000});
    reader.setBatch(std::make_shared<Batch>());
    const auto token = [](int number) {
        return "{\"continuationToken\":\"t" + std::to_string(number) + "\"}\n";
    };
    ASSERT_TRUE(reader.feed(delimitedHeader + "\n"));
    for (int i = 0; i < 1000; ++i) ASSERT_TRUE(reader.feed(token(i)));
    ASSERT_TRUE(reader.feed("[1,\"a\"]\n" + token(1000) + token(1)));
    const Batch& batch = *reader.batch();
    ASSERT_EQ(batch.tokens.size(), 2u);
    EXPECT_EQ(batch.tokens[0].beforeRow, 0u);
    EXPECT_EQ(batch.tokens[0].token, "t999");
    EXPECT_EQ(batch.tokens[1].beforeRow, 1u);
    EXPECT_EQ(batch.tokens[1].token, "t1");
    EXPECT_EQ(batch.heldBytes(), batch.bytes() + 4 + 2);
}

TEST(Batch, TombstonesAreTakenFromBetweenTokens) {
    const std::string row = "{\"row\":{\"columns\":[1,\"a\"]}},\n";
    const std::string deleted = "{\"row\":{\"columns\":[1,null],\"tombstone\":true}},\n";
    const std::string token = "{\"continuationToken\":{\"continuationToken\":\"t\"}},\n";
    ResponseReader reader({1000});
    reader.setBatch(std::make_shared<Batch>());
    ASSERT_TRUE(reader.feed(streamedHeader + ",\n" + token + deleted + token + row + deleted +
                            deleted + token + row + token + deleted + token));
    const std::shared_ptr<Batch> batch = reader.takeBatch();
    RowDecoder().ensureDecoded(*batch);
    EXPECT_EQ(batch->removeTombstones(), 4u);
    EXPECT_EQ(batch->rowCount, 2u);
    std::vector<std::uint32_t> before;
    for (const TokenMark& mark : batch->tokens) before.push_back(mark.beforeRow);
    EXPECT_EQ(before, (std::vector<std::uint32_t>{0, 0, 1, 2, 2}));
    EXPECT_FALSE(batch->row(0).isTombstone());
    EXPECT_FALSE(batch->row(1).isTombstone());
}

}  // namespace
}  // namespace ksqldb::test
