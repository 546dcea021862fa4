#include "schema.h"

#include "characters.h"
#include "request.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace ksqldb::server {

namespace {

using Base = SqlType::Base;

struct Word {
    std::string_view text;
    Base base;
};

// The first of each type is how ksqlDB writes it.
constexpr std::array words{Word{"BOOLEAN", Base::Boolean}, Word{"INTEGER", Base::Integer},
                           Word{"INT", Base::Integer},     Word{"BIGINT", Base::BigInt},
                           Word{"DOUBLE", Base::Double},   Word{"DECIMAL", Base::Decimal},
                           Word{"DEC", Base::Decimal},     Word{"NUMERIC", Base::Decimal},
                           Word{"STRING", Base::String},   Word{"VARCHAR", Base::String},
                           Word{"BYTES", Base::Bytes},     Word{"DATE", Base::Date},
                           Word{"TIME", Base::Time},       Word{"TIMESTAMP", Base::Timestamp},
                           Word{"ARRAY", Base::Array},     Word{"MAP", Base::Map},
                           Word{"STRUCT", Base::Struct}};

class ColumnsParser {
public:
    explicit ColumnsParser(std::string_view text) : rest_(text) {}

    std::vector<Source::Column> columns() {
        std::vector<Source::Column> result;
        do {
            Source::Column column{name(), type(), false};
            const bool primary = takeWord("PRIMARY");
            column.key = takeWord("KEY") || primary;
            result.push_back(std::move(column));
        } while (take(','));
        if (!next().empty()) fail("a comma or the end");
        return result;
    }

private:
    SqlType type() {
        SqlType result;
        result.base = baseType(word());
        switch (result.base) {
            case Base::Decimal:
                expect('(');
                result.precision = number();
                expect(',');
                result.scale = number();
                expect(')');
                break;
            case Base::Array:
                expect('<');
                result.members.push_back(type());
                expect('>');
                break;
            case Base::Map:
                expect('<');
                result.members.push_back(type());
                expect(',');
                result.members.push_back(type());
                expect('>');
                break;
            case Base::Struct:
                expect('<');
                do {
                    result.names.push_back(name());
                    result.members.push_back(type());
                } while (take(','));
                expect('>');
                break;
            default:
                break;
        }
        return result;
    }

    std::string_view next() {
        while (!rest_.empty() && isSpace(rest_.front())) rest_.remove_prefix(1);
        return rest_;
    }

    std::string_view taken(std::size_t size) {
        const auto text = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return text;
    }

    std::string_view word() {
        const auto text = next();
        const auto end = std::find_if_not(text.begin(), text.end(), isIdentifierChar);
        if (end == text.begin()) fail("a word");
        return taken(static_cast<std::size_t>(end - text.begin()));
    }

    std::string name() {
        const auto text = next();
        if (text.empty() || (text.front() != '`' && text.front() != '"')) {
            return identifierName(word());
        }
        std::size_t end = 1;
        while (true) {
            end = text.find(text.front(), end);
            if (end == std::string_view::npos) fail("the end of a name");
            if (text.substr(end + 1, 1) != text.substr(0, 1)) break;
            end += 2;
        }
        return identifierName(taken(end + 1));
    }

    int number() {
        const auto digits = word();
        const bool isNumber =
            digits.size() < 3 && digits.find_first_not_of("0123456789") == digits.npos;
        if (!isNumber) fail("a number below 100, not " + std::string(digits) + ',');
        return std::atoi(std::string(digits).c_str());
    }

    bool take(char c) {
        if (next().empty() || rest_.front() != c) return false;
        taken(1);
        return true;
    }
    bool takeWord(std::string_view wanted) {
        const auto text = next();
        if (!equalIgnoringCase(text.substr(0, wanted.size()), wanted)) return false;
        if (text.size() > wanted.size() && isIdentifierChar(text[wanted.size()])) return false;
        taken(wanted.size());
        return true;
    }
    void expect(char c) {
        if (!take(c)) fail(std::string(1, c));
    }
    [[noreturn]] void fail(const std::string& expected) const {
        throw std::invalid_argument("columns: expected " + expected + " before \"" +
                                    std::string(rest_.substr(0, 30)) + '"');
    }

    std::string_view rest_;
};

}  // namespace

std::string SqlType::text() const {
    const auto word = std::find_if(words.begin(), words.end(),
                                   [this](const Word& known) { return known.base == base; });
    std::string result(word->text);
    if (base == Base::Decimal) {
        return result + '(' + std::to_string(precision) + ", " + std::to_string(scale) + ')';
    }
    if (members.empty()) return result;
    std::string inside;
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (i > 0) inside += ", ";
        if (base == Base::Struct) inside += '`' + names[i] + "` ";
        inside += members[i].text();
    }
    return result + '<' + inside + '>';
}

const Source::Column* Source::find(std::string_view column) const {
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&](const Column& known) { return known.name == column; });
    return found == columns.end() ? nullptr : &*found;
}

std::string Source::text() const {
    if (!columnsKnown) return name + " (columns unknown)";
    std::string inside;
    for (const auto& column : columns) {
        inside += (inside.empty() ? "`" : ", `") + column.name + "` " + column.type.text();
        if (column.key) inside += " KEY";
    }
    return name + " (" + inside + ')';
}

SqlType::Base baseType(std::string_view word) {
    for (const auto& known : words) {
        if (equalIgnoringCase(known.text, word)) return known.base;
    }
    throw std::invalid_argument("no type " + std::string(word));
}

std::vector<Source::Column> parsedColumns(std::string_view text) {
    return ColumnsParser(text).columns();
}

std::string identifierName(std::string_view text) {
    const char quote = text.empty() ? '\0' : text.front();
    if (quote != '`' && quote != '"') {
        if (text.empty() || !std::all_of(text.begin(), text.end(), isIdentifierChar)) {
            throw std::invalid_argument("no name: " + std::string(text));
        }
        return upperCase(text);
    }
    if (text.size() < 2 || text.back() != quote) throw std::invalid_argument("an open quote");
    std::string name;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        name += text[i];
        if (text[i] != quote) continue;
        // A quote stands for itself when it is doubled.
        if (i + 2 >= text.size() || text[++i] != quote) throw std::invalid_argument("a lone quote");
    }
    return name;
}

}  // namespace ksqldb::server
