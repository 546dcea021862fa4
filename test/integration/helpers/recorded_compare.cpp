#include "recorded_compare.h"

#include "support.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace ksqldb::test {

std::string base64(const Bytes& bytes) {
    constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        unsigned bits = 0;
        for (std::size_t k = 0; k < 3; ++k)
            bits = bits << 8 | (i + k < bytes.size() ? std::to_integer<unsigned>(bytes[i + k]) : 0);
        for (std::size_t k = 0; k < 4; ++k)
            text += i + k <= bytes.size() ? digits[bits >> (18 - 6 * k) & 63] : '=';
    }
    return text;
}

std::int64_t daysFrom(const std::string& text) {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    EXPECT_EQ(std::sscanf(text.c_str(), "%d-%u-%u", &year, &month, &day), 3) << text;
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                           std::chrono::day(day)};
    return std::chrono::sys_days(date).time_since_epoch().count();
}

std::int64_t millisecondsFrom(const std::string& text) {
    int hour = 0;
    int minute = 0;
    double second = 0;
    EXPECT_GE(std::sscanf(text.c_str(), "%d:%d:%lf", &hour, &minute, &second), 2) << text;
    return (hour * 60 + minute) * std::int64_t{60'000} + std::llround(second * 1000);
}

std::int64_t timestampFrom(const std::string& text) {
    const std::size_t middle = text.find('T');
    return daysFrom(text.substr(0, middle)) * 86'400'000 +
           millisecondsFrom(text.substr(middle + 1));
}

namespace {

std::size_t compared = 0;

void expectType(const Type& type, const RecordedType& recorded) {
    ASSERT_EQ(type.kind(), kindNamed(recorded.word));
    EXPECT_EQ(type.toString(), recorded.text);
    EXPECT_EQ(type.precision(), recorded.precision);
    EXPECT_EQ(type.scale(), recorded.scale);
    if (recorded.word == "ARRAY") expectType(type.element(), recorded.parts[0]);
    if (recorded.word == "MAP") {
        expectType(type.key(), recorded.parts[0]);
        expectType(type.element(), recorded.parts[1]);
    }
    ASSERT_EQ(type.fieldCount(), recorded.names.size());
    for (std::size_t i = 0; i < recorded.names.size(); ++i) {
        EXPECT_EQ(type.fieldName(i), recorded.names[i]);
        expectType(type.field(i), recorded.parts[i]);
    }
}

double doubleFrom(const Json& json) {
    // strtod knows the names as well; that they came as texts is ksqlDB's way.
    const bool isName = json.text == "NaN" || json.text == "Infinity" || json.text == "-Infinity";
    EXPECT_EQ(json.kind, isName ? Json::Kind::String : Json::Kind::Number);
    return std::strtod(json.text.c_str(), nullptr);
}

/// Times are texts, and numbers inside a STRUCT.
template <class F>
std::int64_t timeFrom(const Json& json, bool inStruct, F fromText) {
    EXPECT_EQ(json.kind, inStruct ? Json::Kind::Number : Json::Kind::String);
    return inStruct ? std::stoll(json.text) : fromText(json.text);
}

void expectScalar(const ValueView& value, const Json& json, const RecordedType& type,
                  bool inStruct) {
    if (type.word == "BOOLEAN") {
        EXPECT_EQ(value.asBool(), json.kind == Json::Kind::True);
    } else if (type.word == "INTEGER") {
        EXPECT_EQ(std::to_string(value.asInt()), json.text);
    } else if (type.word == "BIGINT") {
        EXPECT_EQ(std::to_string(value.asBigint()), json.text);
    } else if (type.word == "DOUBLE") {
        const double expected = doubleFrom(json);
        const double actual = value.asDouble();
        EXPECT_EQ(std::isnan(actual), std::isnan(expected));
        if (!std::isnan(expected)) {
            EXPECT_EQ(actual, expected);
            EXPECT_EQ(std::signbit(actual), std::signbit(expected));
        }
    } else if (type.word == "DECIMAL") {
        const Decimal decimal = value.asDecimal();
        EXPECT_EQ(decimal.mayBeRounded(), inStruct);
        if (inStruct)  // there it is a double's text, perhaps with an exponent
            EXPECT_EQ(decimal.toDouble(), std::strtod(json.text.c_str(), nullptr));
        else
            EXPECT_EQ(decimal.toString(), json.text);
    } else if (type.word == "STRING") {
        EXPECT_EQ(json.kind, Json::Kind::String);
        EXPECT_EQ(value.asString(), json.text);
    } else if (type.word == "BYTES") {
        EXPECT_EQ(base64(value.asBytes()), json.text);
    } else if (type.word == "DATE") {
        EXPECT_EQ(value.asDate().time_since_epoch().count(), timeFrom(json, inStruct, daysFrom));
    } else if (type.word == "TIME") {
        EXPECT_EQ(value.asTime().sinceMidnight.count(), timeFrom(json, inStruct, millisecondsFrom));
    } else if (type.word == "TIMESTAMP") {
        EXPECT_EQ(value.asTimestamp().time_since_epoch().count(),
                  timeFrom(json, inStruct, timestampFrom));
    } else {
        ADD_FAILURE() << "no comparison for " << type.word;
    }
}

/// Keys that are no texts come as the text of their value.
void expectKeyText(const ValueView& key, const std::string& text, const RecordedType& type) {
    Json json;
    json.kind = type.word == "STRING" ? Json::Kind::String : Json::Kind::Number;
    if (type.word == "BOOLEAN") json.kind = text == "true" ? Json::Kind::True : Json::Kind::False;
    json.text = text;
    expectScalar(key, json, type, false);
}

void expectMap(const ValueView& value, const Json& json, const RecordedType& type, bool inStruct) {
    ASSERT_EQ(value.size(), json.parts.size());
    for (std::size_t i = 0; i < json.parts.size(); ++i) {
        if (json.kind == Json::Kind::Object) {
            SCOPED_TRACE("key " + json.names[i]);
            expectKeyText(value.key(i), json.names[i], type.parts[0]);
            EXPECT_TRUE(value.contains(json.names[i]));
            expectValue(value[i], json.parts[i], type.parts[1], inStruct);
            expectValue(value[json.names[i]], json.parts[i], type.parts[1], inStruct);
        } else {  // inside a STRUCT, where keys are no texts: pairs
            const Json& pair = json.parts[i];
            ASSERT_EQ(pair.parts.size(), 2U);
            expectValue(value.key(i), pair.parts[0], type.parts[0], inStruct);
            expectValue(value[i], pair.parts[1], type.parts[1], inStruct);
        }
    }
}

void expectStruct(const ValueView& value, const Json& json, const RecordedType& type) {
    ASSERT_EQ(json.kind, Json::Kind::Object);
    ASSERT_EQ(value.size(), type.names.size());
    EXPECT_EQ(json.names.size(), type.names.size());
    for (std::size_t i = 0; i < type.names.size(); ++i) {
        SCOPED_TRACE("field " + type.names[i]);
        const Json* field = json.member(type.names[i]);
        ASSERT_NE(field, nullptr);
        expectValue(value[i], *field, type.parts[i], true);
        expectValue(value[type.names[i]], *field, type.parts[i], true);
    }
}

}  // namespace

std::size_t comparedValues() { return compared; }

void expectValue(const ValueView& value, const Json& json, const RecordedType& type,
                 bool inStruct) {
    ++compared;
    SCOPED_TRACE(type.text + " " + json.text);
    ASSERT_EQ(value.isNull(), json.isNull());
    if (json.isNull()) return;
    if (type.word == "ARRAY") {
        ASSERT_EQ(json.kind, Json::Kind::Array);
        ASSERT_EQ(value.size(), json.parts.size());
        for (std::size_t i = 0; i < json.parts.size(); ++i)
            expectValue(value[i], json.parts[i], type.parts[0], inStruct);
    } else if (type.word == "MAP") {
        expectMap(value, json, type, inStruct);
    } else if (type.word == "STRUCT") {
        expectStruct(value, json, type);
    } else {
        expectScalar(value, json, type, inStruct);
    }
}

void expectHeader(const Header& header, const RecordedAnswer& recorded) {
    EXPECT_EQ(header.queryId(), recorded.queryId);
    ASSERT_EQ(header.schema().size(), recorded.columns.size());
    for (std::size_t i = 0; i < recorded.columns.size(); ++i) {
        const Column& column = header.schema()[i];
        EXPECT_EQ(column.name, recorded.columns[i].name);
        EXPECT_EQ(column.isKey, recorded.columns[i].isKey);
        expectType(column.type, recorded.columns[i].type);
    }
}

void expectRow(const RowView& row, const RecordedAnswer::Row& recorded,
               const std::vector<RecordedColumn>& columns) {
    EXPECT_EQ(row.isTombstone(), recorded.tombstone);
    ASSERT_EQ(row.size(), recorded.columns.parts.size());
    ASSERT_EQ(row.size(), columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
        SCOPED_TRACE("column " + columns[i].name);
        try {
            expectValue(row[i], recorded.columns.parts[i], columns[i].type, false);
        } catch (const Error& error) {
            ADD_FAILURE() << error.what();
        }
    }
}

}  // namespace ksqldb::test
