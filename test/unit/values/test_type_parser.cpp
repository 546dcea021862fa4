#include "row_builder.h"
#include "values/type_parser.h"

#include <ksqldb/error.h>

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::values {
namespace {

using test::expectError;

std::vector<Column> schemaOf(std::string_view text) {
    std::vector<Column> columns;
    EXPECT_TRUE(parseSchema(text, columns)) << text;
    return columns;
}

// Every schema string and every column type in the recordings of real servers.
const std::string_view recordedSchemas[] = {
    "`K` STRING, `V` INTEGER",
    "`ID` STRING, `NAN` DOUBLE, `INF` DOUBLE, `NINF` DOUBLE, `SNAN` STRUCT<`N` "
    "DOUBLE>, `NZERO` DOUBLE, `SMALL` DOUBLE, `M` MAP<STRING, INTEGER>, `MINT` "
    "MAP<INTEGER, STRING>, `MDEC` MAP<DECIMAL(2, 1), STRING>, `SM` STRUCT<`M` "
    "MAP<INTEGER, STRING>>, `AST` ARRAY<STRUCT<`Q` DECIMAL(4, 2)>>",
    "`K` STRUCT<`A` INTEGER, `B` STRING>, `D` DOUBLE, `N` DECIMAL(20, 4), `M` "
    "MAP<STRING, ARRAY<BIGINT>>, `RAW` BYTES, `TS` TIMESTAMP, `DT` DATE, `TM` TIME",
    "`ID` STRING, `B` BOOLEAN, `I` INTEGER, `L` BIGINT, `D` DOUBLE, `DEC` "
    "DECIMAL(38, 10), `SMALL` DECIMAL(4, 2), `S` STRING, `RAW` BYTES, `DT` DATE, "
    "`TM` TIME, `TS` TIMESTAMP, `AI` ARRAY<INTEGER>, `ATS` ARRAY<TIMESTAMP>, `ADEC` "
    "ARRAY<DECIMAL(4, 2)>, `MSI` MAP<STRING, INTEGER>, `MSTS` MAP<STRING, "
    "TIMESTAMP>, `ST` STRUCT<`X` BIGINT, `Y` DECIMAL(10, 2), `BIG` DECIMAL(38, 10), "
    "`DT` DATE, `TM` TIME, `TS` TIMESTAMP, `RAW` BYTES, `lower case` STRING, `SUB` "
    "STRUCT<`Z` ARRAY<STRING>, `M` MAP<STRING, DOUBLE>>>, `DEEP` ARRAY<STRUCT<`A` "
    "MAP<STRING, ARRAY<INTEGER>>, `D` DECIMAL(4, 2), `T` TIME>>",
    "`USER_ID` STRING, `ITEM` STRING, `PRICE` DECIMAL(9, 2)",
    "`USER_ID` STRING KEY, `ORDERS` BIGINT, `ITEMS` INTEGER, `DEAREST` DECIMAL(9, "
    "2)",
    "`USER_ID` STRING, `ORDERS` BIGINT, `ITEMS` INTEGER, `DEAREST` DECIMAL(9, 2)",
    "`USER_ID` STRING, `ITEM` STRING, `AMOUNT` INTEGER, `PRICE` DECIMAL(9, 2), "
    "`NOTE` STRING",
    "`ITEM` STRING",
    "`USER_ID` STRING, `ITEMS` INTEGER",
    "`ITEMS` INTEGER",
    "`ITEM` STRING, `BOOM` INTEGER",
    "`K` STRING, `WINDOWSTART` BIGINT, `WINDOWEND` BIGINT, `N` BIGINT, `L` "
    "ARRAY<INTEGER>, `K2` STRING",
    "`RATING_ID` BIGINT, `USER_ID` STRING, `STARS` INTEGER, `CHANNEL` STRING, "
    "`MESSAGE` STRING, `RATED_AT` TIMESTAMP",
    "`USER_ID` STRING, `RATINGS` BIGINT, `MEAN_STARS` DOUBLE, `LAST_MESSAGE` STRING",
    "`USER_ID` STRING KEY, `RATINGS` BIGINT, `MEAN_STARS` DOUBLE, `LAST_MESSAGE` "
    "STRING",
    "`K` STRING, `N` BIGINT, `S` INTEGER",
    "`K` STRING KEY, `N` BIGINT, `S` INTEGER",
    "`k 1` STRING, `a, b` INTEGER, `x<y>` ARRAY<INTEGER>, `KEY` STRING, `(p)` "
    "STRUCT<`f,1` INTEGER, `g h` MAP<STRING, STRUCT<`deep` BIGINT>>>",
    "`USER_ID` STRING, `ITEM` STRING, `AMOUNT` INTEGER, `PRICE` DECIMAL(9, 2)",
    "`USER_ID` STRING KEY, `ITEMS` INTEGER",
    "`ROWTIME` BIGINT, `ROWPARTITION` INTEGER, `ROWOFFSET` BIGINT, `ITEM` STRING",
    "`ONE` INTEGER, `S` STRING, `USER_ID` STRING KEY",
    "`USER_ID` STRING, `WINDOWSTART` BIGINT, `WINDOWEND` BIGINT, `ORDERS` BIGINT",
    "`USER_ID` STRING KEY, `WINDOWSTART` BIGINT KEY, `WINDOWEND` BIGINT KEY, "
    "`ORDERS` BIGINT"};
const std::string_view recordedTypes[] = {
    "ARRAY<DECIMAL(4, 2)>",
    "ARRAY<INTEGER>",
    "ARRAY<STRUCT<`A` MAP<STRING, ARRAY<INTEGER>>, `D` DECIMAL(4, 2), `T` TIME>>",
    "ARRAY<STRUCT<`Q` DECIMAL(4, 2)>>",
    "ARRAY<TIMESTAMP>",
    "BIGINT",
    "BOOLEAN",
    "BYTES",
    "DATE",
    "DECIMAL(20, 4)",
    "DECIMAL(38, 10)",
    "DECIMAL(4, 2)",
    "DECIMAL(9, 2)",
    "DOUBLE",
    "INTEGER",
    "MAP<DECIMAL(2, 1), STRING>",
    "MAP<INTEGER, STRING>",
    "MAP<STRING, ARRAY<BIGINT>>",
    "MAP<STRING, INTEGER>",
    "MAP<STRING, TIMESTAMP>",
    "STRING",
    "STRUCT<`A` INTEGER, `B` STRING>",
    "STRUCT<`M` MAP<INTEGER, STRING>>",
    "STRUCT<`N` DOUBLE>",
    "STRUCT<`X` BIGINT, `Y` DECIMAL(10, 2), `BIG` DECIMAL(38, 10), `DT` DATE, `TM` "
    "TIME, `TS` TIMESTAMP, `RAW` BYTES, `lower case` STRING, `SUB` STRUCT<`Z` "
    "ARRAY<STRING>, `M` MAP<STRING, DOUBLE>>>",
    "STRUCT<`f,1` INTEGER, `g h` MAP<STRING, STRUCT<`deep` BIGINT>>>",
    "TIME",
    "TIMESTAMP"};

bool hasUnknown(const Type& type) {
    switch (type.kind()) {
        case TypeKind::Unknown:
            return true;
        case TypeKind::Array:
            return hasUnknown(type.element());
        case TypeKind::Map:
            return hasUnknown(type.key()) || hasUnknown(type.element());
        default:
            for (std::size_t i = 0; i < type.fieldCount(); ++i)
                if (hasUnknown(type.field(i))) return true;
            return false;
    }
}

TEST(TypeParser, WritesRecordedTypesAsTheyCame) {
    for (const std::string_view text : recordedTypes) {
        const Type type = parseType(text);
        EXPECT_FALSE(hasUnknown(type)) << text;
        EXPECT_EQ(type.toString(), text);
    }
}

TEST(TypeParser, WritesRecordedSchemasAsTheyCame) {
    for (const std::string_view text : recordedSchemas) {
        const Schema schema(schemaOf(text));
        for (const Column& column : schema) EXPECT_FALSE(hasUnknown(column.type)) << text;
        EXPECT_EQ(schema.toString(), text);
    }
}

TEST(TypeParser, KnowsThePrimitives) {
    struct Case {
        std::string_view text;
        TypeKind kind;
        std::string_view canonical;
    };
    const Case cases[] = {{"BOOLEAN", TypeKind::Boolean, "BOOLEAN"},
                          {"INTEGER", TypeKind::Integer, "INTEGER"},
                          {"BIGINT", TypeKind::Bigint, "BIGINT"},
                          {"DOUBLE", TypeKind::Double, "DOUBLE"},
                          {"STRING", TypeKind::String, "STRING"},
                          {"BYTES", TypeKind::Bytes, "BYTES"},
                          {"DATE", TypeKind::Date, "DATE"},
                          {"TIME", TypeKind::Time, "TIME"},
                          {"TIMESTAMP", TypeKind::Timestamp, "TIMESTAMP"},
                          {"INT", TypeKind::Integer, "INTEGER"},
                          {"VARCHAR", TypeKind::String, "STRING"},
                          {" bigint ", TypeKind::Bigint, "BIGINT"},
                          {"Int", TypeKind::Integer, "INTEGER"}};
    for (const Case& c : cases) {
        EXPECT_EQ(parseType(c.text).kind(), c.kind) << c.text;
        EXPECT_EQ(parseType(c.text).toString(), c.canonical);
    }
}

TEST(TypeParser, BuildsTheWholeTree) {
    const Type type = parseType(
        "STRUCT<`F1` ARRAY<STRING>, `d` DECIMAL(4, 2), `M` MAP<STRING, STRUCT<`X` BIGINT>>>");
    ASSERT_EQ(type.kind(), TypeKind::Struct);
    ASSERT_EQ(type.fieldCount(), 3U);
    EXPECT_EQ(type.fieldName(1), "d");
    EXPECT_EQ(type.field(0).element().kind(), TypeKind::String);
    EXPECT_EQ(type.field(1).precision(), 4);
    EXPECT_EQ(type.field(1).scale(), 2);
    EXPECT_EQ(type.field(2).key().kind(), TypeKind::String);
    EXPECT_EQ(type.field(2).element().field(0).kind(), TypeKind::Bigint);
    EXPECT_EQ(type.fieldIndex("M"), 2U);
    EXPECT_FALSE(type.fieldIndex("m"));
}

TEST(TypeParser, ToleratesBlanksCaseAndAliases) {
    EXPECT_EQ(parseType("decimal( 4,2 )").toString(), "DECIMAL(4, 2)");
    EXPECT_EQ(parseType("DECIMAL(38,10)").toString(), "DECIMAL(38, 10)");
    EXPECT_EQ(parseType("DECIMAL(5)").toString(), "DECIMAL(5, 0)");
    EXPECT_EQ(parseType("map < varchar,array< int > >").toString(), "MAP<STRING, ARRAY<INTEGER>>");
    EXPECT_EQ(parseType("struct<`a`  int,`b` varchar>").toString(),
              "STRUCT<`a` INTEGER, `b` STRING>");
    EXPECT_EQ(parseType("STRUCT< >").toString(), "STRUCT< >");
    EXPECT_EQ(parseType("STRUCT<>").toString(), "STRUCT< >");
    EXPECT_EQ(parseType("STRUCT< >").kind(), TypeKind::Struct);
    EXPECT_EQ(parseType("ARRAY<STRUCT< >>").toString(), "ARRAY<STRUCT< >>");
}

TEST(TypeParser, ReadsOddFieldNames) {
    const std::string_view names[] = {"lower case", "a, b",   "x<y>",    "(p)",   "KEY",  "a KEY",
                                      "f,1",        "漢字 😀", "",        " ",     "it's", "\"q\"",
                                      "a`b",        "``",     "a` KEY`", "A` INT"};
    for (const std::string_view name : names) {
        const std::string text =
            "STRUCT<`" + std::string(name) + "` INTEGER, `Z` ARRAY<DECIMAL(4, 2)>>";
        const Type type = parseType(text);
        ASSERT_EQ(type.fieldCount(), 2U) << text;
        EXPECT_EQ(type.fieldName(0), name);
        EXPECT_EQ(type.field(0).kind(), TypeKind::Integer);
        EXPECT_EQ(type.toString(), text);
    }
}

TEST(TypeParser, KeepsUnknownTypesAsText) {
    const std::string_view unknown[] = {"GEOMETRY",
                                        "GEOMETRY(4326, 'x')",
                                        "VARIANT<STRING, ARRAY<INT>>",
                                        "TIMESTAMP WITH TIME ZONE",
                                        "INTERVAL DAY TO SECOND",
                                        "ROW<`a b` INT>",
                                        "uuid"};
    for (const std::string_view text : unknown) {
        const Type type = parseType(text);
        EXPECT_EQ(type.kind(), TypeKind::Unknown) << text;
        EXPECT_EQ(type.toString(), text);

        const Type map = parseType("MAP<STRING, " + std::string(text) + ">");
        ASSERT_EQ(map.kind(), TypeKind::Map) << text;
        EXPECT_EQ(map.element(), type);

        const std::string wrapped = "STRUCT<`A` " + std::string(text) + ", `B` STRING>";
        const Type fields = parseType(wrapped);
        ASSERT_EQ(fields.fieldCount(), 2U) << wrapped;
        EXPECT_EQ(fields.fieldName(0), "A");
        EXPECT_EQ(fields.field(0), type);
        EXPECT_EQ(fields.toString(), wrapped);
    }
}

TEST(TypeParser, KeepsBrokenTextWhole) {
    const std::string_view broken[] = {"",
                                       " ",
                                       "ARRAY<",
                                       "ARRAY<INTEGER",
                                       "ARRAY<>",
                                       "ARRAY<INTEGER>>",
                                       "MAP<STRING>",
                                       "MAP<STRING,>",
                                       "MAP<STRING, INTEGER, INTEGER>",
                                       "STRUCT<`A`>",
                                       "STRUCT<A INTEGER>",
                                       "STRUCT<`A INTEGER>",
                                       "STRUCT<`A` INTEGER,>",
                                       "STRUCT<`A` INTEGER",
                                       "DECIMAL",
                                       "DECIMAL()",
                                       "DECIMAL(4",
                                       "DECIMAL(-4, 2)",
                                       "DECIMAL(99999999999, 2)",
                                       "INTEGER, STRING",
                                       "INTEGER>",
                                       "<>",
                                       "`A` INTEGER",
                                       "123",
                                       "(INTEGER]",
                                       "A(<)>"};
    for (const std::string_view text : broken) {
        const Type type = parseType(text);
        EXPECT_EQ(type.kind(), TypeKind::Unknown) << text;
        EXPECT_EQ(type.toString(), text);
    }
    const std::string_view withNul("INTEGER\0", 8);
    EXPECT_EQ(parseType(withNul).toString(), withNul);
}

std::string nested(std::size_t depth) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += "ARRAY<";
    return text + "INTEGER" + std::string(depth, '>');
}

TEST(TypeParser, LimitsNesting) {
    EXPECT_FALSE(hasUnknown(parseType(nested(64))));
    for (const std::size_t depth : {65U, 66U, 1000U}) {
        const Type type = parseType(nested(depth));
        EXPECT_EQ(type.kind(), TypeKind::Array);
        EXPECT_TRUE(hasUnknown(type));
        EXPECT_EQ(type.toString(), nested(depth));
    }
    EXPECT_EQ(parseType(nested(200'000)).toString().size(), nested(200'000).size());
    EXPECT_EQ(parseType(std::string(1 << 20, '<')).kind(), TypeKind::Unknown);
    std::string open;
    for (int i = 0; i < 100'000; ++i) open += "STRUCT<`a` ";
    EXPECT_EQ(parseType(open).toString(), open);
}

TEST(TypeParser, ReadsOddColumnNames) {
    const std::string_view names[] = {"MY COL", "A,B",     "A KEY", "KEY",
                                      "x<y>",   "(p)",     "漢字",  "a\"b",
                                      "it's",   "HEADERS", "a`b",   "DECIMAL(1, 2)"};
    for (const std::string_view name : names) {
        const std::string text = "`" + std::string(name) + "` INTEGER KEY, `" + std::string(name) +
                                 "` MAP<STRING, INTEGER>, `Z` STRING";
        const auto columns = schemaOf(text);
        ASSERT_EQ(columns.size(), 3U) << text;
        EXPECT_EQ(columns[0].name, name);
        EXPECT_TRUE(columns[0].isKey);
        EXPECT_EQ(columns[1].name, name);
        EXPECT_FALSE(columns[1].isKey);
        EXPECT_EQ(columns[1].type.kind(), TypeKind::Map);
    }
}

TEST(TypeParser, KnowsColumnSuffixes) {
    const auto columns = schemaOf(
        "`K` STRING KEY, `H` ARRAY<STRUCT<`KEY` STRING, `VALUE` BYTES>> HEADERS, "
        "`ONE` BYTES HEADER('a, ')b'), `N` GEOMETRY key, `D` DECIMAL(4, 2) KEY, `KEY` INT");
    ASSERT_EQ(columns.size(), 6U);
    EXPECT_TRUE(columns[0].isKey);
    EXPECT_FALSE(columns[1].isKey);
    EXPECT_EQ(columns[1].type.toString(), "ARRAY<STRUCT<`KEY` STRING, `VALUE` BYTES>>");
    EXPECT_EQ(columns[2].type.kind(), TypeKind::Bytes);
    EXPECT_TRUE(columns[3].isKey);
    EXPECT_EQ(columns[3].type.toString(), "GEOMETRY");
    EXPECT_TRUE(columns[4].isKey);
    EXPECT_FALSE(columns[5].isKey);
    EXPECT_EQ(columns[5].name, "KEY");
}

TEST(TypeParser, ReadsEmptySchemas) {
    EXPECT_TRUE(schemaOf("").empty());
    EXPECT_TRUE(schemaOf("  ").empty());
}

TEST(TypeParser, RefusesWhatIsNoSchema) {
    const std::string_view broken[] = {"A INTEGER",
                                       "`A`",
                                       "`A` INTEGER,",
                                       ", `A` INTEGER",
                                       "`A` INTEGER>",
                                       "`A INTEGER",
                                       "`A` ",
                                       "`A` ARRAY<",
                                       "hello",
                                       "`A` INTEGER, B INTEGER",
                                       "{\"a\":1}",
                                       "`A` 5",
                                       "`A` FANCY HEADERS KEY",
                                       "`A` INTEGER KEY KEY",
                                       "`A` BYTES HEADER(x)"};
    for (const std::string_view text : broken) {
        std::vector<Column> columns(1);
        columns[0].name = "untouched";
        EXPECT_FALSE(parseSchema(text, columns)) << text;
        ASSERT_EQ(columns.size(), 1U);
        EXPECT_EQ(columns[0].name, "untouched");
    }
}

TEST(Type, ComparesTrees) {
    EXPECT_EQ(parseType("MAP<INT, STRING>"), parseType("MAP<INTEGER,VARCHAR>"));
    EXPECT_NE(parseType("MAP<STRING, INTEGER>"), parseType("MAP<INTEGER, STRING>"));
    EXPECT_NE(parseType("DECIMAL(4, 2)"), parseType("DECIMAL(4, 1)"));
    EXPECT_NE(parseType("DECIMAL(4, 2)"), parseType("DECIMAL(5, 2)"));
    EXPECT_NE(parseType("STRUCT<`A` INT>"), parseType("STRUCT<`a` INT>"));
    EXPECT_NE(parseType("STRUCT<`A` INT>"), parseType("STRUCT<`A` INT, `B` INT>"));
    EXPECT_NE(parseType("FANCY"), parseType("FANCIER"));
    EXPECT_EQ(Type(), parseType(""));
    EXPECT_NE(Type(), parseType("INT"));
    EXPECT_NE(parseType("X"), Type());
}

TEST(Type, DefaultIsUnknown) {
    const Type type;
    EXPECT_EQ(type.kind(), TypeKind::Unknown);
    EXPECT_EQ(type.toString(), "");
    EXPECT_EQ(type.fieldCount(), 0U);
    EXPECT_EQ(type.precision(), 0);
    EXPECT_THROW((void)type.element(), Error);
}

TEST(Type, HasOnlyThePartsOfItsKind) {
    const Type type = parseType("STRUCT<`A` INTEGER>");
    expectError(ErrorCode::WrongType, "STRUCT<`A` INTEGER>: has no element type",
                [&] { (void)type.element(); });
    expectError(ErrorCode::WrongType, "INTEGER: has no element type",
                [&] { (void)type.field(0).element(); });
    expectError(ErrorCode::WrongType, "ARRAY<STRING>: has no key type",
                [] { (void)parseType("ARRAY<STRING>").key(); });
    expectError(ErrorCode::WrongType, "an unknown type: has no key type",
                [] { (void)Type().key(); });
    expectError(ErrorCode::OutOfRange, "field 1 asked for, but there are 1",
                [&] { (void)type.field(1); });
    expectError(ErrorCode::OutOfRange, "field 0 asked for, but there are 0",
                [] { (void)Type().fieldName(0); });
}

TEST(Schema, FindsColumnsByExactName) {
    const Schema schema(schemaOf("`A` INTEGER KEY, `a` STRING, `A` BIGINT"));
    EXPECT_EQ(schema.size(), 3U);
    EXPECT_EQ(schema.indexOf("A"), 0U);
    EXPECT_EQ(schema.indexOf("a"), 1U);
    EXPECT_FALSE(schema.indexOf("b"));
    EXPECT_EQ(schema.toString(), "`A` INTEGER KEY, `a` STRING, `A` BIGINT");
    EXPECT_EQ(schema.end() - schema.begin(), 3);
}

TEST(Schema, IsEmptyByDefault) {
    const Schema schema;
    EXPECT_EQ(schema.size(), 0U);
    EXPECT_EQ(schema.begin(), schema.end());
    EXPECT_FALSE(schema.indexOf(""));
    EXPECT_EQ(schema.toString(), "");
    EXPECT_EQ(Schema(std::vector<Column>()).size(), 0U);
}

TEST(TypeKind, HasTheNamesOfSql) {
    EXPECT_EQ(toString(TypeKind::Bigint), "BIGINT");
    EXPECT_EQ(toString(TypeKind::Struct), "STRUCT");
    EXPECT_EQ(toString(TypeKind::Unknown), "UNKNOWN");
    std::ostringstream out;
    out << TypeKind::Map << ' ' << parseType("ARRAY<INTEGER>") << ' '
        << Schema({{"A", parseType("DATE"), true}});
    EXPECT_EQ(out.str(), "MAP ARRAY<INTEGER> `A` DATE KEY");
}

}  // namespace
}  // namespace ksqldb::values
