#include "row_builder.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::test {
namespace {

std::string inQuotes(std::string_view text) { return '"' + std::string(text) + '"'; }

// What to ask for, by the words that errors use.
struct Getter {
    const char* wanted;
    void (*call)(const ValueView&);
    std::vector<TypeKind> kinds;
};

const Getter getters[] = {
    {"a boolean", [](const ValueView& v) { (void)v.asBool(); }, {TypeKind::Boolean}},
    {"an integer of 32 bits",
     [](const ValueView& v) { (void)v.asInt(); },
     {TypeKind::Integer, TypeKind::Bigint}},
    {"an integer of 64 bits",
     [](const ValueView& v) { (void)v.asBigint(); },
     {TypeKind::Integer, TypeKind::Bigint}},
    {"a double",
     [](const ValueView& v) { (void)v.asDouble(); },
     {TypeKind::Double, TypeKind::Integer}},
    {"a string", [](const ValueView& v) { (void)v.asString(); }, {TypeKind::String}},
    {"a decimal", [](const ValueView& v) { (void)v.asDecimal(); }, {TypeKind::Decimal}},
    {"bytes in base64", [](const ValueView& v) { (void)v.asBytes(); }, {TypeKind::Bytes}},
    {"a date", [](const ValueView& v) { (void)v.asDate(); }, {TypeKind::Date}},
    {"a time", [](const ValueView& v) { (void)v.asTime(); }, {TypeKind::Time}},
    {"a timestamp", [](const ValueView& v) { (void)v.asTimestamp(); }, {TypeKind::Timestamp}},
    {"an ARRAY, a MAP or a STRUCT",
     [](const ValueView& v) { (void)v.size(); },
     {TypeKind::Array, TypeKind::Map, TypeKind::Struct}},
    {"an ARRAY, a MAP or a STRUCT",
     [](const ValueView& v) { (void)v[0]; },
     {TypeKind::Array, TypeKind::Map, TypeKind::Struct}},
    {"a MAP", [](const ValueView& v) { (void)v.key(0); }, {TypeKind::Map}},
};

const char* const allTypes[] = {"BOOLEAN",
                                "INTEGER",
                                "BIGINT",
                                "DOUBLE",
                                "DECIMAL(4, 2)",
                                "STRING",
                                "BYTES",
                                "DATE",
                                "TIME",
                                "TIMESTAMP",
                                "ARRAY<INTEGER>",
                                "MAP<STRING, INTEGER>",
                                "STRUCT<`A` INTEGER>"};

bool suits(const Getter& getter, const Type& type) {
    for (const TypeKind kind : getter.kinds)
        if (kind == type.kind()) return true;
    return false;
}

TEST(ValueErrors, EveryMismatchNamesColumnTypeAndWish) {
    int mismatches = 0;
    for (const char* type : allTypes) {
        for (const Getter& getter : getters) {
            const BuiltRows rows("`STARS` " + std::string(type), {"[null]"});
            const ValueView value = rows[0][0];
            if (suits(getter, value.type())) continue;
            ++mismatches;
            expectError(ErrorCode::WrongType,
                        std::string("column STARS: expected ") + getter.wanted + ", got " + type,
                        [&] { getter.call(value); });
        }
    }
    EXPECT_EQ(mismatches, 13 * 13 - 20);
}

TEST(ValueErrors, EveryNullIsNamed) {
    for (const char* type : allTypes) {
        const BuiltValue value(type, "null");
        EXPECT_TRUE(value->isNull());
        for (const Getter& getter : getters) {
            if (!suits(getter, value->type())) continue;
            expectError(
                ErrorCode::UnexpectedNull,
                "column X (" + std::string(type) + "): expected " + getter.wanted + ", got null",
                [&] { getter.call(*value); });
        }
        EXPECT_EQ(value->toJson(), "null");
        EXPECT_EQ(value->toString(), "null");
    }
}

TEST(ValueErrors, EveryWrongWireFormIsNamed) {
    struct Form {
        const char* json;
        const char* name;
    };
    const Form forms[] = {{"true", "a boolean"},
                          {"1.5", "a number"},
                          {"\"?\"", "a string"},
                          {"[1]", "an array"},
                          {"{\"A\":1}", "an object"}};
    const auto fits = [](TypeKind kind, std::string_view json) {
        switch (kind) {
            case TypeKind::Boolean:
                return json == "true";
            case TypeKind::Double:
            case TypeKind::Decimal:
                return json == "1.5";
            case TypeKind::String:
                return json == "\"?\"";
            case TypeKind::Array:
                return json == "[1]";
            case TypeKind::Map:
                return json == "[1]" || json == "{\"A\":1}";
            case TypeKind::Struct:
                return json == "{\"A\":1}";
            default:
                return false;
        }
    };
    // The form is right, what it holds is not.
    const auto hasForm = [](TypeKind kind, std::string_view json) {
        switch (kind) {
            case TypeKind::Integer:
            case TypeKind::Bigint:
                return json == "1.5";
            case TypeKind::Decimal:
            case TypeKind::Bytes:
                return json == "\"?\"";
            case TypeKind::Date:
            case TypeKind::Time:
            case TypeKind::Timestamp:
                return json == "1.5" || json == "\"?\"";
            default:
                return false;
        }
    };
    for (const char* type : allTypes) {
        for (const Form& form : forms) {
            const BuiltValue value(type, form.json);
            if (fits(value->type().kind(), form.json)) continue;
            for (const Getter& getter : getters) {
                if (!suits(getter, value->type())) continue;
                const bool isOnlyContent = hasForm(value->type().kind(), form.json);
                const std::string ending =
                    isOnlyContent ? std::string(" that is not ") + getter.wanted : std::string();
                expectError(ErrorCode::MalformedResponse,
                            "column X (" + std::string(type) + "): expected " + getter.wanted +
                                ", got " + form.name + ending,
                            [&] { getter.call(*value); });
            }
            EXPECT_THROW((void)value->toJson(), Error);
            EXPECT_FALSE(value->toString().empty());  // people see what came
        }
    }
}

TEST(ValueErrors, RefusesNumbersOfAnotherKind) {
    for (const char* json : {"1.0", "1E3", "0.5", "-1.7"}) {
        for (const char* type : {"INTEGER", "BIGINT"}) {
            const BuiltValue value(type, json);
            expectError(
                ErrorCode::MalformedResponse,
                "column X (" + std::string(type) +
                    "): expected an integer of 64 bits, got a number that is not an integer of "
                    "64 bits",
                [&] { (void)value->asBigint(); });
        }
    }
    for (const char* json : {"\"abc\"", "\"nan\"", "\"inf\"", "\"1.5\"", "\"\"", "\"+Infinity\""})
        EXPECT_THROW((void)BuiltValue("DOUBLE", json)->asDouble(), Error) << json;
    for (const char* json : {"\"abc\"", "\"\"", "\"1,5\"", "\"NaN\"", "\"number:1E2000\""})
        EXPECT_THROW((void)BuiltValue("DECIMAL(4, 2)", json)->asDecimal(), Error) << json;
    for (const char* json :
         {"\"inf\"", "\"nan\"", "\"0x10\"", "\"\"", "\"-\"", "\" 1\"", "\"1 \""}) {
        const std::string object = "{" + std::string(json) + ":1}";
        EXPECT_THROW((void)BuiltValue("MAP<DOUBLE, INTEGER>", object)->key(0).asDouble(), Error);
        EXPECT_THROW((void)BuiltValue("MAP<BIGINT, INTEGER>", object)->key(0).asBigint(), Error);
        EXPECT_THROW((void)BuiltValue("MAP<BOOLEAN, INTEGER>", object)->key(0).asBool(), Error);
    }
}

TEST(ValueErrors, ChecksTheRangeOfIntegers) {
    for (const char* json : {"2147483648", "-2147483649", "5000000000", "9223372036854775807"}) {
        const BuiltValue value("BIGINT", json);
        expectError(ErrorCode::OutOfRange,
                    "column X (BIGINT): does not fit into an integer of 32 bits",
                    [&] { (void)value->asInt(); });
    }
    EXPECT_EQ(BuiltValue("BIGINT", "2147483647")->asInt(),
              std::numeric_limits<std::int32_t>::max());
    for (const char* json :
         {"9223372036854775808", "-9223372036854775809", "99999999999999999999999999"}) {
        const BuiltValue value("BIGINT", json);
        expectError(ErrorCode::OutOfRange,
                    "column X (BIGINT): does not fit into an integer of 64 bits",
                    [&] { (void)value->asBigint(); });
    }
    const BuiltValue value("BIGINT", "300");
    EXPECT_EQ(value->get<std::int16_t>(), 300);
    EXPECT_EQ(value->get<std::uint64_t>(), 300U);
    expectError(ErrorCode::OutOfRange,
                "column X (BIGINT): does not fit into an unsigned integer of 8 bits",
                [&] { (void)value->get<std::uint8_t>(); });
    expectError(ErrorCode::OutOfRange, "column X (BIGINT): does not fit into an integer of 8 bits",
                [&] { (void)value->get<std::int8_t>(); });
    expectError(ErrorCode::OutOfRange,
                "column X (INTEGER): does not fit into an unsigned integer of 64 bits",
                [] { (void)BuiltValue("INTEGER", "-1")->get<std::uint64_t>(); });
}

TEST(ValueErrors, NamesTheIntegerThatWasAskedFor) {
    const BuiltValue value("STRUCT<`A` INTEGER>", R"({"A":1})");
    const auto expectAskedFor = [](const char* name, auto ask) {
        expectError(ErrorCode::WrongType,
                    std::string("column X: expected ") + name + ", got STRUCT<`A` INTEGER>", ask);
    };
    expectAskedFor("an integer of 8 bits", [&] { (void)value->get<std::int8_t>(); });
    expectAskedFor("an unsigned integer of 8 bits", [&] { (void)value->get<std::uint8_t>(); });
    expectAskedFor("an integer of 16 bits", [&] { (void)value->get<std::int16_t>(); });
    expectAskedFor("an unsigned integer of 16 bits", [&] { (void)value->get<std::uint16_t>(); });
    expectAskedFor("an integer of 32 bits", [&] { (void)value->get<int>(); });
    expectAskedFor("an unsigned integer of 32 bits", [&] { (void)value->get<unsigned>(); });
    expectAskedFor("an integer of 64 bits", [&] { (void)value->get<std::int64_t>(); });
    expectAskedFor("an unsigned integer of 64 bits", [&] { (void)value->get<std::uint64_t>(); });
    expectError(ErrorCode::UnexpectedNull,
                "column X (INTEGER): expected an integer of 16 bits, got null",
                [] { (void)BuiltValue("INTEGER", "null")->get<std::int16_t>(); });
}

TEST(ValueErrors, ChecksTheRangeOfDoubles) {
    const auto number = [](const std::string& digits) {
        return BuiltValue("DOUBLE", inQuotes("number:" + digits));
    };
    for (const char* digits : {"1e400", "-1E400", "1.8E308", "123456E99999999999999999999"}) {
        expectError(ErrorCode::OutOfRange, "column X (DOUBLE): does not fit into a double",
                    [&] { (void)number(digits)->asDouble(); });
        EXPECT_EQ(number(digits)->toString(), digits);
    }
    for (const char* digits :
         {"1e-400", "0.1E-99999999999999999999", "0E400", "0.0E99999999999999", "1E-324", "0"})
        EXPECT_EQ(number(digits)->asDouble(), 0.0) << digits;
    EXPECT_TRUE(std::signbit(number("-1e-400")->asDouble()));
    EXPECT_EQ(number("0." + std::string(400, '0') + "1E401")->asDouble(), 1.0);
    EXPECT_EQ(number("1" + std::string(400, '0') + "E-400")->asDouble(), 1.0);
    EXPECT_EQ(number("1E+2")->asDouble(), 100.0);
}

TEST(ValueErrors, ChecksTheRangeOfTimes) {
    expectError(ErrorCode::OutOfRange, "column X (DATE): does not fit into a date",
                [] { (void)BuiltValue("DATE", "2147483648")->asDate(); });
    expectError(ErrorCode::OutOfRange, "column X (DATE): does not fit into a date",
                [] { (void)BuiltValue("DATE", "\"+999999999-01-01\"")->asDate(); });
    EXPECT_EQ(BuiltValue("DATE", "-2147483648")->asDate(),
              Date(Days(std::numeric_limits<std::int32_t>::min())));
    for (const char* json : {"-1", "86400000", "\"24:00\"", "\"10:30:05.1234\"", "0.5"})
        EXPECT_THROW((void)BuiltValue("TIME", json)->asTime(), Error) << json;
    expectError(ErrorCode::OutOfRange, "column X (TIMESTAMP): does not fit into a timestamp",
                [] { (void)BuiltValue("TIMESTAMP", "9223372036854775808")->asTimestamp(); });
    expectError(ErrorCode::OutOfRange, "column X (TIMESTAMP): does not fit into a timestamp",
                [] { (void)BuiltValue("TIMESTAMP", "\"+292278995-01-01T00:00\"")->asTimestamp(); });
    EXPECT_EQ(BuiltValue("TIMESTAMP", "9223372036854775807")->asTimestamp(),
              Timestamp(std::chrono::milliseconds(std::numeric_limits<std::int64_t>::max())));
    // Only keys come as timestamps.
    EXPECT_THROW((void)BuiltValue("DATE", "\"2020-05-26T00:00:00.000\"")->asDate(), Error);
    EXPECT_THROW((void)BuiltValue("TIME", "\"1970-01-01T10:30:00.000\"")->asTime(), Error);
}

TEST(ValueErrors, RefusesOtherBase64) {
    for (const char* json : {"\"-_8B\"", "\"+/8\"", "\"+/8B=\"", "\"Zh==\"", "\"+/8B \""})
        expectError(
            ErrorCode::MalformedResponse,
            "column X (BYTES): expected bytes in base64, got a string that is not bytes in base64",
            [&] { (void)BuiltValue("BYTES", json)->asBytes(); });
}

TEST(ValueErrors, RefusesEntriesThatAreNoPairs) {
    for (const char* json : {"[[1]]", "[1]", "[[1,2,3]]", "[null]", "[{\"1\":2}]"}) {
        const BuiltValue map("MAP<INTEGER, INTEGER>", json);
        expectError(
            ErrorCode::MalformedResponse,
            "column X (MAP<INTEGER, INTEGER>): expected a pair of key and value, got something "
            "else",
            [&] { (void)(*map)[0]; });
        EXPECT_THROW((void)map->key(0), Error);
        EXPECT_THROW((void)map->contains("1"), Error);
        EXPECT_FALSE(map->toString().empty());
    }
}

TEST(ValueErrors, NamesPartsInErrors) {
    const BuiltValue value("ARRAY<STRUCT<`T` TIME>>", R"([{"T":"x"},null])");
    expectError(ErrorCode::MalformedResponse,
                "a part of column X (TIME): expected a time, got a string that is not a time",
                [&] { (void)(*value)[0]["T"].asTime(); });
    expectError(ErrorCode::UnexpectedNull,
                "a part of column X (STRUCT<`T` TIME>): expected a STRUCT, got null",
                [&] { (void)(*value)[1]["T"]; });
}

TEST(ValueErrors, ShortensLongTypesInErrors) {
    std::string type = "STRUCT<";
    for (int i = 0; i < 100; ++i) type += "`字字字` INTEGER, ";
    type += "`Z` INTEGER>";
    try {
        (void)BuiltValue(type, "null")->asInt();
        FAIL();
    } catch (const Error& error) {
        const std::string what = error.what();
        EXPECT_LT(what.size(), 260U);
        EXPECT_EQ(what.substr(what.size() - 3), "...") << what;
    }
}

}  // namespace
}  // namespace ksqldb::test
