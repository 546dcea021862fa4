#include "protocol/insert_acknowledgements.h"
#include "protocol/insert_ledger.h"
#include "values/json_document.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace ksqldb::test {
namespace {

using namespace ksqldb::protocol;
using Ranges = std::vector<SequenceRange>;

constexpr std::size_t maxLineBytes = 1000;

std::string ok(std::uint64_t sequence) {
    return "{\"seq\":" + std::to_string(sequence) + ",\"status\":\"ok\"}\n";
}

const std::string refusalOfTwo =
    R"({"@type":"InsertError","status":"error","seq":2,"message":"Invalid JSON in inserts stream","error_code":40000})"
    "\n";

AcknowledgementReader readWhole(std::string_view body) {
    AcknowledgementReader reader({maxLineBytes});
    if (reader.feed(body)) reader.finish();
    return reader;
}

ErrorCode codeOf(const AcknowledgementReader& reader) {
    return reader.error() ? reader.error()->code() : ErrorCode{};
}

TEST(Acknowledgements, RowsInOrderAreOneRange) {
    const auto reader = readWhole(ok(0) + ok(1) + ok(2));
    EXPECT_EQ(reader.ranges(), (Ranges{{0, 2}}));
    EXPECT_FALSE(reader.error());
}

TEST(Acknowledgements, OutOfOrderIsTheOrderOfTheServer) {
    EXPECT_EQ(readWhole(ok(0) + ok(2) + ok(3) + ok(1)).ranges(), (Ranges{{0, 0}, {2, 3}, {1, 1}}));
}

TEST(Acknowledgements, InWhateverPieces) {
    const std::string body =
        ok(0) + "\n" + ok(7) + "{\"status\":\"ok\", \"seq\": 8}\r\n" + refusalOfTwo;
    for (std::size_t first = 0; first <= body.size(); ++first)
        for (const std::size_t second : {first, first + 1, (first + body.size()) / 2}) {
            AcknowledgementReader reader({maxLineBytes});
            const std::string_view text = body;
            const std::size_t middle = std::min(second, body.size());
            if (reader.feed(text.substr(0, first)) &&
                reader.feed(text.substr(first, middle - first)))
                reader.feed(text.substr(middle));
            EXPECT_EQ(reader.ranges(), (Ranges{{0, 0}, {7, 8}}));
            EXPECT_EQ(reader.refused(), 2U);
        }
}

TEST(Acknowledgements, ARangeGoesOnAfterItWasTaken) {
    AcknowledgementReader reader({maxLineBytes});
    reader.feed(ok(0));
    reader.clearRanges();
    reader.feed(ok(1));
    EXPECT_EQ(reader.ranges(), (Ranges{{1, 1}}));
}

TEST(Acknowledgements, ARefusalIsTheEnd) {
    AcknowledgementReader reader({maxLineBytes});
    EXPECT_FALSE(reader.feed(ok(0) + refusalOfTwo + ok(1)));
    EXPECT_EQ(reader.ranges(), (Ranges{{0, 0}}));
    EXPECT_EQ(reader.refused(), 2U);
    EXPECT_EQ(codeOf(reader), ErrorCode::ServerError);
    EXPECT_EQ(reader.error()->serverCode(), 40000);
    EXPECT_EQ(reader.error()->serverMessage(), "Invalid JSON in inserts stream");
    EXPECT_FALSE(reader.feed(ok(1)));
    reader.finish();
    EXPECT_EQ(reader.ranges(), (Ranges{{0, 0}}));
}

TEST(Acknowledgements, AnErrorThatNamesNoRow) {
    for (const char* const line :
         {R"({"@type":"generic_error","error_code":50000,"message":"m"})", R"({"status":"error"})",
          R"({"@type":"InsertError","seq":-1})", R"({"error_code":null})"}) {
        const auto reader = readWhole(line);
        EXPECT_EQ(codeOf(reader), ErrorCode::ServerError) << line;
        EXPECT_FALSE(reader.refused()) << line;
    }
}

/// The server's text for a row that it cannot read, and for one that Kafka did not take in time and
/// may have stored.
TEST(Acknowledgements, AnErrorOfTheServersIsNoRefusal) {
    const auto reader = readWhole(
        R"({"@type":"InsertError","status":"error","seq":3,"message":"Error in processing inserts. Check server logs for details.","error_code":50000})");
    EXPECT_EQ(codeOf(reader), ErrorCode::ServerError);
    EXPECT_FALSE(reader.refused());
    EXPECT_EQ(std::string(reader.error()->what()).rfind("row 3: ", 0), 0U)
        << reader.error()->what();
}

TEST(Acknowledgements, GarbageEndsTheStream) {
    for (const char* const line :
         {"nonsense\n", "[{\"seq\":0,\"status\":\"ok\"}]\n", "{\"seq\":01,\"status\":\"ok\"}\n",
          "{\"seq\":-1,\"status\":\"ok\"}\n", "{\"seq\":,\"status\":\"ok\"}\n",
          "{\"seq\":1.0,\"status\":\"ok\"}\n", "{\"seq\":9223372036854775808,\"status\":\"ok\"}\n",
          "{\"seq\":99999999999999999999,\"status\":\"ok\"}\n", "{\"status\":\"ok\"}\n",
          "{\"seq\":1}\n", "{\"seq\":1,\"status\":\"maybe\"}\n", "{\"seq\":1,\"status\":null}\n",
          "{\"x\":\"\xff\"}\n", "null\n", "<html>\n",
          "{\"seq\":1,\"status\":\"ok\"}{\"seq\":2,\"status\":\"ok\"}\n"}) {
        AcknowledgementReader reader({maxLineBytes});
        EXPECT_FALSE(reader.feed(line)) << line;
        EXPECT_EQ(codeOf(reader), ErrorCode::MalformedResponse) << line;
        EXPECT_TRUE(reader.ranges().empty()) << line;
    }
}

TEST(Acknowledgements, TheLargestNumber) {
    EXPECT_EQ(readWhole(ok(INT64_MAX)).ranges(), (Ranges{{INT64_MAX, INT64_MAX}}));
}

TEST(Acknowledgements, HalfALineIsNone) {
    const std::string line = ok(12).substr(0, ok(12).size() - 1);
    for (std::size_t length = 1; length < line.size(); ++length) {
        const auto reader = readWhole(line.substr(0, length));
        EXPECT_EQ(codeOf(reader), ErrorCode::TruncatedResponse) << length;
        EXPECT_TRUE(reader.ranges().empty());
    }
    EXPECT_EQ(readWhole(line).ranges(), (Ranges{{12, 12}}));  // only its newline is missing
}

TEST(Acknowledgements, ALineHasAnEnd) {
    const std::string blanks(maxLineBytes, ' ');
    EXPECT_FALSE(readWhole(blanks + "\n" + ok(0)).error());
    EXPECT_EQ(codeOf(readWhole(blanks + " ")), ErrorCode::LineTooLong);
    AcknowledgementReader reader({maxLineBytes});
    EXPECT_TRUE(reader.feed(blanks));
    EXPECT_FALSE(reader.feed(" \n"));
    EXPECT_EQ(reader.error()->limitName(), "maxLineBytes");
}

TEST(Acknowledgements, LinesOfNewKindsAreSkipped) {
    AcknowledgementReader reader({maxLineBytes});
    EXPECT_TRUE(reader.feed("{\"progress\":1}\n{\"more\":2}\n" + ok(0)));
    EXPECT_EQ(reader.ranges(), (Ranges{{0, 0}}));
    EXPECT_EQ(reader.takeUnknownLine(), "{\"progress\":1}");
    EXPECT_EQ(reader.takeUnknownLine(), std::nullopt);
}

/// What a real server answered, read a second time by RapidJSON's DOM.
TEST(Acknowledgements, OfARealServer) {
    using values::JsonDocument;
    const char* const folder = std::getenv("KSQLDB_TEST_RECORDINGS");
    ASSERT_NE(folder, nullptr) << "run by meson test";
    int played = 0;
    for (const auto& file :
         std::filesystem::directory_iterator(std::filesystem::path(folder) / "inserts")) {
        std::stringstream text;
        text << std::ifstream(file.path()).rdbuf();
        const auto recording = JsonDocument::parse(text.str());
        ASSERT_TRUE(recording) << file.path();
        const auto* response = JsonDocument::member(recording->root(), "response");
        if (JsonDocument::string(*response, "status") != "200") continue;
        if (text.str().find("\"application/json\"\n   ]\n  ],\n  \"body\"") != std::string::npos)
            continue;  // the other form, which is not asked for

        AcknowledgementReader reader({maxLineBytes});
        std::vector<std::uint64_t> expected;
        std::optional<JsonDocument> refusal;
        InsertLedger ledger;
        for (const auto& part : JsonDocument::member(*response, "body")->GetArray()) {
            const std::string bytes = *JsonDocument::string(part, "text");
            reader.feed(bytes);
            std::istringstream lines(bytes);
            for (std::string line; std::getline(lines, line);) {
                auto acknowledgement = JsonDocument::parse(line);
                if (acknowledgement->string("status") == "ok")
                    expected.push_back(std::stoull(*acknowledgement->string("seq")));
                else
                    refusal = std::move(acknowledgement);
            }
        }
        reader.finish();
        std::vector<std::uint64_t> found;
        ledger.insert();
        for (int i = 1; i < 100; ++i) ledger.insert();
        ledger.send(100);
        for (const auto& range : reader.ranges()) {
            EXPECT_FALSE(ledger.acknowledge(range)) << file.path();
            for (std::uint64_t row = range.first; row <= range.last; ++row) found.push_back(row);
        }
        EXPECT_EQ(found, expected) << file.path();
        EXPECT_EQ(reader.error().has_value(), refusal.has_value()) << file.path();
        if (reader.error() && refusal) {
            EXPECT_EQ(reader.error()->serverMessage(), refusal->string("message"));
            EXPECT_EQ(reader.error()->serverCode(), refusal->integer("error_code"));
            const bool isRefused = refusal->integer("error_code") == 40000;
            EXPECT_EQ(reader.refused().has_value(), isRefused);
            if (isRefused) {
                EXPECT_EQ(reader.refused(), std::stoull(*refusal->string("seq")));
                EXPECT_FALSE(ledger.refuse(*reader.refused(), *reader.error()));
            }
        }
        EXPECT_EQ(ledger.report().acknowledged, expected.size());
        ++played;
    }
    EXPECT_GE(played, 17);
}

}  // namespace
}  // namespace ksqldb::test
