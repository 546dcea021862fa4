// Rows made by hand, and the values of every type: as C++ has them, and byte by byte as a real
// ksqlDB has sent them.
#include "kit_test.h"
#include "server/recording.h"

#include <cmath>
#include <limits>
#include <map>

namespace ksqldb::kit {
namespace {

struct Rating {
    std::string user;
    std::optional<std::int64_t> stars;
    static constexpr auto ksqldbFields() {
        return fields(key("USER_ID", &Rating::user), field("STARS", &Rating::stars));
    }
};
struct Address {
    std::string street;
    int zip = 0;
    static constexpr auto ksqldbFields() {
        return fields(field("STREET", &Address::street), field("zip", &Address::zip));
    }
};

Decimal operator""_d(const char* digits) { return Decimal(digits); }
const Timestamp instant{std::chrono::milliseconds(1'590'537'598'123)};  // 2020-05-26T23:59:58.123

TEST(Rows, AreAResultWithoutAServer) {
    const QueryResult ratings =
        testing::Rows("user_id STRING KEY, STARS INT").row("alice", 5).row("bob", std::nullopt);
    ASSERT_EQ(ratings.size(), 2U);
    EXPECT_EQ(ratings.schema().toString(), "`USER_ID` STRING, `STARS` INTEGER");
    EXPECT_EQ(ratings[0]["USER_ID"].asString(), "alice");
    EXPECT_EQ(ratings[0].get<int>("STARS"), 5);
    EXPECT_TRUE(ratings[1]["STARS"].isNull());
    EXPECT_EQ(ratings.as<Rating>()[1].user, "bob");
}

TEST(Rows, AreStructsAndTuples) {
    const std::vector<Rating> given{{"alice", 5}, {"bob", std::nullopt}};
    const QueryResult rows = testing::Rows("EXTRA DOUBLE, STARS BIGINT, USER_ID STRING")
                                 .rows(given)
                                 .row(std::tuple(0.5, 7, "carol"));
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].toString(), "EXTRA: null, STARS: 5, USER_ID: alice");
    EXPECT_EQ(rows[2].toString(), "EXTRA: 0.5, STARS: 7, USER_ID: carol");
    const QueryResult addresses = testing::Rows("A STRUCT<STREET STRING, `zip` INT>")
                                      .row(std::tuple(Address{"High Street", 7}));
    EXPECT_EQ(addresses[0].get<Address>("A").zip, 7);
}

TEST(Rows, OfEveryTypeAreReadAsTheyWereGiven) {
    using Map = std::map<std::string, std::optional<int>>;
    const Bytes bytes{std::byte{0xFB}, std::byte{0x00}};
    const QueryResult rows =
        testing::Rows(
            "B BOOLEAN, I INT, L BIGINT, D DOUBLE, P DECIMAL(10, 2), S VARCHAR, R BYTES, DT DATE, "
            "TM TIME, TS TIMESTAMP, A ARRAY<INT>, M MAP<STRING, INT>, N MAP<INT, STRING>")
            .row(true, -7, std::numeric_limits<std::int64_t>::min(), 1e300, 12.5_d, "q\"\n\x1b😀",
                 bytes, Date(Days(18408)), TimeOfDay{std::chrono::seconds(37805)}, instant,
                 std::vector<std::optional<int>>{1, std::nullopt}, Map{{"a", 1}, {"b", {}}},
                 std::map<int, std::string>{{3, "three"}});
    const RowView row = rows[0];
    EXPECT_TRUE(row["B"].asBool());
    EXPECT_EQ(row["I"].asInt(), -7);
    EXPECT_EQ(row["L"].asBigint(), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(row["D"].asDouble(), 1e300);
    EXPECT_EQ(row["P"].asDecimal().toString(), "12.50");
    EXPECT_EQ(row["S"].asString(), "q\"\n\x1b😀");
    EXPECT_EQ(row["R"].asBytes(), bytes);
    EXPECT_EQ(row["DT"].asDate(), Date(Days(18408)));
    EXPECT_EQ(row["TM"].asTime(), TimeOfDay{std::chrono::seconds(37805)});
    EXPECT_EQ(row["TS"].asTimestamp(), instant);
    EXPECT_TRUE(row["A"][1].isNull());
    EXPECT_EQ(row.get<Map>("M"), (Map{{"a", 1}, {"b", {}}}));
    EXPECT_EQ((row.get<std::map<int, std::string>>("N").at(3)), "three");
}

TEST(Rows, DoublesThatAreNoNumbers) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    const QueryResult rows = testing::Rows("D DOUBLE").row(nan).row(-infinity).row(-0.0).row(3);
    EXPECT_TRUE(std::isnan(rows[0]["D"].asDouble()));
    EXPECT_EQ(rows[1]["D"].asDouble(), -infinity);
    EXPECT_TRUE(std::signbit(rows[2]["D"].asDouble()));
    EXPECT_EQ(rows[3]["D"].asDouble(), 3);
}

/// The faults of descriptions, and what is said of each.
struct Fault {
    std::string what;
    std::function<void()> describe;
};

TEST(Rows, WhatDoesNotFitIsToldAtOnce) {
    using testing::Rows;
    const std::vector<Fault> faults{
        {"1 values for 2 columns: A INTEGER, B STRING", [] { Rows("A INT, B STRING").row(1); }},
        {"column A: the text 'x' is no INTEGER", [] { Rows("A INT").row("x"); }},
        {"column A: 2147483648 is no INTEGER", [] { Rows("A INT").row(2'147'483'648); }},
        {"column A: the double 0.5 is no BIGINT", [] { Rows("A BIGINT").row(0.5); }},
        {"column A: the double 1.5 is no DECIMAL(4, 2)", [] { Rows("A DECIMAL(4,2)").row(1.5); }},
        {"column A: the Decimal 1.123 is no DECIMAL(4, 2)",
         [] { Rows("A DECIMAL(4,2)").row(1.123_d); }},
        {"column A: the Decimal 100.5 is no DECIMAL(4, 2)",
         [] { Rows("A DECIMAL(4,2)").row(100.5_d); }},
        {"column A: 5 is no ARRAY<INTEGER>", [] { Rows("A ARRAY<INT>").row(5); }},
        {"column A: the text 'x' is no INTEGER",
         [] { Rows("A ARRAY<INT>").row(std::vector<std::string>{"x"}); }},
        {"column A: STRUCT<`STREET` STRING> has no field zip",
         [] { Rows("A STRUCT<STREET STRING>").row(std::tuple(Address{})); }},
        {"column A->zip: 0 is no STRING",
         [] { Rows("A STRUCT<STREET STRING, `zip` STRING>").row(std::tuple(Address{})); }},
        {"the struct's STARS is no column of: USER_ID STRING",
         [] { Rows("USER_ID STRING").row(Rating{}); }},
        {"text that is not UTF-8", [] { Rows("A STRING").row("\xff"); }},
        {"18446744073709551615 is beyond BIGINT",
         [] { Rows("A BIGINT").row(std::numeric_limits<std::uint64_t>::max()); }},
        {"no type INTT", [] { Rows("A INTT"); }},
        {"columns: expected a number below 100, not x, before \",2)\"",
         [] { Rows("A DECIMAL(x,2)"); }},
        {"columns: expected a word before \"\"", [] { Rows(""); }},
        {"columns: expected a comma or the end before \"B INT\"", [] { Rows("A INT B INT"); }},
    };
    for (const Fault& fault : faults) {
        const Error error = errorFrom(fault.describe);
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument) << error.what();
        EXPECT_EQ(std::string(error.what()), fault.what);
    }
}

/// The answer of a real server, from its columns on: the ids differ.
std::string recorded(const std::string& name) {
    const char* folder = std::getenv("KSQLDB_RECORDINGS");
    if (folder == nullptr) throw std::runtime_error("KSQLDB_RECORDINGS is not set");
    return server::loadRecording(std::string(folder) + '/' + name).responseBody();
}
std::string behindTheId(const std::string& answer) {
    return answer.substr(answer.find("\",", answer.find("\"queryId\":\"") + 11));
}

struct Sub {
    std::vector<std::string> z;
    std::map<std::string, double> m;
    static constexpr auto ksqldbFields() {
        return fields(field("Z", &Sub::z), field("M", &Sub::m));
    }
};
struct Nested {
    std::int64_t x = 5;
    Decimal y{"10.10"};
    Decimal big{"1234567890.0123456789"};
    Date day{Days(18408)};
    TimeOfDay time{std::chrono::milliseconds(37'800'000)};
    Timestamp at = instant;
    Bytes raw{std::byte{0xfb}, std::byte{0xff}, std::byte{0x01}};
    std::string lower = "l";
    Sub sub{{"p", "q"}, {{"pi", 3.14}}};
    static constexpr auto ksqldbFields() {
        return fields(field("X", &Nested::x), field("Y", &Nested::y), field("BIG", &Nested::big),
                      field("DT", &Nested::day), field("TM", &Nested::time),
                      field("TS", &Nested::at), field("RAW", &Nested::raw),
                      field("lower case", &Nested::lower), field("SUB", &Nested::sub));
    }
};
struct Deep {
    std::map<std::string, std::vector<int>> a{{"k", {1, 2}}};
    Decimal d{"3.00"};
    TimeOfDay t{std::chrono::milliseconds(37'800'000)};
    static constexpr auto ksqldbFields() {
        return fields(field("A", &Deep::a), field("D", &Deep::d), field("T", &Deep::t));
    }
};

const char* const everyType =
    "ID STRING, B BOOLEAN, I INT, L BIGINT, D DOUBLE, `DEC` DECIMAL(38,10), SMALL DECIMAL(4,2), "
    "S STRING, RAW BYTES, DT DATE, TM TIME, TS TIMESTAMP, AI ARRAY<INT>, ATS ARRAY<TIMESTAMP>, "
    "ADEC ARRAY<DECIMAL(4,2)>, MSI MAP<STRING, INT>, MSTS MAP<STRING, TIMESTAMP>, "
    "ST STRUCT<X BIGINT, Y DECIMAL(10,2), BIG DECIMAL(38,10), DT DATE, TM TIME, TS TIMESTAMP, "
    "RAW BYTES, `lower case` STRING, SUB STRUCT<Z ARRAY<STRING>, M MAP<STRING, DOUBLE>>>, "
    "DEEP ARRAY<STRUCT<A MAP<STRING, ARRAY<INT>>, D DECIMAL(4,2), T TIME>>";

TEST(Rows, AreByteByByteWhatARealServerSent) {
    testing::Server server;
    const std::string sql = "SELECT * FROM every_type EMIT CHANGES LIMIT 4;";
    const auto none = nullptr;
    const Bytes counted = [] {
        Bytes all;
        for (int i = 0; i < 10; ++i) all.push_back(static_cast<std::byte>(i));
        return all;
    }();
    server.on(sql)
        .columns(everyType)
        .row("usual", true, 42, 9'007'199'254'740'993, 3.5, 1234567890.0123456789_d, 10.10_d,
             "text", Nested().raw, Date(Days(18408)), TimeOfDay{std::chrono::seconds(37805)},
             instant, std::vector<std::optional<int>>{1, std::nullopt, 3},
             std::vector<Timestamp>{instant}, std::vector<Decimal>{1.10_d, 2.00_d},
             std::map<std::string, std::optional<int>>{{"a", 1}, {"b", std::nullopt}},
             std::map<std::string, Timestamp>{{"t", instant - std::chrono::milliseconds(123)}},
             Nested(), std::vector<Deep>(1))
        .row("nulls", none, none, none, none, none, none, none, none, none, none, none, none, none,
             none, none, none, none, none)
        .row("limits high", false, 2147483647, std::numeric_limits<std::int64_t>::max(),
             std::numeric_limits<double>::max(), 9999999999999999999999999999.9999999999_d, 99.99_d,
             "", Bytes(), Date(Days(2'932'896)), TimeOfDay{std::chrono::milliseconds(86'399'999)},
             Timestamp(std::chrono::milliseconds(253'402'300'799'999)), std::vector<int>{0}, none,
             none, none, none, none, none)
        .row("limits low", false, std::numeric_limits<std::int32_t>::min(),
             std::numeric_limits<std::int64_t>::min(), std::numeric_limits<double>::denorm_min(),
             Decimal("-9999999999999999999999999999.9999999999"), Decimal("-99.99"),
             "quote ' \" back\\\\slash tab\t é 漢字 😀", counted, Date(Days(-719'162)), TimeOfDay{},
             Timestamp(), none, none, none, none, none, none, none);
    for (const auto& [accept, recording] : std::map<std::string, std::string>{
             {"application/vnd.ksqlapi.delimited.v1", "values/every-type-delimited.json"},
             {"application/vnd.ksql.v1+json", "values/every-type-v1.json"}}) {
        RawRequest request;
        request.method = "POST";
        request.path = "/query-stream";
        request.headers = {{"accept", accept}, {"content-type", "application/json"}};
        request.body = "{\"sql\":\"" + sql + "\"}";
        const RawResponse answer =
            Client(server.clientOptions()).execute(rawRequest(request)).get();
        EXPECT_EQ(behindTheId(answer.body), behindTheId(recorded(recording)));
    }
}

}  // namespace
}  // namespace ksqldb::kit
