// What InsertRow writes comes back the same: any typed value, written, turned into the row that
// ksqlDB would send for it, and read again.
#include "protocol/row_decoder.h"
#include "values/rapidjson.h"
#include "values/type_parser.h"

#include <ksqldb/insert_row.h>
#include <ksqldb/typed.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cctype>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace ksqldb::test {
namespace {

template <class T>
using Optional = std::optional<T>;
template <class T>
using ByName = std::map<std::string, T>;

struct Leaf {
    Optional<bool> flag;
    std::int32_t small = 0;
    Optional<std::int64_t> big;
    Optional<double> number;
    Optional<Decimal> price;
    Optional<std::string> text;
    Optional<Bytes> bytes;
    Optional<Date> date;
    Optional<TimeOfDay> time;
    Optional<Timestamp> when;
    std::vector<Optional<double>> list;
    ByName<Optional<TimeOfDay>> map;
    static constexpr auto ksqldbFields() {
        return fields(field("FLAG", &Leaf::flag), field("small", &Leaf::small),
                      field("my big", &Leaf::big), field("NUMBER", &Leaf::number),
                      field("PRICE", &Leaf::price), field("TEXT", &Leaf::text),
                      field("BYTES", &Leaf::bytes), field("DATE", &Leaf::date),
                      field("TIME", &Leaf::time), field("WHEN", &Leaf::when),
                      field("LIST", &Leaf::list), field("MAP", &Leaf::map));
    }
};
constexpr const char* leafColumns =
    "`FLAG` BOOLEAN, `small` INTEGER, `my big` BIGINT, `NUMBER` DOUBLE, `PRICE` DECIMAL(38, 10), "
    "`TEXT` STRING, `BYTES` BYTES, `DATE` DATE, `TIME` TIME, `WHEN` TIMESTAMP, `LIST` "
    "ARRAY<DOUBLE>, `MAP` MAP<STRING, TIME>";

struct Tree {
    Leaf own;
    Optional<Leaf> leaf;
    std::vector<Leaf> leaves;
    ByName<std::vector<Optional<Leaf>>> named;
    std::vector<ByName<Optional<Decimal>>> prices;
    static constexpr auto ksqldbFields() {
        return fields(field("OWN", &Tree::own), field("LEAF", &Tree::leaf),
                      field("LEAVES", &Tree::leaves), field("NAMED", &Tree::named),
                      field("PRICES", &Tree::prices));
    }
};
std::string treeColumns() {
    const std::string leaf = "STRUCT<" + std::string(leafColumns) + ">";
    return "`OWN` " + leaf + ", `LEAF` " + leaf + ", `LEAVES` ARRAY<" + leaf +
           ">, `NAMED` MAP<STRING, ARRAY<" + leaf +
           ">>, `PRICES` ARRAY<MAP<STRING, DECIMAL(38, 10)>>";
}

// Random values.

class Random {
public:
    explicit Random(std::uint64_t seed) : random_(seed) {}

    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
    std::int64_t between(std::int64_t least, std::int64_t most) {
        return least +
               static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most - least) + 1));
    }

    void fill(bool& out) { out = below(2) == 0; }
    void fill(std::int32_t& out) { out = static_cast<std::int32_t>(random_()); }
    void fill(std::int64_t& out) { out = static_cast<std::int64_t>(random_() >> below(64)); }
    void fill(double& out) {
        constexpr double special[] = {0.0, -0.0, 4.9E-324, 1e300, -1.5, 0.1, 1e7, 9999999.0, 1e-3};
        if (below(3) == 0) {
            out = special[below(std::size(special))];
            return;
        }
        do out = std::bit_cast<double>(random_());
        while (!std::isfinite(out));
    }
    void fill(Decimal& out) {  // any DECIMAL(38, 10)
        std::string digits = below(2) == 0 ? "-" : "";
        for (auto n = 1 + below(28); n > 0; --n) digits += static_cast<char>('0' + below(10));
        digits += '.';
        for (int i = 0; i < 10; ++i) digits += static_cast<char>('0' + below(10));
        out = Decimal(digits);
    }
    void fill(std::string& out) {
        constexpr const char* parts[] = {"a",  "Z", " ", "é", "漢",   "😀",    "\n", "\"",
                                         "\\", "/", "{", "]", "\x01", "\x7F", "`"};
        out.clear();
        for (auto n = below(6); n > 0; --n) out += parts[below(std::size(parts))];
        if (below(8) == 0) out += '\0';
    }
    void fill(Bytes& out) {
        out.resize(below(8));
        for (std::byte& byte : out) byte = static_cast<std::byte>(random_());
    }
    std::int64_t day() {  // of the years 1 to 9999, sometimes -9999 to 32000
        return below(4) == 0 ? between(-4'371'000, 10'968'000) : between(-719'162, 2'932'896);
    }
    void fill(Date& out) { out = Date(Days(static_cast<std::int32_t>(day()))); }
    void fill(TimeOfDay& out) { out = {std::chrono::milliseconds(between(0, 86'399'999))}; }
    void fill(Timestamp& out) {
        out = Timestamp(std::chrono::milliseconds(day() * 86'400'000 + between(0, 86'399'999)));
    }
    template <class T>
    void fill(Optional<T>& out) {
        if (below(4) == 0) return out.reset();
        fill(out.emplace());
    }
    template <class T>
    void fill(std::vector<T>& out) {
        out.resize(below(4));
        for (T& part : out) fill(part);
    }
    template <class T>
    void fill(ByName<T>& out) {
        for (auto n = below(4); n > 0; --n) {
            std::string name;
            fill(name);
            fill(out[name]);
        }
    }
    template <class T>
    std::enable_if_t<detail::IsMapped<T>::value> fill(T& out) {
        std::apply([&](const auto&... f) { (fill(out.*(f.member)), ...); }, RowMapping<T>::get());
    }

    std::mt19937_64& engine() { return random_; }

private:
    std::mt19937_64 random_;
};

// The wire's rules.

/// A double as Java writes it: 1.0E10, but 9999999.0 and 0.001.
std::string javaDouble(double value) {
    char buffer[40];
    const double size = std::fabs(value);
    const bool isPlain = value == 0 || (size >= 1e-3 && size < 1e7);
    const auto format = isPlain ? std::chars_format::fixed : std::chars_format::scientific;
    std::string text(buffer, std::to_chars(buffer, buffer + sizeof buffer, value, format).ptr);
    const std::size_t e = text.find('e');
    std::string exponent = e == std::string::npos ? "" : text.substr(e + 1);
    text = text.substr(0, e);
    if (text.find('.') == std::string::npos) text += ".0";
    if (exponent.empty()) return text;
    return text + "E" + std::to_string(std::stoi(exponent));
}

/// Escaped as ksqlDB's JSON writer does: characters beyond U+FFFF as a pair of surrogates.
std::string wireString(std::string_view text) {
    const auto unit = [](unsigned code) {
        char escaped[12];
        std::snprintf(escaped, sizeof escaped, "\\u%04X", code);
        return std::string(escaped);
    };
    std::string out = "\"";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += text[i];
        } else if (c < 0x20) {
            out += unit(c);
        } else if (c >= 0xF0) {
            unsigned code = c & 7;
            for (int n = 0; n < 3; ++n)
                code = code << 6 | (static_cast<unsigned char>(text[++i]) & 0x3F);
            code -= 0x10000;
            out += unit(0xD800 + (code >> 10)) + unit(0xDC00 + (code & 0x3FF));
        } else {
            out += text[i];
        }
    }
    return out + "\"";
}

/// Digits of a text like "2020-05-26T23:59:58.123" or "+12020-05-26", as numbers.
std::vector<int> numbersIn(const std::string& text) {
    std::vector<int> numbers;
    for (std::size_t i = 0; i < text.size();) {
        std::size_t end = i;
        while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end])) != 0) ++end;
        if (end > i) numbers.push_back(std::stoi(text.substr(i, end - i)));
        i = end + 1;
    }
    if (text[0] == '-') numbers[0] = -numbers[0];  // a year before 1
    return numbers;
}
std::int64_t daysOf(const std::vector<int>& n) {
    using namespace std::chrono;
    const year_month_day day{year(n[0]), month(static_cast<unsigned>(n[1])),
                             std::chrono::day(static_cast<unsigned>(n[2]))};
    return sys_days(day).time_since_epoch().count();
}
std::int64_t msOf(const std::vector<int>& n, std::size_t first) {
    const std::int64_t seconds = (n[first] * 60 + n[first + 1]) * 60 + n[first + 2];
    return seconds * 1000 + (n.size() > first + 3 ? n[first + 3] : 0);
}

class Wire {
public:
    explicit Wire(Random& random) : random_(random) {}

    /// The row's columns in the schema's order.
    std::string row(const rapidjson::Value& object, const Schema& schema) {
        std::string out;
        for (const Column& column : schema)
            out +=
                (out.empty() ? "" : ",") + value(member(object, column.name), column.type, false);
        return "[" + out + "]";
    }

private:
    static bool isUpper(const std::string& name) {
        return std::none_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    }
    static const rapidjson::Value& member(const rapidjson::Value& object, const std::string& name) {
        // As SQL reads names: what is not quoted is upper-case.
        for (const auto& m : object.GetObject()) {
            const std::string sent(m.name.GetString(), m.name.GetStringLength());
            if (sent == "`" + name + "`" || (sent == name && isUpper(name))) return m.value;
        }
        throw std::runtime_error("no " + name);
    }

    std::string value(const rapidjson::Value& sent, const Type& type, bool inStruct) {
        if (sent.IsNull()) return "null";
        const std::string text =
            sent.IsString() ? std::string(sent.GetString(), sent.GetStringLength()) : "";
        switch (type.kind()) {
            case TypeKind::Boolean:
                return sent.GetBool() ? "true" : "false";
            case TypeKind::Integer:
                return std::to_string(sent.GetInt());
            case TypeKind::Bigint:
                return std::to_string(sent.GetInt64());
            case TypeKind::Double:
                EXPECT_TRUE(sent.IsDouble());
                return javaDouble(sent.GetDouble());
            case TypeKind::Decimal:
                return inStruct ? javaDouble(std::strtod(text.c_str(), nullptr)) : text;
            case TypeKind::Date:
                return inStruct ? std::to_string(daysOf(numbersIn(text))) : wireString(text);
            case TypeKind::Time: {
                const std::vector<int> n = numbersIn(text);
                if (inStruct) return std::to_string(msOf(n, 0));
                return n[2] == 0 ? wireString(text.substr(0, 5)) : wireString(text.substr(0, 8));
            }
            case TypeKind::Timestamp: {
                const std::vector<int> n = numbersIn(text);
                return inStruct ? std::to_string(daysOf(n) * 86'400'000 + msOf(n, 3))
                                : wireString(text);
            }
            case TypeKind::Array:
                return array(sent, type, inStruct);
            case TypeKind::Map:
                return map(sent, type, inStruct);
            case TypeKind::Struct:
                return object(sent, type);
            default:
                return wireString(text);
        }
    }

    std::string array(const rapidjson::Value& sent, const Type& type, bool inStruct) {
        std::string out;
        for (const auto& part : sent.GetArray())
            out += (out.empty() ? "" : ",") + value(part, type.element(), inStruct);
        return "[" + out + "]";
    }
    std::string map(const rapidjson::Value& sent, const Type& type, bool inStruct) {
        std::string out;
        for (const auto& m : sent.GetObject())
            out += (out.empty() ? "" : ",") +
                   wireString({m.name.GetString(), m.name.GetStringLength()}) + ":" +
                   value(m.value, type.element(), inStruct);
        return "{" + out + "}";
    }
    std::string object(const rapidjson::Value& sent, const Type& type) {
        std::vector<std::string> parts;
        for (std::size_t i = 0; i < type.fieldCount(); ++i)
            parts.push_back(wireString(type.fieldName(i)) + ":" +
                            value(member(sent, type.fieldName(i)), type.field(i), true));
        std::shuffle(parts.begin(), parts.end(), random_.engine());
        std::string out;
        for (const std::string& part : parts) out += (out.empty() ? "" : ",") + part;
        return "{" + out + "}";
    }

    Random& random_;
};

/// Equal, but for what the wire loses.
struct Same {
    bool inStruct;

    template <class T>
    bool members(const T& a, const T& b) const {
        return std::apply(
            [&](const auto&... f) { return ((*this)(a.*(f.member), b.*(f.member)) && ...); },
            RowMapping<T>::get());
    }
    template <class T>
    bool operator()(const T& a, const T& b) const {
        if constexpr (detail::IsMapped<T>::value)
            return Same{true}.members(a, b);
        else
            return a == b;
    }
    bool operator()(double a, double b) const {
        return a == b && std::signbit(a) == std::signbit(b);
    }
    bool operator()(const Decimal& sent, const Decimal& read) const {
        if (read.mayBeRounded() != inStruct) return false;
        return inStruct ? sent.toDouble() == read.toDouble() : sent == read;
    }
    bool operator()(TimeOfDay sent, TimeOfDay read) const {
        if (!inStruct) sent.sinceMidnight -= sent.sinceMidnight % std::chrono::seconds(1);
        return sent == read;
    }
    template <class T>
    bool operator()(const Optional<T>& a, const Optional<T>& b) const {
        return a.has_value() == b.has_value() && (!a || (*this)(*a, *b));
    }
    template <class T>
    bool operator()(const std::vector<T>& a, const std::vector<T>& b) const {
        return std::equal(a.begin(), a.end(), b.begin(), b.end(), *this);
    }
    template <class T>
    bool operator()(const ByName<T>& a, const ByName<T>& b) const {
        return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                          [this](const auto& x, const auto& y) {
                              return x.first == y.first && (*this)(x.second, y.second);
                          });
    }
};

/// KSQLDB_TEST_SEED repeats a run that failed.
std::uint64_t seed() {
    const char* given = std::getenv("KSQLDB_TEST_SEED");
    return given != nullptr ? std::strtoull(given, nullptr, 10) : 20261124;
}

template <class T>
void expectToComeBack(const std::string& columns, int rounds) {
    std::cout << "KSQLDB_TEST_SEED=" << seed() << '\n';
    InsertRow row;
    protocol::RowDecoder decoder;
    for (int round = 0; round < rounds; ++round) {
        const std::uint64_t roundSeed = seed() + static_cast<std::uint64_t>(round);
        Random random(roundSeed);
        SCOPED_TRACE("KSQLDB_TEST_SEED=" + std::to_string(roundSeed));
        T sent;
        random.fill(sent);
        const std::string json(row.clear().set(sent).json());

        rapidjson::Document document;
        document.Parse<rapidjson::kParseFullPrecisionFlag>(json.data(), json.size());
        ASSERT_FALSE(document.HasParseError()) << json;
        std::vector<Column> schema;
        ASSERT_TRUE(values::parseSchema(columns, schema));
        std::shuffle(schema.begin(), schema.end(), random.engine());
        protocol::Batch batch;
        batch.schema = Schema(schema);
        const std::string line = Wire(random).row(document, batch.schema);
        batch.addLine(random.below(2) == 0 ? line : R"({"row":{"columns":)" + line + "}}");
        decoder.ensureDecoded(batch);
        ASSERT_EQ(batch.rowCount, 1u) << line;

        const T read = RowReader<T>(batch.schema)(batch.row(0));
        ASSERT_TRUE(Same{false}.members(sent, read)) << json << '\n' << line;
    }
}

TEST(InsertRowAtRandom, ColumnsComeBack) { expectToComeBack<Leaf>(leafColumns, 2000); }
TEST(InsertRowAtRandom, NestedValuesComeBack) { expectToComeBack<Tree>(treeColumns(), 500); }

}  // namespace
}  // namespace ksqldb::test
