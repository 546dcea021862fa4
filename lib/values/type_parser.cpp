#include "values/type_parser.h"

#include "base/immortal.h"

#include <array>
#include <charconv>
#include <limits>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

namespace ksqldb::values {

namespace {

constexpr int usualDepth = 64;

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isWordStart(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; }
bool isWord(char c) { return isWordStart(c) || isDigit(c); }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool sameWord(std::string_view word, std::string_view upperCase) {
    if (word.size() != upperCase.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i)
        if (upper(word[i]) != upperCase[i]) return false;
    return true;
}

struct Name {
    std::string_view text;
    TypeKind kind;
};
/// Of a kind's names the first is the one that ksqlDB writes.
constexpr Name names[] = {
    {"BOOLEAN", TypeKind::Boolean}, {"INTEGER", TypeKind::Integer},
    {"INT", TypeKind::Integer},     {"BIGINT", TypeKind::Bigint},
    {"DOUBLE", TypeKind::Double},   {"DECIMAL", TypeKind::Decimal},
    {"STRING", TypeKind::String},   {"VARCHAR", TypeKind::String},
    {"BYTES", TypeKind::Bytes},     {"DATE", TypeKind::Date},
    {"TIME", TypeKind::Time},       {"TIMESTAMP", TypeKind::Timestamp},
    {"ARRAY", TypeKind::Array},     {"MAP", TypeKind::Map},
    {"STRUCT", TypeKind::Struct},
};

TypeKind kindOf(std::string_view word) {
    for (const Name& name : names)
        if (sameWord(word, name.text)) return name.kind;
    return TypeKind::Unknown;
}

Type makeType(detail::TypeNode node) {
    return Type(std::make_shared<const detail::TypeNode>(std::move(node)));
}

/// A type without parts: one node for all columns of all queries.
const Type& simpleType(TypeKind kind) {
    constexpr auto count = static_cast<std::size_t>(TypeKind::Struct) + 1;
    static const auto& all = []() -> auto& {
        auto& types = base::immortal<std::array<Type, count>>();
        for (std::size_t i = 0; i < count; ++i) {
            detail::TypeNode node;
            node.kind = static_cast<TypeKind>(i);
            types[i] = makeType(std::move(node));
        }
        return types;
    }
    ();
    return all[static_cast<std::size_t>(kind)];
}

bool hasParts(TypeKind kind) {
    return kind == TypeKind::Array || kind == TypeKind::Map || kind == TypeKind::Struct;
}

Type unknownType(std::string_view text) {
    detail::TypeNode node;
    node.text = text;
    return makeType(std::move(node));
}

class Parser {
public:
    /// Parts that are nested deeper stay Unknown, as text.
    Parser(std::string_view text, bool inSchema, int maxDepth = usualDepth)
        : text_(text), inSchema_(inSchema), maxDepth_(maxDepth) {}

    /// Something was nested deeper.
    bool isTooDeep() const { return isTooDeep_; }

    bool atEnd() {
        skipBlanks();
        return pos_ == text_.size();
    }

    bool take(char c) {
        skipBlanks();
        if (pos_ == text_.size() || text_[pos_] != c) return false;
        ++pos_;
        return true;
    }

    // A known type with nothing behind it, else whatever stands up to the next comma, closing
    // bracket or, in a schema, word of a suffix.
    std::optional<Type> type(int depth) {
        skipBlanks();
        const std::size_t start = pos_;
        if (auto known = knownType(depth); known && atTypeEnd(depth)) return known;
        pos_ = start;
        return opaqueType(depth);
    }

    // Names are not escaped: one may hold back-quotes. It ends where a blank and a type follow,
    // which a next back-quote would belie if it came before any comma or bracket.
    std::optional<std::string> name() {
        skipBlanks();
        if (pos_ == text_.size() || text_[pos_] != '`') return std::nullopt;
        const std::size_t start = pos_ + 1;
        for (std::size_t i = start; i < text_.size(); ++i) {
            if (text_[i] != '`') continue;
            std::size_t next = i + 1;
            while (next < text_.size() && isBlank(text_[next])) ++next;
            if (next == i + 1 || next == text_.size() || !isWordStart(text_[next])) continue;
            const std::size_t stop = text_.find_first_of("`,<>()", next);
            if (stop != std::string_view::npos && text_[stop] == '`') continue;
            pos_ = next;
            return std::string(text_.substr(start, i - start));
        }
        return std::nullopt;
    }

    // " KEY", " HEADERS" or " HEADER('x')", if it is the last of its column.
    std::optional<std::string_view> columnSuffix() {
        skipBlanks();
        const std::size_t end = suffixEnd(pos_);
        if (end == pos_) return std::nullopt;
        const std::string_view found = wordAt(pos_);
        pos_ = end;
        return found;
    }

private:
    void skipBlanks() {
        while (pos_ < text_.size() && isBlank(text_[pos_])) ++pos_;
    }

    std::string_view wordAt(std::size_t pos) const {
        std::size_t end = pos;
        while (end < text_.size() && isWord(text_[end])) ++end;
        return text_.substr(pos, end - pos);
    }

    bool isSuffixWord(std::size_t pos) const {
        const std::string_view word = wordAt(pos);
        return sameWord(word, "KEY") || sameWord(word, "HEADERS") || sameWord(word, "HEADER");
    }

    // The end of the suffix that starts at pos, or pos if none does.
    std::size_t suffixEnd(std::size_t pos) const {
        const std::string_view word = wordAt(pos);
        std::size_t end = pos + word.size();
        if (sameWord(word, "HEADER")) {
            if (text_.substr(end, 2) != "('") return pos;
            for (end = text_.find("')", end + 2); end != std::string_view::npos;
                 end = text_.find("')", end + 1))
                if (isColumnEnd(end + 2)) return end + 2;
            return pos;
        }
        return isSuffixWord(pos) && isColumnEnd(end) ? end : pos;
    }

    bool isColumnEnd(std::size_t pos) const {
        while (pos < text_.size() && isBlank(text_[pos])) ++pos;
        return pos == text_.size() || text_[pos] == ',';
    }

    bool atTypeEnd(int depth) {
        skipBlanks();
        if (pos_ == text_.size()) return true;
        const char c = text_[pos_];
        if (depth == 0 && inSchema_ && isSuffixWord(pos_)) return true;
        return c == ',' || c == '>';
    }

    std::optional<int> number() {
        skipBlanks();
        int value = 0;
        const char* first = text_.data() + pos_;
        const auto [end, fault] = std::from_chars(first, text_.data() + text_.size(), value);
        if (fault != std::errc() || value < 0) return std::nullopt;
        pos_ += static_cast<std::size_t>(end - first);
        return value;
    }

    std::optional<Type> knownType(int depth) {
        const std::string_view word = wordAt(pos_);
        detail::TypeNode node;
        node.kind = kindOf(word);
        if (node.kind == TypeKind::Unknown) return std::nullopt;
        if (depth == maxDepth_ && hasParts(node.kind)) {
            isTooDeep_ = true;
            return std::nullopt;
        }
        pos_ += word.size();
        bool complete = true;
        switch (node.kind) {
            case TypeKind::Decimal:
                complete = decimal(node);
                break;
            case TypeKind::Array:
                complete = take('<') && part(node, depth) && take('>');
                break;
            case TypeKind::Map:
                complete =
                    take('<') && part(node, depth) && take(',') && part(node, depth) && take('>');
                break;
            case TypeKind::Struct:
                complete = fields(node, depth);
                break;
            default:
                return simpleType(node.kind);
        }
        if (!complete) return std::nullopt;
        return makeType(std::move(node));
    }

    bool decimal(detail::TypeNode& node) {
        if (!take('(')) return false;
        const auto precision = number();
        if (!precision) return false;
        node.precision = *precision;
        if (take(',')) {
            const auto scale = number();
            if (!scale) return false;
            node.scale = *scale;
        }
        return take(')');
    }

    bool part(detail::TypeNode& node, int depth) {
        auto found = type(depth + 1);
        if (found) node.children.push_back(std::move(*found));
        return found.has_value();
    }

    bool fields(detail::TypeNode& node, int depth) {
        if (!take('<')) return false;
        if (take('>')) return true;
        do {
            auto found = name();
            if (!found || !part(node, depth)) return false;
            node.names.push_back(std::move(*found));
        } while (take(','));
        return take('>');
    }

    // Without recursion, so that no depth of brackets can hurt.
    std::optional<Type> opaqueType(int depth) {
        skipBlanks();
        const std::size_t start = pos_;
        if (start == text_.size() || !isWordStart(text_[start])) return std::nullopt;
        std::string open;
        while (pos_ < text_.size()) {
            const char c = text_[pos_];
            if (open.empty() && (c == ',' || c == '>' || c == ')')) break;
            if (open.empty() && depth == 0 && inSchema_ && pos_ > start && isBlank(text_[pos_ - 1]))
                if (isSuffixWord(pos_)) break;
            if (c == '`') {
                if (open.empty() || !name()) return std::nullopt;
                continue;
            }
            if (c == '<') open.push_back('>');
            if (c == '(') open.push_back(')');
            if (c == '>' || c == ')') {
                if (open.back() != c) return std::nullopt;
                open.pop_back();
            }
            ++pos_;
        }
        if (!open.empty()) return std::nullopt;
        std::size_t end = pos_;
        while (isBlank(text_[end - 1])) --end;
        return unknownType(text_.substr(start, end - start));
    }

    std::string_view text_;
    bool inSchema_;
    int maxDepth_;
    bool isTooDeep_ = false;
    std::size_t pos_ = 0;
};

}  // namespace

std::string_view nameOf(TypeKind kind) noexcept {
    for (const Name& name : names)
        if (name.kind == kind) return name.text;
    return {};
}

Type parseType(std::string_view text) {
    Parser parser(text, false);
    auto type = parser.type(0);
    return type && parser.atEnd() ? *type : unknownType(text);
}

std::optional<Type> parseTypeWithin(std::string_view text, std::size_t nesting) {
    Parser parser(text, false, static_cast<int>(nesting));
    auto type = parser.type(0);
    if (parser.isTooDeep()) return std::nullopt;
    return type && parser.atEnd() ? *type : unknownType(text);
}

namespace {

SchemaFault parseColumns(Parser& parser, std::size_t most, std::vector<Column>& columns) {
    if (parser.atEnd()) return SchemaFault::None;
    do {
        if (columns.size() == most) return SchemaFault::TooManyColumns;
        auto name = parser.name();
        if (!name) return SchemaFault::NoSchema;
        auto type = parser.type(0);
        if (!type) return SchemaFault::NoSchema;
        const auto suffix = parser.columnSuffix();
        columns.push_back({std::move(*name), std::move(*type), suffix && sameWord(*suffix, "KEY")});
    } while (parser.take(','));
    return parser.atEnd() ? SchemaFault::None : SchemaFault::NoSchema;
}

}  // namespace

bool parseSchema(std::string_view text, std::vector<Column>& columns) {
    Parser parser(text, true);
    std::vector<Column> found;
    constexpr auto any = std::numeric_limits<std::size_t>::max();
    if (parseColumns(parser, any, found) != SchemaFault::None) return false;
    columns = std::move(found);
    return true;
}

SchemaFault parseSchemaWithin(std::string_view text, const SchemaLimits& limits,
                              std::vector<Column>& columns) {
    Parser parser(text, true, static_cast<int>(limits.nesting));
    const SchemaFault fault = parseColumns(parser, limits.columns, columns);
    return parser.isTooDeep() ? SchemaFault::TooDeep : fault;
}

}  // namespace ksqldb::values
