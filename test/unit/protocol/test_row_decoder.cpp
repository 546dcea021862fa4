#include "protocol/row_decoder.h"
#include "read_answer.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::test {
namespace {

using protocol::Batch;
using protocol::RowDecoder;

Schema schemaOf(std::size_t columns) {
    std::vector<Column> all;
    for (std::size_t i = 0; i < columns; ++i) all.push_back({"C" + std::to_string(i), {}, false});
    return Schema(std::move(all));
}

/// The rows as JSON, a line each, then the error.
std::string decoded(std::size_t columns, const std::vector<std::string_view>& lines) {
    Batch batch;
    batch.schema = schemaOf(columns);
    for (const std::string_view line : lines) batch.addLine(line);
    RowDecoder decoder;
    decoder.ensureDecoded(batch);
    std::string text;
    for (std::uint32_t i = 0; i < batch.rowCount; ++i)
        text += (batch.rows[i].tombstone ? "deleted " : "") + jsonOfRow(batch, i) + "\n";
    if (batch.error) text += described(*batch.error);
    return text;
}

std::string inEnvelope(std::string_view array) {
    return "{\"row\":{\"columns\":" + std::string(array) + "}}";
}

/// One column, in both forms, which must agree.
std::string cell(std::string_view json) {
    const std::string array = "[" + std::string(json) + "]";
    const std::string bare = decoded(1, {array});
    EXPECT_EQ(decoded(1, {inEnvelope(array)}), bare) << json;
    return bare.substr(0, 1) == "[" ? bare.substr(1, bare.size() - 3) : bare;
}

std::string errorText(std::size_t columns, std::string_view line, std::uint64_t firstRow = 0) {
    Batch batch;
    batch.schema = schemaOf(columns);
    batch.addLine(line);
    RowDecoder().ensureDecoded(batch, firstRow);
    return batch.error ? batch.error->what() : "no error";
}

TEST(RowDecoder, EveryKindOfValue) {
    for (const char* const json : {"null", "true", "false", "0", "-1", "1.10", "3.0", "1.0E10",
                                   "4.9E-324", "\"\"", "\"a b\"", "[]", "[1,[2,[]],null]", "{}",
                                   "{\"a\":1,\"b\":{\"c\":[{}]}}", "{\"a\":1,\"a\":2}"})
        EXPECT_EQ(cell(json), json);
}

TEST(RowDecoder, NumbersStayAsTheyWereWritten) {
    for (const char* const json :
         {"-0.0", "-0", "9223372036854775807", "-9223372036854775808", "9007199254740993",
          "99999999999999999999999999999999999999", "-9999999999999999999999999999.9999999999",
          "0.0000000001", "1.50", "1E5", "1e-5", "1.0e+5", "5E-400",
          "0.00000000000000000000000000000000000000000000000000000000000001"})
        EXPECT_EQ(cell(json), json);
    EXPECT_EQ(cell("[1.10,{\"a\":2.00}]"), "[1.10,{\"a\":2.00}]");
}

// RapidJSON refuses numbers beyond a double before it gives out their text. No type of ksqlDB's
// has them; what matters is that they are refused and not turned into others.
TEST(RowDecoder, NumbersBeyondADoubleAreRefused) {
    EXPECT_EQ(cell("1e400"), "failed MalformedResponse");
    EXPECT_EQ(cell("-1e400"), "failed MalformedResponse");
    EXPECT_EQ(cell("1" + std::string(400, '0')), "failed MalformedResponse");
    EXPECT_EQ(cell("1" + std::string(300, '0')), "1" + std::string(300, '0'));
}

TEST(RowDecoder, HostileExponentsAreHarmless) {
    const char* const hostile = "0.000000000000000000000000000000000000001e-2147483639";
    EXPECT_EQ(cell(hostile), hostile);
    for (const char* const json :
         {"1e-2147483648", "1e-99999999999999999999", "0e99999999999999999999", "1e2147483647",
          "0.1e-2147483647", "123456789012345678901234567890e-2147483640"}) {
        const std::string text = cell(json);
        EXPECT_TRUE(text == json || text == "failed MalformedResponse") << json << " → " << text;
    }
}

TEST(RowDecoder, NumbersThatAreNone) {
    for (const char* const json :
         {"NaN", "Infinity", "-Infinity", "-", "+1", "01", "1.", ".5", "1e", "1e+", "0x10", "1_000",
          "--1", "1,000.", "nul", "tru", "True"})
        EXPECT_EQ(cell(json).substr(0, 6), "failed") << json;
}

TEST(RowDecoder, StringsWithEveryEscape) {
    EXPECT_EQ(cell(R"("\"\\\/\b\f\n\r\t")"), R"("\"\\/\u0008\u000C\u000A\u000D\u0009")");
    EXPECT_EQ(cell(R"("a\u0000b")"), R"("a\u0000b")");
    EXPECT_EQ(cell(R"("\u0041\u00e9\u4E2d")"), "\"Aé中\"");
    EXPECT_EQ(cell(R"("\uD83D\uDE00 é 漢字 😀")"), "\"😀 é 漢字 😀\"");
    EXPECT_EQ(cell(R"("\uDBFF\uDFFF")"), "\"\xF4\x8F\xBF\xBF\"");
    EXPECT_EQ(cell(R"({"k\u0000\n":"v"})"), R"({"k\u0000\u000A":"v"})");
}

TEST(RowDecoder, EscapesThatAreNone) {
    for (const char* const json :
         {R"("\x")", R"("\u12")", R"("\u12G4")", R"("\uD800")", R"("\uD800x")", R"("\uD800\n")",
          R"("\uD800\u0041")", R"("\uDC00")", R"("\uDC00\uD800")", R"("\)", "\"a\nb\"", "\"tab\t\"",
          "\"\x01\""})
        EXPECT_EQ(cell(json), "failed MalformedResponse") << json;
}

// RapidJSON 1.1 takes some of them where it reads 16 bytes at once.
TEST(RowDecoder, ControlCharactersAnywhereInAText) {
    for (char c = 1; c < 0x20; ++c)
        for (std::size_t before = 0; before < 40; ++before)
            EXPECT_EQ(cell('"' + std::string(before, 'a') + c + std::string(40, 'a') + '"'),
                      "failed MalformedResponse")
                << int{c} << " at " << before;
    const std::string wrong = "[\"" + std::string(40, '\x1A') + "\"]";
    EXPECT_EQ(errorText(1, wrong), "row 1 of the answer holds a control character");
    EXPECT_EQ(decoded(1, {"[1]", wrong}).substr(0, 4), "[1]\n");
}

TEST(RowDecoder, BytesThatAreNoUtf8) {
    for (const char* const json : {"\"\xFF\"", "\"\xC3\"", "\"\xC0\x80\"", "\"\xED\xA0\x80\"",
                                   "\"\xF4\x90\x80\x80\"", "{\"\x80\":1}"})
        EXPECT_EQ(cell(json), "failed MalformedResponse");
    EXPECT_EQ(errorText(1, "[\"\xFF\"]"), "row 1 of the answer is not UTF-8, in column C0");
}

TEST(RowDecoder, RowObjectsWithOtherMembers) {
    const std::string row = "[1,2]\n";
    EXPECT_EQ(decoded(2, {R"({"row":{"columns":[1,2]},"sourceHost":"h"})"}), row);
    EXPECT_EQ(decoded(2, {R"({"sourceHost":"h","row":{"columns":[1,2]}})"}), row);
    EXPECT_EQ(
        decoded(2, {R"({"new":{"columns":[9]},"row":{"columns":[1,2]},"x":{"columns":[9]}})"}),
        row);
    EXPECT_EQ(decoded(2, {R"({"row":{"new":{"columns":[9]},"columns":[1,2],"x":[[9]]}})"}), row);
    EXPECT_EQ(decoded(2, {R"({"row":{"columns":[1,2],"x":{"columns":[9]}},"y":[["columns",9]]})"}),
              row);
    EXPECT_EQ(decoded(2, {R"({"row":{"columns":[9,[9]],"columns":[1,2]}})"}), row);
    EXPECT_EQ(decoded(2, {" { \"row\" : { \"columns\" : [ 1 , 2 ] } } "}), row);
}

TEST(RowDecoder, Tombstones) {
    EXPECT_EQ(decoded(1, {R"({"row":{"columns":[null],"tombstone":true}})"}), "deleted [null]\n");
    EXPECT_EQ(decoded(1, {R"({"row":{"tombstone":true,"columns":[1]}})"}), "deleted [1]\n");
    EXPECT_EQ(decoded(1, {R"({"row":{"columns":[1],"tombstone":false}})"}), "[1]\n");
    EXPECT_EQ(decoded(1, {R"({"row":{"columns":[1],"tombstone":"true"}})"}), "[1]\n");
    // The flag of one row says nothing about the next, and a column's content nothing about it.
    EXPECT_EQ(decoded(1, {R"({"row":{"columns":[null],"tombstone":true}})",
                          R"({"row":{"columns":[{"tombstone":true}]}})"}),
              "deleted [null]\n[{\"tombstone\":true}]\n");
    EXPECT_EQ(decoded(1, {R"({"tombstone":true,"row":{"columns":[1]}})"}), "[1]\n");
}

TEST(RowDecoder, ValuesThatLookLikeAnEnvelope) {
    EXPECT_EQ(cell(R"({"row":{"columns":[9,9],"tombstone":true}})"),
              R"({"row":{"columns":[9,9],"tombstone":true}})");
}

TEST(RowDecoder, TooFewOrTooManyColumns) {
    EXPECT_EQ(errorText(2, "[1]"), "row 1 of the answer has 1 columns, the header 2");
    EXPECT_EQ(errorText(2, "[1,2,3]", 41), "row 42 of the answer has 3 columns, the header 2");
    EXPECT_EQ(errorText(1, "[]"), "row 1 of the answer has 0 columns, the header 1");
    EXPECT_EQ(errorText(2, inEnvelope("[1]")), "row 1 of the answer has 1 columns, the header 2");
    EXPECT_EQ(decoded(0, {"[]", inEnvelope("[]")}), "[]\n[]\n");
}

TEST(RowDecoder, LinesTooShortForTheirColumnsTakeNoMemory) {
    constexpr std::size_t many = 50'000;
    Batch batch;
    batch.schema = schemaOf(many);
    for (std::size_t line = 0; line < many; ++line) batch.addLine("[1]");
    RowDecoder().ensureDecoded(batch);
    EXPECT_EQ(batch.rowCount, 0U);
    ASSERT_TRUE(batch.error);
    EXPECT_LT(batch.addCellBytes(), many * 100);
}

TEST(RowDecoder, JsonThatIsNoRow) {
    for (const char* const line :
         {"1", "null", "\"[1]\"", "{}", R"({"row":null})", R"({"row":[1]})", R"({"row":[[1]]})",
          R"({"row":{}})", R"({"row":{"columns":1}})", R"({"row":{"columns":{"a":[1]}}})",
          R"({"row":{"protobufBytes":"CgNhZGEQAg=="}})", R"({"columns":[1]})",
          R"({"row":{"columns":{"row":{"columns":[1]}}}})", R"({"x":{"row":{"columns":[1]}}})"})
        EXPECT_EQ(errorText(1, line), "row 1 of the answer is neither an array nor a row object")
            << line;
}

TEST(RowDecoder, EveryPlaceWhereALineCanBreakOff) {
    for (const auto& line :
         {std::string(R"(["a\u00e9\n",-1.5e3,true,null,[1,{"k":"v"}]])"),
          std::string(R"({"row":{"columns":["a",1,true,null,{"k":[]}],"tombstone":true}})")})
        for (std::size_t length = 0; length < line.size(); ++length)
            ASSERT_EQ(decoded(5, {std::string_view(line).substr(0, length)}),
                      "failed MalformedResponse")
                << "cut at " << length;
}

TEST(RowDecoder, RubbishAfterARow) {
    for (const char* const rubbish :
         {"x", "]", "}", ",", "[2]", "1", "\"", "\x01", "// no comment"}) {
        EXPECT_EQ(decoded(1, {"[1]" + std::string(rubbish)}), "failed MalformedResponse");
        EXPECT_EQ(decoded(1, {inEnvelope("[1]") + rubbish}), "failed MalformedResponse");
    }
    EXPECT_EQ(decoded(1, {"[1,]"}), "failed MalformedResponse");
    EXPECT_EQ(decoded(1, {"[1] \t\r"}), "[1]\n");
}

TEST(RowDecoder, ZeroBytesInALine) {
    EXPECT_EQ(decoded(1, {std::string_view("[1]\0", 4)}), "failed MalformedResponse");
    EXPECT_EQ(decoded(1, {std::string_view("[1]\0[2]", 7)}), "failed MalformedResponse");
    EXPECT_EQ(decoded(1, {std::string_view("[\"a\0b\"]", 7)}), "failed MalformedResponse");
    EXPECT_EQ(decoded(1, {std::string_view("\0[1]", 4)}), "failed MalformedResponse");
    EXPECT_EQ(errorText(1, std::string_view("[1]\0", 4)), "row 1 of the answer holds a zero byte");
}

TEST(RowDecoder, AnErrorLeavesExactlyTheRowsBeforeIt) {
    for (std::uint32_t bad = 0; bad < 10; ++bad) {
        std::vector<std::string_view> lines(10, "[1,[2,3],\"x\"]");
        lines[bad] = "[1,[2,3],\"x]";
        std::string expected;
        for (std::uint32_t i = 0; i < bad; ++i) expected += "[1,[2,3],\"x\"]\n";
        EXPECT_EQ(decoded(3, lines), expected + "failed MalformedResponse");
    }
}

TEST(RowDecoder, DecodesABatchOnce) {
    Batch batch;
    batch.schema = schemaOf(1);
    batch.addLine("[\"a\\n\"]");
    RowDecoder decoder;
    EXPECT_FALSE(batch.isDecoded());
    decoder.ensureDecoded(batch);
    EXPECT_TRUE(batch.isDecoded());
    decoder.ensureDecoded(batch);  // in place: a second time it would find no JSON
    EXPECT_FALSE(batch.error);
    EXPECT_EQ(batch.rowCount, 1U);
    batch.recycle();
    EXPECT_TRUE(batch.isEmpty());
    EXPECT_FALSE(batch.isDecoded());
    batch.addLine("[\"b\"]");
    decoder.ensureDecoded(batch);
    ASSERT_EQ(batch.rowCount, 1U);
    EXPECT_EQ(jsonOfRow(batch, 0), "[\"b\"]");
}

TEST(RowDecoder, GoesOnAfterAnError) {
    RowDecoder decoder;
    for (const char* const bad : {"[[[", "{\"row\":{\"columns\":[{", "[\"\\u", "[1]]"}) {
        Batch broken;
        broken.schema = schemaOf(1);
        broken.addLine(bad);
        decoder.ensureDecoded(broken);
        EXPECT_TRUE(broken.error);
        Batch good;
        good.schema = schemaOf(1);
        good.addLine("[{\"a\":[1]}]");
        decoder.ensureDecoded(good);
        ASSERT_EQ(good.rowCount, 1U);
        EXPECT_EQ(jsonOfRow(good, 0), "[{\"a\":[1]}]");
    }
}

std::string nested(std::size_t levels) {
    return std::string(levels, '[') + std::string(levels, ']');
}

TEST(RowDecoder, NestingUpToTheLimit) {
    const auto limit = protocol::RowRules().maxNesting;
    EXPECT_EQ(cell(nested(limit)), nested(limit));
    for (const std::size_t over : {1U, 2U, 3U})
        EXPECT_EQ(cell(nested(limit + over)), "failed NestingTooDeep") << over;
    std::string objects;
    for (std::size_t i = 0; i < limit; ++i) objects += "{\"a\":";
    EXPECT_EQ(cell(objects + "1" + std::string(limit, '}')),
              objects + "1" + std::string(limit, '}'));
}

TEST(RowDecoder, HostileNestingIsRefusedAtOnce) {
    const std::string brackets(5'000'000, '[');
    EXPECT_EQ(decoded(1, {brackets}), "failed NestingTooDeep");
    EXPECT_EQ(decoded(1, {inEnvelope(brackets)}), "failed NestingTooDeep");
    EXPECT_EQ(decoded(1, {"[1]", "[" + brackets, "[2]"}), "[1]\nfailed NestingTooDeep");
    Batch batch;
    batch.schema = schemaOf(1);
    batch.addLine(brackets);
    RowDecoder().ensureDecoded(batch);
    ASSERT_TRUE(batch.error);
    EXPECT_EQ(batch.error->limitName(), "maxNesting");
    EXPECT_EQ(batch.error->category(), ErrorCategory::Limit);
}

}  // namespace
}  // namespace ksqldb::test
