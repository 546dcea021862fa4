// Whatever is bound, and wherever: the bound text has the tokens of the text as it was given, with
// one literal in the place of each placeholder, and each literal reads as its value.
#include "input.h"
#include "protocol/sql_tokenizer.h"

#include <ksqldb/identifier.h>
#include <ksqldb/statement.h>

#include <functional>
#include <map>
#include <vector>

using namespace ksqldb;
using fuzz::require;
using protocol::SqlToken;
using protocol::SqlTokenizer;
using protocol::SqlTokenKind;

namespace {

/// What stands between a quote and the next, which are doubled inside.
std::string unquoted(std::string_view token) {
    const char quote = token.front();
    require(token.size() >= 2 && token.back() == quote);
    std::string text;
    for (std::size_t i = 1; i + 1 < token.size(); ++i) {
        text += token[i];
        if (token[i] == quote) require(token[++i] == quote);
    }
    return text;
}

/// What a literal of a text stands for: one string, or a CONCAT of several.
std::string readText(SqlTokenizer& tokenizer) {
    SqlToken token = tokenizer.nextMeant();
    if (token.kind == SqlTokenKind::String) return unquoted(token.text);
    require(token.isWord("CONCAT"));
    require(tokenizer.nextMeant().isSymbol("("));
    std::string text;
    while (true) {
        token = tokenizer.nextMeant();
        require(token.kind == SqlTokenKind::String);
        text += unquoted(token.text);
        token = tokenizer.nextMeant();
        if (token.isSymbol(")")) return text;
        require(token.isSymbol(","));
    }
}

/// A value, and what reads its literal.
struct Value {
    std::function<void(Statement&, std::string_view name)> bind;
    std::function<void(SqlTokenizer&)> read;
};

template <class V>
Value valueOf(const V& value, std::function<void(SqlTokenizer&)> read) {
    return {[value](Statement& statement, std::string_view name) {
                if (name.empty())
                    statement.bind(value);
                else
                    statement.bindNamed(name, value);
            },
            std::move(read)};
}

Value takeValue(FuzzedDataProvider& input) {
    switch (fuzz::takeNumber(input, 5)) {
        case 0: {
            const auto number = input.ConsumeIntegral<std::int64_t>();
            return valueOf(number, [number](SqlTokenizer& tokenizer) {
                std::string digits;
                SqlToken token = tokenizer.nextMeant();
                if (token.isSymbol("-")) {
                    digits = "-";
                    token = tokenizer.nextMeant();
                }
                require(token.kind == SqlTokenKind::Number);
                require(digits + std::string(token.text) == std::to_string(number));
            });
        }
        case 1: {
            const std::string name = input.ConsumeBytesAsString(fuzz::takeNumber(input, 8));
            if (fuzz::refusalOf([&] { Identifier{name}; })) break;
            return valueOf(Identifier(name), [name](SqlTokenizer& tokenizer) {
                const SqlToken token = tokenizer.nextMeant();
                require(token.kind == SqlTokenKind::QuotedName && unquoted(token.text) == name);
            });
        }
        case 2:
            return valueOf(nullptr, [](SqlTokenizer& tokenizer) {
                require(tokenizer.nextMeant().isWord("NULL"));
            });
        default: {
            const std::string text = input.ConsumeBytesAsString(fuzz::takeNumber(input, 16));
            if (!values::isUtf8(text) || text.find('\0') != std::string::npos) {
                Statement statement("?");
                require(fuzz::refusalOf([&] { statement.bind(text); }).has_value());
                break;
            }
            return valueOf(
                text, [text](SqlTokenizer& tokenizer) { require(readText(tokenizer) == text); });
        }
    }
    return valueOf(true,
                   [](SqlTokenizer& tokenizer) { require(tokenizer.nextMeant().isWord("TRUE")); });
}

/// The placeholders of a text, and whether anything in it is not closed.
struct Places {
    std::size_t questions = 0;
    std::vector<std::string> names;  // each once
    bool isUnclosed = false;

    explicit Places(std::string_view sql) {
        SqlTokenizer tokenizer(sql);
        for (SqlToken token = tokenizer.next(); token.kind != SqlTokenKind::End;
             token = tokenizer.next()) {
            if (token.kind == SqlTokenKind::Question) ++questions;
            if (token.kind == SqlTokenKind::Unclosed) isUnclosed = true;
            if (token.kind != SqlTokenKind::NamedQuestion) continue;
            const std::string name(token.text.substr(1));
            if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
        }
    }
};

void compare(const std::string& sql, const std::string& bound, const std::vector<Value>& positional,
             const std::map<std::string, Value>& named) {
    SqlTokenizer given(sql);
    SqlTokenizer found(bound);
    std::size_t questions = 0;
    for (SqlToken token = given.nextMeant();; token = given.nextMeant()) {
        if (token.kind == SqlTokenKind::Question) {
            positional[questions++].read(found);
        } else if (token.kind == SqlTokenKind::NamedQuestion) {
            named.at(std::string(token.text.substr(1))).read(found);
        } else {
            const SqlToken same = found.nextMeant();
            require(same.kind == token.kind && same.text == token.text);
        }
        if (token.kind == SqlTokenKind::End) return;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    FuzzedDataProvider input(data, size);
    std::vector<Value> positional;
    std::map<std::string, Value> named;
    const std::string sql = input.ConsumeBytesAsString(fuzz::takeNumber(input, 255));

    Statement statement(sql);
    require(statement.sql() == sql);
    const Places places(sql);
    for (std::size_t i = 0; i < places.questions; ++i) {
        positional.push_back(takeValue(input));
        positional.back().bind(statement, {});
    }
    for (const std::string& name : places.names)
        named.emplace(name, takeValue(input)).first->second.bind(statement, name);
    if (positional.empty() && named.empty()) return 0;

    std::string bound;
    const auto refused = fuzz::refusalOf([&] { bound = statement.sql(); });
    if (refused) {
        require(refused->code() == ErrorCode::InvalidArgument);
        require(places.isUnclosed || sql.find("${") != std::string::npos);
        return 0;
    }
    require(!places.isUnclosed);
    compare(sql, bound, positional, named);

    // One value more is one too many.
    Value(valueOf(1, {})).bind(statement, {});
    require(fuzz::refusalOf([&] { (void)statement.sql(); }).has_value());
    return 0;
}
