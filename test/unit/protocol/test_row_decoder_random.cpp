// The decoder against RapidJSON's DOM, on random rows.
#include "protocol/row_decoder.h"
#include "values/rapidjson.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <string_view>

namespace ksqldb::test {
namespace {

using detail::Cell;
using detail::RowBlock;
using protocol::Batch;

/// Writes random JSON, spaced and escaped in random ways. The same test gets the same rows every
/// time; the seed is part of each failure's text.
class RandomJson {
public:
    explicit RandomJson(std::uint64_t seed) : random_(seed) {}

    std::size_t below(std::size_t limit) { return random_() % limit; }

    std::string row(std::size_t columns) {
        std::string text = "[";
        for (std::size_t i = 0; i < columns; ++i) text += (i > 0 ? "," : "") + value(0);
        text += "]";
        if (below(2) == 0) return text;
        const std::string members[] = {"\"columns\":" + text, "\"tombstone\":true"};
        std::string inner = members[0];
        const auto way = below(3);
        if (way == 1) inner = members[0] + "," + blank() + members[1];
        if (way == 2) inner = members[1] + "," + members[0];
        const std::string host = "\"sourceHost\":" + string();
        std::string row = "\"row\"" + blank() + ":{" + inner + "}";
        if (below(4) == 0) row += "," + host;
        if (below(8) == 0) row = host + "," + row;
        return "{" + row + "}";
    }

private:
    std::string blank() { return std::string(below(8) == 0 ? 1 + below(3) : 0, ' '); }

    std::string value(int depth) {
        const std::string before = blank();
        const std::string after = blank();
        const std::size_t kinds = depth < 5 ? 8 : 6;
        switch (below(kinds)) {
            case 0:
                return before + "null" + after;
            case 1:
                return before + (below(2) == 0 ? "true" : "false") + after;
            case 2:
            case 3:
                return before + number() + after;
            case 4:
            case 5:
                return before + string() + after;
            case 6:
                return before + list('[', ']', [&] { return value(depth + 1); }) + after;
            default:
                return before + list('{', '}', [&] { return string() + ":" + value(depth + 1); }) +
                       after;
        }
    }

    std::string list(char open, char close, const std::function<std::string()>& part) {
        std::string text(1, open);
        const std::size_t parts = below(5);
        for (std::size_t i = 0; i < parts; ++i) text += (i > 0 ? "," : "") + part();
        return text + close;
    }

    std::string digits(std::size_t most) {
        std::string text;
        const std::size_t count = 1 + below(most);
        for (std::size_t i = 0; i < count; ++i) text += static_cast<char>('0' + below(10));
        return text;
    }

    std::string number() {
        std::string text = below(2) == 0 ? "-" : "";
        text += below(4) == 0 ? "0" : std::to_string(1 + below(9)) + digits(30);
        if (below(2) == 0) text += "." + digits(20);
        if (below(4) == 0) {
            constexpr const char* exponents[] = {"e", "E", "e+", "E-", "e-"};
            text += exponents[below(5)] + digits(2);
        }
        return text;
    }

    std::string string() {
        constexpr const char* parts[] = {
            "a",    "Z",    " ",     "é",       "漢",      "😀",       "\\n",
            "\\\"", "\\\\", "\\/",   "\\u0000", "\\u001f", "\\u00e9", "\\uD83D\\uDE00",
            "[",    "]",    "{\\\"", "},",      ":",       "\x7F"};
        std::string text = "\"";
        const std::size_t count = below(4) == 0 ? below(60) : below(6);
        for (std::size_t i = 0; i < count; ++i) text += parts[below(std::size(parts))];
        return text + "\"";
    }

    std::mt19937_64 random_;
};

void expectEqual(const RowBlock& block, const Cell& cell, const rapidjson::Value& value,
                 const rapidjson::Value& raw) {
    switch (cell.kind) {
        case Cell::Kind::Null:
            ASSERT_TRUE(value.IsNull());
            break;
        case Cell::Kind::True:
            ASSERT_TRUE(value.IsTrue());
            break;
        case Cell::Kind::False:
            ASSERT_TRUE(value.IsFalse());
            break;
        case Cell::Kind::Number:
            ASSERT_TRUE(value.IsNumber());
            ASSERT_EQ(block.slice(cell), std::string_view(raw.GetString(), raw.GetStringLength()));
            break;
        case Cell::Kind::String:
            ASSERT_TRUE(value.IsString());
            ASSERT_EQ(block.slice(cell),
                      std::string_view(value.GetString(), value.GetStringLength()));
            break;
        case Cell::Kind::Array:
            ASSERT_TRUE(value.IsArray());
            ASSERT_EQ(cell.size, value.Size());
            for (std::uint32_t i = 0; i < cell.size; ++i)
                expectEqual(block, block.cells[cell.offset + i], value[i], raw[i]);
            break;
        case Cell::Kind::Object:
            ASSERT_TRUE(value.IsObject());
            ASSERT_EQ(cell.size, value.MemberCount());
            std::uint32_t part = cell.offset;
            for (auto member = value.MemberBegin(), rawMember = raw.MemberBegin();
                 member != value.MemberEnd(); ++member, ++rawMember) {
                expectEqual(block, block.cells[part++], member->name, rawMember->name);
                expectEqual(block, block.cells[part++], member->value, rawMember->value);
            }
            break;
    }
}

std::uint64_t seedOfTest() {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    std::uint64_t seed = 1469598103934665603U;
    for (const char c : std::string(info->test_suite_name()) + "." + info->name())
        seed = (seed ^ static_cast<unsigned char>(c)) * 1099511628211U;
    return seed;
}

TEST(RowDecoderAtRandom, AgreesWithTheDom) {
    RandomJson random(seedOfTest());
    protocol::RowDecoder decoder;
    for (int round = 0; round < 300; ++round) {
        const std::size_t columns = random.below(7);
        std::vector<Column> schema;
        for (std::size_t i = 0; i < columns; ++i) schema.push_back({"C", {}, false});
        Batch batch;
        batch.schema = Schema(schema);
        std::vector<std::string> lines;
        for (std::size_t i = random.below(12); i > 0; --i) lines.push_back(random.row(columns));
        for (const std::string& line : lines) batch.addLine(line);
        decoder.ensureDecoded(batch);
        ASSERT_FALSE(batch.error) << batch.error->what();
        ASSERT_EQ(batch.rowCount, lines.size());
        for (std::uint32_t i = 0; i < batch.rowCount; ++i) {
            SCOPED_TRACE("seed " + std::to_string(seedOfTest()) + ", round " +
                         std::to_string(round) + ", line " + lines[i]);
            rapidjson::Document document;
            rapidjson::Document rawDocument;  // the same with numbers as texts
            document.Parse(lines[i].c_str(), lines[i].size());
            rawDocument.Parse<rapidjson::kParseNumbersAsStringsFlag>(lines[i].c_str(),
                                                                     lines[i].size());
            ASSERT_FALSE(document.HasParseError());
            const auto columnsOf = [](const rapidjson::Document& all) -> const rapidjson::Value& {
                return all.IsArray() ? all : all["row"]["columns"];
            };
            const rapidjson::Value& row = columnsOf(document);
            const rapidjson::Value& raw = columnsOf(rawDocument);
            const bool tombstone = document.IsObject() && document["row"].HasMember("tombstone");
            EXPECT_EQ(batch.rows[i].tombstone, tombstone);
            ASSERT_EQ(row.Size(), columns);
            for (std::uint32_t column = 0; column < columns; ++column)
                expectEqual(batch, batch.cells[batch.rows[i].firstCell + column], row[column],
                            raw[column]);
            if (::testing::Test::HasFatalFailure()) return;
        }
    }
}

/// Whatever is done to a line, the decoder takes it where the DOM does, and only there.
TEST(RowDecoderAtRandom, RefusesWhatTheDomRefuses) {
    RandomJson random(seedOfTest());
    protocol::RowDecoder decoder;
    int taken = 0;
    int refused = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string line = random.row(3);
        constexpr std::string_view bytes = "[]{},:\"\\0123456789.eE+-tfn u\xC3\xA9\xFF";
        for (std::size_t i = 1 + random.below(3); i > 0; --i) {
            const std::size_t at = random.below(line.size());
            const auto way = random.below(3);
            if (way == 0) line[at] = bytes[random.below(bytes.size())];
            if (way == 1) line.erase(at, 1);
            if (way == 2) line.insert(at, 1, bytes[random.below(bytes.size())]);
        }
        Batch batch;
        batch.schema = Schema({{"A", {}, false}, {"B", {}, false}, {"C", {}, false}});
        batch.addLine(line);
        decoder.ensureDecoded(batch);
        rapidjson::Document document;
        document.Parse<rapidjson::kParseValidateEncodingFlag>(line.c_str(), line.size());
        SCOPED_TRACE("seed " + std::to_string(seedOfTest()) + ", round " + std::to_string(round) +
                     ", line " + line);
        const rapidjson::Value* row = nullptr;
        if (!document.HasParseError() && document.IsArray()) {
            row = &document;
        } else if (!document.HasParseError() && document.IsObject()) {
            const auto member = [](const rapidjson::Value& object, const char* name) {
                return object.IsObject() && object.HasMember(name) ? &object[name] : nullptr;
            };
            const rapidjson::Value* outer = member(document, "row");
            const rapidjson::Value* inner = outer == nullptr ? nullptr : member(*outer, "columns");
            if (inner != nullptr && inner->IsArray()) row = inner;
        }
        // The DOM takes an escaped low surrogate that stands alone; its writer does not.
        rapidjson::StringBuffer buffer;
        rapidjson::Writer<rapidjson::StringBuffer, rapidjson::UTF8<>, rapidjson::UTF8<>,
                          rapidjson::CrtAllocator, rapidjson::kWriteValidateEncodingFlag>
            writer(buffer);
        const bool isRow = row != nullptr && row->Size() == 3 && document.Accept(writer);
        ASSERT_EQ(batch.rowCount == 1, isRow) << (batch.error ? batch.error->what() : "");
        ASSERT_EQ(batch.error.has_value(), !isRow);
        ++(isRow ? taken : refused);
    }
    EXPECT_GT(taken, 1000);
    EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace ksqldb::test
