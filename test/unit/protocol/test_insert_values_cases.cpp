// What a server takes: ksqlDB's own cases of INSERT VALUES, with the same values from C++.
#include "protocol/insert_values.h"
#include "protocol/sql_tokenizer.h"
#include "values/json_document.h"

#include <ksqldb/inserts.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ksqldb::protocol {
namespace {

struct Donation {
    std::optional<std::int64_t> votes;
    std::string email;
    static constexpr auto ksqldbFields() {
        return fields(field("NUM_VOTES", &Donation::votes), field("DONOR_EMAIL", &Donation::email));
    }
};
struct Nothing {
    std::optional<Decimal> foo;
    std::optional<std::vector<std::string>> bar;
    static constexpr auto ksqldbFields() {
        return fields(field("FOO", &Nothing::foo), field("bar", &Nothing::bar));
    }
};

class InsertValuesCases : public testing::Test {
protected:
    void SetUp() override {
        const char* const folder = std::getenv("KSQLDB_TEST_CASES");
        ASSERT_NE(folder, nullptr) << "run by meson test";
        std::ifstream file(std::filesystem::path(folder) / "insert-values.json");
        if (!file) GTEST_SKIP() << "ksqlDB's cases are not at " << folder;
        const std::string text(std::istreambuf_iterator<char>(file), {});
        const auto json = values::JsonDocument::parse(text);
        ASSERT_TRUE(json.has_value());
        for (const auto& one : json->root()["tests"].GetArray())
            if (!one.HasMember("expectedError"))
                statements_[one["name"].GetString()] = one["statements"][1].GetString();
    }

    /// The row is what the case inserts, and no more is different than spelling.
    void expectCase(const char* name, const char* target, detail::WrittenRow row) {
        ASSERT_EQ(statements_.count(name), 1U) << name;
        EXPECT_EQ(words(insertValuesSql(target, row)), words(statements_[name])) << name;
    }
    static std::vector<std::string> words(const std::string& sql) {
        std::vector<std::string> out;
        SqlTokenizer tokens(sql);
        for (auto token = tokens.nextMeant(); token.kind != SqlTokenKind::End;
             token = tokens.nextMeant()) {
            std::string word(token.text);
            if (token.kind == SqlTokenKind::QuotedName) word = word.substr(1, word.size() - 2);
            if (token.kind == SqlTokenKind::Word)
                std::transform(word.begin(), word.end(), word.begin(), [](char c) {
                    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
                });
            out.push_back(word == "INT" ? "INTEGER" : word);
        }
        return out;
    }

    /// A row of a first column and another one.
    template <class First, class T>
    detail::WrittenRow row(const char* first, const First& firstValue, const char* column,
                           const T& value) {
        writer_.clear();
        writer_.name(first, true);
        detail::writeValue(writer_, firstValue);
        writer_.name(column, true);
        detail::writeValue(writer_, value);
        return writer_.finishTyped();
    }

    std::map<std::string, std::string> statements_;
    detail::InsertWriter writer_;
};

TEST_F(InsertValuesCases, ColumnsThatAreNull) {
    expectCase("should insert nulls", "S", row("ID", nullptr, "NAME", nullptr));
}

TEST_F(InsertValuesCases, NullsAloneInAnArrayOrMapHaveAType) {
    using Number = std::optional<int>;
    expectCase("should insert array with null elements", "S",
               row("ID", 1, "V0", std::vector<Number>{std::nullopt}));
    expectCase("should insert map with null values", "S",
               row("ID", 1, "V0", std::map<std::string, Number>{{"k1", std::nullopt}}));
}

/// Those cases have NULL where nothing was said.
TEST_F(InsertValuesCases, AStructsFieldsThatAreNullAreLeftOut) {
    expectCase("AVRO schema containing string and struct with schema id with optional field",
               "TEST", row("ID", "abc", "STRUCT_DATA", Donation{{}, "abc@abc.com"}));
    writer_.clear();
    writer_.name("VAL", true);
    detail::writeValue(writer_, Nothing{});
    expectCase("should handle empty struct expressions", "TEST", writer_.finishTyped());
    writer_.clear();
    writer_.name("VAL", true);
    detail::writeValue(writer_, Nothing{Decimal("2.1"), {{"bar"}}});
    expectCase("should handle struct expressions", "TEST", writer_.finishTyped());
}

}  // namespace
}  // namespace ksqldb::protocol
